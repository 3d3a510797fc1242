/** Which requests a fault is for: those that are what it says, and that can meet what it does. */
import type { Operation } from '../../api/operations.ts'
import type { GlobalIndex } from '../../engine/schema/table.ts'
import type { UnderstoodMember, UnderstoodRequest } from '../../metering/traffic/request-usage.ts'
import { hasSoughtKey } from '../../operations/request/sought-key.ts'
import type { FaultEffect, FaultMatch } from './fault.ts'
import {
  canAnswerWith,
  canBeStale,
  canBeThrottled,
  canLeaveUnprocessed,
  isStale,
  isTransaction,
  partsOf,
  type ReadFault,
} from './read-fault.ts'

/** A request that is understood and allowed. */
export interface FacedRequest extends UnderstoodRequest {
  readonly operation: Operation
  /** An ARN. */
  readonly caller: string
  /** Of a request that is for no items. */
  readonly tableNames: readonly string[]
  /** The id of the one that the member is in; undefined when that is not one alone. */
  readonly partitionOf: (member: UnderstoodMember) => number | undefined
}

/** The places of the members that the fault is for, none of a request that has none; undefined when it is not for the request. */
export function matchedPlaces({ asked: { match = {}, do: effect }, key }: ReadFault, request: FacedRequest): readonly number[] | undefined {
  const { operation, members } = request
  if (match.operation !== undefined && match.operation !== operation.name) return undefined
  if (match.caller !== undefined && match.caller !== request.caller) return undefined
  if (!canMeet(effect, request)) return undefined
  if (members.length === 0) return isForAll(match, request) && !needsMembers(effect) ? [] : undefined
  const places = [...members.keys()].filter((at) => {
    const member = members[at]
    return (
      member !== undefined &&
      isFor(match, effect, member) &&
      isInPartition(match, request, member) &&
      (key === undefined || hasSoughtKey(member, key)) &&
      canThrottle({ match, effect }, request, member) &&
      !(isStale(effect) && member.isConsistent === true)
    )
  })
  return places.length === 0 ? undefined : places
}

/** Whether the operation can meet it at all. */
function canMeet(effect: FaultEffect, { operation, access, shard }: FacedRequest): boolean {
  if ('throttle' in effect) return canBeThrottled(operation) && partsOf(effect.throttle)?.access === access
  if ('error' in effect) return canAnswerWith(operation, effect.error)
  if ('unprocessed' in effect) return canLeaveUnprocessed(operation)
  if ('conflict' in effect) return isTransaction(operation) || (canBeThrottled(operation) && access === 'write')
  if (isStale(effect)) return canBeStale(operation) && access === 'read'
  if ('streamDelayMs' in effect) return shard?.meetsNewest === true
  return true
}

function needsMembers(effect: FaultEffect): boolean {
  return 'throttle' in effect || 'conflict' in effect || isStale(effect)
}

function isForAll({ table, index, key, partition, shard }: FaultMatch, request: FacedRequest): boolean {
  if (table !== undefined && !request.tableNames.includes(table)) return false
  if (shard !== undefined && shard !== request.shard?.id) return false
  return index === undefined && key === undefined && partition === undefined
}

function isFor({ table, index, shard }: FaultMatch, effect: FaultEffect, member: UnderstoodMember): boolean {
  if (shard !== undefined || (table !== undefined && table !== member.table.name)) return false
  // What a write does to an index is a matter of its throttles alone.
  return index === undefined || index === member.index?.name || 'throttle' in effect
}

/** Of the table, or of the index that is both meant and read. */
function isInPartition({ partition, index }: FaultMatch, { partitionOf }: FacedRequest, member: UnderstoodMember): boolean {
  if (partition === undefined) return true
  const read = member.index
  const isSpaceMeant = index === undefined ? read === undefined || ('kind' in read && read.kind === 'local') : index === read?.name
  return isSpaceMeant && partition === partitionOf(member)
}

interface MatchAndEffect {
  readonly match: FaultMatch
  readonly effect: FaultEffect
}

/** Whether what is to have no capacity is what the member draws on. */
function canThrottle({ match, effect }: MatchAndEffect, { access }: FacedRequest, member: UnderstoodMember): boolean {
  if (!('throttle' in effect)) return true
  const global = globalIndexOf(member, access, match.index)
  if (partsOf(effect.throttle)?.of === 'index') return global !== undefined
  if (access === 'write') return match.index === undefined
  return global === undefined && (match.index === undefined || match.index === member.index?.name)
}

/** The global index that a read draws on, or one that a write may have to write to. */
export function globalIndexOf(
  { table, index }: UnderstoodMember,
  access: FacedRequest['access'],
  indexName: string | undefined,
): GlobalIndex | undefined {
  const candidates = access === 'write' ? table.indexes : index !== undefined && 'kind' in index ? [index] : []
  return candidates.find((each): each is GlobalIndex => each.kind === 'global' && (indexName === undefined || indexName === each.name))
}
