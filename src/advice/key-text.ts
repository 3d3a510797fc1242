/** A partition key for people to read, and for findings to be the same in every run: as `touched` has it (heard-call.ts), its values alone. */
import type { PartitionKey } from '../metering/traffic/partition-key.ts'
import type { AttributeValue } from '../values/attribute-value.ts'

export function partitionKeyText(key: PartitionKey): string {
  return Object.values(key).map(scalarText).join(' / ')
}

/** With the names of the attributes: `state=open`. */
export function namedKeyText(key: PartitionKey): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${scalarText(value)}`)
    .join(', ')
}

/** What a scalar of a key holds. */
export function scalarText(value: AttributeValue): string {
  return String(Object.values(value)[0])
}
