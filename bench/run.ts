/**
 * `npm run bench`: what one request costs Stator, beside what it costs a bare node:http server that carries the same bytes. Server
 * and load generator are separate processes on this machine; writes are durable (each answered after its commit is on disk).
 *
 *   --seconds N        measured time of each case, after a warm-up of a quarter of it (default 2)
 *   --items N,N        sizes of the tables (default 10000)
 *   --full             also tables of 1,000,000 items, each of which takes a minute or more to load
 *   --connections N,N  (default 1,16,64)
 *   --only TEXT,TEXT   operations whose name contains one of these; only the tables they need are loaded
 *   --json FILE        writes all numbers there
 *
 * Six other measurements take the place of this one:
 *
 *   --flatness         what a put and a query cost with an index, on the first and the last of the sizes (default 10000,1000000)
 *   --postgres         what the operations cost on a PostgreSQL, beside a folder (default 10000 items, 64 connections)
 *   --throughput       what it costs to observe throughput instead of metering nothing (default 10000 items, 16 connections)
 *   --backfill N       what a writer and a reader of a table of N items notice while an index is added (default 1 connection each)
 *   --expiry N         what a writer and a reader notice while N items expire at once (default 1 connection each)
 *   --vectors N        searching N vectors of 768 dimensions, and what a reader notices of it (default 1 connection)
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printBackfill } from './backfill.ts'
import { ChildServer } from './child-server.ts'
import { type ColdStart, measureColdStart } from './cold-start.ts'
import { Connection } from './connection.ts'
import { printExpiry } from './expiry.ts'
import { type Column, megabytes, printLine, printTitles, round } from './figures.ts'
import { printFlatness } from './flatness.ts'
import { type Measurement, measure } from './load.ts'
import { loadTable } from './load-table.ts'
import { fromOldestRecord } from './oldest-records.ts'
import { printStorages } from './storages.ts'
import { printThroughputModes } from './throughput-modes.ts'
import { printVectors } from './vectors.ts'
import { type Operation, operations, RequestBytes, type TableSize, tableSize } from './workload.ts'

interface Settings {
  readonly seconds: number
  readonly sizes: readonly TableSize[]
  readonly connections: readonly number[]
  readonly operations: readonly Operation[]
  readonly jsonFile?: string
}

interface Row {
  readonly operation: string
  readonly connections: number
  readonly items: number
  readonly stator: Measurement
  readonly bare: Measurement
}

interface Servers {
  readonly stator: ChildServer
  readonly bare: ChildServer
}

const options = {
  seconds: { type: 'string', default: '2' },
  items: { type: 'string' },
  full: { type: 'boolean', default: false },
  connections: { type: 'string' },
  only: { type: 'string', default: '' },
  json: { type: 'string' },
  flatness: { type: 'boolean', default: false },
  postgres: { type: 'boolean', default: false },
  throughput: { type: 'boolean', default: false },
  backfill: { type: 'string' },
  expiry: { type: 'string' },
  vectors: { type: 'string' },
} as const

async function main(): Promise<void> {
  const { values } = parseArgs({ options })
  const seconds = countOf(values.seconds)
  const only = values.only.toLowerCase().split(',')
  const sizes = numbersOf(values.items ?? (values.flatness ? '10000,1000000' : '10000'))
  const isWatched = (values.backfill ?? values.expiry ?? values.vectors) !== undefined
  const connections = numbersOf(values.connections ?? (isWatched ? '1' : '1,16,64'))
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}); load generator and server share them.`,
  )
  if (values.flatness) return printFlatness(sizes.map(tableSize), seconds)
  if (values.throughput) return printThroughputModes(tableSize(sizes[0] ?? 10_000), numbersOf(values.connections ?? '16')[0] ?? 16, seconds)
  const chosen = operations.filter(({ name }) => only.some((part) => name.toLowerCase().includes(part)))
  const [size = tableSize(10_000)] = sizes.map(tableSize)
  if (values.postgres) {
    return printStorages({ operations: chosen, size, connections: numbersOf(values.connections ?? '64')[0] ?? 64, seconds })
  }
  if (isWatched) {
    for (const count of connections) {
      if (values.backfill !== undefined) await printBackfill(tableSize(countOf(values.backfill)), count)
      if (values.expiry !== undefined) await printExpiry(countOf(values.expiry), count)
      if (values.vectors !== undefined) await printVectors(countOf(values.vectors), count)
    }
    return
  }
  await run({
    seconds,
    sizes: [...sizes, ...(values.full ? [1_000_000] : [])].map(tableSize),
    connections,
    operations: chosen,
    ...(values.json !== undefined && { jsonFile: values.json }),
  })
}

function countOf(text: string): number {
  return numbersOf(text)[0] ?? Number.NaN
}

function numbersOf(list: string): number[] {
  return list.split(',').map((text) => {
    const value = Number(text)
    if (!(value > 0)) throw new Error(`${text} is not a positive number`)
    return value
  })
}

async function run(settings: Settings): Promise<void> {
  const coldStart = await measureColdStart()
  console.log(`First answer ${round(coldStart.firstAnswerMs)} ms after start; idle RSS ${megabytes(coldStart.idleRssBytes)} MB.\n`)
  const rows: Row[] = []
  for (const size of settings.sizes) rows.push(...(await benchSize(settings, size)))
  if (settings.jsonFile !== undefined) writeJsonFile(settings.jsonFile, coldStart, rows)
}

async function benchSize(settings: Settings, size: TableSize): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-bench-'))
  const servers: Servers = { stator: await ChildServer.start('stator', folder), bare: await ChildServer.start('bare') }
  try {
    for (const table of new Set(settings.operations.map((operation) => operation.table))) {
      await loadTable(servers.stator, table, size)
    }
    printTitles(columns)
    const rows: Row[] = []
    for (const chosen of settings.operations) {
      const operation = await fromOldestRecord(servers.stator, chosen)
      for (const connections of settings.connections) {
        const row = await benchCase(servers, { operation, size, connections, seconds: settings.seconds })
        printRow(row)
        rows.push(row)
      }
    }
    console.log()
    return rows
  } finally {
    await servers.stator.stop()
    await servers.bare.stop()
    rmSync(folder, { recursive: true })
  }
}

interface Case {
  readonly operation: Operation
  readonly size: TableSize
  readonly connections: number
  readonly seconds: number
}

async function benchCase({ stator, bare }: Servers, { operation, size, connections, seconds }: Case): Promise<Row> {
  await bare.answerWith(...(await answerOf(stator, operation, size)))
  const load = { operation, size, connections, warmUpMs: seconds * 250, measureMs: seconds * 1000 }
  return {
    operation: operation.name,
    connections,
    items: size.items,
    bare: await measure(bare, load),
    stator: await measure(stator, load),
  }
}

/** Headers and body that Stator answers with, for the bare server to repeat. */
async function answerOf(server: ChildServer, operation: Operation, size: TableSize): Promise<[{ [name: string]: string }, string]> {
  const connection = await Connection.open(server.port)
  const { ok, head, body } = await connection.ask(new RequestBytes(operation, size).bytes)
  connection.close()
  if (!ok) throw new Error(`${operation.name} was answered with ${head}${body}`)
  const lines = head.split('\r\n').slice(1).filter(Boolean)
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const)
  return [Object.fromEntries(headers.filter(([name]) => !/^(date|content-length|connection|keep-alive)$/i.test(name))), body]
}

