/** What a table is when its transient status has ended. */
import {
  attributesOfKey,
  type IndexStatus,
  type KeyAttribute,
  type SecondaryIndex,
  type Table,
  type Throughput,
  type UpcomingThroughput,
  type VectorIndex,
} from './table.ts'

/**
 * The table is ACTIVE with its new throughput. Indexes created with it are ACTIVE too, an added one goes on to its backfill
 * (jobs/backfill-indexes.ts); deleted ones are gone, and with them the definitions that only they used.
 */
export function settledTable(table: Table): Table {
  const { statusDueMs: _, statusSinceMs: _since, upcoming, ...rest } = table
  const settled: Table = {
    ...rest,
    ...inForce(table, upcoming),
    status: 'ACTIVE',
    indexes: table.indexes.filter(isKept).map(settledSecondaryIndex),
    vectorIndexes: table.vectorIndexes.filter(isKept).map(settledIndex),
  }
  const deletedIds = [...table.indexes, ...table.vectorIndexes].filter((index) => !isKept(index)).map((index) => index.indexId)
  if (deletedIds.length === 0) return settled
  const attributes = usedAttributes(settled)
  return { ...settled, attributes, retiredIndexIds: [...(table.retiredIndexIds ?? []), ...deletedIds] }
}

/** The definitions that some key or search schema uses, sorted by name as before. */
export function usedAttributes(table: Table): readonly KeyAttribute[] {
  const schemas = [table.key, ...table.indexes.map((index) => index.key)].flatMap(attributesOfKey)
  const searched = table.vectorIndexes.flatMap((index) => index.searchSchema)
  const used = new Set([...schemas, ...searched].map((attribute) => attribute.name))
  return table.attributes.filter((attribute) => used.has(attribute.name))
}

function isKept(index: { readonly status: IndexStatus }): boolean {
  return index.status !== 'DELETING'
}

function settledSecondaryIndex(index: SecondaryIndex): SecondaryIndex {
  if (index.kind === 'local') return settledIndex(index)
  const { upcoming, ...rest } = index
  return settledIndex({ ...rest, ...inForce(index, upcoming) })
}

function settledIndex<Index extends SecondaryIndex | VectorIndex>(index: Index): Index {
  if (index.backfilling !== undefined) return { ...index, backfilling: true }
  return { ...index, status: 'ACTIVE' }
}

/** Warm throughput never falls by itself, and is at least what is provisioned (capacity.md §7.4). */
function inForce(
  { warm, provisioned }: { readonly warm: Throughput; readonly provisioned?: Throughput },
  upcoming: UpcomingThroughput = {},
): { readonly warm: Throughput; readonly provisioned?: Throughput } {
  const units = upcoming.provisioned ?? provisioned
  const floor = upcoming.warm ?? warm
  return {
    ...(units === undefined ? {} : { provisioned: units }),
    warm: {
      readUnits: Math.max(floor.readUnits, units?.readUnits ?? 0),
      writeUnits: Math.max(floor.writeUnits, units?.writeUnits ?? 0),
    },
  }
}
