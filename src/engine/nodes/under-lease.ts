/** What a node does under a lease: everything it writes is guarded by it, so that nothing lands once another node has it. */
import type { Guard, Store } from '../../storage/store.ts'
import { underGuard } from '../records/under-guard.ts'

/** The lease went to another node meanwhile. Nothing of the turn was kept. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is held by another node')
    this.name = 'LeaseLost'
  }
}

/** The same store, whose writes reject with LeaseLost once the lease is not what it was. */
export function underLease(store: Store, lease: Guard): Store {
  return underGuard(store, lease, () => new LeaseLost())
}
