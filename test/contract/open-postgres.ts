/** How a store on PostgreSQL is opened for a test, empty: in a schema of its own, of a cluster that all tests of a file share. */
import { after } from 'node:test'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { type Postgres, startPostgres } from '../harness/postgres.ts'
import { CommitControl, type OpenedStore } from './laws.ts'

let starting: Promise<Postgres> | undefined

/** The cluster of this file. */
export function sharedPostgres(): Promise<Postgres> {
  starting ??= startPostgres()
  return starting
}

after(async () => {
  await (await starting)?.remove()
})

export async function openPostgres(): Promise<OpenedStore> {
  const url = await (await sharedPostgres()).newUrl()
  const commits = new CommitControl()
  const open = (): Promise<Store> => openPostgresStore({ url, failCommit: commits.failCommit })
  let store = await open()
  return {
    store,
    commits,
    waitUntilHealthy: () => {},
    restart: async () => {
      await store.close()
      store = await open()
      return store
    },
    remove: () => store.close(),
  }
}
