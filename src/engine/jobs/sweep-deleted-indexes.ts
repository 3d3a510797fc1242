/**
 * Deletes what deleted indexes left behind, in bounded steps: entries, and changes that waited for a lagging index. The table keeps the index's id as retired until they
 * are gone: that keeps the work alive over restarts, and the id out of use. Nobody writes to an index that is not in its table.
 */
import type { KeyBytes, ScanBudget } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import type { Engine } from '../engine.ts'
import { type DataSpace, queueRange, spaceRange } from '../keyspace/keys.ts'
import type { Table } from '../schema/table.ts'

const sweepBudget: ScanBudget = { entries: 1000, bytes: 4 << 20 }

/** Deletes one bounded piece of one deleted index. Resolves with false when nothing is left to sweep. */
export async function stepIndexSweep(engine: Engine, budget: ScanBudget = sweepBudget): Promise<boolean> {
  for (const table of engine.catalog.durable.tables()) {
    const [indexId] = table.retiredIndexIds ?? []
    if (indexId === undefined) continue
    const space = { tableId: table.tableId, indexId }
    const found = await findLeftovers(engine, space, budget)
    if (found.length === 0) await freeIndexId(engine, table.name, space)
    else {
      await engine.store.write([], (turn) => {
        for (const key of found) turn.delete(key)
      })
    }
    return true
  }
  return false
}

async function findLeftovers({ store }: Engine, space: DataSpace, budget: ScanBudget): Promise<readonly KeyBytes[]> {
  using snapshot = store.snapshot()
  const { entries } = await snapshot.scan(spaceRange(space), budget)
  const { entries: waiting } = entries.length === 0 ? await snapshot.scan(queueRange(space), budget) : { entries }
  return waiting.map((entry) => entry.key)
}

async function freeIndexId(engine: Engine, tableName: string, { tableId, indexId }: DataSpace): Promise<void> {
  await changeTables(engine, [tableName], (tables) => {
    const table: Table | undefined = tables.find(tableName)
    if (table?.tableId !== tableId) return
    tables.freeIndexId(table, indexId)
    engine.vectorCaches.drop({ tableId, indexId })
    // Nothing waits for it any more, whatever its numbers were.
    engine.indexQueues.applied({ tableId, indexId }, Number.MAX_SAFE_INTEGER)
  })
  engine.partitionMaps.forget({ tableId, indexId })
  engine.traffic.dropSpace({ tableId, indexId })
  engine.meters.forget({ tableId, indexId })
}
