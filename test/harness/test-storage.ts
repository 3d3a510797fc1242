/**
 * Where the services of tests keep their data: in memory, disturbed by seed; or, when STATOR_TEST_STORAGE is the URL of a PostgreSQL,
 * there, as one node of a cluster for tests. `npm run test:postgres` (scripts/test-postgres.ts) starts one and runs what can be run so;
 * which that is, and why not the rest, says postgres-suite.ts.
 */
import type { StorageOptions } from '../../src/engine/engine.ts'
import type { StatorOptions } from '../../src/index.ts'
import { pointsLateMsMax } from '../../src/metering/limits.ts'
import { openDisturbedStore } from '../../src/storage/faulty/open-disturbed-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { forwardedStore } from './forwarded-store.ts'
import { PreparedSchemas } from './prepared-schemas.ts'

const url = process.env.STATOR_TEST_STORAGE
const schemas = url === undefined ? undefined : new PreparedSchemas(url)

export const isOnPostgres: boolean = schemas !== undefined

/** How long after its end a minute is judged, by alarms and by scaling: nodes that share a store wait until each has told of it. */
export const judgedAfterMs: number = isOnPostgres ? pointsLateMsMax : 0

/** A store of its own for whoever opens it, empty. `steady`: in memory it is not disturbed. */
export function testStorage(kind: 'disturbed' | 'steady' = 'disturbed'): StorageOptions {
  if (schemas !== undefined) return { kind: 'custom', open: () => openOnPostgres(schemas), isShared: true }
  return kind === 'steady' ? { kind: 'memory' } : { kind: 'custom', open: openDisturbedStore }
}

/** A store that several engines may have open, empty; whoever has opened it closes it. */
export async function openTestStore(): Promise<Store> {
  return schemas === undefined ? openMemoryStore() : openOnPostgres(schemas)
}

/** The same for `start` and `createStator`. */
export async function frontDoorStorage(): Promise<Pick<StatorOptions, 'inMemory' | 'storage' | 'testCluster'>> {
  return schemas === undefined ? { inMemory: true } : { storage: (await schemas.take()).url, testCluster: true }
}

/** How many runs of a property there are: on PostgreSQL, where each asks for round trips, a sixth of those in memory. */
export function propertyRuns(inMemory: number): number {
  return isOnPostgres ? Math.ceil(inMemory / 6) : inMemory
}

/** The `skip` option of a test that says something else of a store that nodes share: why it does not run on PostgreSQL. */
export function notOnPostgres(reason: string): string | false {
  return isOnPostgres ? reason : false
}

async function openOnPostgres(prepared: PreparedSchemas): Promise<Store> {
  const { openPostgresStore } = await import('../../src/storage/postgres/open-postgres-store.ts')
  const schema = await prepared.take()
  const store = await openPostgresStore({ url: schema.url })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await store.close()
    await schema.give()
  }
  return {
    ...forwardedStore(store),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
