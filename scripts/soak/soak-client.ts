/** Asks a server over connections that are kept, but for every so many requests, and knows what became of it. */
import { Agent, request as askHttp } from 'node:http'
import { connect } from 'node:net'
import { authorization, requestBytes } from '../../test/server/raw-connection.ts'
import type { Window } from './judge.ts'
import type { Asked } from './mixed-load.ts'

/** Every so many requests one comes by a connection of its own. */
const ownConnectionEvery = 50
const wrongToldMax = 20

export class SoakClient {
  readonly #endpoint: URL
  readonly #agent: Agent
  readonly wrong: string[] = []
  #asked = 0
  #latenciesMs: number[] = []
  #failed = 0
  #refused = 0

  constructor(endpoint: string, connections: number) {
    this.#endpoint = new URL(endpoint)
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** How many answers there were in this window. */
  get answers(): number {
    return this.#latenciesMs.length
  }

  beginWindow(): void {
    this.#latenciesMs = []
    this.#failed = 0
    this.#refused = 0
  }

  endWindow(): Pick<Window, 'requests' | 'failed' | 'refused' | 'p99Ms'> {
    const sorted = this.#latenciesMs.sort((a, b) => a - b)
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? 0
    return { requests: sorted.length, failed: this.#failed, refused: this.#refused, p99Ms }
  }

  /** The body of the answer; of one that is not 200, nothing. */
  async ask({ operation, input, service = 'DynamoDB_20120810', statuses, hangsUp = false }: Asked): Promise<unknown> {
    if (hangsUp) return this.#hangUp(operation, input)
    const startMs = performance.now()
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${service}.${operation}`,
      'x-amz-date': '20261122T120000Z',
      authorization,
    }
    const { status, body } = await this.#send('POST', '/', { headers, body: JSON.stringify(input) })
    this.#latenciesMs.push(performance.now() - startMs)
    if (status === 503 && body.includes('ServiceUnavailable')) this.#refused += 1
    else if (!statuses.includes(status)) {
      this.#failed += 1
      if (this.wrong.length < wrongToldMax) this.wrong.push(`${operation}: ${status} ${body.slice(0, 300)}`)
    }
    return status === 200 ? JSON.parse(body) : {}
  }

  async control(method: string, path: string, input: object): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await this.#send(method, `/_stator/${path}`, { headers, body: JSON.stringify(input) })
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
  }

  /** What /metrics says of the process. */
  async figures(): Promise<ReadonlyMap<string, number>> {
    const { body } = await this.#send('GET', '/metrics', { headers: {}, body: '' })
    return new Map([...body.matchAll(/^((?:process|nodejs)_\w+) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]))
  }

  /** Gives up connections that nobody uses. */
  closeIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }

  close(): void {
    this.#agent.destroy()
  }

  async #hangUp(target: string, input: object): Promise<void> {
    const socket = connect({ port: Number(this.#endpoint.port), host: this.#endpoint.hostname })
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
    socket.write(requestBytes({ target, body: JSON.stringify(input) }), () => socket.destroy())
    await closed
  }

  #send(
    method: string,
    path: string,
    sent: { readonly headers: { readonly [name: string]: string }; readonly body: string },
  ): Promise<{ readonly status: number; readonly body: string }> {
    this.#asked += 1
    const agent = this.#asked % ownConnectionEvery === 0 ? false : this.#agent
    const { hostname, port } = this.#endpoint
    const headers = { ...sent.headers, ...(sent.body !== '' && { 'content-length': Buffer.byteLength(sent.body) }) }
    return new Promise((resolve, reject) => {
      const request = askHttp({ method, path, hostname, port, headers, agent }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body })).on('error', reject)
      })
      request.on('error', reject).end(sent.body)
    })
  }
}
