/** A view for what is short and has to be whole: one that ends early is begun again. */
import { type Entry, type KeyRange, type ScanBudget, type Store, type View, ViewEnded } from '../../storage/store.ts'
import { readRange } from './read-range.ts'

/** Calls `read` until a view lasts as long as it does. Otherwise like the store's `view`. */
export async function wholeView<T>(store: Pick<Store, 'view'>, read: (view: View) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await store.view(read)
    } catch (error) {
      if (!(error instanceof ViewEnded)) throw error
    }
  }
}

/** All entries of a range that has few, as they were at one moment. */
export function wholeRange(store: Pick<Store, 'view'>, range: KeyRange, budget: ScanBudget): Promise<readonly Entry[]> {
  return wholeView(store, async (view) => {
    const all: Entry[] = []
    for await (const entries of readRange(view, range, budget)) all.push(...entries)
    return all
  })
}
