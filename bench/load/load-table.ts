/** Fills a table the way a client would: by BatchWriteItem, over a few connections. */
import { setTimeout as wait } from 'node:timers/promises'
import { round } from '../report/figures.ts'
import { portOf, type Server } from '../servers/server.ts'
import { Connection } from './connection.ts'
import { type Request, type RequestOptions, requestBuffer } from './request-text.ts'
import { type BenchTable, batchOf, createTable, fillerOf, type TableSize } from './workload.ts'

export const loaders = 8
const askEveryMs = 20
const createMsMax = 10_000
const loadMsMax = 30 * 60_000

export interface LoadedTable {
  readonly itemsPerSecond: number
  /** Of the last tenth of the items: less, where inserts get slower as the table grows. */
  readonly lastTenthItemsPerSecond: number
  /** Of the server, per item. */
  readonly cpuMicros: number
}

export async function loadTable(server: Server, table: BenchTable, size: TableSize): Promise<LoadedTable> {
  const before = await server.usage()
  const batches = { count: size.customers, batch: (customer: number) => batchOf(table, customer, size) }
  const { seconds, lastTenthSeconds } = await load(server, [createTable(table)], batches, fillerOf(size))
  const itemsPerSecond = size.items / seconds
  console.log(`${size.items} items of ${size.itemBytes} B loaded into ${table} of ${server.name}: ${round(itemsPerSecond)} items/s.`)
  return {
    itemsPerSecond,
    lastTenthItemsPerSecond: size.items / 10 / lastTenthSeconds,
    cpuMicros: ((await server.usage()).cpuMicros - before.cpuMicros) / size.items,
  }
}

export interface Batches {
  readonly count: number
  /** Each is sent once, numbers from 0. */
  readonly batch: (number: number) => Request
}

export interface LoadTime {
  /** Of all batches together. */
  readonly seconds: number
  readonly lastTenthSeconds: number
}

/** Sends `first` one after another, waits until the tables made that way are there, then sends the batches. */
export async function load(server: Server, first: readonly Request[], { count, batch }: Batches, filler = ''): Promise<LoadTime> {
  const options = { filler, isSigned: server.checksSignatures }
  const connection = await Connection.open(portOf(server))
  for (const request of first) {
    await succeed(connection, request, options)
    if (request.target === 'CreateTable') await untilActive(connection, request, options)
  }
  connection.close()
  const startedAt = performance.now()
  let lastTenthAt = startedAt
  let next = 0
  const loadSome = async (): Promise<void> => {
    const connection = await Connection.open(portOf(server))
    try {
      while (next < count) {
        next += 1
        const now = performance.now()
        if (next === Math.floor(count * 0.9)) lastTenthAt = now
        if (now - startedAt > loadMsMax) throw new Error(`loading takes longer than ${loadMsMax / 60_000} minutes`)
        await succeed(connection, batch(next - 1), options)
      }
    } finally {
      // One that fails ends the others.
      next = count
      connection.close()
    }
  }
  await Promise.all(Array.from({ length: loaders }, loadSome))
  const endedAt = performance.now()
  return { seconds: (endedAt - startedAt) / 1000, lastTenthSeconds: (endedAt - lastTenthAt) / 1000 }
}

async function untilActive(connection: Connection, { body }: Request, options: RequestOptions): Promise<void> {
  const { TableName } = body as { readonly TableName: string }
  const describe = { target: 'DescribeTable', body: { TableName } }
  const startedAt = performance.now()
  while (!/"TableStatus":\s*"ACTIVE"/.test(await succeed(connection, describe, options))) {
    if (performance.now() - startedAt > createMsMax) throw new Error(`${TableName} is not ACTIVE after ${createMsMax / 1000} s`)
    await wait(askEveryMs)
  }
}

/** The body of an answer that must be 200 and leave nothing unprocessed. */
export async function succeed(connection: Connection, request: Request, options: RequestOptions = {}): Promise<string> {
  const { ok, body } = await connection.ask(requestBuffer(request, options))
  if (!ok || /"Unprocessed\w+":\{"/.test(body)) throw new Error(`${request.target} was answered with ${body}`)
  return body
}
