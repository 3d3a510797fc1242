/** The whole server over real sockets, on the real engine: what a client without an SDK sees (errors.md §1 to §3). */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { crc32, gunzipSync, gzipSync } from 'node:zlib'
import type { HttpReader } from '../../src/server/http.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { testStorage } from '../harness/test-storage.ts'
import { currentReader, testByBoth } from './by-both-readers.ts'
import { type RawAnswer, RawConnection, requestBytes } from './raw-connection.ts'

const log: unknown[][] = []
const options: ServerOptions = {
  storage: testStorage('steady'),
  isTestCluster: true,
  host: '127.0.0.1',
  port: 0,
  crossOrigin: false,
  region: 'eu-west-1',
  log: (...entry) => log.push(entry),
}

const servers = new Map<HttpReader, { readonly server: RunningServer; readonly connection: RawConnection }>()
before(async () => {
  const table = {
    TableName: 'Tests',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }
  for (const http of ['strict', 'node'] as const) {
    const server = await startServer({ ...options, http })
    const connection = await RawConnection.open(server.port)
    servers.set(http, { server, connection })
    connection.send(requestBytes({ target: 'CreateTable', body: JSON.stringify(table) }))
    assert.equal((await connection.next()).status, 200)
  }
})
after(async () => {
  for (const { server, connection } of servers.values()) {
    connection.socket.destroy()
    await server.close()
  }
  assert.deepEqual(log, [])
})

/** The server whose HTTP is read as this test wants it. */
function current(): { readonly server: RunningServer; readonly connection: RawConnection } {
  const found = servers.get(currentReader())
  assert(found !== undefined)
  return found
}

async function ask(...request: Parameters<typeof requestBytes>): Promise<RawAnswer> {
  const { connection } = current()
  connection.send(requestBytes(...request))
  return connection.next()
}

const tests = (rest: object): string => JSON.stringify({ TableName: 'Tests', ...rest })

testByBoth('What was put is got, with the headers of AWS', async () => {
  const item = { pk: { S: 'é' }, n: { N: '1.50' } }
  const put = await ask({ target: 'PutItem', body: tests({ Item: item }) })
  assert.equal(put.body.toString(), '{}')
  const got = await ask({ target: 'GetItem', body: tests({ Key: { pk: { S: 'é' } } }) })
  assert.deepEqual(JSON.parse(got.body.toString()), { Item: { pk: { S: 'é' }, n: { N: '1.5' } } })
  for (const answer of [put, got]) {
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/x-amz-json-1.0')
    assert.equal(answer.headers.get('x-amz-crc32'), String(crc32(answer.body)))
    assert.match(answer.headers.get('x-amzn-requestid') ?? '', /^[0-9A-V]{52}$/)
  }
  assert.notEqual(put.headers.get('x-amzn-requestid'), got.headers.get('x-amzn-requestid'))
})

testByBoth('Every step before the operation has its answer', async () => {
  const cases: [Parameters<typeof requestBytes>[0], number, string][] = [
    [{ method: 'GET' }, 200, 'healthy: dynamodb.eu-west-1.amazonaws.com '],
    [{ method: 'PUT' }, 404, '<UnknownOperationException/>\n'],
    [{ body: '{"TableName":', target: 'GetItem' }, 400, '{"__type":"com.amazon.coral.service#SerializationException"}'],
    [{ body: '{}' }, 400, '{"__type":"com.amazon.coral.service#UnknownOperationException"}'],
    [{ body: '{}', target: 'GetItems' }, 400, '{"__type":"com.amazon.coral.service#UnknownOperationException"}'],
    [
      { body: '{}', target: 'GetItem', headers: { Authorization: undefined } },
      400,
      '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
    ],
    [
      { body: '{}', target: 'GetItem', url: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' },
      400,
      `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}`,
    ],
    [{ body: '', target: 'GetItem' }, 400, '{"__type":"com.amazon.coral.service#SerializationException"}'],
    [
      { body: '{"TableName":true}', target: 'GetItem' },
      400,
      '{"__type":"com.amazon.coral.service#SerializationException","Message":"TRUE_VALUE cannot be converted to String"}',
    ],
    [
      { body: '{"Key":{}}', target: 'GetItem' },
      400,
      `{"__type":"com.amazon.coral.validate#ValidationException","message":"1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"}`,
    ],
    [
      { body: tests({ Item: { pk: { SS: [] } } }), target: 'PutItem' },
      400,
      '{"__type":"com.amazon.coral.validate#ValidationException","message":"1 validation error detected: One or more parameter values were invalid: An string set  may not be empty"}',
    ],
    [
      { body: '{"TableName":"Nothing","Key":{"pk":{"S":"a"}}}', target: 'GetItem' },
      400,
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}',
    ],
  ]
  for (const [request, status, body] of cases) {
    const answer = await ask(request)
    assert.equal(answer.body.toString(), body)
    assert.equal(answer.status, status)
    assert.equal(answer.headers.get('x-amz-crc32'), String(crc32(body)))
  }
})

