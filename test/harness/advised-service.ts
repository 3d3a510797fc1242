/** A service with an advisor, asked by programs that a test plays: each with its own user agent, by clocks that stand still. */
import assert from 'node:assert/strict'
import { Advisor } from '../../src/advice/advisor.ts'
import type { Finding } from '../../src/advice/finding.ts'
import type { AdviceProfile, Rule } from '../../src/advice/rule.ts'
import { ManualClock } from '../../src/base/clock.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { answering } from '../../src/server/answering.ts'
import type { ServiceOptions } from '../../src/server/start.ts'
import { checkAnswer, type Reply } from './check-answer.ts'
import { openTestService } from './service.ts'
import { targetFor } from './target-for.ts'

const startMs = 1_795_341_600_000
const contentType = 'application/x-amz-json-1.0'
const signature = 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0'

/** What a program says of a call. */
export interface Saying {
  /** One call however many attempts it takes. Default: another one each time. */
  readonly invocation?: string
  readonly attempt?: number
  readonly traceId?: string
  /** How long the answer takes. Default 1. */
  readonly takesMs?: number
  /** The client hangs up before. */
  readonly hangsUp?: boolean
}

export type Ask = (operation: string, input: object, saying?: Saying) => Promise<Reply>

export interface AdvisedService {
  readonly advisor: Advisor
  readonly engine: MeteredEngine
  /** Both clocks go on. */
  pass(byMs: number): void
  /** A program of its own: a lane. */
  client(name?: string): Ask
  addFault(fault: object): Promise<unknown>
  runJobs(): Promise<unknown>
  findings(profile?: AdviceProfile): Promise<readonly Finding[]>
  /** Of one rule. */
  found(id: string): Promise<readonly Finding[]>
  close(): Promise<void>
}

/** `rules`: in place of those there are. */
export async function openAdvised(options: Partial<ServiceOptions> = {}, rules?: readonly Rule[]): Promise<AdvisedService> {
  const clock = new ManualClock(startMs)
  const stopwatch = new ManualClock(1000)
  const log = (text: string, cause: unknown): void => assert.fail(`${text}: ${cause}`)
  const service = await openTestService({ kind: 'memory' }, { clock, steadyClock: stopwatch, log, ...options })
  const advisor = rules === undefined ? service.otherServices.advisor : new Advisor(rules, { stopwatch, log })
  assert.ok(advisor)
  const answer = answering({ ...service.otherServices, advisor })
  const { engine } = service.controlContext
  const pass = (byMs: number): void => {
    clock.advance(byMs)
    stopwatch.advance(byMs)
  }
  let calls = 0
  const client =
    (name = 'program'): Ask =>
    async (operation, input, saying = {}) => {
      calls += 1
      const { invocation = `call-${calls}`, attempt = 1, traceId, takesMs = 1, hangsUp = false } = saying
      const headers = {
        'content-type': contentType,
        'x-amz-date': '20261122T100000Z',
        authorization: signature,
        'user-agent': name,
        'amz-sdk-invocation-id': invocation,
        'amz-sdk-request': `attempt=${attempt}; max=4`,
        ...(traceId !== undefined && { 'x-amzn-trace-id': `Root=${traceId};Sampled=1` }),
      }
      const target = targetFor(operation)
      let isAsked = false
      const isWanted = (): boolean => !(hangsUp && isAsked)
      const answering = answer({ target, headers, remoteAddress: '10.0.0.1', body: Buffer.from(JSON.stringify(input)), isWanted })
      isAsked = true
      pass(takesMs)
      const reply = checkAnswer(operation, await answering, contentType)
      assert.notEqual(reply.exception, 'ValidationException', String(reply.message))
      return reply
    }
  const findings = (profile: AdviceProfile = 'test'): Promise<readonly Finding[]> =>
    advisor.findings({ engines: [engine], profile, muted: new Map() })
  return {
    advisor,
    engine,
    pass,
    client,
    addFault: (fault) => service.control.addFault(fault as never),
    runJobs: () => service.control.runJobs(),
    findings,
    found: async (id) => (await findings()).filter((finding) => finding.id === id),
    close: () => service.close(),
  }
}

interface TableShape {
  readonly hasSortKey?: boolean
  readonly indexes?: readonly object[]
  /** Of the indexes' keys. */
  readonly attributes?: readonly string[]
}

/** A table with a partition key `pk`, and a sort key `sk` if that is asked for. */
export function tableOf(TableName: string, { hasSortKey = false, indexes = [], attributes = [] }: TableShape = {}): object {
  const names = ['pk', ...(hasSortKey ? ['sk'] : []), ...attributes]
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, ...(hasSortKey ? [{ AttributeName: 'sk', KeyType: 'RANGE' }] : [])],
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  }
}
