/**
 * One call of a client as the advisor hears it, once it is answered: all attempts with one invocation id are one call, of which the last
 * is heard. What items hold is read only by rules that need it, and is kept as hashes.
 */
import type { OperationName } from '../api/operations.ts'
import type { RequestUsage } from '../metering/traffic/request-usage.ts'
import type { Lane } from './lanes.ts'

/** What a request says of who sends it, and on whose behalf. */
export interface Sender {
  /** An access key, or the ARN of a session. */
  readonly identity: string
  readonly address: string
  readonly userAgent: string
  /** Of one call, the same for all its attempts. */
  readonly invocationId: string | undefined
  /** From 1. */
  readonly attempt: number
  /** Of the request of somebody that all this is part of: X-Ray's root, or W3C's trace id. */
  readonly traceId: string | undefined
}

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
  /** A fault that was asked for kept the answer from the client. */
  readonly isAnswerLost: boolean
  /** Items that the call named or was answered with, read when first asked for. */
  readonly touched: Touched
}

/** The items of a call: made once, by the first rule that asks. */
export interface Touched {
  /** What it read: its Get, or the items of its answer. */
  reads(): readonly TouchedItem[]
  /** What it wrote. Nothing after an error. */
  writes(): readonly TouchedItem[]
}

export interface TouchedItem {
  readonly tableId: number
  readonly tableName: string
  /** Of partition and sort key, the same wherever the item is met; also by way of an index, whose entries hold the table's key. */
  readonly keyHash: string
  /** For people. */
  readonly keyText: string
  readonly partitionKeyText: string
  /** False: it was looked for and is not there. */
  readonly isThere: boolean
  /** Its attributes, where the call or its answer holds them: DynamoDB JSON. */
  readonly attributes: { readonly [name: string]: unknown } | undefined
  readonly isConsistent?: boolean
  readonly isConditional?: boolean
  /** Of a write. */
  readonly kind?: 'put' | 'update' | 'delete'
  /** Of an update: names that it sets to a value of the request, and names that it adds to or computes from what is there. */
  readonly assigned?: readonly string[]
  readonly computed?: readonly string[]
}
