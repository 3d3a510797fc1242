/** A partition key for people to read, and for findings to be the same in every run: `pk=a`, or of several attributes `pk=a, day=3`. */
import type { PartitionKey } from '../metering/traffic/partition-key.ts'
import type { AttributeValue } from '../values/attribute-value.ts'

export function partitionKeyText(key: PartitionKey): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${scalarText(value)}`)
    .join(', ')
}

/** What a scalar of a key holds. */
export function scalarText(value: AttributeValue): string {
  const [text] = Object.values(value)
  return typeof text === 'string' ? text : JSON.stringify(text)
}
