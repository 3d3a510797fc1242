/**
 * `npm run soak`: a server in a process of its own under requests of every kind (mixed-load.ts), and what it takes, window by window
 * (judge.ts). Its clock is moved a quarter of a day in each window, so that what is kept for a day is kept for four of them.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../src/base/random.ts'
import { StatorProcess } from '../../test/cli/stator-process.ts'
import { startPostgres } from '../../test/harness/postgres.ts'
import { judge, type Soaked, type Window } from './judge.ts'
import { MixedLoad, soakTable, tableInput } from './mixed-load.ts'
import { SoakClient } from './soak-client.ts'

export interface SoakOptions {
  readonly seed: number
  readonly windows: number
  /** A window is over after so long, or so many requests. */
  readonly window: { readonly ms: number } | { readonly requests: number }
  /** Undefined: as many as come. */
  readonly ratePerSecond?: number
  readonly storage: Storage
  readonly flags?: readonly string[]
  readonly tell: (line: string) => void
}

export interface Storage {
  readonly flags: readonly string[]
  sizes(): Promise<Pick<Window, 'logBytes' | 'storedBytes'>>
}

const clients = 8
const moveMs = 6 * 3600 * 1000
const lookEveryMs = 1000
const megabyte = 1024 * 1024

/** Rejects when the server ends, or does not answer any more. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const { storage, flags = [], windows, tell } = options
  const server = new StatorProcess(['--port', '0', '--ttl-sweep-interval', '1s', '--pitr-lag', '0', ...storage.flags, ...flags])
  try {
    const endpoint = await server.endpoint()
    const control = new SoakClient(endpoint, 1)
    await control.ask({ operation: 'CreateTable', input: tableInput })
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'until' }
    await control.ask({ operation: 'UpdateTimeToLive', input: { TableName: soakTable, TimeToLiveSpecification } })
    const seen: Window[] = []
    const client = new SoakClient(endpoint, clients)
    let aheadMs = 0
    const load = new MixedLoad(seededRandom(options.seed), () => Date.now() + aheadMs)
    while (seen.length < windows) {
      const window = await oneWindow({ options, client, control, load })
      seen.push(window)
      tell(lineOf(seen.length, window))
      aheadMs += moveMs
      await control.control('POST', 'clock/advance', { byMs: moveMs })
    }
    for (const each of [client, control]) for (const line of each.wrong) tell(`WRONG ${line}`)
    client.close()
    control.close()
    const unanswered = [...load.kinds].filter((kind) => !client.deserved.has(kind))
    return { windows: seen, unanswered, said: server.err }
  } finally {
    server.child.kill('SIGKILL')
    await server.ended
    if (server.err !== '') tell(`The server said: ${server.err.slice(0, 4000)}`)
  }
}

interface Work {
  readonly options: SoakOptions
  readonly client: SoakClient
  readonly control: SoakClient
  readonly load: MixedLoad
}

async function oneWindow({ options: { window, ratePerSecond, storage }, client, control, load }: Work): Promise<Window> {
  client.beginWindow()
  const startMs = performance.now()
  const isOver = (): boolean => ('ms' in window ? performance.now() - startMs >= window.ms : client.answers >= window.requests)
  const work = async (): Promise<void> => {
    while (!isOver()) {
      if (ratePerSecond !== undefined) {
        const dueMs = startMs + (client.answers / ratePerSecond) * 1000
        if (dueMs > performance.now()) await sleep(dueMs - performance.now())
      }
      await load.next((asked) => client.ask(asked))
    }
  }
  const working = Promise.all(Array.from({ length: clients }, work))
  let heapBytes = Number.POSITIVE_INFINITY
  let isDone = false
  const looking = (async () => {
    while (!isDone) {
      heapBytes = Math.min(heapBytes, (await control.figures()).get('nodejs_heap_size_used_bytes') ?? heapBytes)
      await Promise.race([working, sleep(lookEveryMs, undefined, { ref: false })])
    }
  })()
  await working
  isDone = true
  await looking
  client.closeIdle()
  const figures = await settled(control)
  return {
    ...client.endWindow(),
    residentBytes: figures.get('process_resident_memory_bytes') ?? Number.NaN,
    heapBytes,
    externalBytes: figures.get('nodejs_external_memory_bytes') ?? Number.NaN,
    resources: figures.get('nodejs_active_resources_total') ?? Number.NaN,
    openFiles: figures.get('process_open_fds'),
    ...(await storage.sizes()),
  }
}

/** Once the connections that were hung up on are gone, as far as they go. */
async function settled(control: SoakClient): Promise<ReadonlyMap<string, number>> {
  let figures = await control.figures()
  for (let look = 0; look < 20; look += 1) {
    await sleep(25)
    const next = await control.figures()
    const isSettled = next.get('nodejs_active_resources_total') === figures.get('nodejs_active_resources_total')
    figures = next
    if (isSettled && look >= 4) break
  }
  return figures
}

