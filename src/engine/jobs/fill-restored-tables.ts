/**
 * Fills restored tables, and branches while they are used, with the items of their source as it was, in bounded steps while the source is written to. How far that has come
 * stands where the backfill of an index id 0 would (keyspace 0x05), as the key of the source's last item that is there. A step is decided
 * on that, so that it may be done twice and goes on after a crash.
 */
import { isSameValue } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import type { PastBudgets } from '../history/read-past.ts'
import { applyChange, decideChange, type ItemWriter, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { backfillKey, countedMark, countedMarksRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { sweepBudget } from '../limits.ts'
import { type Schedule, waitUntil } from '../schedule.ts'
import { withoutCopy } from '../schema/history.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { RestoreSource } from '../schema/restore.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import { deleteSome, leftoversIn } from './delete-leftovers.ts'
import { doPieces, nextPastItems, type PastPiece, progressBehind } from './next-past-items.ts'
import { stepFirst } from './run-due-jobs.ts'

export interface FillOptions {
  readonly budgets?: PastBudgets
  /** How many pieces one step does. */
  readonly piecesMax?: number
}

/** Does some bounded pieces of one restore. Resolves with false when there is nothing to do, or not yet. */
export async function stepRestores(
  engine: ItemWriter & CatalogHolder & { readonly schedule: Schedule },
  nowMs: number,
  { piecesMax, budgets }: FillOptions = {},
): Promise<boolean> {
  const restoring = [...engine.catalog.tables()].filter(({ restore }) => restore?.source !== undefined)
  return stepFirst(restoring, async (table) => {
    const source = table.restore?.source
    if (source === undefined) return false
    const doPiece = async (): Promise<boolean> => {
      const piece = await nextPastItems(engine.store, backfillKey(spaceOf(table)), source, budgets)
      return piece !== undefined && fill(engine, table, piece)
    }
    if (await doPieces(doPiece, piecesMax)) return true
    if (engine.catalog.find(table.name)?.restore?.source === undefined) return false
    if (table.restore?.isBranch === true && (await clearMarks(engine, table))) return true
    const { tableId, statusDueMs = nowMs, statusSinceMs } = table
    if (!engine.schedule.isOver(`restore ${tableId}`, waitUntil(statusDueMs, statusSinceMs), nowMs)) return false
    await endRestore(engine, table, source)
    return true
  })
}

async function fill(engine: ItemWriter & CatalogHolder, table: Table, piece: PastPiece): Promise<boolean> {
  const progressKey = backfillKey(spaceOf(table))
  const isBranch = table.restore?.isBranch === true
  const writes = piece.entries.map(({ value }) => {
    const newItem = StoredItem.decode(value)
    const place = itemPlace(table, newItem.attributes)
    const mark = isBranch ? countedMark(spaceOf(table), place.key) : undefined
    return { ...place, mark, table, cause: 'restore' as const, decide: () => ({ kind: 'become' as const, newItem }) }
  })
  const marks = writes.flatMap(({ mark }) => mark ?? [])
  return engine.store.writeReading(
    () => [progressKey, ...marks, ...writes.flatMap((write) => readsOf(engine.catalog, write))],
    (turn) => {
      const latest = engine.catalog.find(table.name)
      if (latest?.tableId !== table.tableId || latest.restore?.source === undefined) return false
      if (!isSameValue(turn.get(progressKey), piece.progress)) return true
      const sizes = new CollectionSizes(turn)
      for (const write of writes) {
        // It was brought over, and is what writes have made of it since.
        if (write.mark !== undefined && turn.get(write.mark) !== undefined) continue
        const outcome = decideChange(engine, turn, write, sizes)
        if (outcome.kind !== 'changed') continue
        applyChange(engine, turn, outcome)
        sizes.follow(outcome.collection)
      }
      turn.put(progressKey, progressBehind(piece))
      return true
    },
  )
}

/** All items are there: marks of those that were brought over mean nothing any more. Resolves with whether there were any. */
async function clearMarks({ store, catalog }: CatalogHolder, { name, tableId }: Table): Promise<boolean> {
  const found = await leftoversIn(store, [{ range: countedMarksRange({ tableId, indexId: 0 }), isLog: () => false }], sweepBudget)
  if (found !== undefined) await deleteSome(store, found, () => catalog.find(name)?.tableId === tableId)
  return found !== undefined
}

/** The table is ACTIVE, and its source need not keep anything for it any more. */
async function endRestore(engine: CatalogHolder, { name, tableId }: Table, { tableName, tableId: sourceId }: RestoreSource): Promise<void> {
  await changeTables(engine, [name, tableName], (tables) => {
    const table = tables.find(name)
    if (table?.tableId !== tableId || table.restore?.source === undefined) return
    const { source: _, ...restore } = table.restore
    // A branch goes on with what it is about.
    tables.endBackfill({ ...(restore.isBranch === true ? table : settledTable(table)), restore }, spaceOf(table).indexId)
    const from = tables.find(tableName)
    if (from?.tableId === sourceId && from.history !== undefined) {
      tables.replace({ ...from, history: withoutCopy(from.history, table.uuid) })
    }
  })
}
