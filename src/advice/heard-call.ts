/**
 * One call of a client as the advisor hears it, once it is answered. Each attempt is heard: those with one invocation id are one call, of
 * which no more than one is about anything that rules of sequences go by, as one that failed touches nothing. What items hold is read only
 * by rules that need it, and is kept as hashes.
 */
import type { OperationName } from '../api/operations.ts'
import type { RequestUsage } from '../metering/traffic/request-usage.ts'
import type { Lane } from './lanes.ts'
import type { Sender } from './sender.ts'
import type { Touched } from './touched.ts'

export interface HeardCall {
  /** Counted since the advisor began. */
  readonly number: number
  readonly operation: OperationName
  readonly region: string
  /** By the server's clock, when it was answered. */
  readonly atMs: number
  /** By a clock that nobody moves, when it was asked and when it was answered. */
  readonly beganMs: number
  readonly endedMs: number
  readonly sender: Sender
  readonly lane: Lane
  /** Tables, index, pattern, units, items evaluated and returned. */
  readonly usage: RequestUsage
  /** As it was checked. */
  readonly input: unknown
  /** As it was answered; its items may be JsonText. Undefined after an error. */
  readonly output: unknown
  /** The name of the exception, `fault` for a fault of the server. */
  readonly error: string | undefined
  /** Of a transaction that was cancelled: the code of each of its members, in their order; empty otherwise. */
  readonly reasons: readonly string[]
  /** A fault that was asked for kept the answer from the client. */
  readonly isAnswerLost: boolean
  /** The client had hung up before it was answered. */
  readonly isAbandoned: boolean
  /** Items that the call named or was answered with, read when first asked for. */
  readonly touched: Touched
}
