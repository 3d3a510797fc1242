/** Key attributes of a request against the table's key schema, before anything is read (errors.md §5, data-model.md §3). */
import { invalid } from '../api/errors.ts'
import type { KeyAttribute, KeySchema, Table } from '../engine/catalog/table.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item, typeOf } from '../values/attribute-value.ts'
import { checkIndexKeyValue, checkKeyLength, checkKeyValue } from '../values/key-check.ts'

/** Refuses a `Key` that is not exactly the key attributes, each of its type, not empty and not too long. */
export function checkKey(table: Table, key: AttributeMap): void {
  if (!hasTypes(key, [...table.key.hash, ...table.key.range])) throw invalid('The provided key element does not match the schema')
  checkKeyValues(table.key, key)
}

/** True when `map` consists of exactly these attributes, each of its type. */
export function hasTypes(map: AttributeMap, attributes: readonly KeyAttribute[]): boolean {
  if (Object.keys(map).length !== attributes.length) return false
  return attributes.every((attribute) => hasType(attributeOf(map, attribute.name), attribute))
}

/** Refuses an item to be put whose key attributes are missing, of another type, empty or too long. */
export function checkItemKey(table: Table, item: Item): void {
  for (const attribute of [...table.key.hash, ...table.key.range]) {
    const value = attributeOf(item, attribute.name)
    if (value === undefined) throw invalid(`One or more parameter values were invalid: Missing the key ${attribute.name} in the item`)
    if (!hasType(value, attribute)) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      )
    }
  }
  checkKeyValues(table.key, item)
}

/** BatchWriteItem words every fault of a put item's key alike. */
export function checkBatchItemKey(table: Table, item: Item): void {
  for (const attribute of [...table.key.hash, ...table.key.range]) {
    if (!hasType(attributeOf(item, attribute.name), attribute)) throw invalid('The provided key element does not match the schema')
  }
  checkKeyValues(table.key, item)
}

/**
 * Refuses an item that could not stand in one of the table's indexes: an index key attribute that is present must have the
 * index's type and not be empty. An attribute that is key of several indexes is reported for the first in the table's order.
 * An update is answerable only for the attributes in `updated`.
 */
export function checkIndexKeys(table: Table, item: Item, updated?: ReadonlySet<string>): void {
  for (const index of table.indexes) {
    for (const attribute of [...index.key.hash, ...index.key.range]) {
      const value = attributeOf(item, attribute.name)
      if (value === undefined || (updated !== undefined && !updated.has(attribute.name))) continue
      if (!hasType(value, attribute)) {
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        )
      }
      checkIndexKeyValue(value, { indexName: index.name, name: attribute.name, change: updated === undefined ? 'put' : 'update' })
    }
    checkKeyLength(presentValues(item, index.key.hash), 'HASH')
    checkKeyLength(presentValues(item, index.key.range), 'RANGE')
  }
}

function presentValues(item: Item, attributes: readonly KeyAttribute[]): readonly AttributeValue[] {
  return attributes.flatMap(({ name }) => attributeOf(item, name) ?? [])
}

function checkKeyValues({ hash, range }: KeySchema, attributes: AttributeMap): void {
  for (const { name } of hash) checkKeyValue(requireValue(attributes, name), { name, role: 'HASH' })
  for (const { name } of range) checkKeyValue(requireValue(attributes, name), { name, role: 'RANGE' })
}

function requireValue(attributes: AttributeMap, name: string): AttributeValue {
  const value = attributeOf(attributes, name)
  if (value === undefined) throw invalid('The provided key element does not match the schema')
  return value
}

function hasType(value: AttributeValue | undefined, { type }: KeyAttribute): boolean {
  return value !== undefined && type in value
}
