/** The 400 KB gate (data-model.md §5). */
import { invalid } from '../../api/errors.ts'
import { itemSizeBytesMax } from '../../api/limits.ts'
import { indexEntry } from '../../engine/changes/index-entries.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { Table } from '../../engine/schema/table.ts'

/** Of a finished item that replaces another or none. */
export function checkItemSize(table: Table, item: StoredItem): void {
  if (sizeWithLocalEntries(table, item) > itemSizeBytesMax) throw invalid('Item size has exceeded the maximum allowed size')
}

/** Of a finished item that an update made. */
export function checkUpdatedItemSize(table: Table, item: StoredItem): void {
  checkUpdatedSize(sizeWithLocalEntries(table, item))
}

/** Also of what the statement of an update is charged. */
export function checkUpdatedSize(sizeBytes: number): void {
  if (sizeBytes > itemSizeBytesMax) throw invalid('Item size to update has exceeded the maximum allowed size')
}

/** An item counts together with what local indexes hold of it. */
function sizeWithLocalEntries(table: Table, item: StoredItem): number {
  let sizeBytes = item.sizeBytes
  for (const index of table.indexes) {
    if (index.kind === 'local') sizeBytes += indexEntry(table, index, item)?.item.sizeBytes ?? 0
  }
  return sizeBytes
}
