/** What a transfer tells in lines of JSON, which are kept one by one: the data files of an export, the faults of an import. */
import type { Store } from '../../storage/store.ts'
import { type TransferName, transferLinesRange } from '../keyspace/transfer-keys.ts'
import { transferLinesBudget } from '../limits.ts'
import { chunkwise, readRange } from '../records/read-range.ts'

/** Data files of an export. */
export const fileList = 0
/** Items that an import or a bulk operation could not put. */
export const faultList = 1
/** Items whose condition did not hold. */
export const conditionList = 2

/** All of a list, in their order, a piece at a time. */
export async function* readLines(store: Store, name: TransferName, list: number): AsyncGenerator<readonly string[]> {
  for await (const entries of readRange(chunkwise(store), transferLinesRange(name, list), transferLinesBudget)) {
    yield entries.map(({ value }) => String(value))
  }
}
