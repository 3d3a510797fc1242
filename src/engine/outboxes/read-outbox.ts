/**
 * Reading an outbox: the changes of its table in the order of its numbers, which is an order in which the turns that made them were
 * decided. So the changes of an item are in their order, and also those of different items as far as anybody could tell; those of one
 * turn, a transaction for one, stand side by side.
 */
import { type KeyBytes, logEntryNumber, type ScanBudget, type Store, type WriteTurn } from '../../storage/store.ts'
import { type OutboxSpace, outboxLog, outboxRange } from '../keyspace/outbox-keys.ts'
import { outboxBudget } from '../limits.ts'
import { changedUsOf, decodeOutboxEntry, type OutboxEntry } from './outbox-entry.ts'

export interface NumberedEntry extends OutboxEntry {
  /** Ascending, without end, also over restarts; some may be missing. */
  readonly number: number
  /** For `deleteEntries`. */
  readonly key: KeyBytes
}

export interface OutboxPage {
  readonly entries: readonly NumberedEntry[]
  /** Nothing followed these when they were read. */
  readonly isAll: boolean
}

type Readable = Pick<Store, 'view'>

/** The next changes behind a number, durable ones alone; with 0 the oldest that are left. Rejects as the store does. */
export async function readOutbox(
  store: Readable,
  outbox: OutboxSpace,
  { afterNumber = 0, budget = outboxBudget }: { readonly afterNumber?: number; readonly budget?: ScanBudget } = {},
): Promise<OutboxPage> {
  const { entries, exhausted } = await store.view(async (view) => view.scan(outboxRange(outbox, afterNumber + 1), budget))
  return {
    entries: entries.map(({ key, value }) => ({ ...decodeOutboxEntry(value), number: logEntryNumber(key), key })),
    isAll: exhausted,
  }
}

/** What everybody who is to be told of them was told of goes: in the turn in which that is noted, or in one of its own. Twice does no harm. */
export function deleteEntries(turn: WriteTurn, entries: readonly Pick<NumberedEntry, 'key'>[]): void {
  turn.makesRoom()
  for (const { key } of entries) turn.delete(key)
}

/** How many changes wait, and since when. */
export interface OutboxFigures {
  /** By the numbers of the first and the last: a few more than there are when some numbers are missing. */
  readonly waiting: number
  /** When the oldest of them was made, in microseconds since 1970; undefined when none waits. */
  readonly oldestUs: number | undefined
}

export function readOutboxFigures(store: Readable, outbox: OutboxSpace): Promise<OutboxFigures> {
  return store.view(async (view) => {
    const [oldest] = (await view.scan(outboxRange(outbox), { entries: 1, bytes: 1 })).entries
    if (oldest === undefined) return { waiting: 0, oldestUs: undefined }
    const [last = 0] = await view.lasts([outboxLog(outbox)])
    const first = logEntryNumber(oldest.key)
    return { waiting: Math.max(last, first) - first + 1, oldestUs: changedUsOf(oldest.value) }
  })
}
