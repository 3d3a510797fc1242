/** A closed loop of load: each connection sends its next request when the answer to the last has come. */
import { setTimeout as wait } from 'node:timers/promises'
import { latencyOf } from '../report/figures.ts'
import type { Server, Usage } from '../servers/server.ts'
import { Connection } from './connection.ts'
import { requestsOf } from './request-bytes.ts'
import type { NamedRequest, TableSize } from './workload.ts'

const answersMin = 10
const measureMsMax = 30_000

export interface Load {
  readonly operation: NamedRequest
  readonly size: TableSize
  /** Divided evenly among the ports of the server. */
  readonly connections: number
}

export interface TimedLoad extends Load {
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface Measurement {
  readonly requestsPerSecond: number
  /** Of the server process, all its threads, per request answered. */
  readonly cpuMicros: number
  /** Of a database behind it, likewise. */
  readonly databaseCpuMicros?: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly rssBytes: number
}

interface Sample {
  readonly usage: Usage
  readonly atMs: number
  readonly answered: number
}

/** Load that goes on until it is stopped. */
export class RunningLoad {
  readonly #load: Load
  readonly #connections: readonly Connection[]
  #latenciesMs: number[] = []
  #answered = 0
  #running = true
  #failure: Error | undefined

  private constructor(load: Load, connections: readonly Connection[]) {
    this.#load = load
    this.#connections = connections
  }

  static async start({ ports, checksSignatures }: Pick<Server, 'ports' | 'checksSignatures'>, load: Load): Promise<RunningLoad> {
    const numbers = Array.from({ length: load.connections }, (_, number) => number)
    const connections = await Promise.all(numbers.map((number) => Connection.open(ports[number % ports.length] ?? 0)))
    const running = new RunningLoad(load, connections)
    for (const connection of connections) running.#drive(connection, checksSignatures)
    return running
  }

  /** How many requests are answered. Throws when one was not answered 200: numbers of a server that fails mean nothing. */
  get answered(): number {
    if (this.#failure !== undefined) throw this.#failure
    return this.#answered
  }

  /** Of the requests answered since this was last asked. */
  takeLatencies(): readonly number[] {
    const taken = this.#latenciesMs
    this.#latenciesMs = []
    return taken
  }

  stop(): void {
    this.#running = false
    for (const connection of this.#connections) connection.close()
  }

  #drive(connection: Connection, isSigned: boolean): void {
    const { operation, size } = this.#load
    const requests = requestsOf(operation, size, isSigned)
    let sentAt = performance.now()
    connection.drive(
      requests.next(),
      (ok, text) => {
        const now = performance.now()
        this.#answered += 1
        this.#latenciesMs.push(now - sentAt)
        sentAt = now
        if (!ok) this.#failure ??= new Error(`${operation.name} was answered with ${text().head}${text().body}`)
        return this.#running && ok ? requests.next() : undefined
      },
      (error) => {
        this.#failure ??= error
      },
    )
  }
}

export async function measure(server: Server, load: TimedLoad): Promise<Measurement> {
  const running = await RunningLoad.start(server, load)
  const sample = async (): Promise<Sample> => ({ usage: await server.usage(), atMs: performance.now(), answered: running.answered })
  try {
    await wait(load.warmUpMs)
    running.takeLatencies()
    const begin = await sample()
    await untilAnswered(running, begin.answered, load.measureMs)
    const end = await sample()
    const { p50Ms, p99Ms } = latencyOf(running.takeLatencies())
    return { ...ratesOf(begin, end), p50Ms, p99Ms, rssBytes: end.usage.rssBytes }
  } finally {
    running.stop()
  }
}

/** The time asked for, and as long again as a slow server needs for a few answers. */
async function untilAnswered(running: RunningLoad, before: number, measureMs: number): Promise<void> {
  const startedAt = performance.now()
  await wait(measureMs)
  while (running.answered - before < answersMin && performance.now() - startedAt < measureMsMax) await wait(measureMs)
}

function ratesOf(begin: Sample, end: Sample): Pick<Measurement, 'requestsPerSecond' | 'cpuMicros' | 'databaseCpuMicros'> {
  const requests = end.answered - begin.answered
  if (requests === 0) throw new Error('nothing was answered')
  const [before, after] = [begin.usage.databaseCpuMicros, end.usage.databaseCpuMicros]
  return {
    requestsPerSecond: (requests * 1000) / (end.atMs - begin.atMs),
    cpuMicros: (end.usage.cpuMicros - begin.usage.cpuMicros) / requests,
    ...(before !== undefined && after !== undefined && { databaseCpuMicros: (after - before) / requests }),
  }
}
