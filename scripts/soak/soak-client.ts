/** Asks a server over connections that are kept, but for every so many requests, and knows what became of it. */
import { Agent, request as askHttp } from 'node:http'
import { connect } from 'node:net'
import { authorization, requestBytes } from '../../test/server/raw-connection.ts'
import type { Window } from './judge.ts'
import type { Asked } from './mixed-load.ts'

/** Every so many requests one comes by a connection of its own. */
const ownConnectionEvery = 50
const wrongToldMax = 20
/** What takes longer hangs. */
const answerMsMax = 60_000

export class SoakClient {
  readonly #endpoint: URL
  readonly #agent: Agent
  readonly wrong: string[] = []
  #asked = 0
  #latenciesMs: number[] = []
  #failed = 0
  #refused = 0
  readonly #deserved = new Map<string, number>()

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
  async ask(asked: Asked): Promise<unknown> {
    const { operation, input, service = 'DynamoDB_20120810', kind = operation } = asked
    if (asked.hangsUp === true) return this.#hangUp(kind, operation, input)
    const startMs = performance.now()
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${service}.${operation}`,
      'x-amz-date': '20261122T120000Z',
      authorization,
    }
    const { status, body } = await this.#send('POST', '/', { headers, body: JSON.stringify(input) })
    this.#latenciesMs.push(performance.now() - startMs)
    const judged = judgeAnswer(asked, status, body)
    if (judged === 'deserved') this.#count(kind)
    if (judged === 'noRoom') this.#refused += 1
    if (judged === 'wrong') {
      this.#failed += 1
      if (this.wrong.length < wrongToldMax) this.wrong.push(`${kind}: ${status} ${body.slice(0, 300)}`)
    }
    return status === 200 ? JSON.parse(body) : {}
  }

  /** Of each kind, how many were answered as they deserve, or hung up on. */
  get deserved(): ReadonlyMap<string, number> {
    return this.#deserved
  }

  #count(kind: string): void {
    this.#deserved.set(kind, (this.#deserved.get(kind) ?? 0) + 1)
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

  async #hangUp(kind: string, target: string, input: object): Promise<void> {
    const socket = connect({ port: Number(this.#endpoint.port), host: this.#endpoint.hostname })
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
    socket.write(requestBytes({ target, body: JSON.stringify(input) }), (error) => {
      if (!error) this.#count(kind)
      socket.destroy()
    })
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
      request.setTimeout(answerMsMax, () => request.destroy(new Error(`${method} ${path}: no answer within ${answerMsMax / 1000} s`)))
      request.on('error', reject).end(sent.body)
    })
  }
}

/**
 * `deserved`: 200, or the refusal that a wrong request must have. `allowed`: a refusal that may come to pass. `noRoom`: the server has
 * too much to do. Anything else is wrong.
 */
export function judgeAnswer(asked: Asked, status: number, body: string): 'deserved' | 'allowed' | 'noRoom' | 'wrong' {
  const { refusals = [], isWrong = false } = asked
  const type = typeIn(body)
  if (status === 503 && type === 'ServiceUnavailable') return 'noRoom'
  if (status === 400 && refusals.includes(type)) return isWrong ? 'deserved' : 'allowed'
  return status === 200 && !isWrong ? 'deserved' : 'wrong'
}

/** The name of the exception, without its namespace. */
function typeIn(body: string): string {
  return /"__type":"(?:[^"]*#)?(\w+)"/.exec(body)?.[1] ?? ''
}
