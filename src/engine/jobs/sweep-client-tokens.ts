/** Drops what is remembered of transactions whose tokens have expired, in bounded steps. */
import type { ScanBudget, Store } from '../../storage/store.ts'
import { sweepBudget } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'
import { expiredTokensRange } from '../transactions/client-tokens.ts'

/** Deletes one bounded piece, of the tokens of all regions. Resolves with whether there was any. */
export async function stepTokenSweep(
  { store }: { readonly store: Store },
  nowMs: number,
  budget: ScanBudget = sweepBudget,
): Promise<boolean> {
  const { keys } = await store.view((view) => nextKeys(view, expiredTokensRange(nowMs), budget))
  if (keys.length === 0) return false
  await store.write([], (turn) => {
    for (const key of keys) turn.delete(key)
  })
  return true
}
