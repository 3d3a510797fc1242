/**
 * A Stator inside the test's own process, with a clock that stands still and chance from a seed. Every answer it gives is
 * checked for what the wire owes a client, so that a test need only say what it asks and what it expects.
 */
import assert from 'node:assert/strict'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { DataStreamOptions } from '../../src/outbound/data-streams.ts'
import { openService, type Service, type ThroughputMode } from '../../src/server/start.ts'
import type { BucketOptions } from '../../src/storage/buckets/open-buckets.ts'
import { checkAnswer, type Reply } from './check-answer.ts'
import { targetFor } from './target-for.ts'
import { signedHeaders, type TestIdentities, type Who } from './test-identities.ts'
import { testStorage } from './test-storage.ts'

/** 2026-11-22T10:00:00Z: the present of the scenarios. */
export const startMs = 1_795_341_600_000

const contentType = 'application/x-amz-json-1.0'
/** Tables take their time, so that what is told of one that is not ready can be seen. */
const tableStateDelayMs = 1000
const waitStepMs = 1000
const waitStepsMax = 100

const requestHeaders = (region: string): { readonly [name: string]: string } => ({
  'content-type': contentType,
  'x-amz-date': '20261122T100000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
})

export interface TestStatorOptions {
  /** Default observe, as for everybody. */
  readonly throughput?: ThroughputMode
  /** Whose signatures are verified. Requests are the root's until `actAs` says something else. */
  readonly identities?: TestIdentities
  readonly buckets?: BucketOptions
  readonly dataStreams?: DataStreamOptions
  /** Default shared. */
  readonly regions?: 'shared' | 'isolated'
}

export class TestStator {
  readonly clock: ManualClock
  readonly #service: Service
  /** Undefined where nobody is asked who they are. */
  #who: Who | undefined
  #region = 'us-east-1'

  private constructor(service: Service, clock: ManualClock, who: Who | undefined) {
    this.#service = service
    this.clock = clock
    this.#who = who
  }

  static async open({ throughput = 'observe', identities, buckets, dataStreams, regions }: TestStatorOptions = {}): Promise<TestStator> {
    const clock = new ManualClock(startMs)
    const service = await openService({
      storage: testStorage('steady'),
      clock,
      steadyClock: new ManualClock(0),
      random: seededRandom(1),
      log: () => {},
      tableStateDelayMs,
      throughput,
      jobs: 'manual',
      isTestCluster: true,
      ...(buckets !== undefined && { buckets }),
      ...(dataStreams !== undefined && { dataStreams }),
      ...(regions !== undefined && { regions }),
      ...(identities !== undefined && { identities: () => identities, signatureClock: new ManualClock(startMs) }),
    })
    return new TestStator(service, clock, identities && 'root')
  }

  actAs(who: Who): void {
    this.#who = who
  }

  /** Where the requests from here on go that are not signed by somebody. */
  askIn(region: string): void {
    this.#region = region
  }

  call(operation: string, input: unknown): Promise<Reply> {
    return this.callText(operation, JSON.stringify(input))
  }

  /** Sends the body as it stands, for what no JSON printer would write. */
  async callText(operation: string, body: string): Promise<Reply> {
    const target = targetFor(operation)
    const headers = this.#who === undefined ? requestHeaders(this.#region) : signedHeaders(this.#who, target, body)
    const answer = await this.#service.handle({ target, headers, body: Buffer.from(body) })
    return checkAnswer(operation, answer, contentType)
  }

  /** The body of an answer that must be 200: for what a test needs and does not examine. */
  async succeed(operation: string, input: unknown): Promise<Reply['body']> {
    const reply = await this.call(operation, input)
    assert.equal(reply.status, 200, `${operation} answered ${reply.exception}: ${reply.message}`)
    return reply.body
  }

  async createTable(input: { readonly TableName: string }): Promise<void> {
    await this.succeed('CreateTable', input)
    await this.waitUntil(input.TableName, 'ACTIVE')
  }

  /** Moves the clock until DescribeTable shows the status, or (`gone`) no longer knows the table. */
  async waitUntil(tableName: string, status: string): Promise<void> {
    for (let step = 0; step < waitStepsMax; step += 1) {
      const { body, exception } = await this.call('DescribeTable', { TableName: tableName })
      const table = body.Table as { readonly TableStatus?: string } | undefined
      const now = exception === 'ResourceNotFoundException' ? 'gone' : table?.TableStatus
      if (now === status) return
      await this.advance(waitStepMs)
    }
    assert.fail(`${tableName} did not become ${status} within ${waitStepsMax} s`)
  }

  /** Lets time pass, and everything happen that is due then. */
  async advance(byMs: number): Promise<void> {
    this.clock.advance(byMs)
    await this.#service.control.runJobs()
  }

  /** Sets the clock, and lets everything happen that is due then. */
  async setClock(nowSecond: number): Promise<void> {
    await this.advance(nowSecond * 1000 - this.clock.now())
  }

  /** What the advisor has to say that is more than a remark, in a sentence each. */
  async warnings(): Promise<readonly string[]> {
    const { advisor } = this.#service.otherServices
    const { engine } = this.#service.controlContext
    const found = (await advisor?.findings({ engines: [engine], profile: 'prod', muted: new Map() })) ?? []
    return found.filter(({ severity }) => severity !== 'info').map(({ id, sentence }) => `${id}: ${sentence}`)
  }

  close(): Promise<void> {
    return this.#service.close()
  }
}
