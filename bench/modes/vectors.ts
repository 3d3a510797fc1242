/** Searching vectors: what the first search costs, which reads them, and the others, and what a reader of another table notices. */
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { RunningLoad } from '../load/load.ts'
import { load, loadTable } from '../load/load-table.ts'
import { requestsOf } from '../load/request-bytes.ts'
import type { Request } from '../load/request-text.ts'
import { type NamedRequest, readAndWrite, tableSize, versionMark } from '../load/workload.ts'
import { megabytes, round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { printForeground, printLatencies, printLatencyTitles } from './foreground.ts'

const TableName = 'BenchVectors'
const dimensions = 768
const batchItems = 25
/** So many that one in a hundred is seen. */
const searches = 200
const searchers = 1
const askEveryMs = 50
const size = tableSize(10_000)
const readers = readAndWrite.filter(({ name }) => name === 'GetItem')

const createTable: Request = {
  target: 'CreateTable',
  body: {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    VectorIndexes: [
      {
        IndexName: 'by-embedding',
        VectorAttribute: { AttributeName: 'embedding' },
        Dimensions: dimensions,
        DistanceFunction: 'COSINE',
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  },
}

/** Each search has a vector of its own: every element is a fraction of random digits. */
const search: NamedRequest = {
  name: 'SearchVectors',
  target: 'SearchVectors',
  body: {
    TableName,
    IndexName: 'by-embedding',
    SearchVector: Array.from({ length: dimensions }, () => ({ N: `0.${versionMark}` })),
    TopK: 10,
  },
}

export async function printVectors(vectors: number, connections: number): Promise<void> {
  await ChildServer.use(async (server) => {
    await loadTable(server, 'Bench0', size)
    const batches = { count: Math.ceil(vectors / batchItems), batch: (number: number) => batchOf(number, vectors) }
    const { seconds: loadSeconds } = await load(server, [createTable], batches)
    console.log(`${vectors} vectors of ${dimensions} dimensions loaded in ${round(loadSeconds)} s by BatchWriteItem.`)
    console.log(`The first search took ${round(await firstSearchMs(server))} ms.\n`)
    printLatencyTitles()
    await searchOn(server, 'alone')
    console.log()
    await printForeground(server, { operations: readers, size, connections, during: 'searches' }, () => searchOn(server, 'beside'))
    console.log(`RSS ${megabytes((await server.usage()).rssBytes)} MB.\n`)
  })
}

/** Digits enough for floats, and elements few enough to be made beforehand. */
const elements = Array.from({ length: 4096 }, () => ({ N: Math.random().toFixed(9) }))

function batchOf(number: number, vectors: number): Request {
  const first = number * batchItems
  const puts = Array.from({ length: Math.min(batchItems, vectors - first) }, (_, at) => {
    const L = Array.from({ length: dimensions }, () => elements[Math.floor(Math.random() * elements.length)])
    return { PutRequest: { Item: { id: { S: `item-${first + at}` }, embedding: { L } } } }
  })
  return { target: 'BatchWriteItem', body: { RequestItems: { [TableName]: puts } } }
}

async function firstSearchMs({ port }: ChildServer): Promise<number> {
  const connection = await Connection.open(port)
  const startedAt = performance.now()
  const { ok, body } = await connection.ask(requestsOf(search, size).next())
  if (!ok || !body.includes('"Score"')) throw new Error(`the first search was answered with ${body}`)
  connection.close()
  return performance.now() - startedAt
}

async function searchOn(server: ChildServer, when: string): Promise<void> {
  const running = await RunningLoad.start(server, { operation: search, size, connections: searchers })
  const startedAt = performance.now()
  while (running.answered < searches) await wait(askEveryMs)
  const seconds = (performance.now() - startedAt) / 1000
  running.stop()
  printLatencies({ operation: search.name, connections: searchers, when, seconds }, running.takeLatencies())
}
