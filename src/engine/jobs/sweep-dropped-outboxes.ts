/**
 * Deletes what dropped outboxes left behind, in bounded steps. The table keeps the id of the outbox until its changes are gone: that keeps the
 * work alive over restarts. Nobody appends to an outbox that its table does not have, and no other gets its id.
 */
import type { ScanBudget } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { isOutboxLog, type OutboxSpace, outboxLog, wholeOutboxRange } from '../keyspace/outbox-keys.ts'
import { sweepBudget } from '../limits.ts'
import { deleteSome, leftoversIn } from './delete-leftovers.ts'
import { stepFirst } from './run-due-jobs.ts'

/** Deletes one bounded piece of one dropped outbox. Resolves with false when nothing is left to sweep. */
export async function stepOutboxSweep(engine: CatalogHolder, budget: ScanBudget = sweepBudget): Promise<boolean> {
  const swept = [...engine.catalog.tables()].filter(({ droppedOutboxIds = [] }) => droppedOutboxIds.length > 0)
  return stepFirst(swept, async ({ name, tableId, droppedOutboxIds = [] }) => {
    const [outboxId] = droppedOutboxIds
    if (outboxId === undefined) return false
    const outbox = { tableId, outboxId }
    const found = await leftoversIn(engine.store, [{ range: wholeOutboxRange(outbox), isLog: isOutboxLog }], budget)
    if (found !== undefined) {
      await deleteSome(engine.store, found)
      return true
    }
    // Where a head is no entry it is still there.
    await engine.store.write([], (turn) => turn.drop(outboxLog(outbox)))
    await forget(engine, name, outbox)
    return true
  })
}

async function forget(engine: CatalogHolder, tableName: string, { tableId, outboxId }: OutboxSpace): Promise<void> {
  await changeTables(engine, [tableName], (tables) => {
    const table = tables.find(tableName)
    if (table?.tableId !== tableId) return
    const { droppedOutboxIds = [], ...rest } = table
    const left = droppedOutboxIds.filter((id) => id !== outboxId)
    tables.replace(left.length === 0 ? rest : { ...rest, droppedOutboxIds: left })
  })
}
