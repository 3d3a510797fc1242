/** From what somebody asks for to a fault that can strike, or one sentence about why it can't. */
import { type ExceptionName, exceptions, ServiceError } from '../../api/errors.ts'
import { errorsOf } from '../../api/operation-errors.ts'
import { type Operation, operations } from '../../api/operations.ts'
import { getOwn } from '../../base/own.ts'
import type { ThrottleCause } from '../../metering/throughput/throughput-gate.ts'
import { readSoughtKey, type SoughtKey } from '../../operations/request/sought-key.ts'
import { settableCountMax, settableDelayMsMax, staleChangesMax } from '../limits.ts'
import type { CancellationCode, FaultEffect, FaultMatch, NewFault, ThrottleReason } from './fault.ts'
import { FaultError } from './fault-error.ts'

/** One that makes sense. */
export interface ReadFault {
  readonly asked: NewFault
  /** Canonical. */
  readonly key: SoughtKey | undefined
}

/** What may be in it, besides that each member is of its kind, is for this to say. Throws FaultError 400. */
export function readFault(asked: NewFault): ReadFault {
  const { match = {}, times, do: effect } = asked
  checkMatch(match)
  if (times === 0) throw refused('"times" must be at least 1.')
  const operation = match.operation === undefined ? undefined : operations[match.operation]
  checkEffect(effect, operation)
  return { asked, key: match.key === undefined ? undefined : readKey(match.key) }
}

const matchMembers = ['operation', 'table', 'index', 'key', 'caller', 'partition', 'shard'] as const

function checkMatch(match: FaultMatch): void {
  checkNames(match, matchMembers, 'match')
  for (const name of matchMembers) {
    const value: unknown = match[name]
    if (name === 'key' || name === 'partition' || value === undefined || (typeof value === 'string' && value !== '')) continue
    throw refused(`"match.${name}" must be a name.`)
  }
  checkPartition(match)
  const { operation, shard } = match
  if (shard !== undefined && operation !== undefined && !shardReads.has(operation)) {
    throw refused(`${operation} reads no shard: GetRecords and GetShardIterator do.`)
  }
  if (operation !== undefined && getOwn(operations, operation) === undefined) {
    throw refused(`"match.operation" must be an operation of DynamoDB, and ${JSON.stringify(operation)} is none.`)
  }
}

function checkPartition({ partition, table }: FaultMatch): void {
  if (partition === undefined) return
  if (!Number.isInteger(partition) || partition < 1)
    throw refused('"match.partition" must be the id of a partition, a whole number from 1 on.')
  if (table === undefined) throw refused('"match.partition" goes with "match.table", whose partition it is.')
}

const shardReads: ReadonlySet<string> = new Set(['GetRecords', 'GetShardIterator'] satisfies Operation['name'][])

/** It asks by itself for what it is to meet, as what reads and writes items does. */
export function readsShard({ name }: Operation): boolean {
  return shardReads.has(name)
}

function readKey(key: unknown): SoughtKey {
  try {
    const read = readSoughtKey(key)
    if (read !== undefined) return read
  } catch (error) {
    if (error instanceof ServiceError) throw noKey(error.message)
    throw error
  }
  throw noKey()
}

function noKey(why?: string): FaultError {
  const sentence = '"match.key" must be a key, or the partition key of one, such as { "pk": { "S": "a" } }'
  return refused(why === undefined ? `${sentence}.` : `${sentence}: ${why}`)
}

const effectMembers = [
  'throttle',
  'error',
  'delayMs',
  'lose',
  'unprocessed',
  'conflict',
  'staleMs',
  'staleChanges',
  'streamDelayMs',
] as const