testByBoth('A failed condition brings the item along', async () => {
  await ask({ target: 'PutItem', body: tests({ Item: { pk: { S: 'c' } } }) })
  const condition = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
  const answer = await ask({ target: 'PutItem', body: tests({ Item: { pk: { S: 'c' } }, ...condition }) })
  assert.equal(answer.status, 400)
  assert.deepEqual(JSON.parse(answer.body.toString()), {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    Message: 'The conditional request failed',
    Item: { pk: { S: 'c' } },
  })
})

testByBoth('A presigned request needs no header', async () => {
  const url =
    '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261122%2Fus-east-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20261122T120000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00'
  const answer = await ask({ target: 'ListTables', url, headers: { Authorization: undefined, 'X-Amz-Date': undefined }, body: '{}' })
  assert.equal(answer.body.toString(), '{"TableNames":["Tests"]}')
})

testByBoth('Bodies travel in gzip both ways', async () => {
  const Item = { pk: { S: 'large' }, text: { S: 'x'.repeat(100_000) } }
  const put = await ask({ target: 'PutItem', headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(tests({ Item })) })
  assert.equal(put.status, 200)
  const request = { target: 'GetItem', headers: { 'Accept-Encoding': 'gzip' }, body: tests({ Key: { pk: { S: 'large' } } }) }
  const got = await ask(request)
  assert.equal(got.headers.get('content-encoding'), 'gzip')
  const text = gunzipSync(got.body)
  assert.equal(got.headers.get('x-amz-crc32'), String(crc32(got.body)))
  assert.deepEqual(JSON.parse(text.toString()), { Item })
})

testByBoth('Bodies nested without end are refused and nothing breaks', async () => {
  for (const depth of [500, 5000, 30_000, 100_000]) {
    const nested = `${'{"M":{"a":'.repeat(depth)}{"S":"x"}${'}}'.repeat(depth)}`
    const answer = await ask({ target: 'PutItem', body: `{"TableName":"Tests","Item":{"pk":{"S":"a"},"deep":${nested}}}` })
    assert.equal(answer.status, 400, String(depth))
    const lists = await ask({ target: 'PutItem', body: `${'['.repeat(depth)}${']'.repeat(depth)}` })
    assert.equal(lists.status, 400, String(depth))
  }
})

testByBoth('Stopping closes the engine, and what was written is there after a start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-server-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const onDisk: ServerOptions = { ...options, storage: { kind: 'disk', folder }, http: currentReader() }
  const first = await startServer(onDisk)
  const table = {
    TableName: 'Kept',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }
  const writing = await RawConnection.open(first.port)
  writing.send(requestBytes({ target: 'CreateTable', body: JSON.stringify(table) }))
  assert.equal((await writing.next()).status, 200)
  await first.close()
  await writing.closed
  await first.close()

  const second = await startServer(onDisk)
  t.after(() => second.close())
  const reading = await RawConnection.open(second.port)
  reading.send(requestBytes({ target: 'ListTables', body: '{}' }))
  assert.equal((await reading.next()).body.toString(), '{"TableNames":["Kept"]}')
  reading.socket.destroy()
})

testByBoth('A server that cannot listen says why and leaves nothing open', async () => {
  const { port } = current().server
  await assert.rejects(startServer({ ...options, port }), {
    message: `Port ${port} on 127.0.0.1 is in use by another process: stop it, or choose another port.`,
  })
  await assert.rejects(startServer({ ...options, host: '192.0.2.1' }), { message: '192.0.2.1 is not an address of this machine.' })
})

testByBoth('The endpoint is one that clients can connect to', async (t) => {
  const { server } = current()
  assert.equal(server.endpoint, `http://127.0.0.1:${server.port}`)
  const open = await startServer({ ...options, host: '0.0.0.0' })
  t.after(() => open.close())
  assert.equal(open.endpoint, `http://127.0.0.1:${open.port}`)
})

testByBoth('What there is no room for is counted, and /metrics says so', async () => {
  const server = await startServer({ ...options, http: currentReader(), budget: { memoryBytes: 1_000_000 } })
  const large = await RawConnection.open(server.port)
  large.send(requestBytes({ target: 'GetItem', headers: { 'Content-Length': '200000' } }))
  assert.equal((await large.next()).status, 503)
  const other = await RawConnection.open(server.port)
  other.send('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const text = (await other.next()).body.toString()
  assert.match(text, /^stator_refused_total\{what="body"\} 1$/m)
  assert.match(text, /^stator_refused_total\{what="answer"\} 0$/m)
  for (const { socket } of [large, other]) socket.destroy()
  await server.close()
})
