/** A service over any store, with a clock that stands still: for tests that look behind the answers. */
import assert from 'node:assert/strict'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { openService, type Service, type ServiceOptions } from '../../src/server/start.ts'
import { checkAnswer, type Reply } from './check-answer.ts'
import { targetFor } from './target-for.ts'
import { testStorage } from './test-storage.ts'

const startMs = 1_795_341_600_000

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

export type { Reply }

export interface Body {
  readonly [member: string]: unknown
}

/** `any`: where tests keep their data (test-storage.ts). `steady`: the same, in memory not disturbed, for who counts on the order of requests. */
export function openTestService(
  storage: ServiceOptions['storage'] | 'any' | 'steady',
  options: Partial<ServiceOptions> = {},
): Promise<Service> {
  return openService({
    clock: new ManualClock(startMs),
    steadyClock: new ManualClock(0),
    random: seededRandom(1),
    log: () => {},
    jobs: 'manual',
    isTestCluster: typeof storage === 'string',
    ...options,
    storage: typeof storage === 'string' ? testStorage(storage === 'steady' ? 'steady' : 'disturbed') : storage,
  })
}

export async function call(service: Service, operation: string, input: unknown): Promise<Reply> {
  const target = targetFor(operation)
  const answer = await service.handle({ target, headers, body: Buffer.from(JSON.stringify(input)) })
  return checkAnswer(operation, answer, headers['content-type'])
}

/** The body of an answer that must be 200. */
export async function succeed(service: Service, operation: string, input: unknown): Promise<Body> {
  const { status, body } = await call(service, operation, input)
  assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
  return body
}
