/**
 * What became of the items of a table between two moments: of each that was changed, what it was at the first and what at the second, in
 * the order of their keys and in pieces of bounded size. Items that were not changed are not looked at, and of one that was changed very
 * often no more than four entries.
 */
import type { Entry, KeyBytes, KeyRange, StoredValue, View } from '../../storage/store.ts'
import {
  afterHistoryOf,
  deletedKey,
  historyAfter,
  historyBeyond,
  historyKey,
  itemOfHistoryKey,
  momentOfHistoryKey,
} from '../keyspace/history-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { changesBudget } from '../limits.ts'
import { isAfter, type Moment } from '../schema/history.ts'
import { deletedUs } from './keep-history.ts'

/** An item that was changed, and is not gone again if it was not there before. */
export interface PastChange {
  readonly oldItem: StoredItem | undefined
  readonly newItem: StoredItem | undefined
  /** Of the last change, µs since 1970. Of a deletion before a later change no more than the second is known. */
  readonly writtenUs: number
}

export interface PastChanges {
  readonly changes: readonly PastChange[]
  /** The key up to which these are all; undefined: there are no others behind them. */
  readonly upTo: KeyBytes | undefined
}

export interface PastPeriod {
  /** A range of items. */
  readonly within: KeyRange
  /** What was changed after this moment … */
  readonly since: Moment
  /** … and not after this one. */
  readonly cut: Moment
}

/** The next items behind `after`, or the first ones. */
export async function readChanges(view: View, period: PastPeriod, after: KeyBytes | undefined): Promise<PastChanges> {
  const changes: PastChange[] = []
  let at = after
  let bytes = 0
  for (let looks = 0; looks < changesBudget.entries && bytes < changesBudget.bytes; looks += 1) {
    const [next] = await scanOne(view, historyBeyond(period.within, at, undefined))
    if (next === undefined) return { changes, upTo: undefined }
    const item = itemOfHistoryKey(next.key)
    at = item
    const change = await changeOf(view, period, item)
    if (change === undefined) continue
    changes.push(change)
    bytes += (change.oldItem?.sizeBytes ?? 0) + (change.newItem?.sizeBytes ?? 0)
  }
  return { changes, upTo: at }
}

async function changeOf(view: View, { since, cut }: PastPeriod, item: KeyBytes): Promise<PastChange | undefined> {
  const end = afterHistoryOf(item)
  const [first] = await scanOne(view, { start: historyAfter(item, since), end })
  if (first === undefined || isAfter(momentOfHistoryKey(first.key), cut)) return undefined
  const oldItem = itemIn(first.value)
  const [later] = await scanOne(view, { start: historyAfter(item, cut), end })
  const [current, deleted] = await view.get([item, deletedKey(item)])
  const newItem = later === undefined ? itemIn(current) : itemIn(later.value)
  if (oldItem === undefined && newItem === undefined) return undefined
  if (newItem?.stamp !== undefined) return { oldItem, newItem, writtenUs: newItem.stamp.writtenUs }
  if (later === undefined && deleted !== undefined) return { oldItem, newItem, writtenUs: deletedUs(deleted) }
  const [last] = await scanOne(view, { start: historyKey(item, { epoch: 0, second: 0 }), end: historyAfter(item, cut), reverse: true })
  return { oldItem, newItem, writtenUs: momentOfHistoryKey((last ?? first).key).second * 1_000_000 }
}

/** Empty text stands for an item that was not there. */
function itemIn(value: StoredValue | undefined): StoredItem | undefined {
  return value === undefined || value.length === 0 ? undefined : StoredItem.decode(value)
}

async function scanOne(view: View, range: KeyRange): Promise<readonly Entry[]> {
  return (await view.scan(range, { entries: 1, bytes: 1 })).entries
}
