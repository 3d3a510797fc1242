/**
 * The loop over stored items of Query, Scan and its segments, on tables and indexes. A page ends with the item that reaches a limit,
 * and says why it ended. Others have their turn between its chunks.
 */
import { assert } from '../../base/assert.ts'
import { Pace } from '../../base/pace.ts'
import type { KeyBytes, KeyRange, View } from '../../storage/store.ts'
import { branchOf } from '../branches/branch.ts'
import { scanBranchValues } from '../branches/scan-branch.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { itemsAtOnceMax, pageChunkEntriesMax } from '../limits.ts'
import { isFillingBranch } from '../schema/restore.ts'
import type { Table } from '../schema/table.ts'
import type { ItemReader } from './read-item.ts'

export interface PageLimits {
  /** Items evaluated at most. */
  readonly items: number
  /** The page ends with the item that makes its items' sizes reach this (operations.md §2.6). */
  readonly sizeBytes: number
}

/** The store key of the item that an index entry stands for. */
export type BaseKey = (entry: StoredItem) => KeyBytes

export interface Page {
  /** What was evaluated; with a BaseKey the items of the table instead of the entries of the index. */
  readonly items: readonly StoredItem[]
  /** The sizes of the items that were fetched from the table. */
  readonly fetchedSizesBytes: readonly number[]
  /** Sum of the sizes of the entries in the range. */
  readonly sizeBytes: number
  /** The lowest and the highest key that were evaluated; empty when none was. */
  readonly ends: readonly KeyBytes[]
  readonly stopped: 'exhausted' | 'limit' | 'bytes'
}

export interface PageReading {
  /** Whose items they are; left out for entries of an index, which a table has when all its items are there. */
  readonly table?: Table | undefined
  readonly baseKey?: BaseKey | undefined
  /** Who waits for it. Left out: somebody. */
  readonly pace?: Pace
}

/** Rejects with NobodyWaits when it stops for that. */
export function readPage(
  reader: ItemReader,
  range: KeyRange,
  limits: PageLimits,
  { table, baseKey, pace = new Pace() }: PageReading = {},
): Promise<Page> {
  return reader.store.view(async (view) => {
    const branch = table !== undefined && isFillingBranch(table) ? branchOf(reader, table) : undefined
    const source = branch === undefined ? view : { scanValues: (...asked: Asked) => scanBranchValues(view, branch, ...asked) }
    const page = await readEntries(source, range, limits, pace)
    if (baseKey === undefined) return { ...page, fetchedSizesBytes: [] }
    const items = await fetchItems(view, page.items.map(baseKey), pace)
    return { ...page, items, fetchedSizesBytes: items.map((item) => item.sizeBytes) }
  })
}

/** The items that entries of a local index stand for. */
async function fetchItems(view: View, keys: readonly KeyBytes[], pace: Pace): Promise<StoredItem[]> {
  const items: StoredItem[] = []
  for (let from = 0; from < keys.length; from += itemsAtOnceMax) {
    if (from > 0) await pace.pause()
    for (const value of await view.get(keys.slice(from, from + itemsAtOnceMax))) {
      assert(value !== undefined, 'an entry of a local index stands for an item')
      items.push(StoredItem.decode(value))
    }
  }
  return items
}

type Asked = Parameters<View['scanValues']>
type Scanned = Pick<View, 'scanValues'>

async function readEntries(view: Scanned, range: KeyRange, limits: PageLimits, pace: Pace): Promise<Omit<Page, 'fetchedSizesBytes'>> {
  const items: StoredItem[] = []
  let sizeBytes = 0
  let first: KeyBytes | undefined
  let last: KeyBytes | undefined
  let rest = range
  for (;;) {
    const budget = { entries: Math.min(pageChunkEntriesMax, limits.items - items.length), bytes: limits.sizeBytes - sizeBytes }
    const chunk = await view.scanValues(rest, budget)
    let stopped: Page['stopped'] | undefined = chunk.exhausted ? 'exhausted' : undefined
    let taken = 0
    for (const value of chunk.values) {
      const item = StoredItem.decode(value)
      items.push(item)
      sizeBytes += item.sizeBytes
      taken += 1
      const isLast = chunk.exhausted && taken === chunk.values.length
      if (items.length === limits.items) stopped = 'limit'
      else if (sizeBytes >= limits.sizeBytes && !isLast) stopped = 'bytes'
      else continue
      break
    }
    if (taken > 0) {
      first ??= chunk.keyAt(0)
      last = chunk.keyAt(taken - 1)
    }
    if (stopped !== undefined || last === undefined)
      return { items, sizeBytes, ends: endsOf(range, first, last), stopped: stopped ?? 'exhausted' }
    rest = rangeBeyond(range, last)
    await pace.pause()
  }
}

function endsOf({ reverse }: KeyRange, first: KeyBytes | undefined, last: KeyBytes | undefined): readonly KeyBytes[] {
  if (first === undefined || last === undefined) return []
  return reverse ? [last, first] : [first, last]
}
