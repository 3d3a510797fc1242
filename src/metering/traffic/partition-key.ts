/** The attributes of a partition key out of a store key: what people know a hot key by. */
import { setOwn } from '../../base/own.ts'
import { afterHash } from '../../engine/keyspace/keys.ts'
import type { KeyAttribute } from '../../engine/schema/table.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { decodeScalar } from '../../values/key-bytes.ts'

export type PartitionKey = { readonly [attribute: string]: AttributeValue }

/** `attributes` are those of the partition key of the table or index that the store key belongs to. */
export function partitionKeyOf(dataKey: KeyBytes, attributes: readonly KeyAttribute[]): PartitionKey {
  const bytes = afterHash(dataKey)
  const key: Record<string, AttributeValue> = {}
  let offset = 0
  for (const { name, type } of attributes) {
    const { value, nextOffset } = decodeScalar(bytes, offset, type)
    setOwn(key, name, value)
    offset = nextOffset
  }
  return key
}
