/** From key attributes to the place of an item in the store. */
import { assert } from '../../base/assert.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { type AttributeMap, type AttributeValue, attributeOf } from '../../values/attribute-value.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import type { KeyAttribute, Table } from '../catalog/table.ts'
import { type DataSpace, dataKey } from '../keyspace/keys.ts'

/** Where the items of a table lie; its indexes have their own spaces. */
export function tableSpace(table: Table): DataSpace {
  return { tableId: table.tableId, indexId: 0 }
}

/** The store key of the item with these key attributes, which must be present and of the schema's types. */
export function itemKey(table: Table, attributes: AttributeMap): KeyBytes {
  return dataKey(tableSpace(table), encodeKeyValues(table.key.hash, attributes), encodeKeyValues(table.key.range, attributes))
}

/** Key values one after the other: each encoding ends itself, so the whole compares attribute by attribute. */
export function encodeKeyValues(schema: readonly KeyAttribute[], attributes: AttributeMap): Uint8Array {
  const [first] = schema
  if (first !== undefined && schema.length === 1) return encodeScalar(keyValue(attributes, first))
  return Buffer.concat(schema.map((attribute) => encodeScalar(keyValue(attributes, attribute))))
}

function keyValue(attributes: AttributeMap, { name }: KeyAttribute): AttributeValue {
  const value = attributeOf(attributes, name)
  assert(value !== undefined, 'key attributes are checked before a key is made')
  return value
}
