/** Keys of backups (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { backupTag, copyTag, key, prefixRange, rangeBeyond, regionPrefix, tablePrefix } from './keys.ts'

/** Of a region as tables know it, in the order of creation. */
export function backupKey(region: string, id: string): KeyBytes {
  return key(Buffer.concat([regionPrefix(backupTag, region), Buffer.from(id, 'utf8')]))
}

/** All backups of a region, or those behind one. */
export function backupsRange(region: string, afterId?: string): KeyRange {
  const range = prefixRange(regionPrefix(backupTag, region))
  return afterId === undefined ? range : rangeBeyond(range, backupKey(region, afterId))
}

/** All backups of all regions. */
export function allBackupsRange(): KeyRange {
  return prefixRange(Uint8Array.of(backupTag))
}

/** Where it stands which backup is being made under this id. */
export function copyKey(itemsId: number): KeyBytes {
  return key(tablePrefix(copyTag, itemsId))
}

export function copiesRange(): KeyRange {
  return prefixRange(Uint8Array.of(copyTag))
}