function checkEffect(effect: FaultEffect, operation: Operation | undefined): void {
  const kinds = effectMembers.filter((name) => Object.hasOwn(effect, name))
  if (kinds.length !== 1) throw refused(`"do" must have one of ${effectMembers.join(', ')}.`)
  checkNames(effect, 'error' in effect ? ['error', 'message', 'reason'] : kinds, 'do')
  if ('throttle' in effect) checkThrottle(effect.throttle, operation)
  else if ('error' in effect) checkError(effect, operation)
  else if ('delayMs' in effect) checkDelay(effect.delayMs)
  else if ('lose' in effect) checkLoss(effect.lose)
  else if ('unprocessed' in effect) checkUnprocessed(effect.unprocessed, operation)
  else if ('conflict' in effect) checkConflict(effect.conflict, operation)
  else checkLag(effect, operation)
}

const causes: { readonly [Cause in ThrottleCause]: true } = {
  ProvisionedThroughputExceeded: true,
  AccountLimitExceeded: true,
  KeyRangeThroughputExceeded: true,
  MaxOnDemandThroughputExceeded: true,
}

/** What a reason says. Undefined: it is none. */
export function partsOf(
  reason: ThrottleReason,
): { readonly of: 'table' | 'index'; readonly access: 'read' | 'write'; readonly cause: ThrottleCause } | undefined {
  const [, of, access, cause = ''] = /^(Table|Index)(Read|Write)(\w+)$/.exec(reason) ?? []
  if (!Object.hasOwn(causes, cause)) return undefined
  return { of: of === 'Table' ? 'table' : 'index', access: access === 'Read' ? 'read' : 'write', cause: cause as ThrottleCause }
}

/** The tiers whose operations draw on the capacity of tables. */
const metered: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ'])

export function canBeThrottled({ tier }: Operation): boolean {
  return metered.has(tier)
}

function checkThrottle(reason: ThrottleReason, operation: Operation | undefined): void {
  const parts = typeof reason === 'string' ? partsOf(reason) : undefined
  if (parts === undefined) {
    throw refused(
      `"do.throttle" must be Table or Index, Read or Write, and one of ${Object.keys(causes).join(', ')}: TableWriteProvisionedThroughputExceeded.`,
    )
  }
  if (operation === undefined) return
  if (!canBeThrottled(operation))
    throw refused(`${operation.name} takes no capacity of a table: { "error": "ThrottlingException" } does it.`)
  const isOther = operation.access !== 'readOrWrite' && operation.access !== parts.access
  if (isOther) throw refused(`${operation.name} is not throttled for ${reason}, as it is a ${operation.access}.`)
}

/** Besides those of the operation: what may keep any request of any service from being answered. */
const errorsOfAll: ReadonlySet<ExceptionName> = new Set([
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'ServiceUnavailable',
  'UnrecognizedClientException',
])

export function canAnswerWith(operation: Operation, error: ExceptionName): boolean {
  return errorsOfAll.has(error) || errorsOf(operation).includes(error)
}

const codes: { readonly [Code in CancellationCode]: true } = {
  ConditionalCheckFailed: true,
  DuplicateItem: true,
  ItemCollectionSizeLimitExceeded: true,
  ProvisionedThroughputExceeded: true,
  ThrottlingError: true,
  TransactionConflict: true,
  ValidationError: true,
}

function checkError(
  { error, message, reason }: { readonly error: unknown; readonly message?: unknown; readonly reason?: unknown },
  operation: Operation | undefined,
): void {
  if (typeof error !== 'string' || !Object.hasOwn(exceptions, error)) {
    throw refused(`"do.error" must be an exception of DynamoDB such as InternalServerError, and ${JSON.stringify(error)} is none.`)
  }
  if (message !== undefined && typeof message !== 'string') throw refused('"do.message" must be a text.')
  if (operation !== undefined && !canAnswerWith(operation, error as ExceptionName)) {
    const known = errorsOf(operation).join(', ')
    throw refused(
      `${operation.name} does not answer with ${error}: its exceptions are ${known}, and any may meet ${[...errorsOfAll].join(', ')}.`,
    )
  }
  if (operation === undefined && !Object.values(operations).some((each) => canAnswerWith(each, error as ExceptionName))) {
    throw refused(`No operation answers with ${error}.`)
  }
  if (reason === undefined) return
  if (error !== 'TransactionCanceledException') throw refused('"do.reason" goes with TransactionCanceledException.')
  if (typeof reason !== 'string' || !Object.hasOwn(codes, reason)) {
    throw refused(`"do.reason" must be one of ${Object.keys(codes).join(', ')}.`)
  }
}

