/** What a request meets that a fault strikes: what refuses it, what becomes of its members, or that its connection breaks. */
import { type ExceptionName, ServiceError, unknownFailure } from '../../api/errors.ts'
import type { Staleness } from '../../engine/recent/recent-changes.ts'
import { transactionConflict } from '../../engine/transactions/transaction-faults.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { AskedLack } from '../../metering/throughput/admit.ts'
import { isThrottleName, type Lack, throttled } from '../../metering/throughput/throttle.ts'
import type { ThrottleCause } from '../../metering/throughput/throughput-gate.ts'
import type { KeptMembers, Lag } from '../../metering/traffic/request-usage.ts'
import { codeOf, type Reason, reasonOf, transactionCancelled } from '../../operations/transactions/cancellation.ts'
import type { CancellationCode, FaultEffect, ThrottleReason } from './fault.ts'
import type { Strike } from './faults.ts'
import { type FacedRequest, globalIndexOf } from './match-fault.ts'
import { canLeaveUnprocessed, isStale, isTransaction, partsOf, type StaleEffect } from './read-fault.ts'

export type Outcome =
  | { readonly kind: 'refused'; readonly error: ServiceError }
  /** Others are done. */
  | { readonly kind: 'kept'; readonly kept: KeptMembers }
  | { readonly kind: 'lost'; readonly what: 'request' | 'answer' }
  /** Done, and not all that is there is seen. */
  | { readonly kind: 'lagging'; readonly lag: Lag }

/** Undefined for one that only delays. */
export function outcomeOf(engine: MeteredEngine, request: FacedRequest, { asked, places }: Strike): Outcome | undefined {
  const effect = asked.do
  if ('throttle' in effect) return throttledOutcome(engine, request, places, { reason: effect.throttle, index: asked.match?.index })
  if ('error' in effect) return { kind: 'refused', error: errorOf(engine, request, effect, places) }
  if ('lose' in effect) return { kind: 'lost', what: effect.lose }
  if ('unprocessed' in effect) return unprocessed(effect.unprocessed, places)
  if ('conflict' in effect) return conflicting(request, places)
  if (isStale(effect)) return { kind: 'lagging', lag: { kind: 'stale', staleness: stalenessOf(effect), tables: tablesAt(request, places) } }
  if ('streamDelayMs' in effect) return { kind: 'lagging', lag: { kind: 'records', ageMs: effect.streamDelayMs } }
  return undefined
}

function tablesAt({ members }: FacedRequest, places: readonly number[]): ReadonlyMap<number, number> {
  return new Map(places.flatMap((at) => (members[at] === undefined ? [] : [[at, members[at].table.tableId]])))
}

function stalenessOf(effect: StaleEffect): Staleness {
  return 'staleMs' in effect ? { kind: 'age', ms: effect.staleMs } : { kind: 'changes', count: effect.staleChanges }
}

/** Throttles and conflicts are what single members meet: of a batch the others are done, a transaction says which it was. */
function outcomeOfMembers({ operation, members }: FacedRequest, errors: KeptMembers): Outcome {
  const [first] = errors.values()
  if (isTransaction(operation)) {
    const reasons = members.map((_, at) => reasonFor(errors.get(at)))
    return { kind: 'refused', error: transactionCancelled(reasons) }
  }
  const isBatch = canLeaveUnprocessed(operation) || operation.name === 'BatchExecuteStatement'
  if (isBatch || first === undefined) return { kind: 'kept', kept: errors }
  return { kind: 'refused', error: first }
}

function reasonFor(error: ServiceError | undefined): Reason {
  return reasonOf(error && { kind: 'fault', error }, 'NONE')
}

interface AskedThrottle {
  readonly reason: ThrottleReason
  /** Which index of those that a write draws on. */
  readonly index: string | undefined
}

function throttledOutcome(engine: MeteredEngine, request: FacedRequest, places: readonly number[], asked: AskedThrottle): Outcome {
  const errors = new Map(places.map((at) => [at, throttleOf(engine, request, at, asked)]))
  const [first] = errors.values()
  // A batch of which nothing can be done is refused as a whole, as under limits.
  const isWhole = canLeaveUnprocessed(request.operation) && errors.size === request.members.length
  return isWhole && first !== undefined ? { kind: 'refused', error: first } : outcomeOfMembers(request, errors)
}

function throttleOf(engine: MeteredEngine, request: FacedRequest, at: number, asked: AskedThrottle): ServiceError {
  const lack = lackOf(request, at, asked)
  return lack === undefined ? unknownFailure() : throttled(lack, [lack], engine)
}

