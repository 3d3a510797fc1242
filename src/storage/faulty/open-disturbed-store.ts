/** What tests have for a store that forgets: a memory store that keeps to its contract and to nothing beyond it. */
import { seededRandom } from '../../base/random.ts'
import { openMemoryStore } from '../memory/open-memory-store.ts'
import type { Store } from '../store.ts'
import { openFaultyStore } from './open-faulty-store.ts'

/**
 * Calls many a `decide` twice, now and then behind other turns, so that what it reads has changed; says GuardChanged now and then for
 * no reason. Whoever has an effect outside of a turn, or asks only once, shows. Never fails a commit.
 */
export function openDisturbedStore(seed = 1): Store {
  return openFaultyStore({
    open: ({ failCommit }) => openMemoryStore({ failCommit }),
    nextFault: () => 'none',
    disturbances: { random: seededRandom(seed), repeatedAtOnce: 64, repeatedLater: 16, guardsChanged: 8 },
  })
}
