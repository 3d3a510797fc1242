/**
 * Whether what a request costs with an index stays the same as the table grows: the CPU time of a put and of a query, on a small
 * table and on a large one. Both servers run side by side and are measured in turn, so that a busy machine disturbs both alike.
 */
import { loadTable } from '../load/load-table.ts'
import { figuresInTurn, type Rounds } from '../load/rounds.ts'
import { operations, type TableSize } from '../load/workload.ts'
import { type Column, printLine, printTitles, round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { makeFolder, removeFolder } from '../servers/temporary-folders.ts'

const connections = 16
const indexed = operations.filter(({ table }) => table === 'Bench1')

interface Loaded {
  readonly server: ChildServer
  readonly size: TableSize
}

export async function printFlatness(sizes: readonly TableSize[], rounds: Rounds): Promise<void> {
  const folders = sizes.map(makeFolder)
  const loaded: Loaded[] = []
  try {
    for (const [at, size] of sizes.entries()) {
      const server = await ChildServer.start('stator', { name: `stator ${at + 1}`, dataDir: folders[at] ?? '' })
      loaded.push({ server, size })
      await loadTable(server, 'Bench1', size)
    }
    const columns = columnsOf(sizes)
    console.log(`CPU µs per request at ${connections} connections.\n`)
    printTitles(columns)
    for (const operation of indexed) {
      const cases = loaded.map((each) => ({ ...each, operation, connections }))
      const costs = (await figuresInTurn(cases, rounds)).map(({ cpuMicros }) => cpuMicros)
      const ratio = (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN)
      printLine(columns, [operation.name, ...costs.map(round), ratio.toFixed(2)])
    }
  } finally {
    for (const { server } of loaded) await server.stop()
    folders.forEach(removeFolder)
  }
}

function columnsOf(sizes: readonly TableSize[]): readonly Column[] {
  return [
    { title: 'operation', width: 14 },
    ...sizes.map(({ items }) => ({ title: `${items} items`, width: 14 })),
    { title: 'ratio', width: 6 },
  ]
}
