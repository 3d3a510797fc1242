/** Brings lagging indexes up to date: applies the changes whose time has come, each index's in order, in bounded steps. */
import type { Entry } from '../../storage/store.ts'
import type { SecondaryIndex, Table } from '../catalog/table.ts'
import { applyEntryChange } from '../changes/entry-change.ts'
import { indexSpace } from '../changes/index-entries.ts'
import { decodeQueued } from '../changes/index-queue.ts'
import type { Engine } from '../engine.ts'
import { queueNumber, queueRange } from '../keyspace/keys.ts'

const stepBudget = { entries: 500, bytes: 4 << 20 }

/** Applies one bounded piece of every queue at `nowMs`. Resolves with whether any of them had something due. */
export async function stepIndexQueues(engine: Engine, nowMs: number): Promise<boolean> {
  let isBusy = false
  for (const table of engine.catalog.durable.tables()) {
    for (const index of table.indexes) {
      if (!engine.indexQueues.isWaiting(indexSpace(table, index))) continue
      const due = await dueEntries(engine, table, index, nowMs)
      if (due.length === 0) continue
      await applyAll(engine, table, index, due)
      isBusy = true
    }
  }
  return isBusy
}

async function dueEntries(engine: Engine, table: Table, index: SecondaryIndex, nowMs: number): Promise<readonly Entry[]> {
  using snapshot = engine.store.snapshot()
  const { entries } = await snapshot.scan(queueRange(indexSpace(table, index)), stepBudget)
  // In order: what is due behind something that is not must wait for it.
  const firstLater = entries.findIndex(({ value }) => decodeQueued(value).dueMs > nowMs)
  return firstLater < 0 ? entries : entries.slice(0, firstLater)
}

/** Nobody else takes from a queue. What is queued for an index that went in the meantime is swept with it. */
async function applyAll(engine: Engine, table: Table, index: SecondaryIndex, due: readonly Entry[]): Promise<void> {
  const space = indexSpace(table, index)
  await engine.store.write([], (turn) => {
    const latest = engine.catalog.latest.find(table.name)
    if (latest?.tableId !== table.tableId || !latest.indexes.some(({ indexId }) => indexId === index.indexId)) return
    for (const { key, value } of due) {
      applyEntryChange(turn, engine.pendingCounts, space, decodeQueued(value))
      turn.delete(key)
    }
  })
  // Not in the turn: if its commit fails, they still wait.
  const last = due.at(-1)
  if (last !== undefined) engine.indexQueues.applied(space, queueNumber(last.key))
}
