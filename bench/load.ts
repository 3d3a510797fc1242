/**
 * A closed loop of load: each connection sends its next request when the answer to the last has come. The measurement is cut into
 * slices without a pause between them; rates and CPU are medians over slices, so that one disturbance does not decide.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ChildServer, Usage } from './child-server.ts'
import { Connection } from './connection.ts'
import { latencyOf, median } from './figures.ts'
import { type NamedRequest, RequestBytes, type TableSize } from './workload.ts'

const slices = 5

export interface Load {
  readonly operation: NamedRequest
  readonly size: TableSize
  readonly connections: number
}

export interface TimedLoad extends Load {
  readonly warmUpMs: number
  readonly measureMs: number
}

export interface Measurement {
  readonly requestsPerSecond: number
  /** Of the server process, all its threads, per request answered. */
  readonly cpuMicrosPerRequest: number
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

  static async start(server: ChildServer, load: Load): Promise<RunningLoad> {
    const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(server.port)))
    const running = new RunningLoad(load, connections)
    for (const connection of connections) running.#drive(connection)
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

  #drive(connection: Connection): void {
    const { operation, size } = this.#load
    const request = new RequestBytes(operation, size)
    let sentAt = performance.now()
    connection.drive(
      request.bytes,
      (ok, text) => {
        const now = performance.now()
        this.#answered += 1
        this.#latenciesMs.push(now - sentAt)
        sentAt = now
        if (!ok) this.#failure ??= new Error(`${operation.name} was answered with ${text().head}${text().body}`)
        return this.#running && ok ? request.next() : undefined
      },
      (error) => {
        this.#failure ??= error
      },
    )
  }
}

export async function measure(server: ChildServer, load: TimedLoad): Promise<Measurement> {
  const running = await RunningLoad.start(server, load)
  const sample = async (): Promise<Sample> => ({ usage: await server.usage(), atMs: performance.now(), answered: running.answered })
  await wait(load.warmUpMs)
  running.takeLatencies()
  const samples = [await sample()]
  while (samples.length <= slices) {
    await wait(load.measureMs / slices)
    samples.push(await sample())
  }
  running.stop()
  const { p50Ms, p99Ms } = latencyOf(running.takeLatencies())
  return { ...ratesOf(samples), p50Ms, p99Ms, rssBytes: samples.at(-1)?.usage.rssBytes ?? Number.NaN }
}

function ratesOf(samples: readonly Sample[]): { requestsPerSecond: number; cpuMicrosPerRequest: number } {
  const rates: number[] = []
  const costs: number[] = []
  for (const [slice, begin] of samples.slice(0, -1).entries()) {
    const end = samples[slice + 1] ?? begin
    const requests = end.answered - begin.answered
    rates.push((requests * 1000) / (end.atMs - begin.atMs))
    costs.push((end.usage.cpuMicros - begin.usage.cpuMicros) / requests)
  }
  return { requestsPerSecond: median(rates), cpuMicrosPerRequest: median(costs) }
}
