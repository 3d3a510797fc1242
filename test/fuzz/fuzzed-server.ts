/**
 * The server under fuzzing, in this process: a fresh database with sixteen items, one request at a time, and after each the
 * questions that every answer must stand: a known exception or success, and no trace of what was refused.
 */
import assert from 'node:assert/strict'
import { type ExceptionName, exceptions } from '../../src/api/errors.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { openService, type Service } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { targetFor } from '../harness/target-for.ts'
import {
  fullItem,
  fuzzedAccount,
  fuzzedStartMs,
  fuzzedStreamArn,
  fuzzedTable,
  tableDefinition,
  vectorItem,
  vectorTableDefinition,
} from './valid-requests.ts'
import type { WildObject } from './wild-values.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
} as const

/** An answer that takes more turns of the event loop than this never comes. */
const turnsMax = 10_000

/** Reading everything takes a handful of pages; a table that needs more has no end. */
const pagesMax = 100

const readEvery = 100

export type Outcome = 'answered' | 'refused'

export class FuzzedServer {
  readonly #service: Service
  readonly #faults: unknown[]
  readonly #commits: () => number
  #content = ''
  /** How many commits there were when everything was read. */
  #readAt = 0
  #sent = 0

  private constructor(service: Service, faults: unknown[], commits: () => number) {
    this.#service = service
    this.#faults = faults
    this.#commits = commits
  }

  static async open(seed: number): Promise<FuzzedServer> {
    const faults: unknown[] = []
    const log = (...entry: unknown[]): void => {
      faults.push(entry)
    }
    const clock = new ManualClock(fuzzedStartMs)
    let commits = 0
    const store = openMemoryStore({
      failCommit: () => {
        commits += 1
      },
    })
    const storage = { kind: 'custom', open: () => store } as const
    const dataStreams = { sinks: { streams: { changes: () => {} } } }
    const service = await openService({ storage, account: fuzzedAccount, clock, random: seededRandom(seed), log, dataStreams })
    const server = new FuzzedServer(service, faults, () => commits)
    await server.#succeed('CreateTable', tableDefinition)
    for (let number = 0; number < 16; number += 1) {
      await server.#succeed('PutItem', { TableName: fuzzedTable, Item: fullItem(number % 4, Math.floor(number / 4)) })
    }
    await server.#succeed('CreateTable', vectorTableDefinition)
    for (let number = 0; number < 4; number += 1) {
      await server.#succeed('PutItem', { TableName: 'Vectors', Item: vectorItem(number) })
    }
    // There is a destination in use, and a table without one.
    await server.#succeed('EnableKinesisStreamingDestination', { TableName: 'Vectors', StreamArn: fuzzedStreamArn })
    await service.control.runJobs()
    server.#content = await server.#readEverything()
    assert.ok(!server.#content.includes('"__type"'), `not everything can be read: ${server.#content}`)
    return server
  }

  /** Sends one request. Throws when its answer, or what it left behind, breaks the rules above. */
  async send(target: string, body: Uint8Array): Promise<Outcome> {
    const answer = await this.answerTo(target, body)
    assert.deepEqual(this.#faults, [], 'the server logged a fault')
    if (answer.status === 200) {
      assert.equal(typeof JSON.parse(answer.body), 'object')
      // A table that nothing is found for goes by itself.
      if (target.endsWith('.ImportTable')) await this.#service.control.runJobs()
      if (this.#mayHaveChanged()) this.#content = await this.#readEverything()
      return 'answered'
    }
    checkRefusal(answer)
    if (this.#mayHaveChanged())
      assert.equal(await this.#readEverything(), this.#content, `a request refused with ${answer.body} changed the data`)
    return 'refused'
  }

  /** Rejects when no answer comes. */
  async answerTo(target: string, body: Uint8Array): Promise<{ status: number; body: string }> {
    let answer: { status: number; body: string } | undefined
    let failure: { error: unknown } | undefined
    this.#service.handle({ target, headers, body }).then(
      (value) => {
        answer = value
      },
      (error: unknown) => {
        failure = { error }
      },
    )
    for (let turn = 0; answer === undefined && failure === undefined; turn += 1) {
      assert.ok(turn < turnsMax, 'no answer came')
      await new Promise(setImmediate)
    }
    if (failure !== undefined) throw failure.error
    assert.ok(answer !== undefined)
    return answer
  }

  async close(): Promise<void> {
    if (this.#commits() === this.#readAt) assert.equal(await this.#readEverything(), this.#content, 'the data changed without a commit')
    await this.#service.close()
  }

  /** Data changes by commits. Now and then it is read all the same, as what memory knows of it may change by itself. */
  #mayHaveChanged(): boolean {
    this.#sent += 1
    return this.#commits() > this.#readAt || this.#sent % readEvery === 0
  }

  /** The table, its indexes and the list of tables, as text. A table that a fuzz case deleted reads as its absence. */
  async #readEverything(): Promise<string> {
    const pages: string[] = []
    const read = async (operation: string, request: WildObject): Promise<string> => {
      const { body } = await this.answerTo(targetFor(operation), Buffer.from(JSON.stringify(request)))
      pages.push(body)
      assert.ok(pages.length < pagesMax, `the table never ends: ${JSON.stringify(request)} ${body}`)
      return body
    }
    this.#readAt = this.#commits()
    await read('ListTables', {})
    for (const index of [{}, { IndexName: 'byWord' }, { IndexName: 'byGrade' }]) {
      let start: WildObject | undefined = {}
      while (start !== undefined) {
        const page = JSON.parse(await read('Scan', { TableName: fuzzedTable, ...index, ...start })) as { LastEvaluatedKey?: WildObject }
        start = page.LastEvaluatedKey === undefined ? undefined : { ExclusiveStartKey: page.LastEvaluatedKey }
      }
    }
    return pages.join('\n')
  }

  async #succeed(operation: string, request: WildObject): Promise<void> {
    const answer = await this.answerTo(targetFor(operation), Buffer.from(JSON.stringify(request)))
    assert.equal(answer.status, 200, `${operation} answered ${answer.body}`)
  }
}

/** 4xx, a type of the catalogue with the status it has there, and well-formed text. */
function checkRefusal({ status, body }: { status: number; body: string }): void {
  assert.ok(status >= 400 && status < 500, `status ${status}: ${body}`)
  const { __type } = JSON.parse(body) as { __type: string }
  const name = __type.slice(__type.indexOf('#') + 1)
  assert.ok(Object.hasOwn(exceptions, name), `unknown exception ${__type}`)
  assert.equal(status, exceptions[name as ExceptionName].status)
}
