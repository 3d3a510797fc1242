/** ConsumedCapacity as the answers show it (capacity.md §4, §6). */
import { getOwn, setOwn } from '../../base/own.ts'
import type { Changed } from '../../engine/items/decide-change.ts'
import type { IndexUnits } from '../../engine/items/write-units.ts'
import type { SecondaryIndex } from '../../engine/schema/table.ts'
import { type VectorBytes, vectorWriteBytes } from '../../engine/vectors/vector-write-bytes.ts'

export type ReturnConsumedCapacity = 'INDEXES' | 'TOTAL' | 'NONE'

/** Units an operation consumed on one table and its indexes. */
export interface ConsumedUnits {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly tableUnits: number
  /** Only indexes that were read or written; one may come more than once. */
  readonly indexUnits?: readonly IndexUnits[]
  /** Vector indexes are charged in bytes; those that were written. */
  readonly vectorBytes?: readonly VectorBytes[]
}

interface Capacity {
  readonly CapacityUnits: number
}

interface ConsumedCapacity extends Capacity {
  readonly TableName: string
  readonly Table?: Capacity
  readonly GlobalSecondaryIndexes?: { readonly [indexName: string]: Capacity }
  readonly LocalSecondaryIndexes?: { readonly [indexName: string]: Capacity }
  readonly VectorIndexes?: { readonly [indexName: string]: { readonly VectorWriteRequestBytes: number } }
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

/** What a written item costs (engine/items/write-units.ts), and what of it vector indexes do. */
export function unitsOfWrite(tableName: string, { units, vectorChanges }: Changed): ConsumedUnits {
  return vectorChanges.length === 0 ? { tableName, ...units } : { tableName, ...units, vectorBytes: vectorChanges.map(vectorWriteBytes) }
}

function isAsked(asked: ReturnConsumedCapacity | undefined): asked is 'INDEXES' | 'TOTAL' {
  return asked === 'INDEXES' || asked === 'TOTAL'
}

function describeUnits(asked: 'INDEXES' | 'TOTAL', units: ConsumedUnits): ConsumedCapacity {
  const { tableName, tableUnits, indexUnits = [], vectorBytes = [] } = units
  const sum = indexUnits.reduce((before, index) => before + index.units, tableUnits)
  const total = { TableName: tableName, CapacityUnits: sum }
  if (asked === 'TOTAL') return total
  const globalArms = arms(indexUnits, 'global')
  const localArms = arms(indexUnits, 'local')
  return {
    ...total,
    Table: { CapacityUnits: tableUnits },
    ...(globalArms && { GlobalSecondaryIndexes: globalArms }),
    ...(localArms && { LocalSecondaryIndexes: localArms }),
    ...(vectorBytes.length > 0 && { VectorIndexes: vectorArms(vectorBytes) }),
  }
}

function vectorArms(vectorBytes: readonly VectorBytes[]): NonNullable<ConsumedCapacity['VectorIndexes']> {
  const named: Record<string, { readonly VectorWriteRequestBytes: number }> = {}
  for (const { index, writtenBytes } of vectorBytes) {
    const before = getOwn(named, index.name)?.VectorWriteRequestBytes ?? 0
    setOwn(named, index.name, { VectorWriteRequestBytes: before + writtenBytes })
  }
  return named
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
