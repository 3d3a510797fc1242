/** Backups that are being made. As on AWS nothing cancels them. */
import { readCounts } from '../../engine/changes/counts.ts'
import { backupKey, copiesRange } from '../../engine/keyspace/backup-keys.ts'
import { backfillKey } from '../../engine/keyspace/keys.ts'
import { copiesLookBudget } from '../../engine/limits.ts'
import { engineOfCatalog } from '../../engine/regions.ts'
import { decodeBackup, decodeCopy } from '../../engine/schema/backup-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { shareOf, type Work, type WorkSource } from './work.ts'

export const backupWorks: WorkSource = { list: backupsMade }

async function backupsMade(engine: MeteredEngine): Promise<readonly Work[]> {
  const { store } = engine
  const { entries } = await store.view(async (view) => view.scan(copiesRange(), copiesLookBudget))
  const copies = entries.map(({ value }) => decodeCopy(value))
  const records = await store.get(copies.map(({ region, id }) => backupKey(region, id)))
  const made = copies.flatMap(({ region }, at) => {
    const record = records[at]
    return record === undefined ? [] : [{ region: engineOfCatalog(engine, region).region, backup: decodeBackup(record) }]
  })
  const spaces = made.map(({ backup }) => ({ tableId: backup.itemsId, indexId: 0 }))
  const [counts, progress] = await Promise.all([readCounts(store, spaces), store.get(spaces.map(backfillKey))])
  return made.map(({ region, backup: { id, name, table, creationMs, itemCount, sizeBytes } }, at): Work => {
    const isCopied = typeof progress[at] === 'string'
    const done = counts[at]?.itemCount ?? 0
    return {
      id: `backup-${id}`,
      kind: 'backup',
      region,
      table: table.name,
      makes: name,
      state: isCopied ? 'waiting' : 'running',
      startedMs: creationMs,
      share: isCopied ? 1 : shareOf(done, itemCount),
      itemsDone: done,
      itemsTotal: itemCount,
      bytesDone: counts[at]?.sizeBytes ?? 0,
      bytesTotal: sizeBytes,
      canBeCancelled: false,
    }
  })
}