function lackOf({ access, members }: FacedRequest, at: number, { reason, index: name }: AskedThrottle): Lack | undefined {
  const member = members[at]
  const parts = partsOf(reason)
  if (member === undefined || parts === undefined) return undefined
  const index = parts.of === 'index' ? globalIndexOf(member, access, name) : undefined
  return { meter: { table: member.table, index }, access, cause: parts.cause }
}

/** What the members that it strikes are told to have too little of: an event of a throttle each, as AWS counts them. */
export function lacksOf(request: FacedRequest, { asked: { do: effect, match }, places }: Strike): readonly AskedLack[] {
  if ('throttle' in effect) {
    const asked = { reason: effect.throttle, index: match?.index }
    return places.map((at) => lackOf(request, at, asked)).filter((lack) => lack !== undefined)
  }
  const exception = 'error' in effect ? exceptionTold(effect) : undefined
  if (exception === undefined || !isThrottleName(exception)) return []
  return places.flatMap((at) => {
    const { table, index } = request.members[at] ?? {}
    const read = request.access === 'read' && index !== undefined && 'kind' in index && index.kind === 'global' ? index : undefined
    return table === undefined ? [] : [{ meter: { table, index: read }, access: request.access, cause: causeOf[exception] }]
  })
}

/** Of the members, as a transaction has reasons for them. */
function exceptionTold({ error, reason }: ErrorEffect): ExceptionName {
  return error === 'TransactionCanceledException' ? exceptionOfCode[reason ?? reasonUsual] : error
}

/** The last ones. */
function unprocessed(count: number | 'all', places: readonly number[]): Outcome {
  const kept = count === 'all' ? places : places.slice(-count)
  return { kind: 'kept', kept: new Map(kept.map((at) => [at, unknownFailure()])) }
}

function conflicting(request: FacedRequest, places: readonly number[]): Outcome {
  return outcomeOfMembers(request, new Map(places.map((at) => [at, transactionConflict()])))
}

const reasonUsual: CancellationCode = 'TransactionConflict'

type ErrorEffect = Extract<FaultEffect, { readonly error: ExceptionName }>

function errorOf(
  engine: MeteredEngine,
  request: FacedRequest,
  { error, message, reason = reasonUsual }: ErrorEffect,
  places: readonly number[],
): ServiceError {
  if (error !== 'TransactionCanceledException') return new ServiceError(error, message ?? usualMessage(engine, request, error))
  const exception = exceptionOfCode[reason]
  const told = new ServiceError(exception, message ?? usualMessage(engine, request, exception))
  return transactionCancelled(
    request.members.map((_, at) => (places.includes(at) ? { Code: codeOf(told), Message: told.message } : { Code: 'None' })),
  )
}

const exceptionOfCode: { readonly [Code in CancellationCode]: ExceptionName } = {
  ConditionalCheckFailed: 'ConditionalCheckFailedException',
  DuplicateItem: 'DuplicateItemException',
  ItemCollectionSizeLimitExceeded: 'ItemCollectionSizeLimitExceededException',
  ProvisionedThroughputExceeded: 'ProvisionedThroughputExceededException',
  ThrottlingError: 'ThrottlingException',
  TransactionConflict: 'TransactionConflictException',
  ValidationError: 'ValidationException',
}

/** What a request meets in these words whatever it is. Of other exceptions the words depend on what is wrong, and nothing is. */
const usualMessages: { readonly [Name in ExceptionName]?: string } = {
  AccessDeniedException: 'Access is denied',
  ConditionalCheckFailedException: 'The conditional request failed',
  DuplicateItemException: 'Duplicate primary key exists in table',
  ExpiredTokenException: 'The security token included in the request is expired',
  InternalServerError: unknownFailure().message,
  ItemCollectionSizeLimitExceededException: 'Collection size exceeded.',
  MissingAuthenticationTokenException: 'Request is missing Authentication Token',
  ResourceNotFoundException: 'Requested resource not found',
  ThrottlingException: 'Rate of requests exceeds the allowed throughput.',
  TransactionConflictException: transactionConflict().message,
  TransactionInProgressException: 'The transaction with the given request token is already in progress.',
  TrimmedDataAccessException: 'The operation attempted to read past the oldest stream record in a shard.',
  UnrecognizedClientException: 'The security token included in the request is invalid.',
}

const causeOf: { readonly [Name in ExceptionName]?: ThrottleCause } = {
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
  RequestLimitExceeded: 'AccountLimitExceeded',
}

function usualMessage(engine: MeteredEngine, { access, members: [member] }: FacedRequest, exception: ExceptionName): string {
  const cause = causeOf[exception]
  if (cause === undefined || member === undefined) return usualMessages[exception] ?? 'A fault that was asked for.'
  const lack: Lack = { meter: { table: member.table, index: undefined }, access, cause }
  return throttled(lack, [lack], engine).message
}
