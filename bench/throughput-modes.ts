/**
 * What it costs to meter throughput: the CPU time of requests in observe mode beside that of requests with nothing metered. Both
 * servers run side by side and are measured in turn, so that a busy machine disturbs both alike.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChildServer } from './child-server.ts'
import { type Column, median, printLine, printTitles, quantile, round } from './figures.ts'
import { measure } from './load.ts'
import { loadTable } from './load-table.ts'
import { type Operation, operations, type TableSize } from './workload.ts'

const modes = ['off', 'observe'] as const
const rounds = 41
const metered: readonly Operation[] = ['GetItem', 'Query 20', 'PutItem', 'PutItem 1 GSI'].flatMap(
  (name) => operations.find((operation) => operation.name === name) ?? [],
)

const columns: readonly Column[] = [
  { title: 'operation', width: 14 },
  ...modes.map((mode) => ({ title: mode, width: 10 })),
  { title: 'ratio', width: 8 },
  { title: 'its quartiles', width: 16 },
]

/** The ratio is the median of those of many short rounds: each compares two measurements that follow one another. `seconds` is what eight take. */
export async function printThroughputModes(size: TableSize, connections: number, seconds: number): Promise<void> {
  const folders = modes.map(() => mkdtempSync(join(tmpdir(), 'stator-bench-')))
  const servers: ChildServer[] = []
  try {
    for (const [at, mode] of modes.entries()) {
      const server = await ChildServer.start('stator', folders[at], mode)
      servers.push(server)
      for (const table of new Set(metered.map((operation) => operation.table))) await loadTable(server, table, size)
    }
    console.log(`CPU µs per request at ${connections} connections.\n`)
    printTitles(columns)
    for (const operation of metered) {
      const costs = servers.map((): number[] => [])
      for (let turn = 0; turn < rounds; turn += 1) {
        const inTurn = turn % 2 === 0 ? [...servers.entries()] : [...servers.entries()].reverse()
        for (const [at, server] of inTurn) {
          const load = { operation, size, connections, warmUpMs: seconds * 30, measureMs: seconds * 125 }
          costs[at]?.push((await measure(server, load)).cpuMicrosPerRequest)
        }
      }
      const [off = [], observe = []] = costs
      const ratios = observe.map((cost, turn) => cost / (off[turn] ?? Number.NaN))
      const quartiles = [0.25, 0.75].map((share) => quantile(Float64Array.from(ratios).sort(), share).toFixed(3)).join(' ')
      printLine(columns, [operation.name, ...costs.map((all) => round(median(all))), median(ratios).toFixed(3), quartiles])
    }
  } finally {
    for (const server of servers) await server.stop()
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
}
