/** Load against a server of this process: what it sends, what it says, and the sentences when there can be none. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { startServer } from '../../server/start.ts'
import { findEndpoint } from '../asking/endpoint.ts'
import { HttpClient } from './http-client.ts'
import { loadTable } from './load-command.ts'
import { readLoadOptions } from './load-options.ts'
import type { LoadSummary } from './summary.ts'

const environment = { AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' }

async function startStator(t: TestContext): Promise<string> {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
    storage: { kind: 'memory' },
    jobs: 'manual',
    log: (text, cause) => assert.fail(`${text}: ${cause}`),
  })
  t.after(() => server.close())
  return server.endpoint
}

async function ask(endpoint: string, operation: string, input: unknown): Promise<{ readonly [member: string]: unknown }> {
  const client = await HttpClient.open(await findEndpoint({ endpoint }, environment), 1, systemClock)
  const answer = await client.send(operation, JSON.stringify(input)).finally(() => client.close())
  assert.equal(answer.status, 200, answer.body)
  return JSON.parse(answer.body)
}

async function createShop(endpoint: string): Promise<void> {
  await ask(endpoint, 'CreateTable', {
    TableName: 'Shop',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'PK', AttributeType: 'S' },
      { AttributeName: 'SK', AttributeType: 'N' },
      { AttributeName: 'tag', AttributeType: 'B' },
    ],
    KeySchema: [
      { AttributeName: 'PK', KeyType: 'HASH' },
      { AttributeName: 'SK', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'ByTag', KeySchema: [{ AttributeName: 'tag', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  })
}

function load(endpoint: string, line: string, stop = new AbortController()): Promise<LoadSummary> {
  const options = readLoadOptions(`--endpoint ${endpoint} --seed 1 ${line}`.split(' '), 0)
  assert(options !== undefined)
  return loadTable(options, { environment, stop })
}

function itemFile(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-load-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('every operation works on a table with keys of all types', async (t) => {
  const endpoint = await startStator(t)
  await createShop(endpoint)
  const summary = await load(endpoint, '--table Shop --requests 200 --key-count 5 --operations get=1,put=1,update=1,query=1,delete=1')
  assert.deepEqual([summary.requests, summary.succeeded, summary.failed, summary.errors], [200, 200, 0, []])
  assert.equal(summary.operations.length, 5)
  assert(summary.consumed.readUnits > 0 && summary.consumed.writeUnits > 0)
  assert.equal(summary.hottestKeys.length, 5)
  assert.equal(
    summary.hottestKeys.reduce((sum, { requests }) => sum + requests, 0),
    200,
  )
  assert.equal(summary.finding, 'Nothing was throttled.')
})

test('a really signed request has all that a server wants to see', async (t) => {
  const endpoint = await findEndpoint({ endpoint: await startStator(t) }, environment)
  const client = await HttpClient.open({ ...endpoint, isLoopback: false }, 1, systemClock)
  t.after(() => client.close())
  assert.deepEqual(await client.send('ListTables', '{}'), { status: 200, body: '{"TableNames":[]}' })
})

test('reads of a global index query the drawn keys, and find what was put', async (t) => {
  const endpoint = await startStator(t)
  await createShop(endpoint)
  const summary = await load(endpoint, '--table Shop --index ByTag --requests 100 --key-count 3 --reads 20')
  assert.equal(summary.succeeded, 100)
  assert.deepEqual(
    summary.operations.map(({ operation }) => operation),
    ['put', 'query'],
  )
  const { Count } = await ask(endpoint, 'Scan', { TableName: 'Shop', IndexName: 'ByTag' })
  assert(Number(Count) > 10)
})

test('a template and a sample are what is put', async (t) => {
  const endpoint = await startStator(t)
  await createShop(endpoint)
  const template = itemFile(t, 'item.json', '{"PK":"CUST#${key}","SK":"${i}","note":"${text 20}"}')
  const templated = await load(endpoint, `--table Shop --requests 30 --reads 0 --keys time --item ${template} --item-size 500`)
  assert.deepEqual([templated.succeeded, templated.hottestKeys[0]?.requests], [30, 1])
  const Key = { PK: { S: 'CUST#7' }, SK: { N: '7' } }
  const { Item, ConsumedCapacity } = await ask(endpoint, 'GetItem', { TableName: 'Shop', Key, ReturnConsumedCapacity: 'TOTAL' })
  assert.deepEqual(Object.keys(Item as object).sort(), ['PK', 'SK', 'note', 'padding'])
  assert(ConsumedCapacity)
  const sample = itemFile(t, 'items.jsonl', '{"PK":"a","SK":1}\n{"Item":{"PK":{"S":"b"},"SK":{"N":"2"}}}\n')
  const sampled = await load(endpoint, `--table Shop --requests 20 --sample ${sample}`)
  assert.deepEqual(sampled.hottestKeys.map(({ key }) => key).sort(), ['a', 'b'])
  assert.equal(sampled.succeeded, 20)
})

test('there can be no load without a table, an index or an endpoint, and it says so', async (t) => {
  const endpoint = await startStator(t)
  await createShop(endpoint)
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const gone = `http://127.0.0.1:${port}`
  const template = itemFile(t, 'item.json', '{"PK":"a"}')
  const sentences: readonly (readonly [string, string, string])[] = [
    [endpoint, '--table Shopp', `There is no table Shopp at ${endpoint} in us-east-1.`],
    [endpoint, '--table Shop --index ByTg', 'Shop has no index ByTg: it has ByTag.'],
    [gone, '--table Shop', `Nothing answers at ${gone}: is the server running?`],
    [endpoint, '--table Shop --item nowhere.json', 'There is no file nowhere.json.'],
    [endpoint, '--table Shop --item /', '/ is a folder, not a file.'],
    [endpoint, `--table Shop --item ${template}`, `${template} has no attribute SK, which is the sort key of Shop.`],
  ]
  for (const [address, line, message] of sentences) await assert.rejects(load(address, line), { message })
})

async function startServerOf(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.closeAllConnections())
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const described = {
  Table: {
    TableName: 'Shop',
    TableStatus: 'ACTIVE',
    AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
  },
}

/** A DynamoDB with one table, and nothing else, that answers each request of a load with what `answer` makes of its body. */
function startFake(t: TestContext, answer: (body: string) => { readonly status: number; readonly members: unknown }): Promise<string> {
  return startServerOf(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const isDescribe = String(request.headers['x-amz-target']).endsWith('DescribeTable')
      if (request.method !== 'POST') return response.writeHead(404).end()
      const { status, members } = isDescribe ? { status: 200, members: described } : answer(body)
      return response.writeHead(status).end(JSON.stringify(members))
    })
  })
}

