/**
 * A stream record as it lies in the store. What a client sees of keys and images is JSON text already, cut out of the items as
 * they were stored; the rest of a record is made when it is read.
 *
 *   value = <created, ms> " " <INSERT|MODIFY|REMOVE> " " <SizeBytes> [" ttl"] "\n" <images>
 *   images = '"Keys":{…}' [',"NewImage":{…}'] [',"OldImage":{…}']      as the view type has them
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { itemText } from '../../values/item-text.ts'
import { itemSizeBytes } from '../../values/size.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { type KeySchema, keyAttributesIn, type StreamSetting } from '../schema/table.ts'

export interface StoredRecord {
  readonly creationMs: number
  readonly eventName: string
  /** Of keys and images (data-model.md §5). */
  readonly sizeBytes: number
  readonly isByTimeToLive: boolean
  /** Members of a JSON object. */
  readonly images: string
}

export interface RecordForm {
  readonly key: KeySchema
  readonly viewType: StreamSetting['viewType']
}

export function encodeRecord({ key, viewType }: RecordForm, change: ItemChange, nowMs: number): string {
  const { oldItem, newItem, keyAttributes, cause } = change
  const keys = keyAttributesIn(key, keyAttributes)
  let sizeBytes = itemSizeBytes(keys)
  let images = `"Keys":${itemText(keys)}`
  if (newItem !== undefined && (viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES')) {
    sizeBytes += newItem.sizeBytes
    images += `,"NewImage":${newItem.text}`
  }
  if (oldItem !== undefined && (viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES')) {
    sizeBytes += oldItem.sizeBytes
    images += `,"OldImage":${oldItem.text}`
  }
  const eventName = oldItem === undefined ? 'INSERT' : newItem === undefined ? 'REMOVE' : 'MODIFY'
  return `${nowMs} ${eventName} ${sizeBytes}${cause === 'ttl' ? ' ttl' : ''}\n${images}`
}

export function decodeRecord(value: StoredValue): StoredRecord {
  assert(typeof value === 'string', 'a stream record is stored as text')
  const end = value.indexOf('\n')
  const [creationMs, eventName = '', sizeBytes, cause] = value.slice(0, end).split(' ')
  return {
    creationMs: Number(creationMs),
    eventName,
    sizeBytes: Number(sizeBytes),
    isByTimeToLive: cause === 'ttl',
    images: value.slice(end + 1),
  }
}

/** When the record was created, in milliseconds since the epoch, without decoding the rest. */
export function creationMsOf(value: StoredValue): number {
  return Number.parseInt(String(value), 10)
}
