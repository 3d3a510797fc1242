/**
 * The process of served-version.ts: a server of the version in a folder of sources, with background work that is done only when it
 * is asked for, a clock that stands still until it is moved, and chance from a seed. Arguments: sources, data folder, time at the
 * start (ISO 8601), regions (shared or isolated), seed. Prints its endpoint; SIGTERM ends it in good order.
 */
import { join, resolve } from 'node:path'
import type { Random } from '../../src/base/random.ts'
import type { RunningStator, StartOptions } from '../../src/index.ts'

const [sources = '', dataDir = '', startTime = '', regions = 'shared', seed = '1'] = process.argv.slice(2)
const front = (await import(join(resolve(sources), 'src/index.ts'))) as { start(options: StartOptions): Promise<RunningStator> }
const chance = (await import(join(resolve(sources), 'src/base/random.ts'))) as { seededRandom(seed: number): Random }

const startMs = Date.parse(startTime)
const server = await front.start({
  dataDir,
  port: 0,
  jobs: 'manual',
  clock: { now: () => startMs },
  random: chance.seededRandom(Number(seed)),
  regions: regions === 'isolated' ? 'isolated' : 'shared',
  log: (text, error) => (error === undefined ? undefined : console.error(text, error)),
})
process.once('SIGTERM', () => void server.close())
console.log(server.endpoint)
