/** A store as it is for whoever may write only as long as something stands there as it did. */
import { type Guard, GuardChanged, isSameValue, type Store } from '../../storage/store.ts'

/** The same store, whose writes reject with what `lost` makes once the guard does not hold any more. */
export function underGuard(store: Store, guard: Guard, lost: () => Error): Store {
  const guarded: Store = {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: async (reads, decide, guards = []) => {
      try {
        return await store.write(reads, decide, [...guards, guard])
      } catch (error) {
        if (!(error instanceof GuardChanged)) throw error
        // Who guards something else asks again when that has changed. For what is lost there would be no end to it.
        if (!isSameValue((await store.get([guard.key]))[0], guard.value)) throw lost()
        if (guards.length > 0) throw error
        return guarded.write(reads, decide)
      }
    },
    close: () => store.close(),
  }
  return guarded
}
