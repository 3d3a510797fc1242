/**
 * Deletes what removed tables left behind, in bounded steps. A sweep record, written with the removal, keeps the work alive
 * over restarts; it goes with the last of the data. Nobody writes to a removed table: turns look at `catalog.latest`.
 */

import type { ThroughputMeters } from '../../metering/throughput/throughput-meters.ts'
import type { Traffic } from '../../metering/traffic/traffic.ts'
import type { KeyBytes, KeyRange, ScanBudget, Store } from '../../storage/store.ts'
import {
  backfillRange,
  countsRange,
  sweepKeyRange,
  sweptTableId,
  tableDataRange,
  tableExpiriesRange,
  tableQueuesRange,
} from '../keyspace/keys.ts'
import { partitionMapsRange } from '../keyspace/partition-keys.ts'
import type { PartitionMaps } from '../partitions/partition-maps.ts'
import type { EngineSettings } from '../settings.ts'

/** How much one step may delete. Bytes are those of the values it has to look at. */
const sweepBudget: ScanBudget = { entries: 1000, bytes: 4 << 20 }

/** The part of an engine that keeps something of removed tables. */
interface SweptEngine {
  readonly store: Store
  readonly partitionMaps?: PartitionMaps
  readonly meters?: ThroughputMeters
  readonly traffic?: Traffic
  readonly settings?: EngineSettings
}

/** Deletes one bounded piece of one removed table, in one turn. Resolves with false when nothing is left to sweep. */
export async function stepSweep(engine: SweptEngine, budget: ScanBudget = sweepBudget): Promise<boolean> {
  const { store } = engine
  const found = await findLeftovers(store, budget)
  if (found === undefined) return false
  await store.write([], (turn) => {
    for (const key of found.keys) turn.delete(key)
  })
  forget(engine, found.tableId)
  return true
}

/** What is kept in memory. */
function forget({ partitionMaps, meters, traffic, settings }: SweptEngine, tableId: number): void {
  partitionMaps?.forgetTable(tableId)
  meters?.forgetTable(tableId)
  traffic?.dropTable(tableId)
  settings?.tableThroughput.delete(tableId)
}

interface Leftovers {
  readonly tableId: number
  readonly keys: readonly KeyBytes[]
}

/** The next keys to delete; undefined when no sweep record is left. */
async function findLeftovers(store: Store, budget: ScanBudget): Promise<Leftovers | undefined> {
  using snapshot = store.snapshot()
  const sweeps = await snapshot.scan(sweepKeyRange(), { entries: 1, bytes: 1 })
  const sweep = sweeps.entries[0]?.key
  if (sweep === undefined) return undefined
  const tableId = sweptTableId(sweep)
  const keys: KeyBytes[] = []
  for (const range of rangesOf(tableId)) {
    const { entries, exhausted } = await snapshot.scan(range, budget)
    for (const { key } of entries) keys.push(key)
    if (!exhausted) return { tableId, keys }
  }
  return { tableId, keys: [...keys, sweep] }
}

/** Everything that is kept under the id of a table. Of the last three there is at most one record for each index. */
function rangesOf(tableId: number): readonly KeyRange[] {
  const ofIndexes = [countsRange(tableId), backfillRange(tableId), partitionMapsRange(tableId)]
  return [tableDataRange(tableId), tableQueuesRange(tableId), tableExpiriesRange(tableId), ...ofIndexes]
}
