/**
 * Six thousand requests to CloudWatch that nobody would send on purpose, in all three protocols. Whatever comes in, there is an
 * answer that the protocol can read, and the fault is the client's. A failure names its seed: `FUZZ_SEED=<seed>` replays it alone.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { decode } from 'cborg'
import { ManualClock } from '../../src/base/clock.ts'
import { answererOf } from '../../src/server/ask-wing.ts'
import type { Service } from '../../src/server/start.ts'
import { cloudWatchErrors } from '../../src/services/cloudwatch/contract/errors.ts'
import type { CloudWatchOperation } from '../../src/services/cloudwatch/contract/operations.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { Choices } from './choices.ts'
import { type CloudWatchCase, type CloudWatchProtocol, cloudWatchCase, soundRequests, written } from './cloudwatch-requests.ts'

const { parseXML } = createRequire(import.meta.resolve('@aws-sdk/client-cloudwatch'))('@aws-sdk/xml-builder') as {
  parseXML(text: string): { [root: string]: { [name: string]: unknown } }
}

const service = 'GraniteServiceVersion20100801'
const casesPerSeed = 1000
const seeds = process.env.FUZZ_SEED === undefined ? [1, 2, 3, 4, 5, 6] : [Number(process.env.FUZZ_SEED)]
const signed = {
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20261122T100000Z',
}

/** A server with a table that was written to, and whose keys are counted. */
class Fuzzed {
  readonly clock: ManualClock
  readonly service: Service
  readonly faults: unknown[] = []

  private constructor(clock: ManualClock, service: Service, faults: unknown[]) {
    this.clock = clock
    this.service = service
    this.faults = faults
  }

  static async open(): Promise<Fuzzed> {
    const faults: unknown[] = []
    const clock = new ManualClock(1_795_341_600_000)
    const log = (...entry: unknown[]): void => {
      faults.push(entry)
    }
    const fuzzed = new Fuzzed(clock, await openTestService('any', { clock, log }), faults)
    await succeed(fuzzed.service, 'CreateTable', {
      TableName: 'Orders',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    // Its rules are named for this moment, as the requests have it.
    await succeed(fuzzed.service, 'UpdateContributorInsights', { TableName: 'Orders', ContributorInsightsAction: 'ENABLE' })
    await succeed(fuzzed.service, 'PutItem', { TableName: 'Orders', Item: { pk: { S: 'a' } } })
    return fuzzed
  }

  async send({ protocol, operation, body }: CloudWatchCase): Promise<{ status: number; told: { [name: string]: unknown } }> {
    const answer = answererOf(this.service.otherServices, headOf(protocol, operation))
    assert.ok(answer !== undefined, 'the door is shut')
    const { status, body: answered } = await answer(body)
    const told = read(protocol, answered)
    assert.ok(status < 500, `status ${status}: ${JSON.stringify(told)}`)
    assert.deepEqual(this.faults, [], 'the server logged a fault')
    if (status !== 200) checkError(protocol, status, told)
    return { status, told }
  }
}

function headOf(protocol: CloudWatchProtocol, operation: string): { method: string; url: string; headers: { [name: string]: string } } {
  switch (protocol) {
    case 'json': {
      const headers = { ...signed, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${service}.${operation}` }
      return { method: 'POST', url: '/', headers }
    }
    case 'cbor': {
      const headers = { ...signed, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
      const name = /^\w+$/.test(operation) ? operation : 'ListMetrics'
      return { method: 'POST', url: `/service/${service}/operation/${name}`, headers }
    }
    case 'query':
      return { method: 'POST', url: '/', headers: { ...signed, 'content-type': 'application/x-www-form-urlencoded' } }
  }
}

function read(protocol: CloudWatchProtocol, body: string | Uint8Array): { [name: string]: unknown } {
  if (protocol === 'cbor') return decode(body as Uint8Array, { tags: { 1: (content) => content() } })
  assert.ok(typeof body === 'string' && body.isWellFormed())
  if (protocol === 'json') return JSON.parse(body)
  // What XML 1.0 has no way to say, a lenient parser might let pass.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  assert.doesNotMatch(body, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  const [root, ...others] = Object.entries(parseXML(body))
  assert.ok(root !== undefined && others.length === 0)
  return root[1]
}

/** One of the catalogue, with the status it has there. */
function checkError(protocol: CloudWatchProtocol, status: number, told: { [name: string]: unknown }): void {
  const code = protocol === 'query' ? (told.Error as { Code: string }).Code : (String(told.__type).split('#')[1] ?? '')
  const found = Object.entries(cloudWatchErrors).find(([name, row]) => (protocol === 'query' ? row.code : name) === code)
  assert.equal(status, found?.[1].status, `status of ${code}`)
}

test('every sound request to CloudWatch is answered in every protocol', async () => {
  const fuzzed = await Fuzzed.open()
  for (const protocol of ['json', 'cbor', 'query'] as const) {
    await send(fuzzed, protocol, 'PutMetricAlarm')
    for (const operation of Object.keys(soundRequests) as CloudWatchOperation[]) await send(fuzzed, protocol, operation)
  }
  await fuzzed.service.close()
})

async function send(fuzzed: Fuzzed, protocol: CloudWatchProtocol, operation: CloudWatchOperation): Promise<void> {
  for (const request of soundRequests[operation]) {
    const { status, told } = await fuzzed.send({ protocol, operation, body: written(protocol, operation, request) })
    assert.equal(status, 200, `${operation} in ${protocol}: ${JSON.stringify(told)}`)
  }
}

for (const seed of seeds) {
  test(`CloudWatch survives the requests of seed ${seed}`, { timeout: 60_000 }, async (context) => {
    const fuzzed = await Fuzzed.open()
    const choices = new Choices(seed)
    let answered = 0
    for (let number = 0; number < casesPerSeed; number += 1) {
      const fuzzCase = cloudWatchCase(choices)
      try {
        if ((await fuzzed.send(fuzzCase)).status === 200) answered += 1
        if (number % 50 === 0) {
          fuzzed.clock.advance(60_000)
          await fuzzed.service.control.runJobs()
        }
      } catch (error) {
        const text = Buffer.from(fuzzCase.body).toString('latin1').slice(0, 2000)
        throw new Error(`case ${number} of FUZZ_SEED=${seed}: ${fuzzCase.protocol} ${fuzzCase.operation} ${text}`, { cause: error })
      }
    }
    await fuzzed.service.close()
    context.diagnostic(`${answered} of ${casesPerSeed} answered`)
    assert.ok(answered * 10 > casesPerSeed, 'hardly any request is sound')
  })
}
