/**
 * What a request costs on a PostgreSQL, beside a folder: two servers of the same commit, measured in turn. The database is a cluster of
 * its own with its log flushed at every commit, on the same processors: what it takes of them nobody else has, so it is the CPU time of
 * the server that says what a node costs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/harness/postgres.ts'
import { ChildServer } from './child-server.ts'
import { type Column, median, printLine, printTitles, round } from './figures.ts'
import { type Measurement, measure } from './load.ts'
import { loadTable } from './load-table.ts'
import { fromOldestRecord } from './oldest-records.ts'
import type { Operation, TableSize } from './workload.ts'

const rounds = 3

const columns: readonly Column[] = [
  { title: 'operation', width: 19 },
  { title: 'folder req/s', width: 13 },
  { title: 'CPU µs', width: 8 },
  { title: 'postgres req/s', width: 15 },
  { title: 'CPU µs', width: 8 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'req/s ×', width: 8 },
]

export interface StoragesBench {
  readonly operations: readonly Operation[]
  readonly size: TableSize
  readonly connections: number
  readonly seconds: number
}

export async function printStorages({ operations, size, connections, seconds }: StoragesBench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-bench-'))
  const postgres = await startPostgres({ durable: true })
  const embedded = await ChildServer.start('stator', folder)
  const remote = await ChildServer.start('stator', postgres.url({}))
  try {
    for (const server of [embedded, remote]) {
      for (const table of new Set(operations.map((operation) => operation.table))) await loadTable(server, table, size)
    }
    // As autovacuum does within a minute.
    await postgres.sql('VACUUM ANALYZE')
    printTitles(columns)
    for (const operation of operations) {
      const time = { size, connections, warmUpMs: seconds * 250, measureMs: seconds * 1000 }
      const onFolder = { ...time, operation: await fromOldestRecord(embedded, operation) }
      const onPostgres = { ...time, operation: await fromOldestRecord(remote, operation) }
      const results: { readonly embedded: Measurement; readonly remote: Measurement }[] = []
      for (let at = 0; at < rounds; at += 1)
        results.push({ embedded: await measure(embedded, onFolder), remote: await measure(remote, onPostgres) })
      const of = (which: 'embedded' | 'remote', number: (measurement: Measurement) => number): number =>
        median(results.map((result) => number(result[which])))
      const rates = [of('embedded', (each) => each.requestsPerSecond), of('remote', (each) => each.requestsPerSecond)] as const
      printLine(columns, [
        ...[operation.name, Math.round(rates[0]), round(of('embedded', (each) => each.cpuMicrosPerRequest))],
        ...[Math.round(rates[1]), round(of('remote', (each) => each.cpuMicrosPerRequest))],
        ...[of('remote', (each) => each.p50Ms).toFixed(2), of('remote', (each) => each.p99Ms).toFixed(2), (rates[1] / rates[0]).toFixed(2)],
      ])
    }
  } finally {
    await embedded.stop()
    await remote.stop()
    await postgres.remove()
    rmSync(folder, { recursive: true })
  }
}
