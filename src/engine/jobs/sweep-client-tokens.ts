/** Drops what is remembered of transactions whose tokens have expired, in bounded steps. */
import type { ScanBudget } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { expiredTokensRange } from '../transactions/client-tokens.ts'

/** How much one step may delete. */
const sweepBudget: ScanBudget = { entries: 1000, bytes: 4 << 20 }

/** Deletes one bounded piece, of the tokens of all regions. Resolves with whether there was any. */
export async function stepTokenSweep({ store }: Engine, nowMs: number, budget: ScanBudget = sweepBudget): Promise<boolean> {
  using snapshot = store.snapshot()
  const { entries } = await snapshot.scan(expiredTokensRange(nowMs), budget)
  if (entries.length === 0) return false
  await store.write([], (turn) => {
    for (const { key } of entries) turn.delete(key)
  })
  return true
}
