/** Several services over one store, each with a steady clock of its own. */
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import type { Store } from '../../src/storage/store.ts'
import { openTestService } from './service.ts'

export interface Node {
  readonly service: Service
  readonly steady: ManualClock
}

export async function nodeOn(store: Store, clock: ManualClock, seed: number, options: Partial<ServiceOptions> = {}): Promise<Node> {
  const steady = new ManualClock(0)
  // Each closes what is its own.
  const open = (): Store => ({
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: (...asked) => store.write(...asked),
    close: async () => {},
  })
  return {
    service: await openTestService(
      { kind: 'custom', open, isShared: true },
      { clock, steadyClock: steady, random: seededRandom(seed), ...options },
    ),
    steady,
  }
}
