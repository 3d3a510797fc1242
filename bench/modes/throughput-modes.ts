/**
 * What it costs to meter throughput: requests are answered in this process, in turn with nothing metered and observed (times-in-turn.ts).
 * Beside it stands what a whole request costs a server over HTTP.
 */
import { createStator, type InProcessStator } from '../../src/index.ts'
import { loadTable } from '../load/load-table.ts'
import { requestsOf } from '../load/request-bytes.ts'
import { type Request, requestJson } from '../load/request-text.ts'
import { figuresInTurn, type Rounds } from '../load/rounds.ts'
import { type Asking, timesInTurn } from '../load/times-in-turn.ts'
import { batchOf, createTable, fillerOf, type Operation, operations, type TableSize } from '../load/workload.ts'
import { type Column, printLine, printTitles, round } from '../report/figures.ts'
import { meteringShareOf, meteringVerdicts, verdictText } from '../report/goals.ts'
import type { Records } from '../report/records.ts'
import { ChildServer } from '../servers/child-server.ts'

const modes = ['off', 'observe'] as const

const metered: readonly Operation[] = ['GetItem', 'Query 20', 'BatchGet 100', 'PutItem', 'PutItem 1 GSI'].flatMap(
  (name) => operations.find((operation) => operation.name === name) ?? [],
)

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=bench/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
}

const columns: readonly Column[] = [
  { title: 'operation', width: 14 },
  ...modes.map((mode) => ({ title: `${mode} µs`, width: 12 })),
  { title: 'difference µs', width: 15 },
  { title: 'over HTTP µs', width: 14 },
  { title: 'share', width: 8 },
  { title: ' goal', width: 0 },
]

export interface ThroughputBench {
  readonly size: TableSize
  readonly connections: number
  readonly rounds: Rounds
  readonly records: Records
}

/** Times are medians of single requests in process; over HTTP it is the CPU time of the server, in observe mode. */
export async function printThroughputModes({ size, connections, rounds, records }: ThroughputBench): Promise<void> {
  const stators = [await openLoaded('off', size), await openLoaded('observe', size)]
  const wholes = await wholeCosts(size, connections, rounds)
  printTitles(columns)
  for (const [at, operation] of metered.entries()) {
    const [offMicros = Number.NaN, observeMicros = Number.NaN] = await timesOf(stators, operation, size)
    const wholeMicros = wholes[at] ?? Number.NaN
    const { items, itemBytes } = size
    const record = {
      kind: 'metering',
      operation: operation.name,
      connections,
      items,
      itemBytes,
      offMicros,
      observeMicros,
      wholeMicros,
    } as const
    records.add(record)
    printLine(columns, [
      ...[operation.name, offMicros.toFixed(2), observeMicros.toFixed(2), (observeMicros - offMicros).toFixed(2), round(wholeMicros)],
      `${(100 * meteringShareOf(record)).toFixed(1)} %`,
      ` ${meteringVerdicts(record).map(verdictText).join(', ')}`,
    ])
  }
  for (const stator of stators) await stator.close()
}

async function openLoaded(throughput: (typeof modes)[number], size: TableSize): Promise<InProcessStator> {
  const stator = await createStator({ inMemory: true, throughput })
  for (const table of new Set(metered.map((operation) => operation.table))) {
    await ask(stator, warmed(createTable(table)), '')
    await stator.control.runJobs()
    for (let customer = 0; customer < size.customers; customer += 1) await ask(stator, batchOf(table, customer, size), fillerOf(size))
  }
  return stator
}

/** With capacity for all that is sent, so that it is requests within the limits that are measured. */
function warmed({ target, body }: Request): Request {
  const WarmThroughput = { ReadUnitsPerSecond: 40_000, WriteUnitsPerSecond: 40_000 }
  const { GlobalSecondaryIndexes: indexes } = body as { readonly GlobalSecondaryIndexes?: readonly object[] }
  const warmIndexes = indexes?.map((index) => ({ ...index, WarmThroughput }))
  return { target, body: { ...body, WarmThroughput, ...(warmIndexes && { GlobalSecondaryIndexes: warmIndexes }) } }
}

async function ask(stator: InProcessStator, request: Request, filler: string): Promise<void> {
  const { target } = request
  const answer = await stator.handle({ target: `DynamoDB_20120810.${target}`, headers, body: requestJson(request, filler) })
  if (answer.status !== 200) throw new Error(`${target} was answered with ${answer.body}`)
}

function timesOf(stators: readonly InProcessStator[], operation: Operation, size: TableSize): Promise<readonly number[]> {
  const requests = requestsOf(operation, size)
  const target = `DynamoDB_20120810.${operation.target}`
  const asking =
    (stator: InProcessStator): Asking =>
    () => {
      const body = bodyOf(requests.next())
      return () => stator.handle({ target, headers, body })
    }
  return timesInTurn(stators.map(asking))
}

function bodyOf(request: Buffer): Uint8Array {
  return Uint8Array.from(request.subarray(request.indexOf('\r\n\r\n') + 4))
}

/** What a request costs a server process, in microseconds of CPU time. */
async function wholeCosts(size: TableSize, connections: number, rounds: Rounds): Promise<readonly number[]> {
  const costs: number[] = []
  await ChildServer.use(async (server) => {
    for (const table of new Set(metered.map((operation) => operation.table))) await loadTable(server, table, size)
    for (const operation of metered) {
      for (const { cpuMicros } of await figuresInTurn([{ server, operation, size, connections }], rounds)) costs.push(cpuMicros)
    }
  })
  return costs
}
