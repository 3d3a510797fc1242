/** What those who read and write a table notice while the server has other work: their latencies before, and until it is done. */
import { setTimeout as wait } from 'node:timers/promises'
import { RunningLoad } from '../load/load.ts'
import type { NamedRequest, TableSize } from '../load/workload.ts'
import { type Column, latencyOf, printLine, printTitles, round } from '../report/figures.ts'
import type { ChildServer } from '../servers/child-server.ts'

const beforeMs = 5000
const columns: readonly Column[] = [
  { title: 'operation', width: 14 },
  { title: 'conns', width: 6 },
  { title: 'when', width: 9 },
  { title: 'req/s', width: 8 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'max ms', width: 8 },
]

export interface Foreground {
  readonly operations: readonly NamedRequest[]
  readonly size: TableSize
  /** Of each operation. */
  readonly connections: number
  /** One word for the other work. */
  readonly during: string
}

/** Resolves with the seconds that the work took. */
export async function printForeground(server: ChildServer, foreground: Foreground, work: () => Promise<void>): Promise<number> {
  const { operations, size, connections, during } = foreground
  const loads = await Promise.all(operations.map((operation) => RunningLoad.start(server, { operation, size, connections })))
  const report = (when: string, seconds: number): void => {
    for (const [at, load] of loads.entries()) {
      printLatencies({ operation: operations[at]?.name ?? '', connections, when, seconds }, load.takeLatencies())
    }
  }
  await wait(beforeMs / 5)
  for (const load of loads) load.takeLatencies()
  await wait(beforeMs)
  printLatencyTitles()
  report('before', beforeMs / 1000)
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  report(during, seconds)
  for (const load of loads) {
    if (load.answered === 0) throw new Error('nothing was answered')
    load.stop()
  }
  return seconds
}

export function printLatencyTitles(): void {
  printTitles(columns)
}

export interface Measured {
  readonly operation: string
  readonly connections: number
  readonly when: string
  readonly seconds: number
}

export function printLatencies({ operation, connections, when, seconds }: Measured, latenciesMs: readonly number[]): void {
  const { p50Ms, p99Ms, maxMs } = latencyOf(latenciesMs)
  const figures = [p50Ms, p99Ms, maxMs].map((value) => value.toFixed(2))
  printLine(columns, [operation, connections, when, round(latenciesMs.length / seconds), ...figures])
}
