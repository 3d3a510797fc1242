/**
 * The items of a table as they were at a moment, in the order of their keys and in pieces of bounded size, each from a view of its own: the
 * items as they are now, with what was changed since undone. An item is what the first entry behind the moment says that it was before,
 * or what it is. So it does not matter what is written between one piece and the next, and nobody holds a view for long.
 */
import { compareBytes, latin1 } from '../../base/bytes.ts'
import type { Chunk, Entry, KeyBytes, KeyRange, ScanBudget, StoredValue, View } from '../../storage/store.ts'
import { afterHistoryOf, historyAfter, historyBeyond, itemOfHistoryKey, momentOfHistoryKey } from '../keyspace/history-keys.ts'
import { rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { copyBudget, copyHistoryBudget, copyLooksMax } from '../limits.ts'
import { isAfter, type Moment } from '../schema/history.ts'
import { momentOf, writtenAt } from './keep-history.ts'

export interface PastItems {
  /** In the order of their keys. */
  readonly items: readonly StoredItem[]
  /** The key up to which these are all; undefined: there are no others behind them. */
  readonly upTo: KeyBytes | undefined
}

/** The same as they are stored. */
export interface PastEntries extends Pick<PastItems, 'upTo'> {
  readonly entries: readonly Entry[]
}

export interface PastBudgets {
  /** Of items as they are. */
  readonly budget?: ScanBudget
  /** Of each look at their history. */
  readonly historyBudget?: ScanBudget
}

/** `within`: a range of its items. Default: all. */
export interface PastTable {
  readonly tableId: number
  readonly cut: Moment
  readonly within?: KeyRange
}

/** The next items behind `after`, or the first ones. Memory and time are bounded by the budgets, however often an item was changed. */
export async function readPast(view: View, table: PastTable, after: KeyBytes | undefined, budgets: PastBudgets = {}): Promise<PastItems> {
  const { entries, upTo } = await readPastEntries(view, table, after, budgets)
  return { items: entries.map(({ value }) => StoredItem.decode(value)), upTo }
}

export async function readPastEntries(
  view: View,
  { tableId, cut, within }: PastTable,
  after: KeyBytes | undefined,
  { budget = copyBudget, historyBudget = copyHistoryBudget }: PastBudgets = {},
): Promise<PastEntries> {
  const all = within ?? spaceRange({ tableId, indexId: 0 })
  const { entries, exhausted } = await view.scan(after === undefined ? all : rangeBeyond(all, after), budget)
  const last = exhausted ? undefined : entries.at(-1)?.key
  const past = new PastStates(cut)
  const isUpTo = await readHistory({ all, after, last }, past, (range) => view.scan(range, historyBudget))
  const upTo = isUpTo ?? last
  if (past.isEmpty && isUpTo === undefined) return { entries, upTo }
  const left = entries.filter(({ key }) => (upTo === undefined || compareBytes(key, upTo) <= 0) && !past.has(key))
  // A range that begins right behind an item begins before its history.
  const were = past.entries().filter(({ key }) => compareBytes(key, all.start) >= 0)
  return { entries: [...left, ...were].sort((a, b) => compareBytes(a.key, b.key)), upTo }
}

/** What stood under the key of an item at the moment. `current`: what stands there now, in this view. */
export async function pastValue(
  view: View,
  cut: Moment,
  { key, current }: { readonly key: KeyBytes; readonly current: StoredValue | undefined },
): Promise<StoredValue | undefined> {
  if (current !== undefined && !isWrittenAfter(current, cut)) return current
  const { entries } = await view.scan({ start: historyAfter(key, cut), end: afterHistoryOf(key) }, { entries: 1, bytes: 1 })
  const [before] = entries
  if (before === undefined) return current
  return before.value.length === 0 ? undefined : before.value
}

/** What was written without an epoch was so before anything was kept. */
export function isWrittenAfter(stored: StoredValue, cut: Moment): boolean {
  const time = writtenAt(StoredItem.decode(stored))
  return time !== undefined && isAfter(momentOf(time), cut)
}

interface Between {
  readonly all: KeyRange
  readonly after: KeyBytes | undefined
  readonly last: KeyBytes | undefined
}

/** Resolves with the last item of which all is known, when it did not get through them all. */
async function readHistory(
  { all, after, last }: Between,
  past: PastStates,
  scan: (range: KeyRange) => Promise<Chunk> | Chunk,
): Promise<KeyBytes | undefined> {
  let range = historyBeyond(all, after, last)
  let open: KeyBytes | undefined
  for (let looks = 1; ; looks += 1) {
    const { entries, exhausted } = await scan(range)
    past.note(entries)
    const newest = entries.at(-1)
    if (exhausted || newest === undefined) return undefined
    const item = itemOfHistoryKey(newest.key)
    const known = past.has(item) ? item : (lastOtherThan(item, entries) ?? (open && isSameKey(open, item) ? undefined : open))
    if (looks >= copyLooksMax && known !== undefined) return known
    open = item
    // What else is kept of an item that is known is skipped, and so is all that was changed before the moment.
    const { end } = range
    range = { start: past.has(item) ? afterHistoryOf(item) : historyAfter(item, past.cut), end }
  }
}

/** Of the last item in the entries there may be more, of the one before it not. */
function lastOtherThan(item: KeyBytes, entries: readonly Entry[]): KeyBytes | undefined {
  return entries.map(({ key }) => itemOfHistoryKey(key)).findLast((other) => !isSameKey(other, item))
}

function isSameKey(a: KeyBytes, b: KeyBytes): boolean {
  return compareBytes(a, b) === 0
}

/** What items were, of those that were changed behind the moment. */
class PastStates {
  readonly cut: Moment
  /** Undefined: it was not there. */
  readonly #states = new Map<string, Entry | undefined>()

  constructor(cut: Moment) {
    this.cut = cut
  }

  get isEmpty(): boolean {
    return this.#states.size === 0
  }

  has(item: KeyBytes): boolean {
    return this.#states.has(latin1(item))
  }

  /** Entries in their order. The first one of an item that is behind the moment says what it was. */
  note(entries: readonly Entry[]): void {
    for (const { key: entry, value } of entries) {
      if (!isAfter(momentOfHistoryKey(entry), this.cut)) continue
      const key = itemOfHistoryKey(entry)
      const item = latin1(key)
      if (!this.#states.has(item)) this.#states.set(item, value.length === 0 ? undefined : { key, value })
    }
  }

  entries(): readonly Entry[] {
    return [...this.#states.values()].filter((entry) => entry !== undefined)
  }
}
