/** The outboxes' part in every change of an item: one entry more at the end of each of the table's, in the item's own turn (law 2). */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { outboxLog } from '../keyspace/outbox-keys.ts'
import type { Outbox } from '../schema/table.ts'
import { type ChangeOrigin, encodeOutboxEntry } from './outbox-entry.ts'

/** What a restore, an import or a branch fills its table with is no change that anybody is told of. Must not throw (law 5). */
export function appendToOutboxes(turn: WriteTurn, change: ItemChange, origin: ChangeOrigin): void {
  const { table, cause } = change
  if (table.outboxes === undefined || cause === 'restore') return
  let entry: string | undefined
  for (const outbox of table.outboxes) {
    if (outbox.isClosed) continue
    entry ??= encodeOutboxEntry(change, origin)
    turn.append(logOf(table.tableId, outbox), entry)
  }
}

/** Stores know the object of a key faster than its bytes, and an outbox stays the same object while its table does. */
const logs = new WeakMap<Outbox, KeyBytes>()

function logOf(tableId: number, outbox: Outbox): KeyBytes {
  const known = logs.get(outbox)
  if (known !== undefined) return known
  const log = outboxLog({ tableId, outboxId: outbox.outboxId })
  logs.set(outbox, log)
  return log
}
