/** What those who read and write a table notice while many items of another expire at once: the clock is moved to when they do. */

import { Connection } from '../load/connection.ts'
import { load, loadTable } from '../load/load-table.ts'
import type { Request } from '../load/request-text.ts'
import { readAndWrite, tableSize } from '../load/workload.ts'
import { round } from '../report/figures.ts'
import { ChildServer } from '../servers/child-server.ts'
import { printForeground } from './foreground.ts'

const TableName = 'BenchExpiry'
const timeToLive = { AttributeName: 'expiresAt', Enabled: true }
/** Later than any load takes, so that no item expires before all are there. */
const lifeSeconds = 10 * 60 * 60
const batchItems = 25
const size = tableSize(10_000)

const createTable: Request = {
  target: 'CreateTable',
  body: {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
}
const enable: Request = { target: 'UpdateTimeToLive', body: { TableName, TimeToLiveSpecification: timeToLive } }

export async function printExpiry(items: number, connections: number): Promise<void> {
  await ChildServer.use(async (server) => {
    await loadTable(server, 'Bench0', size)
    const expiresAt = Math.ceil(Date.now() / 1000) + lifeSeconds
    const batches = { count: Math.ceil(items / batchItems), batch: (number: number) => batchOf(number, items, expiresAt) }
    const { seconds: loadSeconds } = await load(server, [createTable, enable], batches)
    await checkCount(server, items)
    console.log(`${items} items that expire at once loaded in ${round(loadSeconds)} s by BatchWriteItem.`)
    const foreground = { operations: readAndWrite, size, connections, during: 'sweep' }
    const seconds = await printForeground(server, foreground, async () => {
      await control(server, 'POST', 'clock/advance', { byMs: (lifeSeconds + 1) * 1000 })
    })
    await checkCount(server, 0)
    console.log(`The sweep of ${items} items took ${round(seconds)} s.`)
  })
}

function batchOf(number: number, items: number, expiresAt: number): Request {
  const first = number * batchItems
  const puts = Array.from({ length: Math.min(batchItems, items - first) }, (_, at) => ({
    PutRequest: { Item: { id: { S: `item-${first + at}` }, expiresAt: { N: String(expiresAt) }, note: { S: 'x'.repeat(400) } } },
  }))
  return { target: 'BatchWriteItem', body: { RequestItems: { [TableName]: puts } } }
}

/** A sweep that left something, or began too early, was not measured. */
async function checkCount(server: ChildServer, items: number): Promise<void> {
  const statistics = await control(server, 'GET', `tables/${TableName}`)
  if (!statistics.includes(`"itemCount":${items},`)) throw new Error(`there should be ${items} items: ${statistics}`)
}

async function control({ port }: ChildServer, method: 'GET' | 'POST', path: string, body?: object): Promise<string> {
  const json = body === undefined ? '' : JSON.stringify(body)
  const lines = [`${method} /_stator/${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Content-Type: application/json']
  const connection = await Connection.open(port)
  const answer = await connection.ask(Buffer.from([...lines, `Content-Length: ${json.length}`, '', json].join('\r\n')))
  connection.close()
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.body}`)
  return answer.body
}
