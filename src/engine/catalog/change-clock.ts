/**
 * The one clock of all nodes of a cluster for tests: how far it is ahead of the time of the store, or at which time it stands still, is a
 * record of the catalog, so that what a node decides once the record is there it decides at that time. The record is JSON of a StoredClock.
 */
import type { ClockOffset, MovableClock } from '../../base/clock.ts'
import { movedClockKey } from '../keyspace/node-keys.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogHolder } from './catalog-holder.ts'

export interface StoredClock extends ClockOffset {
  /** Another number, and a greater one, each time the nodes are to do what is due then. */
  readonly round: number
}

export interface ClockHolder extends CatalogHolder {
  readonly clock: MovableClock
}

/** How the clock was moved, for all nodes. */
export function storedClock({ movedClock }: Pick<Catalog, 'movedClock'>): StoredClock {
  return movedClock === undefined ? { aheadMs: 0, round: 0 } : (JSON.parse(String(movedClock)) as StoredClock)
}

/**
 * Calls `move` with a clock that shows the time of all nodes, any number of times; as it left that clock the last time, so theirs is.
 * Resolves with the round in which they do what is due then, when the change is durable and holds on this node. Rejects as `move` throws.
 */
export function changeStoredClock({ store, catalog, clock }: ClockHolder, move: (clock: MovableClock) => void): Promise<number> {
  return catalog.change(
    store,
    () => [],
    (turn) => {
      const moved = clock.copy()
      move(moved)
      const stored: StoredClock = { ...moved.offset, round: storedClock(catalog).round + 1 }
      turn.put(movedClockKey(), JSON.stringify(stored))
      return stored.round
    },
  )
}
