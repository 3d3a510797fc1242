/**
 * A closed loop of load: each connection sends its next request when the answer to the last has come. The measurement is cut into
 * slices without a pause between them; rates and CPU are medians over slices, so that one disturbance does not decide.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ChildServer, Usage } from './child-server.ts'
import { Connection } from './connection.ts'
import { type Operation, RequestBytes, type TableSize } from './workload.ts'

const slices = 5

export interface Load {
  readonly operation: Operation
  readonly size: TableSize
  readonly connections: number
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

/** Throws on the first answer that is not 200: numbers of a server that fails mean nothing. */
export async function measure(server: ChildServer, load: Load): Promise<Measurement> {
  const latenciesMs: number[] = []
  let answered = 0
  let measuring = false
  let running = true
  let failure: Error | undefined
  const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(server.port)))
  for (const connection of connections) {
    const request = new RequestBytes(load.operation, load.size)
    let sentAt = performance.now()
    connection.drive(
      request.bytes,
      (ok, text) => {
        const now = performance.now()
        answered += 1
        if (measuring) latenciesMs.push(now - sentAt)
        sentAt = now
        if (!ok) failure ??= new Error(`${load.operation.name} was answered with ${text().head}${text().body}`)
        return running && ok ? request.next() : undefined
      },
      (error) => {
        failure ??= error
      },
    )
  }
  const sample = async (): Promise<Sample> => ({ usage: await server.usage(), atMs: performance.now(), answered })
  await wait(load.warmUpMs)
  measuring = true
  const samples = [await sample()]
  while (samples.length <= slices) {
    await wait(load.measureMs / slices)
    samples.push(await sample())
    if (failure !== undefined) throw failure
  }
  running = false
  for (const connection of connections) connection.close()
  return { ...ratesOf(samples), ...latencyOf(latenciesMs), rssBytes: samples.at(-1)?.usage.rssBytes ?? Number.NaN }
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

function latencyOf(latenciesMs: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = Float64Array.from(latenciesMs).sort()
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) }
}

export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
