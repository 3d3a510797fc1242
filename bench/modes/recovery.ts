/** What point-in-time recovery costs a put: two servers of the same commit, one with it and one without, measured in turn. */
import { Connection } from '../load/connection.ts'
import { loadTable, succeed } from '../load/load-table.ts'
import { figuresInTurn, type Rounds } from '../load/rounds.ts'
import { enableRecovery, operations, type TableSize } from '../load/workload.ts'
import { type Column, printLine, printTitles, round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { makeFolder, removeFolder } from '../servers/temporary-folders.ts'

const names = ['without', 'recovery'] as const
const measured = operations.filter(({ name }) => name === 'PutItem' || name === 'UpdateItem if' || name === 'PutItem 1 GSI')

const columns: readonly Column[] = [
  { title: 'operation', width: 14 },
  ...names.map((name) => ({ title: `${name} µs`, width: 13 })),
  { title: ' ×', width: 8 },
]

export async function printRecovery(size: TableSize, connections: number, rounds: Rounds): Promise<void> {
  const folders = names.map(() => makeFolder())
  const servers = await Promise.all(names.map((name, at) => ChildServer.start('stator', { name, dataDir: folders[at] ?? '' })))
  try {
    for (const server of servers) {
      for (const table of new Set(measured.map((operation) => operation.table))) {
        await loadTable(server, table, size)
        if (server.name === 'recovery') await enable(server, table)
      }
    }
    printTitles(columns)
    for (const operation of measured) {
      const [without, recovery] = await figuresInTurn(
        servers.map((server) => ({ server, size, connections, operation })),
        rounds,
      )
      if (without === undefined || recovery === undefined) throw new Error('two cases have two outcomes')
      const micros = [without, recovery].map(({ cpuMicros }) => round(cpuMicros))
      printLine(columns, [operation.name, ...micros, (recovery.cpuMicros / without.cpuMicros).toFixed(2)])
    }
  } finally {
    for (const server of servers) await server.stop()
    for (const folder of folders) removeFolder(folder)
  }
}

async function enable({ port }: ChildServer, table: Parameters<typeof enableRecovery>[0]): Promise<void> {
  const connection = await Connection.open(port)
  await succeed(connection, enableRecovery(table))
  connection.close()
}
