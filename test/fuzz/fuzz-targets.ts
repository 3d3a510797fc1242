/** What can be fuzzed, each with a fresh database: requests put to the service itself, and bytes put to a socket. */
import { Choices } from './choices.ts'
import { type FuzzCase, fuzzKinds, type RequestKind } from './fuzz-cases.ts'
import { FuzzedServer, type Outcome } from './fuzzed-server.ts'
import { type WireKind, WireTarget } from './wire/wire-target.ts'

export type FuzzKind = RequestKind | WireKind

export const allKinds: readonly FuzzKind[] = ['expressions', 'bodies', 'wire', 'node', 'door', 'tls']

export interface FuzzTarget {
  /** What was sent last, for who looks into a failure. */
  readonly last: string
  /** Makes a case and sends it. Rejects when what comes of it breaks the rules. */
  run(choices: Choices): Promise<Outcome>
  /** Rejects when the server is not as it should be when all is over. */
  close(): Promise<void>
}

export interface FuzzReport {
  readonly answered: number
  readonly refused: number
  /** The first thing that went wrong, with what it takes to replay it. */
  readonly failure?: string
}

/** `onCase` hears of each case before it begins. */
export async function runBatch(
  kind: FuzzKind,
  { seed, cases }: { readonly seed: number; readonly cases: number },
  onCase: (number: number) => void,
): Promise<FuzzReport> {
  const outcomes = { answered: 0, refused: 0 }
  let number = 0
  onCase(number)
  const target = await openTarget(kind, seed)
  try {
    const choices = new Choices(seed)
    for (; number < cases; number += 1) {
      onCase(number)
      outcomes[await target.run(choices)] += 1
    }
    await target.close()
    return outcomes
  } catch (error) {
    const failure = `${kind}, case ${number} of FUZZ_SEED=${seed}: ${target.last}\n${error instanceof Error ? error.stack : error}`
    await target.close().catch(() => {})
    return { ...outcomes, failure }
  }
}

function openTarget(kind: FuzzKind, seed: number): Promise<FuzzTarget> {
  return kind === 'expressions' || kind === 'bodies' ? RequestTarget.open(kind, seed) : WireTarget.open(kind, seed)
}

/** Requests of DynamoDB, after each of which all data is read: what was refused has left no trace. */
class RequestTarget implements FuzzTarget {
  readonly #kind: RequestKind
  readonly #server: FuzzedServer
  #case: FuzzCase | undefined

  private constructor(kind: RequestKind, server: FuzzedServer) {
    this.#kind = kind
    this.#server = server
  }

  static async open(kind: RequestKind, seed: number): Promise<RequestTarget> {
    return new RequestTarget(kind, await FuzzedServer.open(seed))
  }

  get last(): string {
    if (this.#case === undefined) return 'nothing'
    const text = Buffer.from(this.#case.body).toString('latin1')
    return `${this.#case.target} ${text.length > 4000 ? `${text.slice(0, 4000)}… (${text.length} bytes)` : text}`
  }

  run(choices: Choices): Promise<Outcome> {
    this.#case = fuzzKinds[this.#kind](choices)
    return this.#server.send(this.#case.target, this.#case.body)
  }

  close(): Promise<void> {
    return this.#server.close()
  }
}
