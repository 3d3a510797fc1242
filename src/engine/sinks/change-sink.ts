/** How sinks begin and are forgotten: with the record of their table, so that every write goes by it from its own turn on. */
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables, type TableTurn } from '../catalog/change-tables.ts'
import { followStart } from '../followers/follow-table.ts'
import { sinkKey } from '../keyspace/sink-keys.ts'
import { withOutbox, withoutOutbox } from '../outboxes/change-outboxes.ts'
import { decodeSink, encodeSink, type SinkRecord, sinkDestination } from './sink-record.ts'

export interface Beginning {
  readonly name: string
  /** The name of its table. */
  readonly from: string
  /** Whether it is told of the items that are there. */
  readonly loads: boolean
  readonly nowMs: number
}

/** Its table has an outbox for it from this turn on, and another table that it had before has none. Resolves with whether it has begun. */
export async function beginSink(engine: CatalogHolder, { name, from, loads, nowMs }: Beginning): Promise<boolean> {
  const key = sinkKey(engine.catalog.region, name)
  return changeTables(
    engine,
    await namesOf(engine, name, from),
    (tables) => {
      const record = recordIn(tables, engine, name)
      const table = tables.find(from)
      if (table === undefined || record?.sourceId === table.tableId) return false
      if (record !== undefined) dropOutbox(tables, record)
      const begun = withOutbox(tables, tables.find(from) ?? table, sinkDestination(name))
      tables.replace(begun.table)
      const position = loads ? followStart : { number: 0, isLoaded: true }
      tables.put(key, encodeSink({ from, sourceId: table.tableId, outboxId: begun.outboxId, sinceMs: nowMs, position }))
      return true
    },
    [key],
  )
}

/** Nothing is kept for the sink any more; when it is asked for again it begins anew. Resolves with what it was. */
export async function forgetSink(engine: CatalogHolder, name: string): Promise<SinkRecord | undefined> {
  const key = sinkKey(engine.catalog.region, name)
  return changeTables(
    engine,
    await namesOf(engine, name),
    (tables) => {
      const record = recordIn(tables, engine, name)
      if (record === undefined) return undefined
      dropOutbox(tables, record)
      tables.delete(key)
      return record
    },
    [key],
  )
}

async function namesOf(engine: CatalogHolder, name: string, from?: string): Promise<readonly string[]> {
  const [stored] = await engine.store.get([sinkKey(engine.catalog.region, name)])
  const names = [...(from === undefined ? [] : [from]), ...(stored === undefined ? [] : [decodeSink(stored).from])]
  return [...new Set(names)]
}

function recordIn(tables: TableTurn, { catalog }: CatalogHolder, name: string): SinkRecord | undefined {
  const stored = tables.get(sinkKey(catalog.region, name))
  return stored === undefined ? undefined : decodeSink(stored)
}

function dropOutbox(tables: TableTurn, { from, sourceId, outboxId }: SinkRecord): void {
  const table = tables.find(from)
  if (table?.tableId === sourceId) tables.replace(withoutOutbox(table, outboxId))
}
