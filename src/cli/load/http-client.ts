/** Sends DynamoDB requests over kept connections. Knows HTTP and signatures, and nothing of what an answer means. */

import type { Agent as HttpAgent, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Clock } from '../../base/clock.ts'
import { nodeHttp } from '../../base/node-http.ts'
import { ownProgram } from '../../server/own-program.ts'
import { controlSigner, type Headers, type SignedQuestion } from '../asking/control-signer.ts'
import type { Endpoint } from '../asking/endpoint.ts'
import { answerMsMax } from '../limits.ts'
import { createSigner, realSigner, type SignedService, type Signer } from './signing.ts'

/** Nobody is given advice about what the command line asks. */
const programName = `${ownProgram}cli`

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

interface Signers {
  readonly sign: Signer
  readonly signControl: (asked: SignedQuestion) => Headers
}

export class HttpClient {
  readonly endpoint: Endpoint
  #sign: Signer
  readonly #signControl: (asked: SignedQuestion) => Headers
  readonly #agent: HttpAgent
  readonly #request: typeof nodeHttp.request
  readonly #others = new Map<SignedService, Signer>()
  #isClosed = false

  private constructor(endpoint: Endpoint, { sign, signControl }: Signers, connections: number) {
    this.endpoint = endpoint
    this.#sign = sign
    this.#signControl = signControl
    const options = { keepAlive: true, maxSockets: connections, scheduling: 'lifo' as const, timeout: answerMsMax }
    const isSecure = endpoint.url.protocol === 'https:'
    this.#agent = isSecure ? new HttpsAgent(options) : new nodeHttp.Agent(options)
    this.#request = isSecure ? httpsRequest : nodeHttp.request
  }

  static async open(endpoint: Endpoint, connections: number, clock: Clock): Promise<HttpClient> {
    return new HttpClient(endpoint, { sign: await createSigner(endpoint, clock), signControl: await controlSigner(endpoint) }, connections)
  }

  /** From now on every request for data is really signed, as those to the control endpoint always are: the server verifies signatures. */
  async signForReal(): Promise<void> {
    this.#sign = await realSigner(this.endpoint)
  }

  /** Rejects with the network's error, which has a `code`, when there is no answer. */
  send(operation: string, body: string): Promise<HttpAnswer> {
    return this.#exchange('POST', this.endpoint.url.pathname, () => this.#sign(operation, body), body)
  }

  /** To another service at the same address, really signed. Rejects as `send` does. */
  async sendTo(service: SignedService, operation: string, body: string): Promise<HttpAnswer> {
    const sign = this.#others.get(service) ?? (await realSigner(this.endpoint, service))
    this.#others.set(service, sign)
    return this.#exchange('POST', this.endpoint.url.pathname, () => sign(operation, body), body)
  }

  /** A request that is not one of DynamoDB's. */
  get(path: string): Promise<HttpAnswer> {
    return this.#exchange('GET', path, () => this.#signControl({ method: 'GET', path }), '')
  }

  /** Breaks off what is under way: their promises reject. Nothing is sent any more. */
  close(): void {
    this.#isClosed = true
    this.#agent.destroy()
  }

  async #exchange(method: string, path: string, headers: () => Headers, body: string): Promise<HttpAnswer> {
    for (;;) {
      try {
        return await this.#exchangeOnce(method, path, headers(), body)
      } catch (error) {
        // A server may close a kept connection at the moment at which it is used again: nobody's failure. `close` looks the same.
        if (!(error instanceof StaleConnection) || this.#isClosed) throw error
      }
    }
  }

  #exchangeOnce(method: string, path: string, headers: Headers, body: string): Promise<HttpAnswer> {
    const { hostname, port } = this.endpoint.url
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const options: RequestOptions = { method, host, port, path, headers: { ...headers, 'User-Agent': programName }, agent: this.#agent }
    return new Promise((resolve, reject) => {
      const request = this.#request(options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
        response.on('error', reject)
      })
      request.on('timeout', () => {
        request.destroy(Object.assign(new Error(`No answer came within ${answerMsMax / 1000} s`), { code: 'ETIMEDOUT' }))
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(request.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error)
      })
      request.end(body)
    })
  }
}

class StaleConnection extends Error {}
