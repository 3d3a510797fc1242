/** Drops what is remembered of transactions whose tokens have expired, in bounded steps. */
import type { ScanBudget, Store } from '../../storage/store.ts'
import { sweepBudget } from '../limits.ts'
import { expiredTokensRange } from '../transactions/client-tokens.ts'

/** Deletes one bounded piece, of the tokens of all regions. Resolves with whether there was any. */
export async function stepTokenSweep(
  { store }: { readonly store: Store },
  nowMs: number,
  budget: ScanBudget = sweepBudget,
): Promise<boolean> {
  const { entries } = await store.view(async (view) => view.scan(expiredTokensRange(nowMs), budget))
  if (entries.length === 0) return false
  await store.write([], (turn) => {
    for (const { key } of entries) turn.delete(key)
  })
  return true
}
