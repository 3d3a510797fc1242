/** Several services over one store, each with a steady clock of its own. */
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import type { Store } from '../../src/storage/store.ts'
import { keptOpen } from './forwarded-store.ts'
import { openTestService } from './service.ts'

export interface Node {
  readonly service: Service
  readonly steady: ManualClock
}

export async function nodeOn(store: Store, clock: ManualClock, seed: number, options: Partial<ServiceOptions> = {}): Promise<Node> {
  const steady = new ManualClock(0)
  return {
    service: await openTestService(
      { kind: 'custom', open: () => keptOpen(store), isShared: true },
      { clock, steadyClock: steady, random: seededRandom(seed), ...options },
    ),
    steady,
  }
}
