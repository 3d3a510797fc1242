/**
 * Drops all tables, or puts an empty one with the same definition in the place of each, so many in each turn, whatever they hold; their
 * data is swept afterwards, as that of deleted tables.
 */
import { setImmediate } from 'node:timers/promises'
import { uuid } from '../../base/random.ts'
import { placesOfReplicas, putReplication } from '../../engine/catalog/change-replicas.ts'
import { changeTables, changeTablesOfRegions, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { withDestinationsOf } from '../../engine/destinations/change-destination.ts'
import { emptiedTimeToLive } from '../../engine/expiry/time-to-live.ts'
import { spaceNumber } from '../../engine/keyspace/keys.ts'
import { emptiedHistory } from '../../engine/schema/history.ts'
import type { Replica, Replication } from '../../engine/schema/replication.ts'
import { settledTable, withoutRunning } from '../../engine/schema/settle-table.ts'
import type { GlobalIndex, SecondaryIndex, Table, VectorIndex } from '../../engine/schema/table.ts'
import type { EngineSettings } from '../../engine/settings.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { streamLabelAt } from '../../operations/tables/stream-label.ts'
import { resetTablesAtOnceMax } from '../limits.ts'
import { changeEngineSettings } from './run-time-settings.ts'

export interface ResetResult {
  /** How many tables are gone for good. */
  readonly dropped: number
  /** How many tables are empty now. */
  readonly recreated: number
}

/**
 * Resolves when the result is durable and the next request sees it. Deletion protection and table states hold nothing up. Rejects as the
 * store does: then some tables may be as they were.
 */
export async function resetTables(engines: readonly MeteredEngine[], { recreate }: { readonly recreate: boolean }): Promise<ResetResult> {
  // All at once: turns of the same moment go into one commit.
  const replaced = (await Promise.all(engines.map((engine) => resetRegion(engine, recreate)))).flat()
  await joinAgain(engines, replaced)
  const recreated = replaced.filter(({ after }) => after !== undefined).length
  const [engine] = engines
  if (engine !== undefined) await changeEngineSettings(engine, { indexLagsMs: lagsOfNew(replaced) })
  return { dropped: replaced.length - recreated, recreated }
}

async function resetRegion(engine: MeteredEngine, recreate: boolean): Promise<readonly Replaced[]> {
  const names = engine.catalog.names()
  const replaced: Replaced[] = []
  for (let from = 0; from < names.length; from += resetTablesAtOnceMax) {
    if (from > 0) await setImmediate()
    replaced.push(...(await resetSome(engine, names.slice(from, from + resetTablesAtOnceMax), recreate)))
  }
  return replaced
}

function resetSome(engine: MeteredEngine, names: readonly string[], recreate: boolean): Promise<readonly Replaced[]> {
  return changeTables(engine, names, (tables) => {
    const pairs: Replaced[] = []
    for (const name of names) {
      const before = tables.find(name)
      if (before === undefined) continue
      tables.remove(before)
      const isToStay = recreate && before.status !== 'DELETING'
      pairs.push({ before, lags: lagsOf(engine.settings, before), after: isToStay ? createAgain(engine, tables, before) : undefined })
    }
    return pairs
  })
}

function createAgain(engine: MeteredEngine, tables: TableTurn, before: Table): Table {
  return withDestinationsOf(tables, tables.create(emptied(engine, before)), before, engine.clock.now())
}

/** Empty tables are replicas of each other as those were whose place they took. */
async function joinAgain(engines: readonly MeteredEngine[], replaced: readonly Replaced[]): Promise<void> {
  const [engine] = engines
  if (engine === undefined) return
  const newIds = new Map(replaced.flatMap(({ before, after }) => (after === undefined ? [] : [[before.tableId, after.tableId] as const])))
  const groups = new Map<string, { readonly name: string; readonly replication: Replication }>()
  for (const { before } of replaced) {
    const { name, replication } = before
    if (replication === undefined) continue
    const replicas = replication.replicas.flatMap(({ region, tableId, overrides }): Replica[] => {
      const newId = newIds.get(tableId)
      return newId === undefined ? [] : [{ region, tableId: newId, status: 'ACTIVE', ...(overrides !== undefined && { overrides }) }]
    })
    const { consistency, witness } = replication
    if (replicas.length > 1)
      groups.set(replicas.map(({ tableId }) => tableId).join(), {
        name,
        replication: { consistency, replicas, ...(witness && { witness }) },
      })
  }
  for (const { name, replication } of groups.values()) {
    await changeTablesOfRegions(
      engine,
      () => placesOfReplicas(name, replication),
      (tablesOf) => putReplication(tablesOf, name, replication),
    )
  }
}

/** What became of a table. The lags of its indexes are taken before it goes, for they are forgotten with it. */
interface Replaced {
  /** By index id. */
  readonly lags: ReadonlyMap<number, number>
  readonly before: Table
  readonly after: Table | undefined
}

/** A new table, defined as this one is when all its changes under way are done. What it has been through is forgotten. */
function emptied({ clock, random }: MeteredEngine, table: Table): Omit<Table, 'tableId'> {
  const nowMs = clock.now()
  const {
    tableId: _,
    retiredIndexIds: _retired,
    throughputHistory: _history,
    recentChanges: _changes,
    onDemandSinceMs: _onDemand,
    tableClassSinceMs: _class,
    streamLabel,
    timeToLive,
    history,
    restore: _restore,
    importId: _import,
    replication: _replication,
    outboxes: _outboxes,
    droppedOutboxIds: _dropped,
    kinesisDestinations: _destinations,
    ...definition
  } = settledTable(withoutRunning(table, () => true))
  const expiry = emptiedTimeToLive(timeToLive)
  const past = emptiedHistory(history, nowMs)
  return {
    ...definition,
    uuid: uuid(random),
    creationMs: nowMs,
    indexes: definition.indexes.map(emptiedIndex),
    vectorIndexes: definition.vectorIndexes.map(emptiedVectorIndex),
    ...(definition.billingMode === 'PAY_PER_REQUEST' && { onDemandSinceMs: nowMs }),
    ...(expiry !== undefined && { timeToLive: expiry }),
    ...(past !== undefined && { history: past }),
    ...(definition.stream !== undefined && { streamLabel: streamLabelAt(nowMs, streamLabel) }),
  }
}

/** There is nothing to fill it with. */
function emptiedIndex(index: SecondaryIndex): SecondaryIndex {
  const { backfilling: _, activeFromMs: _due, activeSinceMs: _since, ...rest } = index
  if (rest.kind === 'local') return { ...rest, status: 'ACTIVE' }
  const {
    throughputHistory: _history,
    isQueued: _queued,
    ...global
  }: Omit<GlobalIndex, 'backfilling' | 'activeFromMs' | 'activeSinceMs'> = rest
  return { ...global, status: 'ACTIVE' }
}

function emptiedVectorIndex({ backfilling: _, activeFromMs: _due, activeSinceMs: _since, ...index }: VectorIndex): VectorIndex {
  return { ...index, status: 'ACTIVE' }
}

function lagsOf({ indexLagsMs }: EngineSettings, { tableId, indexes }: Table): ReadonlyMap<number, number> {
  const lags = new Map<number, number>()
  for (const { indexId } of indexes) {
    const lagMs = indexLagsMs.get(spaceNumber({ tableId, indexId }))
    if (lagMs !== undefined) lags.set(indexId, lagMs)
  }
  return lags
}

/** Index ids stay, the table id is another. */
function lagsOfNew(replaced: readonly Replaced[]): { readonly [space: string]: number } {
  const lags = replaced.flatMap(({ after, lags: before }) =>
    after === undefined ? [] : [...before].map(([indexId, lagMs]) => [spaceNumber({ tableId: after.tableId, indexId }), lagMs] as const),
  )
  return Object.fromEntries(lags)
}
