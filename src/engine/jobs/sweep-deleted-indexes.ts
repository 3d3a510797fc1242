/**
 * Deletes what deleted indexes left behind, in bounded steps: entries, changes that waited for a lagging index, logs of changed
 * vectors. The table keeps the index's id as retired until they are gone: that keeps the work alive over restarts, and the id out of
 * use. Nobody writes to an index that is not in its table.
 */
import type { ScanBudget } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { spaceInsightsRange } from '../keyspace/insight-keys.ts'
import { countedMarksRange, type DataSpace, spaceRange } from '../keyspace/keys.ts'
import { isQueueLog, queueRange } from '../keyspace/queue-keys.ts'
import { isVectorLog, vectorLogsRange, vectorTrimsRange } from '../keyspace/vector-keys.ts'
import { sweepBudget } from '../limits.ts'
import type { Table } from '../schema/table.ts'
import { deleteSome, type Leftovers, leftoversIn } from './delete-leftovers.ts'
import { stepFirst } from './run-due-jobs.ts'

/** Deletes one bounded piece of one deleted index. Resolves with false when nothing is left to sweep. */
export async function stepIndexSweep(engine: CatalogHolder, budget: ScanBudget = sweepBudget): Promise<boolean> {
  return stepFirst([...engine.catalog.tables()], async ({ name, tableId, retiredIndexIds = [] }) => {
    const [indexId] = retiredIndexIds
    if (indexId === undefined) return false
    const space = { tableId, indexId }
    const found = await leftoversIn(engine.store, rangesOf(space), budget)
    if (found === undefined) await freeIndexId(engine, name, space)
    else await deleteSome(engine.store, found, () => isRetired(engine.catalog.find(name), space))
    return true
  })
}

/** Another process may have freed the id meanwhile, and an index may have it that is there. */
function isRetired(table: Table | undefined, { tableId, indexId }: DataSpace): table is Table {
  return table?.tableId === tableId && table.retiredIndexIds?.includes(indexId) === true
}

function rangesOf(space: DataSpace): Leftovers {
  return [
    { range: spaceRange(space), isLog: () => false },
    { range: queueRange(space), isLog: isQueueLog },
    { range: vectorLogsRange(space), isLog: isVectorLog },
    { range: vectorTrimsRange(space), isLog: () => false },
    { range: spaceInsightsRange(space), isLog: () => false },
    { range: countedMarksRange(space), isLog: () => false },
  ]
}

async function freeIndexId(engine: CatalogHolder, tableName: string, space: DataSpace): Promise<void> {
  await changeTables(engine, [tableName], (tables) => {
    const table = tables.find(tableName)
    if (isRetired(table, space)) tables.freeIndexId(table, space.indexId)
  })
}
