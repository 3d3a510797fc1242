/**
 * All that is in a table and all that becomes of it, for whoever makes something of it elsewhere: first the items, in the order of their keys,
 * then the changes, without a gap between them. Changes come from an outbox (outboxes/), which must be older than the first step.
 *
 * How it has no gap: a piece of the items is read in the same view as the whole rest of the outbox. So whoever has taken the piece knows
 * of the items up to its end all that the log says up to its last number, and of the others nothing. From then on a change counts for him
 * who counts when its item lies before that end; an item behind it is read later, as it is then.
 */
import { compareBytes } from '../../base/bytes.ts'
import { type KeyBytes, logEntryNumber, type ScanBudget, type Store, type View } from '../../storage/store.ts'
import { parseItem } from '../../values/item-text.ts'
import { branchOf } from '../branches/branch.ts'
import { scanBranchValues } from '../branches/scan-branch.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { itemKey } from '../items/item-key.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import { rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { type OutboxSpace, outboxLog, outboxRange } from '../keyspace/outbox-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { decodeOutboxEntry } from '../outboxes/outbox-entry.ts'
import type { NumberedEntry } from '../outboxes/read-outbox.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'

/** How far somebody has come. */
export interface FollowPosition {
  /** Everything in the log up to this number is behind him. */
  readonly number: number
  /** The key of the last item that was read, as base64; left out: none was. */
  readonly loadedTo?: string
  /** All items were read: from here on there are changes alone. */
  readonly isLoaded: boolean
}

export const followStart: FollowPosition = { number: 0, isLoaded: false }

export interface LoadedItem {
  readonly key: KeyBytes
  readonly item: StoredItem
}

export interface FollowedPage {
  /** The next changes, the oldest first. */
  readonly entries: readonly NumberedEntry[]
  /** Behind them: items as they are after the last of these changes. Empty unless these were all that there are. */
  readonly items: readonly LoadedItem[]
  readonly from: FollowPosition
  /** Behind all of it. The same as `from` when there is nothing. */
  readonly next: FollowPosition
}

export interface FollowBudgets {
  readonly changes: ScanBudget
  readonly items: ScanBudget
}

interface Follower {
  readonly store: Pick<Store, 'view'>
  readonly catalog: Catalog
}

/** What follows a position, all of one moment. Rejects as the store does. */
export function readFollowed(
  follower: Follower,
  { table, outbox }: { readonly table: Table; readonly outbox: OutboxSpace },
  from: FollowPosition,
  { changes, items: itemsBudget }: FollowBudgets,
): Promise<FollowedPage> {
  return follower.store.view(async (view) => {
    const chunk = await view.scan(outboxRange(outbox, from.number + 1), changes)
    const entries = chunk.entries.map(({ key, value }) => ({ ...decodeOutboxEntry(value), number: logEntryNumber(key), key }))
    const number = entries.at(-1)?.number ?? from.number
    if (!chunk.exhausted || from.isLoaded) {
      return { entries, items: [], from, next: number === from.number ? from : { ...from, number } }
    }
    const [last = 0] = await view.lasts([outboxLog(outbox)])
    const { items, isAll } = await nextItems(view, follower, { table, from, budget: itemsBudget })
    const loadedTo = items.at(-1)?.key
    const next = {
      number: Math.max(number, last),
      ...(isAll || loadedTo === undefined ? {} : { loadedTo: keyText(loadedTo) }),
      isLoaded: isAll,
    }
    return { entries, items, from, next }
  })
}

async function nextItems(
  view: View,
  { catalog }: Follower,
  { table, from, budget }: { readonly table: Table; readonly from: FollowPosition; readonly budget: ScanBudget },
): Promise<{ readonly items: readonly LoadedItem[]; readonly isAll: boolean }> {
  const all = spaceRange(spaceOf(table))
  const rest = from.loadedTo === undefined ? all : rangeBeyond(all, keyOfText(from.loadedTo))
  const branch = branchOf({ catalog }, table)
  const { values, exhausted, keyAt } =
    branch === undefined ? await view.scanValues(rest, budget) : await scanBranchValues(view, branch, rest, budget)
  return { items: values.map((value, at) => ({ key: keyAt(at), item: StoredItem.decode(value) })), isAll: exhausted }
}

/** Whether the item of a change was read before the change was made, so that the change is news of it. */
export function isLoadedItem(table: Table, { loadedTo, isLoaded }: FollowPosition, { keyText }: Pick<NumberedEntry, 'keyText'>): boolean {
  if (isLoaded) return true
  return loadedTo !== undefined && compareBytes(itemKey(table, parseItem(keyText)), keyOfText(loadedTo)) <= 0
}
