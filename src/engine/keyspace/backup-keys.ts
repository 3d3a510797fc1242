/** Keys of backups (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { backupTag, copyTag, key, keyAfter, prefixRange, tablePrefix } from './keys.ts'

/** Of a region as tables know it, in the order of creation. */
export function backupKey(region: string, id: string): KeyBytes {
  return key(Buffer.concat([regionPrefix(region), Buffer.from(id, 'utf8')]))
}

/** All backups of a region, or those behind one. */
export function backupsRange(region: string, afterId?: string): KeyRange {
  const range = prefixRange(regionPrefix(region))
  return afterId === undefined ? range : { ...range, start: keyAfter(backupKey(region, afterId)) }
}

/** Where it stands which backup is being made under this id. */
export function copyKey(itemsId: number): KeyBytes {
  return key(tablePrefix(copyTag, itemsId))
}

export function copiesRange(): KeyRange {
  return prefixRange(Uint8Array.of(copyTag))
}

function regionPrefix(region: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(backupTag), Buffer.from(`${region}\0`, 'utf8')])
}
