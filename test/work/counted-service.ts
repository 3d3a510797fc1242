/** A service in memory whose work on the store is counted. */
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { openTestService } from '../harness/service.ts'
import { CountingStore, type Work } from './counting-store.ts'

export interface CountedService {
  readonly service: Service
  readonly store: CountingStore
  /** The work of `act`. */
  workOf(act: () => Promise<unknown>): Promise<Work>
}

export async function openCountedService(options: Partial<ServiceOptions> = {}): Promise<CountedService> {
  const store = new CountingStore()
  const service = await openTestService({ kind: 'custom', open: () => store }, options)
  return {
    service,
    store,
    workOf: async (act) => {
      store.takeWork()
      await act()
      return store.takeWork()
    },
  }
}