const columns: readonly Column[] = [
  { title: 'operation', width: 19 },
  { title: 'conns', width: 6 },
  { title: 'items', width: 9 },
  { title: 'req/s', width: 9 },
  { title: 'CPU µs', width: 8 },
  { title: 'bare req/s', width: 11 },
  { title: 'bare CPU µs', width: 12 },
  { title: 'CPU × bare', width: 11 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'RSS MB', width: 7 },
]

function printRow({ operation, connections, items, stator, bare }: Row): void {
  printLine(columns, [
    ...[operation, connections, items, Math.round(stator.requestsPerSecond), round(stator.cpuMicrosPerRequest)],
    ...[
      Math.round(bare.requestsPerSecond),
      round(bare.cpuMicrosPerRequest),
      (stator.cpuMicrosPerRequest / bare.cpuMicrosPerRequest).toFixed(2),
    ],
    ...[stator.p50Ms.toFixed(2), stator.p99Ms.toFixed(2), megabytes(stator.rssBytes)],
  ])
}

function writeJsonFile(file: string, coldStart: ColdStart, rows: readonly Row[]): void {
  const machine = { node: process.version, cores: availableParallelism(), cpu: cpus()[0]?.model }
  writeFileSync(file, `${JSON.stringify({ machine, coldStart, rows }, null, 2)}\n`)
}

await main()
