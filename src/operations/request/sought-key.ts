/** Whether a request is for items with some key: what is sought is a whole key, or the partition key of many. */
import { operations } from '../../api/operations.ts'
import { compareBytes, noBytes } from '../../base/bytes.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { KeyAttribute, SecondaryIndex, Table } from '../../engine/schema/table.ts'
import type { UnderstoodMember } from '../../metering/traffic/request-usage.ts'
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { checkAttributes, type RawAttributes } from '../../values/check.ts'
import { encodeKeyBytes } from '../../values/key-bytes.ts'

/** Canonical. Of which table or index it is, nobody has said. */
export type SoughtKey = Item

/** Undefined for what is none. Throws ServiceError for a value that no attribute has. */
export function readSoughtKey(raw: unknown): SoughtKey | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
  const values = Object.values(raw)
  if (values.length === 0 || !values.every(isKeyValue)) return undefined
  return checkAttributes(raw as RawAttributes, operations.GetItem.wording)
}

function isKeyValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const [[type, content] = [], ...others] = Object.entries(value)
  return others.length === 0 && (type === 'S' || type === 'N' || type === 'B') && typeof content === 'string'
}

/** Of the table, or of the index that is read. */
export function hasSoughtKey({ table, index, key: own }: UnderstoodMember, key: SoughtKey): boolean {
  if (own === undefined || (index !== undefined && !('kind' in index))) return false
  const sought = beginningOf(table, index, key)
  return sought !== undefined && compareBytes(own.subarray(0, sought.length), sought) === 0
}

/** What store keys with this key, or with this partition key, begin with: each value ends itself. */
function beginningOf(table: Table, index: SecondaryIndex | undefined, key: SoughtKey): Uint8Array | undefined {
  const { hash, range } = (index ?? table).key
  const space = spaceOf(table, index)
  if (isOf(hash, key)) return dataKey(space, encoded(hash, key), noBytes)
  return isOf([...hash, ...range], key) ? dataKey(space, encoded(hash, key), encoded(range, key)) : undefined
}

function isOf(schema: readonly KeyAttribute[], key: SoughtKey): boolean {
  if (Object.keys(key).length !== schema.length) return false
  return schema.every(({ name, type }) => {
    const value = attributeOf(key, name)
    return value !== undefined && type in value
  })
}

function encoded(schema: readonly KeyAttribute[], key: SoughtKey): Uint8Array {
  const values = schema.map(({ name }) => attributeOf(key, name)).filter((value): value is AttributeValue => value !== undefined)
  return encodeKeyBytes(noBytes, values)
}
