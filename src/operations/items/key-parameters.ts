/** Key attributes of a request against the table's key schema, before anything is read (errors.md §5, data-model.md §3). */
import { invalid } from '../../api/errors.ts'
import {
  attributesOfKey,
  type KeyAttribute,
  type KeySchema,
  type SecondaryIndex,
  type Table,
  type VectorIndex,
} from '../../engine/schema/table.ts'
import { hashAttributes } from '../../engine/vectors/vector-entries.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item, typeOf } from '../../values/attribute-value.ts'
import { checkIndexKeyValue, checkKeyLength, checkKeyValue } from '../../values/key-check.ts'
import { checkVector } from './check-vectors.ts'

/** Refuses a `Key` that is not exactly the key attributes, each of its type, not empty and not too long. */
export function checkKey(table: Table, key: AttributeMap): void {
  checkKeyTypes(table, key)
  checkKeyValues(table.key, key)
}

/** Refuses a `Key` that is not exactly the key attributes, each of its type. */
export function checkKeyTypes(table: Table, key: AttributeMap): void {
  if (!hasTypes(key, attributesOfKey(table.key))) throw invalid('The provided key element does not match the schema')
}

/** True when `map` consists of exactly these attributes, each of its type. */
export function hasTypes(map: AttributeMap, attributes: readonly KeyAttribute[]): boolean {
  if (Object.keys(map).length !== attributes.length) return false
  return attributes.every((attribute) => hasType(attributeOf(map, attribute.name), attribute))
}

/** Refuses an item to be put whose key attributes are missing, of another type, empty or too long. */
export function checkItemKey(table: Table, item: Item): void {
  checkItemKeyTypes(table, item)
  checkKeyValues(table.key, item)
}

/** Refuses an item to be put whose key attributes are missing or of another type. */
export function checkItemKeyTypes(table: Table, item: Item): void {
  for (const attribute of attributesOfKey(table.key)) {
    const value = attributeOf(item, attribute.name)
    if (value === undefined) throw invalid(`One or more parameter values were invalid: Missing the key ${attribute.name} in the item`)
    if (!hasType(value, attribute)) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      )
    }
  }
}

/** BatchWriteItem words every fault of a put item's key alike. */
export function checkBatchItemKey(table: Table, item: Item): void {
  for (const attribute of attributesOfKey(table.key)) {
    if (!hasType(attributeOf(item, attribute.name), attribute)) throw invalid('The provided key element does not match the schema')
  }
  checkKeyValues(table.key, item)
}

/**
 * Refuses an item that could not stand in one of the table's indexes: an index key attribute that is present must have the
 * index's type and not be empty. An attribute that is key of several indexes is reported for the first in the table's order.
 * An update is answerable for all types, also where an index was added later, but only for the values and vectors in `updated`.
 */
export function checkIndexKeys(table: Table, item: Item, updated?: ReadonlySet<string>): void {
  for (const index of table.indexes) {
    checkTypesIn(index, item, updated)
    checkValuesIn(index, item, updated)
  }
  for (const index of table.vectorIndexes) {
    checkTypesIn(index, item, updated)
    checkValuesIn(index, item, updated)
  }
}

/** The first half of checkIndexKeys, for an item to be put: the types. */
export function checkIndexKeyTypes(table: Table, item: Item): void {
  for (const index of table.indexes) checkTypesIn(index, item, undefined)
  for (const index of table.vectorIndexes) checkTypesIn(index, item, undefined)
}

/** The other half: values that are empty or too long, as far as they have the index's type. */
export function checkIndexKeyValues(table: Table, item: Item, updated?: ReadonlySet<string>): void {
  for (const index of table.indexes) checkValuesIn(index, item, updated)
  for (const index of table.vectorIndexes) checkValuesIn(index, item, updated)
}

type AnyIndex = SecondaryIndex | VectorIndex

function checkTypesIn(index: AnyIndex, item: Item, updated: ReadonlySet<string> | undefined): void {
  for (const attribute of typedAttributes(index)) {
    const value = attributeOf(item, attribute.name)
    if (value === undefined || hasType(value, attribute)) continue
    throw invalid(
      `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
    )
  }
  if (!('dimensions' in index)) return
  const vector = attributeOf(item, index.vectorAttribute)
  if (vector !== undefined && isAnswerableFor(index.vectorAttribute, updated)) checkVector(index, vector)
}

function checkValuesIn(index: AnyIndex, item: Item, updated: ReadonlySet<string> | undefined): void {
  const { hash, range } = 'dimensions' in index ? { hash: hashAttributes(index), range: [] } : index.key
  for (const attribute of [...hash, ...range]) {
    const value = attributeOf(item, attribute.name)
    if (value === undefined || !hasType(value, attribute) || !isAnswerableFor(attribute.name, updated)) continue
    checkIndexKeyValue(value, { indexName: index.name, name: attribute.name, change: updated === undefined ? 'put' : 'update' })
  }
  checkKeyLength(presentValues(item, hash), 'HASH')
  checkKeyLength(presentValues(item, range), 'RANGE')
}

/** [I] A search schema fixes the types of its attributes as a key does. */
function typedAttributes(index: AnyIndex): readonly KeyAttribute[] {
  return 'dimensions' in index ? index.searchSchema : attributesOfKey(index.key)
}

function isAnswerableFor(name: string, updated: ReadonlySet<string> | undefined): boolean {
  return updated === undefined || updated.has(name)
}

function presentValues(item: Item, attributes: readonly KeyAttribute[]): readonly AttributeValue[] {
  return attributes.flatMap(({ name }) => attributeOf(item, name) ?? [])
}

/** Refuses key attributes, which must be there and of their types, that are empty or too long. */
export function checkKeyValues({ hash, range }: KeySchema, attributes: AttributeMap): void {
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
