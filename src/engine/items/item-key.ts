/** From key attributes to the place of an item in the store. */

import { assert } from '../../base/assert.ts'
import { noBytes } from '../../base/bytes.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { type AttributeMap, type AttributeValue, attributeOf } from '../../values/attribute-value.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { collectionSizesId, type DataSpace, dataKey } from '../keyspace/keys.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { KeyAttribute, Table } from '../schema/table.ts'

/** Where the sizes of its item collections lie. */
function collectionSpace(table: Table): DataSpace {
  return { tableId: table.tableId, indexId: collectionSizesId }
}

/** The store key of the item with these key attributes, which must be present and of the schema's types. */
export function itemKey(table: Table, attributes: AttributeMap): KeyBytes {
  return dataKey(spaceOf(table), encodeKeyValues(table.key.hash, attributes), encodeKeyValues(table.key.range, attributes))
}

/** Where a write finds the item, and the size of its collection if that is kept. */
export interface ItemPlace {
  /** The item's key attributes are among these. */
  readonly keyAttributes: AttributeMap
  readonly key: KeyBytes
  readonly collectionKey: KeyBytes | undefined
}

export function itemPlace(table: Table, attributes: AttributeMap): ItemPlace {
  const partitionKey = encodeKeyValues(table.key.hash, attributes)
  const key = dataKey(spaceOf(table), partitionKey, encodeKeyValues(table.key.range, attributes))
  const isMetered = table.indexes.some((index) => index.kind === 'local')
  return { keyAttributes: attributes, key, collectionKey: isMetered ? dataKey(collectionSpace(table), partitionKey, noBytes) : undefined }
}

/** Key values one after the other: each encoding ends itself, so the whole compares attribute by attribute. */
function encodeKeyValues(schema: readonly KeyAttribute[], attributes: AttributeMap): Uint8Array {
  const [first] = schema
  if (first !== undefined && schema.length === 1) return encodeScalar(keyValue(attributes, first))
  return Buffer.concat(schema.map((attribute) => encodeScalar(keyValue(attributes, attribute))))
}

function keyValue(attributes: AttributeMap, { name }: KeyAttribute): AttributeValue {
  const value = attributeOf(attributes, name)
  assert(value !== undefined, 'key attributes are checked before a key is made')
  return value
}