function lineOf(number: number, window: Window): string {
  const { requests, failed, refused, p99Ms, residentBytes, heapBytes, externalBytes, resources, openFiles, logBytes, storedBytes } = window
  const inMegabytes = (bytes: number): string => (bytes / megabyte).toFixed(1)
  return [
    `${String(number).padStart(4)}: ${requests} requests, ${failed} wrong, ${refused} refused`,
    `p99 ${p99Ms.toFixed(1)} ms`,
    `MB: memory ${inMegabytes(residentBytes)}, heap ${inMegabytes(heapBytes)}, outside ${inMegabytes(externalBytes)}`,
    `log ${inMegabytes(logBytes)}, stored ${inMegabytes(storedBytes)}`,
    `${resources} handles, ${openFiles ?? '?'} files`,
  ].join('; ')
}

/** A folder of its own, which is gone after `act`. */
export async function withFolder<T>(act: (storage: Storage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-soak-'))
  const sizes = async (): Promise<Pick<Window, 'logBytes' | 'storedBytes'>> => {
    const sizeOf = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => sum + sizeOf(name), 0)
    const logBytes = sizeOf('stator.db-wal')
    return { logBytes, storedBytes: all - logBytes }
  }
  try {
    return await act({ flags: ['--data-dir', folder], sizes })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withPostgres<T>(act: (storage: Storage) => Promise<T>): Promise<T> {
  const postgres = await startPostgres({ durable: true })
  try {
    const url = await postgres.newUrl()
    const sizes = async (): Promise<Pick<Window, 'logBytes' | 'storedBytes'>> => {
      const [row] = await postgres.sql('SELECT pg_database_size(current_database())::float8 AS bytes')
      return { logBytes: 0, storedBytes: Number(row?.bytes) }
    }
    return await act({ flags: ['--storage', url, '--test-cluster'], sizes })
  } finally {
    await postgres.remove()
  }
}

export async function runSoakCommand(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      hours: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '300' },
      postgres: { type: 'boolean', default: false },
    },
  })
  const minutes = Math.round(values.hours === undefined ? Number(values.minutes ?? 60) : Number(values.hours) * 60)
  const tell = (line: string): void => void process.stdout.write(`${line}\n`)
  const options = { seed: Number(values.seed), windows: minutes, window: { ms: 60_000 }, ratePerSecond: Number(values.rate), tell }
  const soaked = await (values.postgres ? withPostgres : withFolder)((storage) => soak({ ...options, storage }))
  // What is kept for a day fills for four minutes.
  const found = judge(soaked, { warmUp: Math.min(15, Math.max(4, Math.floor(minutes / 4))), isLong: true })
  for (const line of found) tell(line)
  const requests = soaked.windows.reduce((sum, window) => sum + window.requests, 0)
  tell(`${minutes} minutes, ${requests} requests, seed ${values.seed}: ${found.length === 0 ? 'flat' : 'NOT flat'}`)
  return found.length === 0 ? 0 : 1
}
