/** What a request meets that a fault strikes: what refuses it, what becomes of its members, or that its connection breaks. */
import { type ExceptionName, ServiceError, unknownFailure } from '../../api/errors.ts'
import { transactionConflict } from '../../engine/transactions/transaction-faults.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type Lack, throttled } from '../../metering/throughput/throttle.ts'
import type { ThrottleCause } from '../../metering/throughput/throughput-gate.ts'
import type { KeptMembers } from '../../metering/traffic/request-usage.ts'
import { codeOf, type Reason, reasonOf, transactionCancelled } from '../../operations/transactions/cancellation.ts'
import type { CancellationCode, FaultEffect, ThrottleReason } from './fault.ts'
import type { Strike } from './faults.ts'
import { type FacedRequest, globalIndexOf } from './match-fault.ts'
import { canLeaveUnprocessed, isTransaction, partsOf } from './read-fault.ts'

export type Outcome =
  | { readonly kind: 'refused'; readonly error: ServiceError }
  /** Others are done. */
  | { readonly kind: 'kept'; readonly kept: KeptMembers }
  | { readonly kind: 'lost'; readonly what: 'request' | 'answer' }

/** Undefined for one that only delays. */
export function outcomeOf(engine: MeteredEngine, request: FacedRequest, { asked, places }: Strike): Outcome | undefined {
  const effect = asked.do
  if ('throttle' in effect) return throttledOutcome(engine, request, places, { reason: effect.throttle, index: asked.match?.index })
  if ('error' in effect) return { kind: 'refused', error: errorOf(engine, request, effect, places) }
  if ('lose' in effect) return { kind: 'lost', what: effect.lose }
  if ('unprocessed' in effect) return unprocessed(effect.unprocessed, places)
  if ('conflict' in effect) return conflicting(request, places)
  return undefined
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

function throttleOf(
  engine: MeteredEngine,
  { access, members }: FacedRequest,
  at: number,
  { reason, index: name }: AskedThrottle,
): ServiceError {
  const member = members[at]
  const parts = partsOf(reason)
  if (member === undefined || parts === undefined) return unknownFailure()
  const index = parts.of === 'index' ? globalIndexOf(member, access, name) : undefined
  const lack: Lack = { meter: { table: member.table, index }, access, cause: parts.cause }
  return throttled(lack, [lack], engine)
}

/** The last ones. */
function unprocessed(count: number | 'all', places: readonly number[]): Outcome {
  const kept = count === 'all' ? places : places.slice(-count)
  return { kind: 'kept', kept: new Map(kept.map((at) => [at, unknownFailure()])) }
}

function conflicting(request: FacedRequest, places: readonly number[]): Outcome {
  return outcomeOfMembers(request, new Map(places.map((at) => [at, transactionConflict()])))
}

type ErrorEffect = Extract<FaultEffect, { readonly error: ExceptionName }>

function errorOf(
  engine: MeteredEngine,
  request: FacedRequest,
  { error, message, reason = 'TransactionConflict' }: ErrorEffect,
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
