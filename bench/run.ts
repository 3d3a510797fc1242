/**
 * `npm run bench`: what one request costs Stator, beside what it costs a bare node:http server that carries the same bytes. Server
 * and load generator are separate processes on this machine; writes are durable (each answered after its commit is on disk).
 *
 *   --seconds N        measured time of each case, after a warm-up of a quarter of it (default 2)
 *   --items N,N        sizes of the table (default 10000)
 *   --full             also a table of 1,000,000 items, which takes a minute or more to load
 *   --connections N,N  (default 1,16,64)
 *   --only TEXT,TEXT   operations whose name contains one of these
 *   --json FILE        writes all numbers there
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ChildServer } from './child-server.ts'
import { type ColdStart, measureColdStart } from './cold-start.ts'
import { Connection } from './connection.ts'
import { type Measurement, measure } from './load.ts'
import { batchOf, createTable, type Operation, operations, RequestBytes, requestText, type TableSize, tableSize } from './workload.ts'

const loaders = 8

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

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '2' },
      items: { type: 'string', default: '10000' },
      full: { type: 'boolean', default: false },
      connections: { type: 'string', default: '1,16,64' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
    },
  })
  const only = values.only.toLowerCase().split(',')
  const sizes = [...numbersOf(values.items), ...(values.full ? [1_000_000] : [])]
  return {
    seconds: numbersOf(values.seconds)[0] ?? 2,
    sizes: sizes.map(tableSize),
    connections: numbersOf(values.connections),
    operations: operations.filter(({ name }) => only.some((part) => name.toLowerCase().includes(part))),
    ...(values.json !== undefined && { jsonFile: values.json }),
  }
}

function numbersOf(list: string): number[] {
  return list.split(',').map((text) => {
    const value = Number(text)
    if (!(value > 0)) throw new Error(`${text} is not a positive number`)
    return value
  })
}

async function run(settings: Settings): Promise<void> {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}); load generator and server share them.`,
  )
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
    await loadTable(servers.stator, size)
    printHead()
    const rows: Row[] = []
    for (const operation of settings.operations) {
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

async function loadTable({ port }: ChildServer, size: TableSize): Promise<void> {
  const startedAt = performance.now()
  const first = await Connection.open(port)
  await succeed(first, createTable)
  first.close()
  let customer = 0
  const load = async (): Promise<void> => {
    const connection = await Connection.open(port)
    while (customer < size.customers) {
      customer += 1
      await succeed(connection, batchOf(customer - 1))
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: loaders }, load))
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`${size.items} items loaded in ${round(seconds)} s by BatchWriteItem.`)
}

async function succeed(connection: Connection, operation: Operation): Promise<void> {
  const { ok, body } = await connection.ask(Buffer.from(requestText(operation)))
  if (!ok || /"Unprocessed\w+":\{"/.test(body)) throw new Error(`${operation.name} was answered with ${body}`)
}

const columns = [
  'operation',
  'conns',
  'items',
  'req/s',
  'CPU µs',
  'bare req/s',
  'bare CPU µs',
  'CPU × bare',
  'p50 ms',
  'p99 ms',
  'RSS MB',
] as const
const widths = [14, 6, 9, 9, 8, 11, 12, 11, 8, 8, 7]

function printHead(): void {
  console.log(columns.map(padded).join(' '))
}

function printRow({ operation, connections, items, stator, bare }: Row): void {
  const cells = [
    ...[operation, connections, items, Math.round(stator.requestsPerSecond), round(stator.cpuMicrosPerRequest)],
    ...[
      Math.round(bare.requestsPerSecond),
      round(bare.cpuMicrosPerRequest),
      (stator.cpuMicrosPerRequest / bare.cpuMicrosPerRequest).toFixed(2),
    ],
    ...[stator.p50Ms.toFixed(2), stator.p99Ms.toFixed(2), megabytes(stator.rssBytes)],
  ]
  console.log(cells.map(padded).join(' '))
}

function padded(cell: string | number, column: number): string {
  const width = widths[column] ?? 0
  return column === 0 ? String(cell).padEnd(width) : String(cell).padStart(width)
}

function round(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value))
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1024 / 1024))
}

function writeJsonFile(file: string, coldStart: ColdStart, rows: readonly Row[]): void {
  const machine = { node: process.version, cores: availableParallelism(), cpu: cpus()[0]?.model }
  writeFileSync(file, `${JSON.stringify({ machine, coldStart, rows }, null, 2)}\n`)
}

await run(readSettings())
