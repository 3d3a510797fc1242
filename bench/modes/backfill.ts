/** What those who read and write a table notice while an index is added to it, from UpdateTable until the index is ACTIVE. */
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { loadTable, succeed } from '../load/load-table.ts'
import { addIndex, describeTable, readAndWrite, type TableSize } from '../load/workload.ts'
import { round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { printForeground } from './foreground.ts'

const askEveryMs = 100

export async function printBackfill(size: TableSize, connections: number): Promise<void> {
  await ChildServer.use(async (server) => {
    await loadTable(server, 'Bench0', size)
    const foreground = { operations: readAndWrite, size, connections, during: 'backfill' }
    const seconds = await printForeground(server, foreground, () => backfill(server))
    console.log(`Backfill of ${size.items} items took ${round(seconds)} s.`)
  })
}

/** Adds the index and waits until it is ACTIVE. */
async function backfill({ port }: ChildServer): Promise<void> {
  const connection = await Connection.open(port)
  await succeed(connection, addIndex)
  while (!(await succeed(connection, describeTable)).includes('"IndexStatus":"ACTIVE"')) await wait(askEveryMs)
  connection.close()
}
