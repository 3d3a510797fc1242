/** Indexes that are being filled. Who deletes an index that is not ACTIVE yet cancels its backfill, as on AWS. */
import { copied, shareCopied } from '../../engine/changes/backfill-progress.ts'
import { backfillKey } from '../../engine/keyspace/keys.ts'
import { engineOf, enginesWithWork } from '../../engine/regions.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { allIndexes } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { updateTable } from '../tables/update-table.ts'
import type { Work, WorkSource } from './work.ts'

export const backfillWorks: WorkSource = { list: backfills, cancel: deleteIndex }

/** How far each has come is by the hash of the last item: that is where it lies in the order in which they are copied. */
async function backfills(engine: MeteredEngine): Promise<readonly Work[]> {
  const filled = enginesWithWork(engine).flatMap(({ region, catalog }) =>
    [...catalog.tables()].flatMap((table) =>
      allIndexes(table).flatMap((index) => (index.backfilling === undefined ? [] : [{ region, table, index }])),
    ),
  )
  const progress = await engine.store.get(filled.map(({ table, index }) => backfillKey(spaceOf(table, index))))
  return filled.map(({ region, table, index }, at): Work => {
    return {
      id: `backfill-${table.tableId}-${index.indexId}`,
      kind: 'backfill',
      region,
      table: table.name,
      makes: index.name,
      state: progress[at] === copied ? 'waiting' : 'running',
      startedMs: index.activeSinceMs ?? table.statusSinceMs ?? table.creationMs,
      share: shareCopied(progress[at]),
      canBeCancelled: true,
    }
  })
}

async function deleteIndex(engine: MeteredEngine, { region, table: TableName, makes: IndexName = '' }: Work): Promise<void> {
  const regional = engineOf(engine, region)
  const isVector = regional.catalog.find(TableName)?.vectorIndexes.some(({ name }) => name === IndexName) === true
  const update = isVector ? 'VectorIndexUpdates' : 'GlobalSecondaryIndexUpdates'
  await updateTable(regional, { TableName, [update]: [{ Delete: { IndexName } }] })
}
