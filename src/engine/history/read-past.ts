/**
 * The items of a table as they were at a moment, in the order of their keys and in pieces of bounded size, each from a view of its own: the
 * items as they are now, with what was changed since undone. An item is what the first entry behind the moment says that it was before,
 * or what it is. So it does not matter what is written between one piece and the next, and nobody holds a view for long.
 */
import { compareBytes, latin1 } from '../../base/bytes.ts'
import type { Chunk, Entry, KeyBytes, KeyRange, ScanBudget, View } from '../../storage/store.ts'
import { afterHistoryOf, historyAfter, historyBeyond, itemOfHistoryKey, momentOfHistoryKey } from '../keyspace/history-keys.ts'
import { rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { copyBudget, copyHistoryBudget, copyLooksMax } from '../limits.ts'
import { isAfter, type Moment } from '../schema/history.ts'

export interface PastItems {
  /** In no particular order. */
  readonly items: readonly StoredItem[]
  /** The key up to which these are all; undefined: there are no others behind them. */
  readonly upTo: KeyBytes | undefined
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
export async function readPast(
  view: View,
  { tableId, cut, within }: PastTable,
  after: KeyBytes | undefined,
  { budget = copyBudget, historyBudget = copyHistoryBudget }: PastBudgets = {},
): Promise<PastItems> {
  const all = within ?? spaceRange({ tableId, indexId: 0 })
  const { entries, exhausted } = await view.scan(after === undefined ? all : rangeBeyond(all, after), budget)
  const last = exhausted ? undefined : entries.at(-1)?.key
  const past = new PastStates(cut)
  const isUpTo = await readHistory({ all, after, last }, past, (range) => view.scan(range, historyBudget))
  const upTo = isUpTo ?? last
  const items: StoredItem[] = []
  for (const { key, value } of entries) {
    if (upTo !== undefined && compareBytes(key, upTo) > 0) break
    if (!past.has(key)) items.push(StoredItem.decode(value))
  }
  return { items: [...items, ...past.items()], upTo }
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
  readonly #states = new Map<string, StoredItem | undefined>()

  constructor(cut: Moment) {
    this.cut = cut
  }

  has(item: KeyBytes): boolean {
    return this.#states.has(latin1(item))
  }

  /** Entries in their order. The first one of an item that is behind the moment says what it was. */
  note(entries: readonly Entry[]): void {
    for (const { key, value } of entries) {
      if (!isAfter(momentOfHistoryKey(key), this.cut)) continue
      const item = latin1(itemOfHistoryKey(key))
      if (!this.#states.has(item)) this.#states.set(item, value.length === 0 ? undefined : StoredItem.decode(value))
    }
  }

  items(): readonly StoredItem[] {
    return [...this.#states.values()].filter((item) => item !== undefined)
  }
}
