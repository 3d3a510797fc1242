/** What tests pay for databases of their own: `createStator()` in one process and in fifty at once, and `fork()` of a small one and of a large one. */
import { fork as startProcess } from 'node:child_process'
import { once } from 'node:events'
import { createStator, type InProcessStator } from '../../src/index.ts'
import { type Column, grouped, median, printLine, printTitles } from '../report/figures.ts'
import type { Records } from '../report/records.ts'
import type { WorkerReport } from '../servers/in-process-worker.ts'

const workerCounts = [1, 50]
/** Each worker makes so many. */
const made = 200
const forks = 300
const batchItems = 25
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}
const table = {
  TableName: 'Bench',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

const makingColumns: readonly Column[] = [
  { title: 'createStator(), workers', width: 26 },
  { title: 'µs', width: 10 },
  { title: 'CPU µs', width: 10 },
  { title: 'first, µs', width: 12 },
]
const forkColumns: readonly Column[] = [
  { title: 'fork(), items', width: 26 },
  { title: 'µs', width: 10 },
  { title: 'slowest 1 %', width: 13 },
  { title: 'to its first answer, µs', width: 26 },
]

/** Times are medians; of workers, of what each says. The package is the one in `dist/`. */
export async function printInProcess(itemCounts: readonly number[], records: Records): Promise<void> {
  printTitles(makingColumns)
  for (const workers of workerCounts) {
    const reports = await makeWith(workers)
    const of = (what: keyof WorkerReport): number => median(reports.map((report) => report[what]))
    const record = { wallMicros: of('wallMicros'), cpuMicros: of('cpuMicros'), firstMicros: of('firstMicros') }
    records.add({ kind: 'making', workers, ...record })
    printLine(makingColumns, [workers, ...Object.values(record).map((micros) => micros.toFixed(0))])
  }
  console.log()
  printTitles(forkColumns)
  for (const items of itemCounts) {
    const record = await forkOf(items)
    records.add({ kind: 'fork', items, ...record })
    printLine(forkColumns, [grouped(items), record.forkMicros.toFixed(1), record.slowMicros.toFixed(1), record.answerMicros.toFixed(0)])
  }
}

/** All are ready before any of them is measured, and then all make databases at once. */
async function makeWith(workers: number): Promise<readonly WorkerReport[]> {
  const file = new URL('../servers/in-process-worker.ts', import.meta.url)
  const processes = Array.from({ length: workers }, () => startProcess(file, [String(made)]))
  await Promise.all(processes.map((each) => once(each, 'message')))
  const reports = processes.map(async (each) => (await once(each, 'message'))[0] as WorkerReport)
  for (const each of processes) each.send('go')
  return Promise.all(reports)
}

interface ForkTimes {
  readonly forkMicros: number
  readonly slowMicros: number
  readonly answerMicros: number
}

async function forkOf(items: number): Promise<ForkTimes> {
  const stator = await createStator({ inMemory: true, trace: 'off', jobs: 'manual' })
  await ask(stator, 'CreateTable', table)
  for (let from = 0; from < items; from += batchItems)
    await ask(stator, 'BatchWriteItem', batchOf(from, Math.min(items, from + batchItems)))
  const times: number[] = []
  const answers: number[] = []
  for (let count = 0; count < forks; count += 1) {
    // Each is of another state than the one before.
    await ask(stator, 'PutItem', { TableName: table.TableName, Item: itemOf(count) })
    const startedAt = performance.now()
    const fork = stator.fork()
    times.push((performance.now() - startedAt) * 1000)
    await ask(fork, 'GetItem', { TableName: table.TableName, Key: keyOf(0) })
    answers.push((performance.now() - startedAt) * 1000)
    await fork.close()
  }
  await stator.close()
  const sorted = times.toSorted((a, b) => a - b)
  const slowMicros = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
  return { forkMicros: median(times), slowMicros, answerMicros: median(answers) }
}

async function ask(stator: InProcessStator, operation: string, input: object): Promise<void> {
  const { status, body } = await stator.handle({ target: `DynamoDB_20120810.${operation}`, headers, body: JSON.stringify(input) })
  if (status !== 200) throw new Error(`${operation} was answered with ${body}`)
}

function batchOf(from: number, to: number): object {
  const puts = Array.from({ length: to - from }, (_, at) => ({ PutRequest: { Item: itemOf(from + at) } }))
  return { RequestItems: { [table.TableName]: puts } }
}

const keyOf = (number: number): object => ({ pk: { S: `customer-${number}` } })
const itemOf = (number: number): object => ({ ...keyOf(number), filler: { S: 'x'.repeat(100) } })
