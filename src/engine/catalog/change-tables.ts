/**
 * The one way to create, change and remove tables: a turn of the store in which their records change, and with them the partitions
 * and streams that follow from them.
 */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import { backfillKey, countsKey, nextTableIdKey, tableKey } from '../keyspace/keys.ts'
import { settingsKey } from '../keyspace/node-keys.ts'
import { partitionMapKey } from '../keyspace/partition-keys.ts'
import { sweepKey } from '../keyspace/sweep-keys.ts'
import type { RecordTurn, VersionedRecords } from '../records/versioned-records.ts'
import { withQueues } from '../schema/index-lag.ts'
import { partitionCount } from '../schema/partition-count.ts'
import { PartitionMap } from '../schema/partition-map.ts'
import { partitionedSpaces, spaceOf } from '../schema/partitioned-space.ts'
import { encodeSweep } from '../schema/sweep-record.ts'
import type { Table } from '../schema/table.ts'
import { encodeTable } from '../schema/table-record.ts'
import type { EngineSettings } from '../settings.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogHolder } from './catalog-holder.ts'
import { settingsWithoutLags } from './change-settings.ts'
import { followTables, logsOf } from './change-streams.ts'

/**
 * Calls `decide` in a turn of the store. What it does through TableTurn is durable and in the catalog when this resolves with what
 * `decide` returned; a `decide` that throws changes nothing. `names` are the tables it may look at or change, `reads` further logs
 * and keys that it looks at.
 */
export function changeTables<T>(
  holder: CatalogHolder,
  names: readonly string[],
  decide: (tables: TableTurn) => T,
  reads: readonly KeyBytes[] = [],
): Promise<T> {
  const { region } = holder.catalog
  const places = names.map((name) => ({ region, name }))
  return changeTablesOfRegions(
    holder,
    () => places,
    (tablesOf) => decide(tablesOf(region)),
    () => reads,
  )
}

/** A table by its name in a region as the catalog knows it. */
export interface TablePlace {
  readonly region: string
  readonly name: string
}

/** The same for tables of several regions, in one turn. `placesOf` and `readsOf` are asked for again whenever the turn is. */
export function changeTablesOfRegions<T>(
  { store, catalog, clock, settings }: CatalogHolder,
  placesOf: () => readonly TablePlace[],
  decide: (tablesOf: (region: string) => TableTurn) => T,
  readsOf: () => readonly KeyBytes[] = () => [],
): Promise<T> {
  const recordedLogs = (): readonly KeyBytes[] =>
    placesOf().flatMap(({ region, name }) => {
      const table = catalog.of(region).find(name)
      const recording = table && catalog.streams.recording(table.tableId)
      return recording === undefined ? [] : logsOf(recording.stream)
    })
  return catalog.change(
    store,
    () => [nextTableIdKey(), ...readsOf(), ...recordedLogs()],
    (turn) => {
      const ids = new TableIds(turn)
      const turns = new Map<string, TableTurn>()
      const result = decide((region) => {
        const tables = turns.get(region) ?? new TableTurn(turn, catalog.of(region), ids)
        turns.set(region, tables)
        return tables
      })
      for (const tables of turns.values()) tables.write(settings, clock.now())
      ids.write()
      return result
    },
  )
}

/** The ids that one turn gives to tables. */
class TableIds {
  readonly #turn: RecordTurn
  #next: number | undefined

  constructor(turn: RecordTurn) {
    this.#turn = turn
  }

  take(): number {
    this.#next ??= Number(this.#turn.turn.get(nextTableIdKey()) ?? 1)
    this.#next += 1
    return this.#next - 1
  }

