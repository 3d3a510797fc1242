/** A server in a process of its own, with somebody between it and its database: it can be killed, frozen, cut off and started again. */
import assert from 'node:assert/strict'
import { StatorProcess } from '../../cli/stator-process.ts'
import type { Postgres } from '../../harness/postgres.ts'
import { type CommitFate, PostgresProxy } from '../../harness/postgres-proxy.ts'
import { targetFor } from '../../harness/target-for.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}
/** Whoever has had no answer for so long hangs up, and knows nothing: longer than anybody is frozen or cut off. */
const patienceMs = 15_000
const longPatienceMs = 60_000

export interface Answered {
  readonly status: number
  readonly text: string
}

export class ServerNode {
  readonly proxy: PostgresProxy
  readonly #words: readonly string[]
  #process: StatorProcess | undefined
  #endpoint = ''
  #isOver = false
  /** Whether anybody should ask it. */
  isInUse = false

  private constructor(proxy: PostgresProxy, words: readonly string[]) {
    this.proxy = proxy
    this.#words = words
  }

  /** One that is still to be started. `url` is one of that PostgreSQL. */
  static async make(postgres: Postgres, url: string, fateOf: () => CommitFate): Promise<ServerNode> {
    const proxy = await PostgresProxy.start(postgres.folder, fateOf)
    return new ServerNode(proxy, ['--storage', url.replace(postgres.folder, proxy.folder), '--test-cluster'])
  }

  /** The same over all its lives. */
  get endpoint(): string {
    return this.#endpoint
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const port = this.#endpoint === '' ? '0' : new URL(this.#endpoint).port
    if (this.#isOver) return
    this.#process = new StatorProcess(['--port', port, ...this.#words])
    this.#endpoint = await this.#process.endpoint()
    this.isInUse = true
  }

  async kill(): Promise<void> {
    this.isInUse = false
    this.#process?.child.kill('SIGKILL')
    await this.#process?.ended
  }

  freeze(): void {
    this.isInUse = false
    this.#process?.child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.child.kill('SIGCONT')
    this.isInUse = !this.#isOver
  }

  /** Undefined when nobody answered in time: whatever was asked for has happened, happens later, or never. */
  async send(operation: string, input: object, forMs: number = patienceMs): Promise<Answered | undefined> {
    try {
      const response = await fetch(this.#endpoint, {
        method: 'POST',
        headers: { ...headers, 'x-amz-target': targetFor(operation) },
        body: JSON.stringify(input),
        signal: AbortSignal.timeout(forMs),
      })
      return { status: response.status, text: await response.text() }
    } catch {
      return undefined
    }
  }

  /** The body of an answer that must be 200. */
  async succeed(operation: string, input: object): Promise<{ readonly [member: string]: unknown }> {
    const answer = await this.send(operation, input, longPatienceMs)
    assert.equal(answer?.status, 200, `${operation} ${JSON.stringify(input)}: ${answer?.text ?? 'no answer'}`)
    return JSON.parse(answer?.text ?? '')
  }

  /** At once and for ever. */
  async end(): Promise<void> {
    this.#isOver = true
    this.isInUse = false
    this.#process?.child.kill('SIGKILL')
    await this.#process?.ended
    await this.proxy.close()
  }
}
