/** A server in a process of its own on a shared store, and its client, which speaks the protocol and repeats nothing by itself. */
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeList } from '../../src/server/control/node-routes.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { targetFor } from './target-for.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

export type Body = { readonly [member: string]: unknown }

/** `stator` on a store, in a process that can be killed or frozen; it is gone when the test is over. */
export class ServerProcess {
  readonly process: StatorProcess
  #endpoint = ''

  constructor(t: TestContext, url: string) {
    this.process = new StatorProcess(['--port', '0', '--storage', url])
    t.after(() => this.process.child.kill('SIGKILL'))
  }

  get endpoint(): string {
    return this.#endpoint
  }

  async started(): Promise<this> {
    this.#endpoint = await this.process.endpoint()
    return this
  }

  /** Whatever the server says. */
  async answerTo(operation: string, input: object): Promise<{ readonly status: number; readonly body: Body }> {
    const body = JSON.stringify(input)
    const response = await fetch(this.#endpoint, { method: 'POST', headers: { ...headers, 'x-amz-target': targetFor(operation) }, body })
    return { status: response.status, body: (await response.json()) as Body }
  }

  /** Rejects with what the server refuses. */
  async ask(operation: string, input: object): Promise<Body> {
    const { status, body } = await this.answerTo(operation, input)
    if (status !== 200) throw new Error(`${operation}: ${JSON.stringify(body)}`)
    return body
  }

  /** As a client that repeats: with what cannot be answered now, it asks again. */
  async askUntilAnswered(operation: string, input: object): Promise<Body> {
    return until(() => this.ask(operation, input).catch(() => undefined))
  }

  /** How many nodes it takes for alive, itself among them. */
  async living(): Promise<number> {
    const { nodes } = (await (await fetch(`${this.#endpoint}/_stator/nodes`)).json()) as NodeList
    return nodes.filter(({ isAlive }) => isAlive).length
  }
}

/** Looks again and again. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(50)
  }
}