test('throttles are counted by exception, reason and resource, and the key is named', async (t) => {
  const resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/Shop'
  const reason = 'TableWriteKeyRangeThroughputExceeded'
  const endpoint = await startFake(t, (body) => {
    if (!body.includes('"key-1"')) return { status: 200, members: { ConsumedCapacity: { TableName: 'Shop', CapacityUnits: 2 } } }
    const __type = 'com.amazonaws.dynamodb.v20120810#ThrottlingException'
    return { status: 400, members: { __type, message: 'm', throttlingReasons: [{ reason, resource }] } }
  })
  const summary = await load(endpoint, '--table Shop --requests 100 --reads 0 --key-count 4')
  const throttled = summary.hottestKeys.find(({ key }) => key === 'key-1')
  assert(throttled !== undefined && throttled.throttles === throttled.requests && throttled.requests > 5)
  assert.deepEqual(summary.throttles, {
    total: throttled.requests,
    byReason: [{ exception: 'ThrottlingException', reason, resource, count: throttled.requests }],
  })
  assert.equal(summary.throttled + summary.succeeded, 100)
  assert.equal(summary.consumed.writeUnits, summary.succeeded * 2)
  assert.match(summary.finding, /^1 key got 100 % of the throttles and \d+ % of the requests: key-1\. /)
})

test('the same seed sends the same bodies in the same order', async (t) => {
  const bodies: string[] = []
  const endpoint = await startFake(t, (body) => {
    bodies.push(body)
    return { status: 200, members: {} }
  })
  for (let each = 0; each < 2; each += 1) await load(endpoint, '--table Shop --requests 40 --keys zipf --concurrency 1')
  assert.deepEqual(bodies.slice(0, 40), bodies.slice(40))
})

test('a run in which everything fails ends early, with the error', async (t) => {
  const __type = 'com.amazon.coral.validate#ValidationException'
  const endpoint = await startFake(t, () => ({ status: 400, members: { __type, message: 'no' } }))
  const summary = await load(endpoint, '--table Shop --duration 1h --concurrency 2')
  assert(summary.requests >= 100 && summary.requests < 110, String(summary.requests))
  assert.equal(summary.succeeded, 0)
  assert.equal(summary.errors[0]?.name, 'ValidationException')
  assert.equal(summary.finding, 'Nothing succeeded.')
})

test('stopped by Ctrl+C it ends with what there is', async (t) => {
  const stop = new AbortController()
  let answered = 0
  const endpoint = await startFake(t, () => {
    answered += 1
    if (answered === 50) stop.abort()
    return { status: 200, members: {} }
  })
  const summary = await load(endpoint, '--table Shop --duration 1h --concurrency 4', stop)
  assert(summary.requests > 30 && summary.requests < 50, String(summary.requests))
  assert.equal(summary.failed, 0)
})

test('stopped by Ctrl+C it does not wait for a server that stopped answering, and asks it nothing more', async (t) => {
  const stop = new AbortController()
  let asked = 0
  const endpoint = await startServerOf(t, (request, response) => {
    request.resume().on('end', () => {
      if (request.method !== 'POST') return response.writeHead(404).end()
      if (String(request.headers['x-amz-target']).endsWith('DescribeTable')) return response.end(JSON.stringify(described))
      asked += 1
      if (asked <= 10) return response.end('{}')
      if (asked === 12) stop.abort()
      return response
    })
  })
  const summary = await load(endpoint, '--table Shop --duration 1h --concurrency 2', stop)
  assert.deepEqual([asked, summary.requests, summary.succeeded], [12, 10, 10])
})

test('what answers and is not DynamoDB is said to be so', async (t) => {
  const endpoint = await startServerOf(t, (_, response) => response.end('{}'))
  await assert.rejects(load(endpoint, '--table Shop'), { message: `What answers at ${endpoint} is not DynamoDB.` })
})
