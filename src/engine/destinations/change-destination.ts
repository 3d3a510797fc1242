/** One turn in which a destination of a table, and with it the outbox, changes. */
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables, type TableTurn } from '../catalog/change-tables.ts'
import { withOutbox, withoutOutbox } from '../outboxes/change-outboxes.ts'
import { inStatus, isInUse, type KinesisDestination, outboxName, withDestination } from '../schema/kinesis-destination.ts'
import type { Table } from '../schema/table.ts'

/** The table with this destination. One that is not in use any more has no outbox. */
export function tableWithDestination(table: Table, destination: KinesisDestination, outboxId: number | undefined): Table {
  const { kinesisDestinations = [] } = table
  const changed = { ...table, kinesisDestinations: withDestination(kinesisDestinations, destination) }
  return outboxId === undefined || isInUse(destination) ? changed : withoutOutbox(changed, outboxId)
}

/**
 * Ends one status of a destination and begins another, if it is still in the one that is `known`: the table may have gone meanwhile, and the destination
 * may have been changed, by another node for one.
 */
export async function goOn(
  engine: CatalogHolder,
  { name, tableId }: Table,
  known: KinesisDestination,
  next: { readonly status: KinesisDestination['status']; readonly nowMs: number; readonly description?: string },
): Promise<void> {
  await changeTables(engine, [name], (tables) => {
    const table = tables.find(name)
    const found = table?.kinesisDestinations?.find(({ streamArn }) => streamArn === known.streamArn)
    if (table?.tableId !== tableId || found?.status !== known.status || found.sinceMs !== known.sinceMs) return
    tables.replace(tableWithDestination(table, inStatus(found, next.status, next.nowMs, next.description), found.outboxId))
  })
}

/** A table that begins anew, with no destination of its own yet, tells those to which the one before it did, in an outbox of its own. */
export function withDestinationsOf(tables: TableTurn, created: Table, before: Table, nowMs: number): Table {
  const destination = before.kinesisDestinations?.find(isInUse)
  if (destination === undefined || destination.status === 'DISABLING') return created
  const { table, outboxId } = withOutbox(tables, created, outboxName(destination.streamArn))
  const again = tableWithDestination(table, { ...inStatus(destination, destination.status, nowMs), outboxId }, outboxId)
  tables.replace(again)
  return again
}
