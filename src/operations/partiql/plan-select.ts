/** From a bound SELECT to the reads it comes to on a table or an index of it, with every check that needs the schema (partiql.md §2). */
import { invalid } from '../../api/errors.ts'
import { compareBytes } from '../../base/bytes.ts'
import { inHashOrder } from '../../base/hash-order.ts'
import { projectedAttributes } from '../../engine/changes/index-entries.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { keyRange } from '../../engine/items/key-range.ts'
import { hashRange, hashSpace } from '../../engine/keyspace/keys.ts'
import { attributesOfKey, type KeyAttribute, type Table } from '../../engine/schema/table.ts'
import type { BoundCondition } from '../../expressions/ast.ts'
import type { Condition } from '../../expressions/condition.ts'
import { attributesOf } from '../../expressions/condition-attributes.ts'
import { fitKeyCondition } from '../../expressions/fit-key-condition.ts'
import type { BoundSelect } from '../../expressions/partiql/bound-statement.ts'
import { type PartitionRead, type PartitionReads, planReads, type ReadPlan } from '../../expressions/partiql/plan-reads.ts'
import { filterOf } from '../../expressions/partiql/where-terms.ts'
import type { Projection } from '../../expressions/projection.ts'
import type { UnderstoodMember } from '../../metering/traffic/request-usage.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { checkKeyValue } from '../../values/key-check.ts'
import { compareValues } from '../../values/order.ts'
import { type ReadTarget, reachBack, readTarget } from '../reads/read-target.ts'
import { checkKeyType, keyNames } from './statement-key.ts'

type StoreKey = ReturnType<typeof itemKey>
type StoreRange = ReturnType<typeof keyRange>

/** One item by its whole key, or the entries of a range. */
export type Read =
  | { readonly kind: 'item'; readonly key: StoreKey; readonly filter: Condition | undefined }
  | { readonly kind: 'range'; readonly range: StoreRange; readonly filter: Condition | undefined }

export interface SelectPlan {
  readonly target: ReadTarget
  /** In the order of the answer, at most fifty. No two find the same item. */
  readonly reads: readonly Read[]
  readonly projection: Projection | undefined
  /** Fetches items for entries of a local index that does not hold all that is asked. */
  readonly baseKey: NonNullable<ReturnType<typeof reachBack>>['baseKey'] | undefined
}

/** What it reads, as those are told who may keep it from being done. */
export function membersOf({ target: { table, index }, reads }: SelectPlan, isConsistent: boolean): readonly UnderstoodMember[] {
  return reads.map((read) => ({ table, index, key: read.kind === 'item' ? read.key : read.range.start, isConsistent }))
}

export function planSelect(table: Table, select: BoundSelect, { consistent }: { readonly consistent: boolean }): SelectPlan {
  const target = selectTarget(table, select.indexName, consistent)
  const { projection, where } = select
  const names = keyNames(target.key)
  const plan = planReads(where, names)
  checkOrder(select, plan, target)
  const baseKey = reachBack(target, { select: undefined, projection, filter: undefined })?.baseKey
  if (plan.kind === 'scan') {
    const whole = hashRange(target.space, 0, hashSpace)
    return { target, projection, baseKey, reads: [{ kind: 'range', range: whole, filter: compiled(plan.filter) }] }
  }
  checkFiltersProjected(target, plan.commonFilter)
  const direction = (name: string | undefined) => select.orderBy.find(({ path }) => path[0] === name)?.descending
  const partitions = orderedPartitions(plan.partitions, direction(names.hash))
  const isReverse = direction(names.range) === true
  return { target, projection, baseKey, reads: partitions.flatMap((partition) => readsOf(target, partition, isReverse)) }
}

/** The same as `readTarget` in the words of PartiQL. */
function selectTarget(table: Table, indexName: string | undefined, consistent: boolean): ReadTarget {
  if (indexName === undefined) return readTarget(table, {})
  const index = [...table.indexes, ...table.vectorIndexes].find(({ name, status }) => name === indexName && status !== 'DELETING')
  if (index === undefined) throw invalid('The table does not have the specified index')
  if ('kind' in index && index.kind === 'global' && consistent) {
    throw invalid('Strongly consistent read is not supported on Global Secondary Indexes')
  }
  return readTarget(table, { IndexName: indexName })
}

function keyAttribute([first]: readonly KeyAttribute[]): KeyAttribute {
  if (first === undefined) throw new TypeError('a key schema has a partition key attribute')
  return first
}

