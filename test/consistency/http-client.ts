/** A client: connections that are kept alive, as many as it has requests under way, and the right to hang up in the middle of one. */
import assert from 'node:assert/strict'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { targetFor } from '../harness/target-for.ts'
import type { Request } from './requests.ts'

const authorization =
  'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0'

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true })

  /** Undefined when the connection broke before the answer was whole. */
  send(endpoint: string, { operation, input }: Request): Promise<HttpAnswer | undefined> {
    return new Promise((resolve) => {
      const sent = this.#open(endpoint, operation)
      sent.on('error', () => resolve(undefined))
      sent.on('response', (response) => read(response, resolve))
      sent.end(JSON.stringify(input))
    })
  }

  /** Sends the whole request and hangs up. Resolves when it is done, whatever becomes of the request. */
  sendAndHangUp(endpoint: string, { operation, input }: Request): Promise<void> {
    return new Promise((resolve) => {
      const sent = this.#open(endpoint, operation)
      sent.on('error', () => {})
      sent.on('close', resolve)
      sent.end(JSON.stringify(input), () => sent.destroy())
    })
  }

  /** The body of an answer that must be 200. */
  async succeed(endpoint: string, asked: Request): Promise<{ readonly [member: string]: unknown }> {
    const answer = await this.send(endpoint, asked)
    assert.equal(answer?.status, 200, `${asked.operation}: ${answer?.text ?? 'no answer'}`)
    return JSON.parse(answer?.text ?? '')
  }

  close(): void {
    this.#agent.destroy()
  }

  #open(endpoint: string, operation: string): ClientRequest {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': targetFor(operation),
      'x-amz-date': '20261122T100000Z',
      authorization,
    }
    return request(endpoint, { method: 'POST', agent: this.#agent, headers })
  }
}

function read(response: IncomingMessage, resolve: (answer: HttpAnswer | undefined) => void): void {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.on('error', () => resolve(undefined))
  response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
}
