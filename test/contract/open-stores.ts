/** How each implementation of Store is opened for a test, empty, and removed after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../../src/base/clock.ts'
import { openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { Store, StoreObserver } from '../../src/storage/store.ts'
import type { OpenedStore, OpenStore } from './store.contract.ts'

export const implementations: readonly (readonly [name: string, open: OpenStore])[] = [
  ['memory', (observer) => forgetful(openMemoryStore(withObserver(observer)))],
  ['sqlite', openSqlite],
  [
    'faulty (without faults)',
    (observer) =>
      forgetful(
        openFaultyStore({ ...withObserver(observer), open: (inner) => openMemoryStore({ observer: inner }), nextFault: () => 'none' }),
      ),
  ],
]

function forgetful(store: Store): OpenedStore {
  return { store, waitUntilHealthy: () => {}, remove: () => store.close() }
}

function openSqlite(observer?: StoreObserver): OpenedStore {
  const folder = mkdtempSync(join(tmpdir(), 'stator-contract-'))
  const clock = new ManualClock(0)
  const store = openSqliteStore({ folder, clock, ...withObserver(observer) })
  return {
    store,
    waitUntilHealthy: () => clock.advance(1000),
    remove: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function withObserver(observer: StoreObserver | undefined): { observer?: StoreObserver } {
  return observer === undefined ? {} : { observer }
}
