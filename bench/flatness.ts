/**
 * Whether what a request costs with an index stays the same as the table grows: the CPU time of a put and of a query, on a small
 * table and on a large one. Both servers run side by side and are measured in turn, so that a busy machine disturbs both alike.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChildServer } from './child-server.ts'
import { type Column, median, printLine, printTitles, round } from './figures.ts'
import { measure } from './load.ts'
import { loadTable } from './load-table.ts'
import { operations, type TableSize } from './workload.ts'

const rounds = 5
const connections = 16
const indexed = operations.filter(({ table }) => table === 'Bench1')

interface Loaded {
  readonly server: ChildServer
  readonly size: TableSize
}

export async function printFlatness(sizes: readonly TableSize[], seconds: number): Promise<void> {
  const folders = sizes.map(() => mkdtempSync(join(tmpdir(), 'stator-bench-')))
  const loaded: Loaded[] = []
  try {
    for (const [at, size] of sizes.entries()) {
      const server = await ChildServer.start('stator', folders[at])
      loaded.push({ server, size })
      await loadTable(server, 'Bench1', size)
    }
    const columns = columnsOf(sizes)
    console.log(`CPU µs per request at ${connections} connections.\n`)
    printTitles(columns)
    for (const operation of indexed) {
      const costs = loaded.map((): number[] => [])
      for (let round = 0; round < rounds; round += 1) {
        for (const [at, { server, size }] of loaded.entries()) {
          const load = { operation, size, connections, warmUpMs: seconds * 250, measureMs: seconds * 1000 }
          costs[at]?.push((await measure(server, load)).cpuMicrosPerRequest)
        }
      }
      const medians = costs.map(median)
      const ratio = (medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN)
      printLine(columns, [operation.name, ...medians.map(round), ratio.toFixed(2)])
    }
  } finally {
    for (const { server } of loaded) await server.stop()
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
}

function columnsOf(sizes: readonly TableSize[]): readonly Column[] {
  return [
    { title: 'operation', width: 14 },
    ...sizes.map(({ items }) => ({ title: `${items} items`, width: 14 })),
    { title: 'ratio', width: 6 },
  ]
}
