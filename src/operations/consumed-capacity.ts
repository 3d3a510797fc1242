/** ConsumedCapacity as the answers show it (capacity.md §4, §6). */
import { setOwn } from '../base/own.ts'
import type { SecondaryIndex } from '../engine/catalog/table.ts'
import { isSameKey } from '../engine/changes/entry-change.ts'
import type { IndexChange } from '../engine/changes/index-entries.ts'
import type { Changed } from '../engine/items/change-item.ts'
import { writeUnits } from '../engine/partitions/capacity-units.ts'

export type ReturnConsumedCapacity = 'INDEXES' | 'TOTAL' | 'NONE'

/** Units an operation consumed on one table and its indexes. */
export interface ConsumedUnits {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly tableUnits: number
  /** Only indexes that were read or written; one may come more than once. */
  readonly indexUnits?: readonly IndexUnits[]
}

export interface IndexUnits {
  readonly index: SecondaryIndex
  readonly units: number
}

interface Capacity {
  readonly CapacityUnits: number
}

interface ConsumedCapacity extends Capacity {
  readonly TableName: string
  readonly Table?: Capacity
  readonly GlobalSecondaryIndexes?: { readonly [indexName: string]: Capacity }
  readonly LocalSecondaryIndexes?: { readonly [indexName: string]: Capacity }
}

/** The member of the answer; none unless the request asked for it. */
export function consumedCapacity(
  asked: ReturnConsumedCapacity | undefined,
  units: ConsumedUnits,
): { readonly ConsumedCapacity?: ConsumedCapacity } {
  return isAsked(asked) ? { ConsumedCapacity: describeUnits(asked, units) } : {}
}

/** The member of an answer about several tables. */
export function consumedCapacities(
  asked: ReturnConsumedCapacity | undefined,
  units: readonly ConsumedUnits[],
): { readonly ConsumedCapacity?: readonly ConsumedCapacity[] } {
  return isAsked(asked) ? { ConsumedCapacity: units.map((table) => describeUnits(asked, table)) } : {}
}

/** What a written item costs: the larger of what it was and what it is, and its arms on the indexes (capacity.md §3, §4). */
export function unitsOfWrite(tableName: string, { change, indexChanges }: Changed): ConsumedUnits {
  const { oldItem, newItem } = change
  const tableUnits = writeUnits(Math.max(oldItem?.sizeBytes ?? 0, newItem?.sizeBytes ?? 0))
  return { tableName, tableUnits, indexUnits: indexChanges.map(unitsOfIndexChange) }
}

/** An entry that moves is deleted and inserted, each rounded on its own. */
function unitsOfIndexChange({ index, oldEntry, newEntry }: IndexChange): IndexUnits {
  const oldBytes = oldEntry?.item.sizeBytes ?? 0
  const newBytes = newEntry?.item.sizeBytes ?? 0
  const moves = oldEntry !== undefined && newEntry !== undefined && !isSameKey(oldEntry.key, newEntry.key)
  return { index, units: moves ? writeUnits(oldBytes) + writeUnits(newBytes) : writeUnits(Math.max(oldBytes, newBytes)) }
}

function isAsked(asked: ReturnConsumedCapacity | undefined): asked is 'INDEXES' | 'TOTAL' {
  return asked === 'INDEXES' || asked === 'TOTAL'
}

function describeUnits(asked: 'INDEXES' | 'TOTAL', { tableName, tableUnits, indexUnits = [] }: ConsumedUnits): ConsumedCapacity {
  const sum = indexUnits.reduce((units, index) => units + index.units, tableUnits)
  const total = { TableName: tableName, CapacityUnits: sum }
  if (asked === 'TOTAL') return total
  const globalArms = arms(indexUnits, 'global')
  const localArms = arms(indexUnits, 'local')
  return {
    ...total,
    Table: { CapacityUnits: tableUnits },
    ...(globalArms && { GlobalSecondaryIndexes: globalArms }),
    ...(localArms && { LocalSecondaryIndexes: localArms }),
  }
}

function arms(indexUnits: readonly IndexUnits[], kind: SecondaryIndex['kind']): { readonly [indexName: string]: Capacity } | undefined {
  const sums = new Map<string, number>()
  for (const { index, units } of indexUnits) {
    if (index.kind === kind) sums.set(index.name, (sums.get(index.name) ?? 0) + units)
  }
  if (sums.size === 0) return undefined
  const named: Record<string, Capacity> = {}
  for (const [name, units] of sums) setOwn(named, name, { CapacityUnits: units })
  return named
}
