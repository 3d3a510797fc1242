/**
 * The one way to create, change and remove tables: a store turn in which table records and the catalog change together.
 */
import { assert } from '../../base/assert.ts'
import type { ThroughputMeters } from '../../metering/throughput/throughput-meters.ts'
import type { KeyBytes, Store, WriteTurn } from '../../storage/store.ts'
import { backfillKey, countsKey, nextTableIdKey, sweepKey, tableKey } from '../keyspace/keys.ts'
import { partitionMapKey } from '../keyspace/partition-keys.ts'
import type { PartitionMap } from '../partitions/partition-map.ts'
import { PartitionMaps, partitionMapOf } from '../partitions/partition-maps.ts'
import { followTables } from '../streams/change-streams.ts'
import type { Streams } from '../streams/streams.ts'
import type { Catalog } from './catalog.ts'
import type { Table } from './table.ts'
import { decodeTable, encodeTable } from './table-record.ts'

/** The part of an engine that holds tables. */
export interface TableHolder {
  readonly store: Store
  readonly catalog: Catalog
  /** Follow what becomes of the tables, in the same turn. */
  readonly streams?: Streams
  /** Say how many shards a stream starts with. */
  readonly partitionMaps?: PartitionMaps
  /** Are told what the tables can do from now on. */
  readonly meters?: ThroughputMeters
}

/**
 * Calls `decide` in a turn of the store. What it does through TableTurn becomes part of `catalog.latest` at once, and of the
 * store and `catalog.durable` together; a `decide` that throws changes nothing. `names` are the tables it may look at or
 * change. Resolves with what `decide` returned, when that is durable.
 */
export async function changeTables<T>(
  { store, catalog, streams, partitionMaps = new PartitionMaps(), meters }: TableHolder,
  names: readonly string[],
  decide: (tables: TableTurn) => T,
): Promise<T> {
  const reads = [nextTableIdKey(), ...names.map((name) => tableKey(catalog.region, name))]
  const { result, change, streamChange } = await store.write(reads, (turn) => {
    const tables = new TableTurn(turn, catalog)
    const decided = decide(tables)
    const changed = tables.write()
    const partitionsOf = (table: Table): PartitionMap => partitionMapOf(partitionMaps, table, undefined)
    const followed = streams && followTables(streams, turn, { region: catalog.region, before: catalog.latest, changed, partitionsOf })
    catalog.decided(changed)
    return { result: decided, change: changed, streamChange: followed }
  })
  catalog.becameDurable(change)
  for (const table of change.values()) if (table !== undefined) meters?.tableChanged(table)
  if (streamChange !== undefined) streams?.becameDurable(streamChange)
  return result
}

/** What one turn sees and decides of tables. Nothing is written before `decide` has returned (law 4). */
export class TableTurn {
  readonly #turn: WriteTurn
  readonly #catalog: Catalog
  readonly #changes = new Map<string, Table | undefined>()
  readonly #removedIds: number[] = []
  readonly #forgotten: KeyBytes[] = []
  #nextTableId: number | undefined

  constructor(turn: WriteTurn, catalog: Catalog) {
    this.#turn = turn
    this.#catalog = catalog
  }

  /** All tables before this turn, to be counted. */
  all(): Iterable<Table> {
    return this.#catalog.latest.tables()
  }

  find(name: string): Table | undefined {
    if (this.#changes.has(name)) return this.#changes.get(name)
    const record = this.#turn.get(tableKey(this.#catalog.region, name))
    return record === undefined ? undefined : decodeTable(record)
  }

  /** Gives the table its id. The name must be free. */
  create(table: Omit<Table, 'tableId'>): Table {
    assert(this.find(table.name) === undefined, 'a table is created under a free name', table.name)
    this.#nextTableId ??= Number(this.#turn.get(nextTableIdKey()) ?? 1)
    const created = { ...table, tableId: this.#nextTableId }
    this.#nextTableId += 1
    this.#changes.set(table.name, created)
    return created
  }

  /** Replaces the description of an existing table. */
  replace(table: Table): void {
    assert(this.find(table.name)?.tableId === table.tableId, 'a table is replaced by itself', table.name)
    this.#changes.set(table.name, table)
  }

  /** Frees the name and leaves a sweep record, by which the table's data is deleted later (jobs/sweep-deleted-tables.ts). */
  remove(table: Table): void {
    assert(this.find(table.name)?.tableId === table.tableId, 'only an existing table is removed', table.name)
    this.#changes.set(table.name, undefined)
    this.#removedIds.push(table.tableId)
  }

  /** Replaces a table of which an index is whole now: its backfill leaves no trace. */
  endBackfill(table: Table, indexId: number): void {
    this.replace(table)
    this.#forgotten.push(backfillKey({ tableId: table.tableId, indexId }))
  }

  /** Frees the id of a deleted index whose entries are gone: what else was kept of it goes too. */
  freeIndexId(table: Table, indexId: number): void {
    const { retiredIndexIds = [], ...rest } = table
    const retired = retiredIndexIds.filter((id) => id !== indexId)
    this.endBackfill(retired.length === 0 ? rest : { ...rest, retiredIndexIds: retired }, indexId)
    this.#forgotten.push(countsKey({ tableId: table.tableId, indexId }), partitionMapKey({ tableId: table.tableId, indexId }))
  }

  /** Puts everything decided into the turn. Called by `changeTables` only. */
  write(): ReadonlyMap<string, Table | undefined> {
    if (this.#nextTableId !== undefined) this.#turn.put(nextTableIdKey(), String(this.#nextTableId))
    for (const [name, table] of this.#changes) {
      const key = tableKey(this.#catalog.region, name)
      if (table === undefined) this.#turn.delete(key)
      else this.#turn.put(key, encodeTable(table))
    }
    for (const tableId of this.#removedIds) this.#turn.put(sweepKey(tableId), '')
    for (const key of this.#forgotten) this.#turn.delete(key)
    return this.#changes
  }
}
