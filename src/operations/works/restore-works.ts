/** Tables that are being restored, which as on AWS nothing cancels, and branches, which are cancelled by deleting them. */
import { readCounts } from '../../engine/changes/counts.ts'
import { backfillKey } from '../../engine/keyspace/keys.ts'
import { engineOf, enginesWithWork } from '../../engine/regions.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { deleteTable } from '../tables/delete-table.ts'
import { shareOf, type Work, type WorkSource } from './work.ts'

export const restoreWorks: WorkSource = { list: restores, cancel: deleteBranch }

/** How many items there were is known of backups alone; of a table it is how many there are now. */
async function restores(engine: MeteredEngine): Promise<readonly Work[]> {
  const { store } = engine
  const filled = enginesWithWork(engine).flatMap(({ region, catalog }) =>
    [...catalog.tables()].flatMap((table) => {
      const source = table.restore?.source
      return source === undefined ? [] : [{ region, table, source }]
    }),
  )
  const [counts, totals, progress] = await Promise.all([
    readCounts(
      store,
      filled.map(({ table }) => spaceOf(table)),
    ),
    readCounts(
      store,
      filled.map(({ source }) => ({ tableId: source.tableId, indexId: 0 })),
    ),
    store.get(filled.map(({ table }) => backfillKey(spaceOf(table)))),
  ])
  return filled.map(({ region, table, source }, at): Work => {
    const isBranch = table.restore?.isBranch === true
    const kind = isBranch ? 'branch' : 'restore'
    const isFilled = typeof progress[at] === 'string'
    const { itemCount: itemsDone = 0, sizeBytes: bytesDone = 0 } = counts[at] ?? {}
    const { itemCount: itemsTotal = 0, sizeBytes: bytesTotal = 0 } = totals[at] ?? {}
    return {
      id: `${kind}-${table.uuid}`,
      kind,
      region,
      table: source.tableName,
      makes: table.name,
      state: isFilled ? 'waiting' : 'running',
      startedMs: table.creationMs,
      share: isFilled ? 1 : shareOf(itemsDone, itemsTotal),
      itemsDone,
      itemsTotal,
      bytesDone,
      bytesTotal,
      canBeCancelled: isBranch,
    }
  })
}

async function deleteBranch(engine: MeteredEngine, { region, makes = '' }: Work): Promise<void> {
  await deleteTable(engineOf(engine, region), { TableName: makes })
}