function checkOrder({ orderBy }: BoundSelect, plan: ReadPlan, { key }: ReadTarget): void {
  if (orderBy.length === 0) return
  if (plan.kind === 'scan') {
    throw invalid('Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.')
  }
  const names = attributesOfKey(key).map(({ name }) => name)
  const stranger = orderBy.find(({ path }) => path.length > 1 || !names.includes(String(path[0])))
  if (stranger === undefined) return
  throw invalid(`Variable reference ${stranger.path.join('.')} in ORDER BY clause must be part of the primary key`)
}

/** [I] Of what is filtered in some of several reads nothing is said: it is missing where the index does not hold it. */
function checkFiltersProjected({ table, index }: ReadTarget, filters: readonly BoundCondition[]): void {
  const held = index === undefined ? undefined : projectedAttributes(table, index)
  if (index === undefined || held === undefined) return
  const missing = inHashOrder(filters.flatMap(attributesOf).filter((name) => !held.has(name)))
  if (missing.length === 0) return
  throw invalid(
    `One or more parameter values were invalid: Secondary index ${index.name} does not project one or more filter attributes: [${missing.join(', ')}]`,
  )
}

/** [I] Partitions come in the order in which they are named, unless the statement orders them. */
function orderedPartitions(partitions: readonly PartitionReads[], descending: boolean | undefined): readonly PartitionReads[] {
  if (descending === undefined) return partitions
  const sign = descending ? -1 : 1
  return partitions.toSorted((a, b) => sign * (sameType(a, b) ? compareValues(a.hash, b.hash) : 0))
}

/** Values of another type than the key's are refused later. */
function sameType({ hash: a }: PartitionReads, { hash: b }: PartitionReads): boolean {
  return ('S' in a && 'S' in b) || ('N' in a && 'N' in b) || ('B' in a && 'B' in b)
}

/** In the order of the sort key, in which they must not meet. */
function readsOf(target: ReadTarget, { hash, reads: planned }: PartitionReads, reverse: boolean): readonly Read[] {
  const reads = planned
    .map((read) => readOf(target, hash, read, reverse))
    .sort((a, b) => compareBytes(extentOf(a).start, extentOf(b).start))
  if (reads.some((read, at) => at > 0 && overlap(reads[at - 1], read))) {
    throw invalid('Overlapping conditions with range keys are not supported in where clause')
  }
  return reverse ? reads.reverse() : reads
}

function readOf(target: ReadTarget, value: AttributeValue, { range, filter }: PartitionRead, reverse: boolean): Read {
  const hash = keyAttribute(target.key.hash)
  checkKeyType(hash, [value])
  checkKeyValue(value, { name: hash.name, role: 'HASH' })
  const rangeAttribute = target.key.range[0]
  if (rangeAttribute !== undefined && range !== undefined) checkKeyType(rangeAttribute, range.values)
  const equal = range?.operator === '=' ? range.values[0] : undefined
  if (rangeAttribute !== undefined && equal !== undefined) checkKeyValue(equal, { name: rangeAttribute.name, role: 'RANGE' })
  if (target.index === undefined && (rangeAttribute === undefined || equal !== undefined)) {
    const attributes = Object.fromEntries([
      [hash.name, value],
      ...(rangeAttribute !== undefined && equal !== undefined ? [[rangeAttribute.name, equal]] : []),
    ])
    return { kind: 'item', key: itemKey(target.table, attributes), filter: compiled(filter) }
  }
  const clauses = [{ attribute: hash.name, operator: '=' as const, values: [value] }, ...(range === undefined ? [] : [range])]
  const fitted = fitKeyCondition(clauses, target.key)
  return { kind: 'range', range: { ...keyRange(target.space, fitted), reverse }, filter: compiled(filter) }
}

interface Extent {
  readonly start: StoreKey
  /** Undefined: `start` alone. */
  readonly end: StoreKey | undefined
}

function extentOf(read: Read): Extent {
  return read.kind === 'item' ? { start: read.key, end: undefined } : read.range
}

/** Of a read and one that begins no earlier. */
function overlap(before: Read | undefined, read: Read): boolean {
  if (before === undefined) return false
  const { start } = extentOf(read)
  const { start: only, end } = extentOf(before)
  return end === undefined ? compareBytes(start, only) === 0 : compareBytes(start, end) < 0
}

function compiled(filter: BoundCondition | undefined): Condition | undefined {
  return filter && filterOf(filter)
}
