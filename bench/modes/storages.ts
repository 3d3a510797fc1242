/**
 * What a request costs on a PostgreSQL, beside a folder: two servers of the same commit, measured in turn. Where the database has no
 * processor of its own, what it takes of them the server has not, so it is the CPU time of the server that says what a node costs.
 */
import { loadTable } from '../load/load-table.ts'
import { fromOldestRecord } from '../load/oldest-records.ts'
import { figuresInTurn, type Rounds, spreadOf } from '../load/rounds.ts'
import type { Operation, TableSize } from '../load/workload.ts'
import type { QuietWatch } from '../machine/quiet.ts'
import { type Column, printLine, printTitles, round } from '../report/figures.ts'
import { storageVerdicts, verdictText } from '../report/goals.ts'
import type { Records, StorageRecord } from '../report/records.ts'
import { ChildServer } from '../servers/child-server.ts'
import { Database } from '../servers/database.ts'
import { makeFolder, removeFolder } from '../servers/temporary-folders.ts'

const columns: readonly Column[] = [
  { title: 'operation', width: 19 },
  { title: 'folder req/s', width: 13 },
  { title: 'CPU µs', width: 8 },
  { title: 'postgres req/s', width: 15 },
  { title: 'CPU µs', width: 8 },
  { title: 'database CPU µs', width: 16 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'req/s ×', width: 8 },
  { title: ' goal', width: 0 },
]

/** What a bench over PostgreSQL is told. */
export interface StoragesBench {
  readonly operations: readonly Operation[]
  readonly size: TableSize
  readonly connections: number
  readonly rounds: Rounds
  readonly records: Records
  readonly watch: QuietWatch
}

export async function printStorages({ operations, size, connections, rounds, records, watch }: StoragesBench): Promise<void> {
  const folder = makeFolder()
  const database = await Database.start()
  const embedded = await ChildServer.start('stator', { name: 'folder', dataDir: folder })
  const remote = database.behind('postgres', [await ChildServer.start('stator', { name: 'postgres', dataDir: database.url })])
  try {
    for (const server of [embedded, remote]) {
      for (const table of new Set(operations.map((operation) => operation.table))) await loadTable(server, table, size)
    }
    await database.settle()
    printTitles(columns)
    for (const operation of operations) {
      const onFolder = { server: embedded, size, connections, operation: await fromOldestRecord(embedded, operation) }
      const onPostgres = { server: remote, size, connections, operation: await fromOldestRecord(remote, operation) }
      const [ofFolder, ofPostgres] = await figuresInTurn([onFolder, onPostgres], rounds)
      if (ofFolder === undefined || ofPostgres === undefined) throw new Error('two cases have two outcomes')
      for (const figures of [ofFolder, ofPostgres]) watch.noteSpread(spreadOf(figures))
      const { items, itemBytes } = size
      const record = {
        kind: 'storage',
        operation: operation.name,
        connections,
        items,
        itemBytes,
        folder: ofFolder,
        postgres: ofPostgres,
      } as const
      records.add(record)
      printStorage(record)
    }
  } finally {
    await embedded.stop()
    await remote.stop()
    await database.remove()
    removeFolder(folder)
  }
}

function printStorage(record: StorageRecord): void {
  const { operation, folder, postgres } = record
  printLine(columns, [
    ...[operation, Math.round(folder.requestsPerSecond), round(folder.cpuMicros)],
    ...[Math.round(postgres.requestsPerSecond), round(postgres.cpuMicros), round(postgres.databaseCpuMicros ?? Number.NaN)],
    ...[postgres.p50Ms.toFixed(2), postgres.p99Ms.toFixed(2), (postgres.requestsPerSecond / folder.requestsPerSecond).toFixed(2)],
    ` ${storageVerdicts(record).map(verdictText).join(', ')}`,
  ])
}
