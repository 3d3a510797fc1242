/** Which partition keys a table or an index has, if they are few: found by jumping from one to the next, without reading what lies between. */
import { afterHash, collectionRange, spaceRange } from '../engine/keyspace/keys.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { SecondaryIndex, Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { type PartitionKey, partitionKeyOf } from '../metering/traffic/partition-key.ts'
import { decodeScalar } from '../values/key-bytes.ts'
import { nextKeyBudget } from './limits.ts'

/** Undefined when there are more than `countMax`. */
export async function fewPartitionKeys(
  { store }: Pick<MeteredEngine, 'store'>,
  { table, index, countMax }: { readonly table: Table; readonly index?: SecondaryIndex | undefined; readonly countMax: number },
): Promise<readonly PartitionKey[] | undefined> {
  const space = spaceOf(table, index)
  const { hash } = (index ?? table).key
  return store.view(async (view) => {
    const found: PartitionKey[] = []
    const range = spaceRange(space)
    let { start } = range
    for (;;) {
      const [entry] = (await view.scan({ start, end: range.end }, nextKeyBudget)).entries
      if (entry === undefined) return found
      if (found.length === countMax) return undefined
      found.push(partitionKeyOf(entry.key, hash))
      const bytes = afterHash(entry.key)
      let length = 0
      for (const { type } of hash) length = decodeScalar(bytes, length, type).nextOffset
      start = collectionRange(space, bytes.subarray(0, length)).end
    }
  })
}
