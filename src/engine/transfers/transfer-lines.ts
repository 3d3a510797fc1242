/** What a transfer tells in lines of JSON, which are kept one by one: the data files of an export, the faults of an import. */
import type { KeyBytes, Store } from '../../storage/store.ts'
import { type TransferName, transferLinesRange } from '../keyspace/transfer-keys.ts'
import { transferLinesBudget } from '../limits.ts'

/** Data files of an export. */
export const fileList = 0
/** Items that an import or a bulk operation could not put. */
export const faultList = 1
/** Items whose condition did not hold. */
export const conditionList = 2

/** All of a list, in their order, a piece at a time. */
export async function* readLines(store: Store, name: TransferName, list: number): AsyncGenerator<readonly string[]> {
  let after: KeyBytes | undefined
  for (;;) {
    const { entries, exhausted } = await store.view(async (view) => view.scan(transferLinesRange(name, list, after), transferLinesBudget))
    yield entries.map(({ value }) => String(value))
    after = entries.at(-1)?.key
    if (exhausted || after === undefined) return
  }
}
