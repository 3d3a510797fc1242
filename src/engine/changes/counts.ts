/**
 * How many items a table or index holds and how many bytes they are (TableSizeBytes, ItemCount): a counter of the store, added to in
 * the turn of every change, so that the counts are exact at every moment and after every crash.
 */
import type { Amounts, KeyBytes, Store } from '../../storage/store.ts'
import { countsKey, type DataSpace, spaceNumber } from '../keyspace/keys.ts'
import { countsKeysMax } from '../limits.ts'

export interface Counts {
  readonly itemCount: number
  readonly sizeBytes: number
  /** Of a vector index: by how much its vectors are smaller there than as lists in the items. */
  readonly savedBytes?: number
}

export const noCounts: Counts = { itemCount: 0, sizeBytes: 0 }

/** The durable counts of tables and indexes, all of one moment. */
export async function readCounts(store: Store, spaces: readonly DataSpace[]): Promise<readonly Required<Counts>[]> {
  return (await store.sums(spaces.map(countsKey))).map(countsOf)
}

function countsOf([itemCount, sizeBytes, savedBytes]: Amounts): Required<Counts> {
  return { itemCount, sizeBytes, savedBytes }
}

export function amountsOf({ itemCount, sizeBytes, savedBytes = 0 }: Counts): Amounts {
  return [itemCount, sizeBytes, savedBytes]
}

const countsKeys = new Map<number, KeyBytes>()

/** `countsKey`, as a rule the same object for the same space: every write asks for it, and stores know objects faster than bytes. */
export function knownCountsKey(space: DataSpace): KeyBytes {
  const number = spaceNumber(space)
  const known = countsKeys.get(number)
  if (known !== undefined) return known
  const made = countsKey(space)
  if (countsKeys.size >= countsKeysMax) countsKeys.clear()
  countsKeys.set(number, made)
  return made
}
