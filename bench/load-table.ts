/** Fills a table the way a client would: by BatchWriteItem, over a few connections. */
import type { ChildServer } from './child-server.ts'
import { Connection } from './connection.ts'
import { round } from './figures.ts'
import { type BenchTable, batchOf, createTable, type Request, requestText, type TableSize } from './workload.ts'

const loaders = 8

export async function loadTable(server: ChildServer, table: BenchTable, size: TableSize): Promise<void> {
  const seconds = await load(server, [createTable(table)], { count: size.customers, batch: (customer) => batchOf(table, customer, size) })
  console.log(`${size.items} items loaded into ${table} in ${round(seconds)} s by BatchWriteItem.`)
}

export interface Batches {
  readonly count: number
  /** Each is sent once, numbers from 0. */
  readonly batch: (number: number) => Request
}

/** Sends `first` one after another, then the batches. Resolves with the seconds that all of it took. */
export async function load({ port }: ChildServer, first: readonly Request[], { count, batch }: Batches): Promise<number> {
  const startedAt = performance.now()
  const connection = await Connection.open(port)
  for (const request of first) await succeed(connection, request)
  connection.close()
  let next = 0
  const loadSome = async (): Promise<void> => {
    const connection = await Connection.open(port)
    while (next < count) {
      next += 1
      await succeed(connection, batch(next - 1))
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: loaders }, loadSome))
  return (performance.now() - startedAt) / 1000
}

/** The body of an answer that must be 200 and leave nothing unprocessed. */
export async function succeed(connection: Connection, request: Request): Promise<string> {
  const { ok, body } = await connection.ask(Buffer.from(requestText(request)))
  if (!ok || /"Unprocessed\w+":\{"/.test(body)) throw new Error(`${request.target} was answered with ${body}`)
  return body
}