function checkDelay(delayMs: unknown): void {
  if (Number.isInteger(delayMs) && Number(delayMs) >= 0 && Number(delayMs) <= settableDelayMsMax) return
  throw refused(`"do.delayMs" must be a whole number of milliseconds from 0 to ${settableDelayMsMax}.`)
}

function checkLoss(lose: unknown): void {
  if (lose !== 'request' && lose !== 'answer') throw refused('"do.lose" must be request (nothing is done) or answer (it is done).')
}

export function canLeaveUnprocessed({ name }: Operation): boolean {
  return name === 'BatchGetItem' || name === 'BatchWriteItem'
}

function checkUnprocessed(count: unknown, operation: Operation | undefined): void {
  if (count !== 'all' && !(Number.isInteger(count) && Number(count) >= 1 && Number(count) <= settableCountMax)) {
    throw refused(`"do.unprocessed" must be all, or a whole number from 1 to ${settableCountMax}.`)
  }
  if (operation === undefined || canLeaveUnprocessed(operation)) return
  throw refused(`Nothing comes back unprocessed of ${operation.name}, but of BatchGetItem and BatchWriteItem.`)
}

const transactions: ReadonlySet<string> = new Set([
  'TransactGetItems',
  'TransactWriteItems',
  'ExecuteTransaction',
] satisfies Operation['name'][])

export function isTransaction({ name }: Operation): boolean {
  return transactions.has(name)
}

function checkConflict(conflict: unknown, operation: Operation | undefined): void {
  if (conflict !== true) throw refused('"do.conflict" must be true.')
  if (operation === undefined || isTransaction(operation) || (canBeThrottled(operation) && operation.access !== 'read')) return
  throw refused(`${operation.name} does not conflict with transactions: writes of items and transactions do.`)
}

const staleReads: ReadonlySet<string> = new Set([
  'GetItem',
  'BatchGetItem',
  'Query',
  'Scan',
  'ExecuteStatement',
  'BatchExecuteStatement',
] satisfies Operation['name'][])

/** Whether it may be told what was. */
export function canBeStale({ name }: Operation): boolean {
  return staleReads.has(name)
}

export function isStale(effect: FaultEffect): effect is StaleEffect {
  return 'staleMs' in effect || 'staleChanges' in effect
}

export type StaleEffect = Extract<FaultEffect, { readonly staleMs: number } | { readonly staleChanges: number }>
type LagEffect = StaleEffect | Extract<FaultEffect, { readonly streamDelayMs: number }>

function checkLag(effect: LagEffect, operation: Operation | undefined): void {
  const [[name, value] = ['']] = Object.entries(effect)
  const max = name === 'staleChanges' ? staleChangesMax : settableDelayMsMax
  if (!(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max)) {
    throw refused(`"do.${name}" must be a whole number${name === 'staleChanges' ? '' : ' of milliseconds'} from 1 to ${max}.`)
  }
  if (operation === undefined) return
  if ('streamDelayMs' in effect) {
    if (!readsShard(operation)) throw refused(`${operation.name} reads no records of a stream: GetRecords and GetShardIterator do.`)
  } else if (!canBeStale(operation)) {
    throw refused(`${operation.name} is no eventually consistent read: ${[...staleReads].join(', ')} can be.`)
  }
}

function checkNames(given: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw refused(`${JSON.stringify(name)} is not a member of "${where}": it may have ${known.join(', ')}.`)
  }
}

function refused(sentence: string): FaultError {
  return new FaultError(400, sentence)
}
