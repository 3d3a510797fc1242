/** What a node does under a lease: everything it writes is guarded by it, so that nothing lands once another node has it. */
import { type Guard, GuardChanged, isSameValue, type Store } from '../../storage/store.ts'

/** The lease went to another node meanwhile. Nothing of the turn was kept. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is held by another node')
    this.name = 'LeaseLost'
  }
}

/** The same store, whose writes reject with LeaseLost once the lease is not what it was. */
export function underLease(store: Store, lease: Guard): Store {
  return {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (read, guards) => store.view(read, guards),
    write: async (reads, decide, guards = []) => {
      try {
        return await store.write(reads, decide, [...guards, lease])
      } catch (error) {
        // Who guards something else asks again when that has changed. For a lease that is lost there would be no end to it.
        if (error instanceof GuardChanged && !isSameValue((await store.get([lease.key]))[0], lease.value)) throw new LeaseLost()
        throw error
      }
    },
    close: () => store.close(),
  }
}
