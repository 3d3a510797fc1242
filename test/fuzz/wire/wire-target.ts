/**
 * A server under fuzzing by way of its socket, plain, encrypted, or with its door shut: each case is a connection, on which something
 * is sent and all that comes back is read. Nothing may crash, hang or be logged; no answer may be malformed or say that the fault is
 * the server's; strangers get nothing; and afterwards it lives and holds nothing.
 */
import assert from 'node:assert/strict'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectEncrypted } from 'node:tls'
import aws4 from 'aws4'
import { ManualClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { makeSelfSigned, type SelfSigned } from '../../../src/cli/tls/self-signed.ts'
import { type RunningServer, startServer } from '../../../src/server/start.ts'
import { TestIdentities } from '../../harness/test-identities.ts'
import type { Choices } from '../choices.ts'
import type { FuzzTarget } from '../fuzz-targets.ts'
import type { Outcome } from '../fuzzed-server.ts'
import { fuzzedAccount, fuzzedStartMs, tableDefinition } from '../valid-requests.ts'
import { type ReadAnswer, readAnswers } from './read-answers.ts'
import { cutAnywhere, damagedBytes, writtenRequest } from './wire-bytes.ts'
import { type WireRequest, wireRequest } from './wire-requests.ts'

/** Wire: plain. Tls: encrypted. Door: who is not known gets nothing. Node: plain, and node:http reads it. */
export type WireKind = 'wire' | 'tls' | 'door' | 'node'

const date = '20260101T000000Z'
let selfSigned: SelfSigned | undefined

export class WireTarget implements FuzzTarget {
  readonly #kind: WireKind
  readonly #server: RunningServer
  readonly #faults: unknown[][]
  #sent: Buffer = Buffer.alloc(0)

  private constructor(kind: WireKind, server: RunningServer, faults: unknown[][]) {
    this.#kind = kind
    this.#server = server
    this.#faults = faults
  }

  static async open(kind: WireKind, seed: number): Promise<WireTarget> {
    const faults: unknown[][] = []
    const clock = new ManualClock(fuzzedStartMs)
    if (kind === 'tls') selfSigned ??= makeSelfSigned(['127.0.0.1'], Date.now())
    const server = await startServer({
      storage: { kind: 'memory' },
      account: fuzzedAccount,
      host: '127.0.0.1',
      port: 0,
      crossOrigin: false,
      jobs: 'manual',
      clock,
      random: seededRandom(seed),
      isTestCluster: true,
      // What was throttled, or would have been, is told each minute in which there was some, and is no fault.
      log: (text, cause) => {
        if (!/^(AWS would have throttled|Throttled) /.test(text)) faults.push([text, cause])
      },
      ...(kind === 'tls' && selfSigned && { tls: selfSigned }),
      ...(kind === 'node' && { http: 'node' as const }),
      ...(kind === 'door' && { identities: () => new TestIdentities(), signatureClock: new ManualClock(fuzzedStartMs) }),
    })
    const target = new WireTarget(kind, server, faults)
    const body = Buffer.from(JSON.stringify(tableDefinition))
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'DynamoDB_20120810.CreateTable' }
    const made = await target.#ask({ method: 'POST', url: '/', headers, body, service: 'dynamodb' })
    assert.equal(made?.status, 200, String(made?.body))
    return target
  }

  /** What was sent last, for who replays it. */
  get last(): string {
    const text = JSON.stringify(this.#sent.toString('latin1'))
    return text.length > 4000 ? `${text.slice(0, 4000)}… (${this.#sent.length} bytes)` : text
  }

  async run(choices: Choices): Promise<Outcome> {
    const isStranger = this.#kind === 'door' && choices.chance(60)
    const requests = choices.several(1, choices.chance(80) ? 1 : 4, () => {
      const request = wireRequest(choices)
      return writtenRequest(choices, request, signature(request, isStranger ? 'guessed' : 'secret'))
    })
    const whole = Buffer.concat(requests)
    this.#sent = choices.chance(this.#kind === 'door' ? 50 : 70) ? damagedBytes(choices, whole) : whole
    const isBare = this.#kind === 'tls' && choices.chance(20)
    const { received, isCut } = await this.#exchange(cutAnywhere(choices, this.#sent), { isBare, isLast: false })
    assert.deepEqual(this.#faults, [], 'the server logged a fault')
    // What answers who does not speak TLS is an alert, or nothing.
    if (isBare) return 'refused'
    const answers = readAnswers(received, { isCut })
    for (const answer of answers) this.#check(answer, isStranger)
    return answers.some(({ status }) => status === 200) ? 'answered' : 'refused'
  }

  async close(): Promise<void> {
    const live = await this.#ask({ method: 'GET', url: '/health/live', headers: {}, body: Buffer.alloc(0) })
    assert.deepEqual([live?.status, String(live?.body)], [200, 'live\n'], 'it lives')
    await this.#server.close()
  }

  #check({ status, body }: ReadAnswer, isStranger: boolean): void {
    const said = (): string => `status ${status}: ${body.toString('latin1', 0, 2000)}`
    // A body that is not what its Content-Encoding says is answered by AWS as if it were the service's own fault.
    const mayBroken = /content-encoding/i.test(this.#sent.toString('latin1'))
    assert.ok(status < 500 || (status === 500 && mayBroken), said())
    if (isStranger && status === 200)
      assert.match(body.toString('latin1'), /^(healthy: .*|live\n|ready\n|)$/, `a stranger got in: ${said()}`)
  }

  async #ask(request: WireRequest): Promise<ReadAnswer | undefined> {
    const { method, url, headers, body } = request
    const all = {
      Host: '127.0.0.1',
      ...headers,
      ...signature(request, 'secret'),
      'Content-Length': String(body.length),
      Connection: 'close',
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#sent = Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
    const { received, isCut } = await this.#exchange([this.#sent], { isBare: false, isLast: true })
    return readAnswers(received, { isCut })[0]
  }

  /**
   * Sends all of it, says that this was all, and reads until the server has said all, too. Where that ends the connection at once, as TLS
   * does, it is read until nothing comes any more, unless the server is to hang up by itself (`isLast`).
   */
  async #exchange(parts: readonly Buffer[], { isBare, isLast }: { readonly isBare: boolean; readonly isLast: boolean }): Promise<Received> {
    const where = { port: this.#server.port, host: '127.0.0.1', allowHalfOpen: true }
    const isEncrypted = this.#kind === 'tls' && !isBare
    const socket: Socket = isEncrypted ? connectEncrypted({ ...where, rejectUnauthorized: false }) : connectPlain(where)
    socket.setNoDelay()
    const received: Buffer[] = []
    let isCut = isEncrypted && !isLast
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('end', () => socket.end())
    socket.on('error', () => {
      isCut = true
    })
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    await Promise.race([closed, new Promise((resolve) => socket.once(isEncrypted ? 'secureConnect' : 'connect', resolve))])
    for (const part of parts) {
      socket.write(part)
      await new Promise(setImmediate)
    }
    if (!isEncrypted) socket.end()
    else if (!isLast) {
      await quiet(received)
      socket.destroy()
    }
    await closed
    return { received: Buffer.concat(received), isCut }
  }
}

interface Received {
  readonly received: Buffer
  readonly isCut: boolean
}

/** Turns of the event loop, which client and server share, in which nothing came. */
const quietTurns = 300

async function quiet(received: readonly Buffer[]): Promise<void> {
  let before = received.length
  for (let turn = 0; turn < quietTurns; turn += 1) {
    await new Promise(setImmediate)
    if (received.length === before) continue
    before = received.length
    turn = 0
  }
}

/** The headers of one, with whatever secret. */
function signature({ method, url, headers, body, service }: WireRequest, secretAccessKey: string): { readonly [name: string]: string } {
  if (service === undefined) return {}
  const signed = aws4.sign(
    {
      service,
      region: 'us-east-1',
      method,
      host: '127.0.0.1',
      path: url,
      headers: { ...headers, Host: '127.0.0.1', 'X-Amz-Date': date },
      body: Buffer.from(body) as unknown as string,
    },
    { accessKeyId: 'root', secretAccessKey },
  ).headers as unknown as { readonly [name: string]: string }
  return { 'X-Amz-Date': date, Authorization: signed.Authorization ?? '' }
}