  /** A turn that makes no table makes room, if anything. */
  write(): void {
    const { turn } = this.#turn
    if (this.#next === undefined) turn.makesRoom()
    else turn.put(nextTableIdKey(), String(this.#next))
  }
}

/** What one turn sees and decides of tables. Nothing is written before `decide` has returned (law 5). */
export class TableTurn {
  readonly #turn: RecordTurn
  readonly #catalog: Catalog
  readonly #changes = new Map<string, Table | undefined>()
  readonly #removed: Table[] = []
  /** Those of them whose items stay. */
  readonly #kept = new Set<Table>()
  readonly #beside: { readonly key: KeyBytes; readonly value: string | undefined }[] = []
  readonly #forgotten: KeyBytes[] = []
  readonly #freed: { readonly tableId: number; readonly indexId: number }[] = []
  readonly #ids: TableIds

  constructor(turn: RecordTurn, catalog: Catalog, ids: TableIds) {
    this.#turn = turn
    this.#catalog = catalog
    this.#ids = ids
  }

  /** All tables before this turn, to be counted. */
  all(): Iterable<Table> {
    return this.#catalog.tables()
  }

  find(name: string): Table | undefined {
    return this.#changes.has(name) ? this.#changes.get(name) : this.#catalog.find(name)
  }

  /** Gives the table its id. The name must be free. */
  create(table: Omit<Table, 'tableId'>): Table {
    assert(this.find(table.name) === undefined, 'a table is created under a free name', table.name)
    const created = { ...table, tableId: this.takeId() }
    this.#changes.set(table.name, created)
    return created
  }

  /** An id that no table has or will have. */
  takeId(): number {
    return this.#ids.take()
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
    this.#removed.push(table)
  }

  /** The same for a table whose items are a backup's from now on. */
  removeButItems(table: Table): void {
    this.remove(table)
    this.#kept.add(table)
  }

  /** What stands under a key that is no record of the catalog; it must be among the turn's reads. */
  get(key: KeyBytes): StoredValue | undefined {
    return this.#turn.turn.get(key)
  }

  /** Puts or deletes what is no record of the catalog, in the same turn. */
  put(key: KeyBytes, value: string): void {
    this.#beside.push({ key, value })
  }

  delete(key: KeyBytes): void {
    this.#beside.push({ key, value: undefined })
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
    this.#freed.push({ tableId: table.tableId, indexId })
  }

  /** Whether these records are what the turn sees. Their keys must be among its reads. */
  sees(records: VersionedRecords): boolean {
    return records.isCurrentIn(this.#turn.turn)
  }

  /** The number of the last entry of a log. */
  lastNumber(log: KeyBytes): number {
    return this.#turn.turn.last(log)
  }

  /** Adds to what a table or index counts, in the same turn. */
  addCounts(space: { readonly tableId: number; readonly indexId: number }, amounts: readonly [number, number, number]): void {
    this.#turn.turn.add(countsKey(space), amounts)
  }

  /** Puts everything decided into the turn. Called by `changeTablesOfRegions` only. */
  write(settings: EngineSettings, nowMs: number): void {
    const { turn } = this.#turn
    for (const [name, table] of this.#changes) if (table !== undefined) this.#changes.set(name, withQueues(settings, table))
    for (const [name, table] of this.#changes) {
      const key = tableKey(this.#catalog.region, name)
      if (table === undefined) this.#turn.delete(key)
      else this.#turn.put(key, encodeTable(table))
    }
    for (const table of this.#removed) turn.put(sweepKey(table.tableId), encodeSweep(table, { keepsItems: this.#kept.has(table) }))
    for (const { key, value } of this.#beside) {
      if (value === undefined) turn.delete(key)
      else turn.put(key, value)
    }
    for (const key of this.#forgotten) turn.delete(key)
    this.#follow(settings, nowMs)
  }

  /** What follows from the tables: the first partitions of what is new, no partitions of what is gone, streams. */
  #follow(settings: EngineSettings, nowMs: number): void {
    const firstMaps = new Map<Table, PartitionMap>()
    for (const table of this.#changes.values()) if (table !== undefined) this.#addFirstMaps(table, firstMaps, nowMs)
    for (const { tableId } of this.#removed) {
      for (const indexId of this.#catalog.partitionedIds(tableId)) this.#turn.delete(partitionMapKey({ tableId, indexId }))
    }
    const changedSettings = this.#freed.length === 0 ? undefined : settingsWithoutLags(this.#catalog, this.#freed)
    if (changedSettings !== undefined) this.#turn.put(settingsKey(), changedSettings)
    for (const space of this.#freed) {
      this.#turn.delete(partitionMapKey(space))
      this.#turn.turn.clear(countsKey(space))
    }
    followTables(this.#catalog.streams, this.#turn, {
      region: this.#catalog.region,
      changed: [...this.#changes].map(([name, after]) => ({ before: this.#catalog.find(name), after })),
      partitionsOf: (table) => firstMaps.get(table) ?? partitionsOf(this.#catalog, table),
      settings,
      nowMs,
    })
  }

  #addFirstMaps(table: Table, firstMaps: Map<Table, PartitionMap>, nowMs: number): void {
    for (const { index } of partitionedSpaces(table)) {
      const space = spaceOf(table, index)
      if (this.#catalog.partitionMap(space) !== undefined) continue
      const map = PartitionMap.even(partitionCount(index ?? table), nowMs)
      this.#turn.put(partitionMapKey(space), map.encode())
      if (index === undefined) firstMaps.set(table, map)
    }
  }
}

function partitionsOf(catalog: Catalog, table: Table): PartitionMap {
  const map = catalog.partitionMap(spaceOf(table, undefined))
  assert(map !== undefined, 'a table has partitions from its first turn on', table.name)
  return map
}
