/** How outboxes come and go: with the table's record, so that every write goes by it from its own turn on. */
import type { TableTurn } from '../catalog/change-tables.ts'
import type { OutboxSpace } from '../keyspace/outbox-keys.ts'
import type { Outbox, Table } from '../schema/table.ts'

/**
 * The table with one more outbox, empty: what is changed in a later turn is in it, what was changed before is not. The table has none for this
 * destination. `tables.replace` is left to the caller, for whom something else of the table may change.
 */
export function withOutbox(tables: TableTurn, table: Table, destination: string): { readonly table: Table; readonly outboxId: number } {
  const outboxId = tables.takeId()
  return { table: { ...table, outboxes: [...(table.outboxes ?? []), { outboxId, destination }] }, outboxId }
}

/** The table whose outbox takes nothing any more. */
export function withClosedOutbox(table: Table, outboxId: number): Table {
  const { outboxes = [] } = table
  return { ...table, outboxes: outboxes.map((outbox) => (outbox.outboxId === outboxId ? { ...outbox, isClosed: true } : outbox)) }
}

/** The table without the outbox, whose changes go in steps, whether or not anybody was told of them (jobs/sweep-dropped-outboxes.ts). */
export function withoutOutbox(table: Table, outboxId: number): Table {
  const { outboxes = [], droppedOutboxIds = [], ...rest } = table
  const kept = outboxes.filter((outbox) => outbox.outboxId !== outboxId)
  const dropped = kept.length === outboxes.length ? droppedOutboxIds : [...droppedOutboxIds, outboxId]
  return {
    ...rest,
    ...(kept.length > 0 && { outboxes: kept }),
    ...(dropped.length > 0 && { droppedOutboxIds: dropped }),
  }
}

/** The outbox of a table for a destination; undefined when it has none. */
export function outboxFor({ outboxes = [] }: Table, destination: string): Outbox | undefined {
  return outboxes.find((outbox) => outbox.destination === destination)
}

/** Where it lies. */
export function outboxSpace({ tableId }: Pick<Table, 'tableId'>, { outboxId }: Pick<Outbox, 'outboxId'>): OutboxSpace {
  return { tableId, outboxId }
}
