/** Going through all items of a table in bounded steps, each a turn that says how far it has come: for what has to be made of them all. */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, ScanBudget, Store, StoredValue } from '../../storage/store.ts'
import { rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'

export interface ItemChunk {
  /** How far it had come: the key of the last item that is done; undefined: none is. Another process may have gone on since. */
  readonly progress: StoredValue | undefined
  readonly keys: readonly KeyBytes[]
  readonly isLast: boolean
}

export interface Progress {
  /** Where the key of the last item that is done stands. */
  readonly progressKey: KeyBytes
  /** What stands there when all items are done, if anything does. */
  readonly done?: string
  readonly budget: ScanBudget
}

/** The next items; undefined when all are done, and it says so. */
export function nextItems(store: Store, table: Table, { progressKey, done, budget }: Progress): Promise<ItemChunk | undefined> {
  return store.view(async (view) => {
    const [progress] = await view.get([progressKey])
    if (done !== undefined && progress === done) return undefined
    assert(typeof progress !== 'string', 'progress is the key of an item')
    const items = spaceRange(spaceOf(table))
    const rest = progress === undefined ? items : rangeBeyond(items, progress as KeyBytes)
    const { entries, exhausted } = await view.scan(rest, budget)
    return { progress, keys: entries.map(({ key }) => key), isLast: exhausted }
  })
}
