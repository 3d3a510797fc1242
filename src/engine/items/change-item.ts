/** One item changed in a turn of its own: what most writes are. */
import { StoreContended } from '../../storage/store.ts'
import { isFillingBranch } from '../schema/restore.ts'
import { bringOver } from './bring-over.ts'
import { applyAlone, decideChange, type ItemWrite, type ItemWriter, type Outcome, readsOf } from './decide-change.ts'

/** Whether a write was not done because another process had what it needs; it may be asked for again. */
export function isContended(error: unknown): boolean {
  return error instanceof StoreContended
}

/** One item decided and written in a turn of its own. Resolves when durable. Rejects as the store does; see `isContended`. */
export function changeItem(engine: ItemWriter, write: ItemWrite): Promise<Outcome> {
  return isFillingBranch(write.table) ? bringOver(engine, [write]).then(() => changeThere(engine, write)) : changeThere(engine, write)
}

function changeThere(engine: ItemWriter, write: ItemWrite): Promise<Outcome> {
  return engine.store.writeReading(
    () => readsOf(engine.catalog, write),
    (turn) => {
      const outcome = decideChange(engine, turn, write)
      if (outcome.kind === 'changed') applyAlone(engine, turn, outcome)
      return outcome
    },
  )
}
