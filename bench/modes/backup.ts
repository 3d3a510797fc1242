/** What those who read and write a table notice while it is backed up, from CreateBackup until the backup is AVAILABLE. */
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { loadTable, succeed } from '../load/load-table.ts'
import { createBackup, describeBackup, readAndWrite, type TableSize } from '../load/workload.ts'
import { round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { printForeground } from './foreground.ts'

const askEveryMs = 100

export async function printBackup(size: TableSize, connections: number): Promise<void> {
  await ChildServer.use(async (server) => {
    await loadTable(server, 'Bench0', size)
    const foreground = { operations: readAndWrite, size, connections, during: 'backup' }
    const seconds = await printForeground(server, foreground, () => backUp(server))
    console.log(`The backup of ${size.items} items took ${round(seconds)} s.`)
  })
}

async function backUp({ port }: ChildServer): Promise<void> {
  const connection = await Connection.open(port)
  const created = JSON.parse(await succeed(connection, createBackup)) as { readonly BackupDetails: { readonly BackupArn: string } }
  const describe = describeBackup(created.BackupDetails.BackupArn)
  while (!(await succeed(connection, describe)).includes('"BackupStatus":"AVAILABLE"')) await wait(askEveryMs)
  connection.close()
}
