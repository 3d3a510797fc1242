/**
 * How much the histories are and whom they are about. The environment says otherwise:
 *
 *   CONSISTENCY_OPERATIONS=100000   operations of each scenario (default 3,000)
 *   CONSISTENCY_SEED=2              other operations (default PROPERTY_SEED, or 1); the schedule is the machine's in any case
 *   CONSISTENCY_DISK=1              the server keeps its data in a temporary folder, not in memory
 *   CONSISTENCY_ENDPOINTS=http://127.0.0.1:8000,http://127.0.0.1:8001
 *                                   servers that run already, nodes over one database: each request goes to one of them by chance.
 *                                   Tables of the names of the scenarios are dropped first.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { start } from '../../src/index.ts'

export const operationCount: number = Number(process.env.CONSISTENCY_OPERATIONS ?? 3000)
export const seed: number = Number(process.env.CONSISTENCY_SEED ?? process.env.PROPERTY_SEED ?? 1)
export const clientCount: number = 32

const givenEndpoints = process.env.CONSISTENCY_ENDPOINTS
const keepsOnDisk = process.env.CONSISTENCY_DISK === '1'
const startMs = 1_795_341_600_000

/** Whoever answers for one database. */
export interface Target {
  readonly endpoints: readonly string[]
  close(): Promise<void>
}

/** A server in this process, speaking HTTP on a port of its own, unless the environment names others. */
export async function openTarget(): Promise<Target> {
  if (givenEndpoints !== undefined) return { endpoints: givenEndpoints.split(','), close: async () => {} }
  const folder = keepsOnDisk ? mkdtempSync(join(tmpdir(), 'stator-consistency-')) : undefined
  const storage = folder === undefined ? { inMemory: true } : { dataDir: folder }
  const server = await start({ ...storage, port: 0, clock: new ManualClock(startMs), random: seededRandom(seed), jobs: 'manual' })
  return {
    endpoints: [server.endpoint],
    close: async () => {
      await server.close()
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
