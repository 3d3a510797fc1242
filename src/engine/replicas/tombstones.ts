/**
 * What a replica keeps of an item that was deleted: when and where that was, so that an earlier write that arrives later does not bring
 * it back. It goes when no earlier write can arrive any more (jobs/trim-tombstones.ts).
 *
 *   value = <deleted, µs> " " <region> [" *"] "\n" <key attributes>        the star: it was there when the look began that goes on
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { AttributeMap, Item } from '../../values/attribute-value.ts'
import { itemText, parseItem } from '../../values/item-text.ts'
import { type KeySchema, keyAttributesIn } from '../schema/table.ts'
import type { WriteOrder } from '../schema/write-order.ts'

export interface Tombstone {
  readonly order: WriteOrder
  readonly isMarked: boolean
  readonly keyAttributes: Item
}

export function encodeTombstone(key: KeySchema, keyAttributes: AttributeMap, { us, region }: WriteOrder): string {
  return `${us} ${region}\n${itemText(keyAttributesIn(key, keyAttributes))}`
}

/** The same tombstone with the star. */
export function markedTombstone(value: StoredValue): string {
  const { head, keys } = partsOf(value)
  return head.endsWith(mark) ? textOf(value) : `${head}${mark}\n${keys}`
}

export function isMarkedTombstone(value: StoredValue): boolean {
  return partsOf(value).head.endsWith(mark)
}

export function decodeTombstone(value: StoredValue): Tombstone {
  const { head, keys } = partsOf(value)
  const [us, region = ''] = head.split(' ')
  return { order: { us: Number(us), region }, isMarked: head.endsWith(mark), keyAttributes: parseItem(keys) }
}

const mark = ' *'

function partsOf(value: StoredValue): { readonly head: string; readonly keys: string } {
  const text = textOf(value)
  const end = text.indexOf('\n')
  return { head: text.slice(0, end), keys: text.slice(end + 1) }
}

function textOf(value: StoredValue): string {
  assert(typeof value === 'string', 'a tombstone is stored as text')
  return value
}
