/** Reading a whole range of the store, however long: a bounded chunk at a time, and others have their turn in between. */
import { setImmediate } from 'node:timers/promises'
import type { Entry, KeyRange, ScanBudget, Store, View } from '../../storage/store.ts'
import { rangeBeyond } from '../keyspace/keys.ts'

type Scanned = Pick<View, 'scan'>

/** The entries of a range in its direction, none of the chunks empty. Rejects like the view: a long range may outlive it. */
export async function* readRange(view: Scanned, range: KeyRange, budget: ScanBudget): AsyncGenerator<readonly Entry[], void, undefined> {
  for (let rest = range; ; ) {
    const { entries, exhausted } = await view.scan(rest, budget)
    const last = entries.at(-1)
    if (last === undefined) return
    yield entries
    if (exhausted) return
    rest = rangeBeyond(range, last.key)
    await setImmediate()
  }
}

/** What there is of the store at each moment: every chunk out of a view of its own, for readers that write in between. */
export function chunkwise(store: Store): Scanned {
  return { scan: (range, budget) => store.view(async (view) => view.scan(range, budget)) }
}
