/** What a table is when its transient status has ended, and when the changes have that run beside it. */
import {
  attributesOfKey,
  type GlobalIndex,
  type IndexStatus,
  type KeyAttribute,
  type RunningChange,
  type SecondaryIndex,
  type Table,
  type Throughput,
  type UpcomingThroughput,
  type VectorIndex,
} from './table.ts'

/**
 * The table is ACTIVE with its new throughput and table class. Indexes created with it are ACTIVE too, an added one goes on to its
 * backfill (jobs/backfill-indexes.ts); deleted ones are gone, and with them the definitions that only they used. What runs beside
 * the status goes on.
 */
export function settledTable(table: Table): Table {
  const { statusDueMs, statusSinceMs: _, update: _update, upcomingTableClass, ...rest } = table
  const settled: Table = {
    ...settledThroughput(rest, { warm: !runs(table, 'warmThroughput', 0) }),
    ...(upcomingTableClass === undefined ? {} : { tableClass: upcomingTableClass, tableClassSinceMs: statusDueMs ?? table.creationMs }),
    status: 'ACTIVE',
    indexes: table.indexes.filter(isKept).map((index) => settledSecondaryIndex(table, index)),
    vectorIndexes: table.vectorIndexes.filter(isKept).map(settledIndex),
  }
  const deletedIds = [...table.indexes, ...table.vectorIndexes].filter((index) => !isKept(index)).map((index) => index.indexId)
  if (deletedIds.length === 0) return settled
  const attributes = usedAttributes(settled)
  const insights = table.insights?.filter(({ indexId }) => !deletedIds.includes(indexId))
  return {
    ...settled,
    attributes,
    ...(insights !== undefined && { insights }),
    retiredIndexIds: [...(table.retiredIndexIds ?? []), ...deletedIds],
  }
}

/** The table without those of its running changes that are over, which have come true. */
export function withoutRunning(table: Table, isOver: (change: RunningChange) => boolean): Table {
  const { running = [], ...rest } = table
  const going = running.filter((change) => !isOver(change))
  if (going.length === running.length) return table
  const settled = running.filter(isOver).reduce(settledChange, rest)
  return going.length === 0 ? settled : { ...settled, running: going }
}

function settledChange(table: Table, { kind, indexId }: RunningChange): Table {
  switch (kind) {
    case 'encryption': {
      const { encryption: _, upcomingEncryption, ...rest } = table
      return upcomingEncryption?.to === undefined ? rest : { ...rest, encryption: upcomingEncryption.to }
    }
    case 'warmThroughput':
      if (indexId === 0) return settledThroughput(table, { warm: true, provisioned: false })
      return withGlobalIndex(table, indexId, (index) => settledThroughput(index, { warm: true, provisioned: false }))
    case 'index':
      return withGlobalIndex(table, indexId, (index) => ({
        ...settledThroughput(index, { warm: !runs(table, 'warmThroughput', indexId) }),
        status: index.status === 'UPDATING' ? 'ACTIVE' : index.status,
      }))
  }
}

function runs({ running = [] }: Table, kind: RunningChange['kind'], indexId: number): boolean {
  return running.some((change) => change.kind === kind && change.indexId === indexId)
}

function withGlobalIndex(table: Table, indexId: number, change: (index: GlobalIndex) => GlobalIndex): Table {
  const indexes = table.indexes.map((index) => (index.kind === 'global' && index.indexId === indexId ? change(index) : index))
  return { ...table, indexes }
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

/** An index whose throughput is still being changed stays UPDATING. */
function settledSecondaryIndex(table: Table, index: SecondaryIndex): SecondaryIndex {
  if (index.kind === 'local') return settledIndex(index)
  if (runs(table, 'index', index.indexId)) return index.backfilling === undefined ? index : { ...index, backfilling: true }
  return settledIndex(settledThroughput(index, { warm: !runs(table, 'warmThroughput', index.indexId) }))
}

function settledIndex<Index extends SecondaryIndex | VectorIndex>(index: Index): Index {
  if (index.backfilling !== undefined) return { ...index, backfilling: true }
  return { ...index, status: 'ACTIVE' }
}

interface HasThroughput {
  readonly warm: Throughput
  readonly provisioned?: Throughput
  readonly upcoming?: UpcomingThroughput
}

/** With what was to come of it in force. Warm throughput never falls by itself, and is at least what is provisioned (capacity.md §7.4). */
function settledThroughput<Of extends HasThroughput>(of: Of, ends: { readonly warm: boolean; readonly provisioned?: boolean }): Of {
  const { upcoming = {}, ...rest } = of
  const { warm: endsWarm, provisioned: endsProvisioned = true } = ends
  const provisioned = (endsProvisioned ? upcoming.provisioned : undefined) ?? of.provisioned
  const floor = (endsWarm ? upcoming.warm : undefined) ?? of.warm
  const left: UpcomingThroughput = {
    ...(endsProvisioned || upcoming.provisioned === undefined ? {} : { provisioned: upcoming.provisioned }),
    ...(endsWarm || upcoming.warm === undefined ? {} : { warm: upcoming.warm }),
  }
  return {
    ...rest,
    ...(provisioned === undefined ? {} : { provisioned }),
    warm: {
      readUnits: Math.max(floor.readUnits, provisioned?.readUnits ?? 0),
      writeUnits: Math.max(floor.writeUnits, provisioned?.writeUnits ?? 0),
    },
    ...(Object.keys(left).length === 0 ? {} : { upcoming: left }),
  } as Of
}
