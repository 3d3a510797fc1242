/** How views come and go: with the records of their tables, so that every write of the source goes by it from its own turn on. */
import type { TableTurn } from '../catalog/change-tables.ts'
import { viewKey, viewSweepKey } from '../keyspace/view-keys.ts'
import { withOutbox, withoutOutbox } from '../outboxes/change-outboxes.ts'
import type { Table } from '../schema/table.ts'
import { decodeView, destinationOf, encodeView, type ViewRecord } from './view-record.ts'

export interface NewView {
  /** As the catalog knows the region. */
  readonly region: string
  readonly definition: unknown
  readonly source: Table
  /** Where its rows are, or were: those that are there go first. */
  readonly target: Table
  readonly nowMs: number
}

/**
 * Has a view begin in this turn, be it anew: what was kept of it before is forgotten. The key of its record (`viewKey`) must be among the
 * turn's reads, and the source that it had before among its tables.
 */
export function beginView(tables: TableTurn, { region, definition, source, target, nowMs }: NewView): void {
  forget(tables, region, target.name)
  const latest = tables.find(source.name) ?? source
  const { table, outboxId } = withOutbox(tables, latest, destinationOf(target.name))
  tables.replace(table)
  const ids = { sourceId: source.tableId, targetId: target.tableId, viewId: outboxId }
  tables.put(viewKey(region, target.name), encodeView({ definition, from: source.name, ...ids, sinceMs: nowMs }))
}

/** Ends a view in this turn; what becomes of its table is for the caller to say. Does nothing when there is none. */
export function endView(tables: TableTurn, region: string, name: string): void {
  forget(tables, region, name)
  tables.delete(viewKey(region, name))
}

/** The record as the turn sees it. */
export function viewIn(tables: TableTurn, region: string, name: string): ViewRecord | undefined {
  const stored = tables.get(viewKey(region, name))
  return stored === undefined ? undefined : decodeView(stored)
}

function forget(tables: TableTurn, region: string, name: string): void {
  const before = viewIn(tables, region, name)
  if (before === undefined) return
  const source = tables.find(before.from)
  if (source?.tableId === before.sourceId) tables.replace(withoutOutbox(source, before.viewId))
  tables.put(viewSweepKey(before.viewId), '')
}
