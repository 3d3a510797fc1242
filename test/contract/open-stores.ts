/** How each implementation of Store is opened for a test, empty, and removed after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Disturbances } from '../../src/storage/faulty/disturbances.ts'
import { openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { CommitControl, type OpenedStore, type OpenStore } from './laws.ts'

/** Stores that decide a turn when it is asked for. */
export const localStores: readonly (readonly [name: string, open: OpenStore])[] = [
  ['memory', openMemory],
  ['sqlite', openSqlite],
  ['faulty (without faults)', () => openFaulty({ random: seededRandom(1) })],
]

export const implementations: typeof localStores = [
  ...localStores,
  ['faulty (that repeats decides)', () => openFaulty({ random: seededRandom(1), repeatedAtOnce: 128, repeatedLater: 64 })],
]

function openMemory(): OpenedStore {
  const commits = new CommitControl()
  return forgetful(openMemoryStore({ failCommit: commits.failCommit }), commits)
}

export function openFaulty(disturbances: Disturbances): OpenedStore {
  const commits = new CommitControl()
  const store = openFaultyStore({
    disturbances,
    open: ({ failCommit }) => openMemoryStore({ failCommit }),
    nextFault: () => {
      commits.count += 1
      return commits.isFailing ? 'commit-fails' : 'none'
    },
  })
  return forgetful(store, commits)
}

function forgetful(store: Store, commits: CommitControl): OpenedStore {
  return { store, commits, waitUntilHealthy: () => {}, remove: () => store.close() }
}

function openSqlite(): OpenedStore {
  const folder = mkdtempSync(join(tmpdir(), 'stator-contract-'))
  const clock = new ManualClock(0)
  const commits = new CommitControl()
  const open = (): Store => openSqliteStore({ folder, clock, failCommit: commits.failCommit })
  let store = open()
  return {
    store,
    commits,
    waitUntilHealthy: () => clock.advance(1000),
    restart: async () => {
      await store.close()
      store = open()
      return store
    },
    remove: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}
