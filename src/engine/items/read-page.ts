/**
 * The loop over stored items of Query, Scan and its segments, on tables and indexes. A page ends with the item that reaches a limit,
 * and says why it ended. Others have their turn between its chunks.
 */
import { setImmediate } from 'node:timers/promises'
import { assert } from '../../base/assert.ts'
import type { KeyBytes, KeyRange, View } from '../../storage/store.ts'
import { branchOf } from '../branches/branch.ts'
import { scanBranchValues } from '../branches/scan-branch.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { pageChunkEntriesMax } from '../limits.ts'
import { isFillingBranch } from '../schema/restore.ts'
import type { Table } from '../schema/table.ts'
import type { ItemReader } from './read-item.ts'

export interface PageLimits {
  /** Items evaluated at most. */
  readonly items: number
  /** The page ends with the item that makes its items' sizes reach this (operations.md §2.6). */
  readonly sizeBytes: number
}

export interface PageRange {
  readonly table: Table | undefined
  readonly range: KeyRange
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

/** `table`: whose items they are; undefined for entries of an index, which a table has when all its items are there. */
export function readPage(reader: ItemReader, { table, range }: PageRange, limits: PageLimits, baseKey?: BaseKey): Promise<Page> {
  return reader.store.view(async (view) => {
    const branch = table !== undefined && isFillingBranch(table) ? branchOf(reader, table) : undefined
    const source = branch === undefined ? view : { scanValues: (...asked: Asked) => scanBranchValues(view, branch, ...asked) }
    const page = await readEntries(source, range, limits)
    if (baseKey === undefined) return { ...page, fetchedSizesBytes: [] }
    const items = await fetchItems(view, page.items.map(baseKey))
    return { ...page, items, fetchedSizesBytes: items.map((item) => item.sizeBytes) }
  })
}

/** The items that entries of a local index stand for. */
async function fetchItems(view: View, keys: readonly KeyBytes[]): Promise<StoredItem[]> {
  const items: StoredItem[] = []
  for (let from = 0; from < keys.length; from += pageChunkEntriesMax) {
    if (from > 0) await setImmediate()
    for (const value of await view.get(keys.slice(from, from + pageChunkEntriesMax))) {
      assert(value !== undefined, 'an entry of a local index stands for an item')
      items.push(StoredItem.decode(value))
    }
  }
  return items
}

type Asked = Parameters<View['scanValues']>

async function readEntries(view: Pick<View, 'scanValues'>, range: KeyRange, limits: PageLimits): Promise<Omit<Page, 'fetchedSizesBytes'>> {
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
    await setImmediate()
  }
}

function endsOf({ reverse }: KeyRange, first: KeyBytes | undefined, last: KeyBytes | undefined): readonly KeyBytes[] {
  if (first === undefined || last === undefined) return []
  return reverse ? [last, first] : [first, last]
}
