/** What those who read and write a table notice while another is deleted and its space is given back to the disk. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { loadTable, succeed } from '../load/load-table.ts'
import { deleteTable, readAndWrite, type TableSize, tableSize } from '../load/workload.ts'
import { round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { printForeground } from './foreground.ts'

const askEveryMs = 100
const foregroundSize = tableSize(2000)
/** Of the file, beyond what it had before the other table was loaded: what is given back in pieces leaves some. */
const leftBytesMax = 8 << 20

export async function printDeletion(size: TableSize, connections: number): Promise<void> {
  await ChildServer.use(async (server, folder) => {
    await loadTable(server, 'Bench0', foregroundSize)
    const bytesBefore = bytesOf(folder)
    await loadTable(server, 'Bench1', size)
    const foreground = { operations: readAndWrite, size: foregroundSize, connections, during: 'deletion' }
    // What was written last may be in the log still.
    while (bytesOf(folder) < bytesBefore + size.items * size.itemBytes) await wait(askEveryMs)
    const bytes = bytesOf(folder)
    const seconds = await printForeground(server, foreground, async () => {
      const connection = await Connection.open(server.port)
      await succeed(connection, deleteTable('Bench1'))
      connection.close()
      while (bytesOf(folder) > bytesBefore + leftBytesMax) await wait(askEveryMs)
    })
    console.log(`${size.items} items deleted, and ${megabytes(bytes)} MB become ${megabytes(bytesOf(folder))}, in ${round(seconds)} s.`)
  })
}

function bytesOf(folder: string): number {
  return statSync(join(folder, 'stator.db')).size
}

function megabytes(bytes: number): string {
  return round(bytes / 2 ** 20)
}
