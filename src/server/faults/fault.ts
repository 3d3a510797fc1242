/** What a fault is, as tests ask for it and are told of it (docs/faults.md). */
import type { ExceptionName } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import type { ThrottleCause } from '../../metering/throughput/throughput-gate.ts'

export interface NewFault {
  /** Which requests it is for; what is left out is any. */
  readonly match?: FaultMatch
  /** How many of the requests that it is for pass first. Default 0. */
  readonly after?: number
  /** How often it strikes at most. Default: always. */
  readonly times?: number
  /** From 0 to 1: of how many of the others. Default 1. */
  readonly probability?: number
  /** How long it is there, by Stator's clock. Default: until it is removed. */
  readonly forMs?: number
  readonly do: FaultEffect
}

export interface FaultMatch {
  readonly operation?: OperationName
  /** Its name. */
  readonly table?: string
  /** Its name: of requests that read it. */
  readonly index?: string
  /** The whole key of an item, or a partition key: `{ pk: { S: 'a' } }`. */
  readonly key?: FaultKey
  /** The ARN of who asks. */
  readonly caller?: string
  /** The id of a partition of the table, or with `index` of that index, as `control.partitions` tells it: of requests that name items in it by key. */
  readonly partition?: number
  /** The id of a shard: of GetRecords and GetShardIterator. */
  readonly shard?: string
}

export interface FaultKey {
  readonly [attribute: string]: { readonly S: string } | { readonly N: string } | { readonly B: string }
}

/** AWS has sixteen. */
export type ThrottleReason = `${'Table' | 'Index'}${'Read' | 'Write'}${ThrottleCause}`

/** Why one of the actions of a transaction is not done, as `CancellationReasons` say it. */
export type CancellationCode =
  | 'ConditionalCheckFailed'
  | 'DuplicateItem'
  | 'ItemCollectionSizeLimitExceeded'
  | 'ProvisionedThroughputExceeded'
  | 'ThrottlingError'
  | 'TransactionConflict'
  | 'ValidationError'

/** One of them. */
export type FaultEffect =
  /** Refused as enforced limits would. */
  | { readonly throttle: ThrottleReason }
  /** `reason`: with TransactionCanceledException, for the actions that the fault is for; TransactionConflict when it is left out. */
  | { readonly error: ExceptionName; readonly message?: string; readonly reason?: CancellationCode }
  /** Goes on so much later. */
  | { readonly delayMs: number }
  /** The connection breaks in place of an answer: before anything is done, or after. */
  | { readonly lose: 'request' | 'answer' }
  /** Of a batch, so many members come back unprocessed. */
  | { readonly unprocessed: number | 'all' }
  /** An eventually consistent read sees what was so many milliseconds ago, by Stator's clock, or before the last changes of each item. */
  | { readonly staleMs: number }
  | { readonly staleChanges: number }
  /** Records of a stream that are younger, by Stator's clock, are not there yet. */
  | { readonly streamDelayMs: number }
  /** Another transaction has the items. */
  | { readonly conflict: true }

export interface FaultReport extends NewFault {
  /** What it is removed by. */
  readonly fault: string
  /** How many requests it was for, and how many it has struck. */
  readonly matched: number
  readonly struck: number
  /** How many it is holding up. */
  readonly waiting: number
  /** With `forMs`: milliseconds since the Unix epoch. */
  readonly untilMs?: number
}

export interface FaultList {
  /** What makes chance repeat. */
  readonly seed: number
  /** In the order in which they are tried. */
  readonly faults: readonly FaultReport[]
}
