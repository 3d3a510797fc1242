/** The database for one step of a job: whatever the step writes through it is nothing once the lease of the job is another node's. */
import type { Guard } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { underLease } from '../nodes/under-lease.ts'

/** The engine itself where a process has the store to itself. */
export function leasedEngine<Kind extends Pick<Engine, 'store'>>(engine: Kind, lease: Guard | undefined): Kind {
  return lease === undefined ? engine : { ...engine, store: engine.store.by((store) => underLease(store, lease)) }
}
