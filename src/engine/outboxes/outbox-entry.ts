/**
 * A change as it lies in an outbox: what it did to the item, when and where. Keys and images are JSON text already, as they were stored.
 *
 *   value = <changed, µs> " " <region> " " <kind> " " <keys> " " <old> " " <new> "\n" <keys><old><new>
 *
 * The three numbers in front are how long the three texts behind the line break are, in UTF-16 units. Old and new item are as they lie in the store
 * (keyspace/stored-item.ts), 0 long when there was, or is, none. The kind is `ttl` when time to live made the change, `same` when the
 * item has the same attributes as before, in another order, and `change` for all others.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { itemText } from '../../values/item-text.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { keyAttributesIn } from '../schema/table.ts'

/** Which change of an item an entry tells; at least one of the items is there. */
export interface OutboxEntry {
  /** When the change was made, in microseconds since 1970: what a new item has in its stamp. */
  readonly changedUs: number
  /** The region whose write it was. */
  readonly region: string
  readonly isByTimeToLive: boolean
  /** The item has the attributes that it had: nobody is told of it who is told of changes of items. */
  readonly isWithoutEffect: boolean
  /** The key attributes as JSON text. */
  readonly keyText: string
  readonly oldItem: StoredItem | undefined
  readonly newItem: StoredItem | undefined
}

/** When and where a change is made whose new item does not say so. */
export interface ChangeOrigin {
  readonly nowMs: number
  readonly region: string
}

/** Must not throw (law 5). */
export function encodeOutboxEntry(change: ItemChange, origin: ChangeOrigin): string {
  const { table, keyAttributes, oldItem, newItem, cause, time } = change
  const stamp = newItem?.stamp
  const changedUs = stamp?.writtenUs ?? time?.us ?? Math.round(origin.nowMs * 1000)
  const kind = cause === 'ttl' ? 'ttl' : isWithoutEffect(change) ? 'same' : 'change'
  const keys = itemText(keyAttributesIn(table.key, keyAttributes))
  const before = oldItem?.encode() ?? ''
  const after = newItem?.encode() ?? ''
  const head = `${changedUs} ${stamp?.region ?? origin.region} ${kind} ${keys.length} ${before.length} ${after.length}`
  return `${head}\n${keys}${before}${after}`
}

/** The inverse. */
export function decodeOutboxEntry(value: StoredValue): OutboxEntry {
  assert(typeof value === 'string', 'a change in an outbox is stored as text')
  const headEnd = value.indexOf('\n')
  const [changedUs, region = '', kind, ...lengths] = value.slice(0, headEnd).split(' ')
  const [keysLength = 0, beforeLength = 0, afterLength = 0] = lengths.map(Number)
  const keysEnd = headEnd + 1 + keysLength
  const beforeEnd = keysEnd + beforeLength
  assert(beforeEnd + afterLength === value.length, 'a change in an outbox is as long as it says', value.length)
  return {
    changedUs: Number(changedUs),
    region,
    isByTimeToLive: kind === 'ttl',
    isWithoutEffect: kind === 'same',
    keyText: value.slice(headEnd + 1, keysEnd),
    oldItem: beforeLength === 0 ? undefined : StoredItem.decode(value.slice(keysEnd, beforeEnd)),
    newItem: afterLength === 0 ? undefined : StoredItem.decode(value.slice(beforeEnd)),
  }
}

/** When the change was made, in microseconds since 1970, without decoding the rest. */
export function changedUsOf(value: StoredValue): number {
  return Number.parseInt(String(value), 10)
}

function isWithoutEffect({ oldItem, newItem }: ItemChange): boolean {
  return oldItem !== undefined && newItem?.equals(oldItem) === true
}
