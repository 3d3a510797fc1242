/** The control endpoint over real sockets, on the real engine: what every route does, and what it says to nonsense. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, beforeEach, test } from 'node:test'
import { itemCollectionSizeBytesMax, partitionSizeBytesMax, shardAgeMsMax } from '../../src/api/limits.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { version } from '../../src/server/version.ts'
import { skipFor } from '../harness/skip.ts'
import { testStorage } from '../harness/test-storage.ts'
import { type RawAnswer, RawConnection, requestBytes } from './raw-connection.ts'

const log: unknown[][] = []
const clock = new ManualClock(1_795_341_600_000)
const options: ServerOptions = {
  storage: testStorage('steady'),
  isTestCluster: true,
  host: '127.0.0.1',
  port: 0,
  crossOrigin: false,
  jobs: 'manual',
  clock,
  log: (...entry) => log.push(entry),
}

const otherSettings = {
  throughput: 'observe',
  partitionReadUnitsPerSecondMax: 3000,
  partitionWriteUnitsPerSecondMax: 1000,
  partitionSizeBytesMax,
  itemCollectionSizeBytesMax,
  ttlSweepIntervalMs: 60_000,
  shardRotationMs: shardAgeMsMax,
}

let server: RunningServer
let connection: RawConnection
before(async () => {
  server = await startServer(options)
  connection = await RawConnection.open(server.port)
})
after(async () => {
  connection.socket.destroy()
  await server.close()
  assert.deepEqual(log, [])
})
beforeEach(async () => {
  await control('POST', 'reset')
  await control('PUT', 'settings', { tableStateDelayMs: 0, indexLagMs: 0 })
  await control('POST', 'jobs/run')
})

async function send(parts: Parameters<typeof requestBytes>[0]): Promise<RawAnswer> {
  connection.send(requestBytes(parts))
  return connection.next({ bodiless: parts.method === 'HEAD' })
}

/** A control request as any HTTP client would send it. */
async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown; headers: RawAnswer['headers'] }> {
  const headers = { 'Content-Type': 'application/json', Authorization: undefined, 'X-Amz-Date': undefined }
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body)
  const answer = await send({ method, url: `/_stator/${path}`, headers, body: text })
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  return { status: answer.status, body: JSON.parse(answer.body.toString()), headers: answer.headers }
}

async function succeed(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await control(method, path, body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

async function call(target: string, input: object): Promise<{ readonly [member: string]: unknown }> {
  const answer = await send({ target, body: JSON.stringify(input) })
  return JSON.parse(answer.body.toString())
}

const byOwner = {
  IndexName: 'byOwner',
  KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
}

async function createTable(name: string, rest: object = {}): Promise<void> {
  const created = await call('CreateTable', {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'owner', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [byOwner],
    ...rest,
  })
  assert.ok('TableDescription' in created, JSON.stringify(created))
}

async function putItems(tableName: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const Item = { pk: { S: `item ${at}` }, ...(at % 2 === 0 && { owner: { S: 'x' } }) }
    assert.deepEqual(await call('PutItem', { TableName: tableName, Item }), {})
  }
}

async function describe(tableName: string): Promise<{ readonly [member: string]: unknown }> {
  return (await call('DescribeTable', { TableName: tableName })).Table as { readonly [member: string]: unknown }
}

test('The root lists every route, with and without a slash', async () => {
  const { routes } = (await succeed('GET', '')) as { routes: { method: string; path: string }[] }
  assert.deepEqual(
    routes.map(({ method, path }) => `${method} ${path}`),
    [
      'GET /_stator/',
      'GET /_stator/info',
      'GET /_stator/clock',
      'PUT /_stator/clock',
      'POST /_stator/clock/advance',
      'DELETE /_stator/clock',
      'GET /_stator/tables',
      'GET /_stator/tables/:table',
      'POST /_stator/reset',
      'GET /_stator/settings',
      'PUT /_stator/settings',
      'GET /_stator/tables/:table/indexes/:index/lag',
      'PUT /_stator/tables/:table/indexes/:index/lag',
      'DELETE /_stator/tables/:table/indexes/:index/lag',
      'POST /_stator/tables/:table/stream/split',
      'POST /_stator/tables/:table/stream/rotate',
      'GET /_stator/transactions',
      'POST /_stator/transactions/hold-next',
      'POST /_stator/transactions/release',
      'POST /_stator/transactions/conflict-next',
      'POST /_stator/reload',
      'POST /_stator/jobs/run',
      'GET /_stator/throttles',
      'GET /_stator/tables/:table/throughput',
      'PUT /_stator/tables/:table/throughput',
      'DELETE /_stator/tables/:table/throughput',
      'POST /_stator/authorize',
      'GET /_stator/access',
      'PUT /_stator/access',
      'GET /_stator/access/policy',
      'GET /_stator/cost',
      'POST /_stator/cost',
      'GET /_stator/tables/:table/partitions',
      'POST /_stator/tables/:table/partitions/split',
      'GET /_stator/tables/:table/heat',
      'GET /_stator/tables/:table/hot-keys',
      'GET /_stator/patterns',
      'DELETE /_stator/traffic',
      'GET /_stator/nodes',
      'PUT /_stator/nodes/level',
      'GET /_stator/check',
      'POST /_stator/snapshot',
      'POST /_stator/check',
      'DELETE /_stator/check',
      'GET /_stator/imports/:table/:import/errors',
      'GET /_stator/jobs',
      'DELETE /_stator/jobs/:job',
      'GET /_stator/requests',
      'GET /_stator/streams',
      'GET /_stator/faults',
      'POST /_stator/faults',
      'DELETE /_stator/faults/:fault',
      'DELETE /_stator/faults',
      'GET /_stator/functions/:function/logs',
      'GET /_stator/advice',
      'GET /_stator/advice/muted',
      'PUT /_stator/advice/muted/:fingerprint',
      'DELETE /_stator/advice/muted/:fingerprint',
      'POST /_stator/tables/:table/branches',
      'GET /_stator/tables/:table/diff',
      'GET /_stator/origins',
      'PUT /_stator/tables/:table/origin',
      'GET /_stator/views',
      'POST /_stator/views',
      'DELETE /_stator/views/:view',
      'POST /_stator/views/:view/release',
      'GET /_stator/sinks',
      'DELETE /_stator/sinks/:sink',
      'GET /_stator/replication/:from/:to',
      'PUT /_stator/replication/:from/:to',
      'DELETE /_stator/replication/:from/:to',
    ],
  )
  assert.deepEqual(JSON.parse((await send({ method: 'GET', url: '/_stator' })).body.toString()), { routes })
})

test('info and clock say what the server is and what time it has', async () => {
  assert.deepEqual(await succeed('GET', 'info'), {
    name: 'Stator',
    version,
    account: '123456789012',
    region: 'us-east-1',
    regions: 'shared',
    storage: options.storage.kind,
    settings: { tableStateDelayMs: 0, indexLagMs: 0, ...otherSettings, indexLags: [] },
  })
  assert.deepEqual(await succeed('GET', 'clock'), { nowMs: clock.now(), now: '2026-11-22T10:00:00.000Z', frozen: false })
  assert.equal((await send({ method: 'HEAD', url: '/_stator/clock' })).status, 200)
})

test('Tables are told with their states and exact sizes, in the order of their names', async () => {
  await createTable('Second')
  await createTable('First')
  await putItems('First', 5)
  const { tables } = (await succeed('GET', 'tables')) as { tables: unknown[] }
  const first = {
    region: 'us-east-1',
    name: 'First',
    arn: 'arn:aws:dynamodb:us-east-1:123456789012:table/First',
    status: 'ACTIVE',
    itemCount: 5,
    sizeBytes: 5 * 8 + 3 * 6,
    indexes: [{ name: 'byOwner', kind: 'global', status: 'ACTIVE', itemCount: 3, sizeBytes: 3 * 14 }],
  }
  assert.deepEqual(tables[0], first)
  assert.equal(tables.length, 2)
  assert.deepEqual(await succeed('GET', 'tables/First'), first)
  assert.deepEqual(await succeed('GET', 'tables/%46irst'), first)
})

test('reset drops every table, whatever its state and protection, and the data goes in the background', async () => {
  await createTable('Kept', { DeletionProtectionEnabled: true })
  await putItems('Kept', 3)
  await succeed('PUT', 'settings', { tableStateDelayMs: 1000 })
  await createTable('Coming')
  assert.deepEqual(await succeed('POST', 'reset'), { dropped: 2, recreated: 0 })
  assert.deepEqual(await call('ListTables', {}), { TableNames: [] })
  await succeed('POST', 'jobs/run')
  await succeed('PUT', 'settings', { tableStateDelayMs: 0 })
  await createTable('Kept')
  assert.deepEqual(await call('Scan', { TableName: 'Kept' }), { Items: [], Count: 0, ScannedCount: 0 })
})

test('reset can leave every table empty and defined as before', async () => {
  const stream = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }
  await createTable('Shop', { StreamSpecification: stream, DeletionProtectionEnabled: true, Tags: [{ Key: 'a', Value: 'b' }] })
  await putItems('Shop', 4)
  await succeed('PUT', 'tables/Shop/indexes/byOwner/lag', { indexLagMs: 50 })
  const before = await describe('Shop')
  assert.deepEqual(await succeed('POST', 'reset', { recreate: true }), { dropped: 0, recreated: 1 })

  const after = await describe('Shop')
  const changing = ['TableId', 'LatestStreamLabel', 'LatestStreamArn', 'ItemCount', 'TableSizeBytes', 'GlobalSecondaryIndexes']
  const constant = (table: object): object => Object.fromEntries(Object.entries(table).filter(([name]) => !changing.includes(name)))
  assert.deepEqual(constant(after), constant(before))
  assert.notEqual(after.TableId, before.TableId)
  assert.notEqual(after.LatestStreamLabel, before.LatestStreamLabel)
  assert.deepEqual([after.ItemCount, after.TableSizeBytes], [0, 0])
  assert.deepEqual(await call('Scan', { TableName: 'Shop' }), { Items: [], Count: 0, ScannedCount: 0 })
  assert.deepEqual(await succeed('GET', 'tables/Shop/indexes/byOwner/lag'), { indexLagMs: 50, own: true })

  await succeed('PUT', 'tables/Shop/indexes/byOwner/lag', { indexLagMs: 0 })
  await putItems('Shop', 2)
  await succeed('POST', 'jobs/run')
  assert.equal(((await call('Scan', { TableName: 'Shop', IndexName: 'byOwner' })).Items as unknown[]).length, 1)
  assert.equal((await describe('Shop')).ItemCount, 2)
})

test('A table that is being created is there after a recreating reset, one that is being deleted is not', async () => {
  await createTable('Going')
  await succeed('PUT', 'settings', { tableStateDelayMs: 5000 })
  await createTable('Coming')
  await call('DeleteTable', { TableName: 'Going' })
  assert.deepEqual(await succeed('POST', 'reset', { recreate: true }), { dropped: 1, recreated: 1 })
  assert.deepEqual(await call('ListTables', {}), { TableNames: ['Coming'] })
  assert.equal((await describe('Coming')).TableStatus, 'ACTIVE')
})

test('Settings change while the server runs, and what is under way keeps its time until jobs run at that time', async () => {
  assert.deepEqual(await succeed('PUT', 'settings', { tableStateDelayMs: 2000 }), {
    tableStateDelayMs: 2000,
    indexLagMs: 0,
    ...otherSettings,
    indexLags: [],
  })
  await createTable('Slow')
  await succeed('PUT', 'settings', { tableStateDelayMs: 0, indexLagMs: 7 })
  assert.deepEqual(await succeed('GET', 'settings'), { tableStateDelayMs: 0, indexLagMs: 7, ...otherSettings, indexLags: [] })
  clock.advance(1999)
  await succeed('POST', 'jobs/run')
  assert.equal((await describe('Slow')).TableStatus, 'CREATING')
  clock.advance(1)
  assert.deepEqual(await succeed('POST', 'jobs/run', {}), await succeed('GET', 'clock'))
  assert.equal((await describe('Slow')).TableStatus, 'ACTIVE')
  await createTable('Fast')
  assert.equal((await describe('Fast')).TableStatus, 'ACTIVE')
})

test('An index has the lag of all until it is given its own, and leaves none behind', async () => {
  const lag = 'tables/Shop/indexes/byOwner/lag'
  await createTable('Shop')
  await succeed('PUT', 'settings', { indexLagMs: 10 })
  assert.deepEqual(await succeed('GET', lag), { indexLagMs: 10, own: false })
  assert.deepEqual(await succeed('PUT', lag, { indexLagMs: 300 }), { indexLagMs: 300, own: true })
  const indexLags = [{ region: 'us-east-1', table: 'Shop', index: 'byOwner', indexLagMs: 300 }]
  assert.deepEqual(await succeed('GET', 'settings'), { tableStateDelayMs: 0, indexLagMs: 10, ...otherSettings, indexLags })
  assert.deepEqual(await succeed('DELETE', lag), { indexLagMs: 10, own: false })
  await succeed('PUT', lag, { indexLagMs: 300 })
  await succeed('POST', 'reset')
  await createTable('Shop')
  assert.deepEqual(await succeed('GET', lag), { indexLagMs: 10, own: false })
})

test('What makes no sense is one clear sentence', async () => {
  await createTable('Shop', {
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'owner', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['pk', 'owner', 'other'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'other', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })
  const lag = 'tables/Shop/indexes/byOwner/lag'
  const milliseconds = 'must be a whole number of milliseconds from 0 to 86400000.'
  const cases: [string, string, unknown, number, string][] = [
    ['GET', 'nothing', undefined, 404, 'There is nothing at /_stator/nothing: GET /_stator/ lists what there is.'],
    ['GET', 'tables/', undefined, 400, '"table" must be a name.'],
    ['GET', 'tables/a/b', undefined, 404, 'There is nothing at /_stator/tables/a/b: GET /_stator/ lists what there is.'],
    ['PATCH', 'settings', {}, 405, '/_stator/settings takes GET or PUT, not PATCH.'],
    ['GET', 'reset', undefined, 405, '/_stator/reset takes POST, not GET.'],
    ['POST', 'reset', '{', 400, 'The body is not JSON.'],
    ['POST', 'reset', '[]', 400, 'The body must be a JSON object.'],
    ['POST', 'reset', 'null', 400, 'The body must be a JSON object.'],
    ['POST', 'reset', '['.repeat(60_000), 400, 'The body is not JSON.'],
    ['POST', 'reset', `{"a":"${'x'.repeat(65_536)}"}`, 413, 'The body of a control request has at most 65536 bytes.'],
    ['POST', 'reset', { recreate: 'true' }, 400, '"recreate" must be true or false.'],
    ['POST', 'reset', { recreate: null }, 400, '"recreate" must be true or false.'],
    ['POST', 'reset', { recreat: true }, 400, '"recreat" is not a member of this request: it may have recreate, region.'],
    ['POST', 'reset', '{"__proto__":1}', 400, '"__proto__" is not a member of this request: it may have recreate, region.'],
    ['POST', 'reset', { region: 'eu-west-1' }, 400, 'All regions share their tables here: leave "region" out.'],
    ['POST', 'reset', { region: 'A' }, 400, '"region" must be the name of a region such as us-east-1.'],
    ['POST', 'jobs/run', { now: 1 }, 400, '"now" is not a member of this request: it has none.'],
    ['GET', 'info?a=1', undefined, 400, '"a" is not a member of this request: it has none.'],
    ['GET', 'tables/Shop?table=Other', undefined, 400, '"table" stands in the address already.'],
    ['GET', 'tables/Other', undefined, 404, 'There is no table "Other" in us-east-1.'],
    ['GET', 'tables/__proto__', undefined, 404, 'There is no table "__proto__" in us-east-1.'],
    ['GET', 'tables/%E0%A4%A', undefined, 400, '"%E0%A4%A" in the address is not encoded as addresses are.'],
    ['PUT', 'settings', { tableStateDelayMs: -1 }, 400, `"tableStateDelayMs" ${milliseconds}`],
    ['PUT', 'settings', { tableStateDelayMs: 5, indexLagMs: 86_400_001 }, 400, `"indexLagMs" ${milliseconds}`],
    ['PUT', 'settings', { indexLagMs: 0.5 }, 400, `"indexLagMs" ${milliseconds}`],
    [
      'PUT',
      'settings',
      { itemCollectionSizeBytesMax: 0 },
      400,
      '"itemCollectionSizeBytesMax" must be a whole number of bytes from 1 to 10737418240.',
    ],
    ['PUT', lag, {}, 400, '"indexLagMs" is missing.'],
    ['PUT', lag, { indexLagMs: '1' }, 400, `"indexLagMs" ${milliseconds}`],
    ['PUT', 'tables/Shop/indexes/none/lag', { indexLagMs: 1 }, 404, 'Table "Shop" has no index "none".'],
    ['PUT', 'tables/Shop/indexes/local/lag', { indexLagMs: 1 }, 400, '"local" is a local index: those never lag.'],
  ]
  for (const [method, path, body, status, error] of cases) {
    const answer = await control(method, path, body)
    assert.deepEqual({ status: answer.status, body: answer.body }, { status, body: { error } }, `${method} ${path}`)
  }
  assert.equal((await control('PATCH', 'settings', {})).headers.get('allow'), 'GET, PUT')
  assert.deepEqual(await succeed('GET', 'settings'), { tableStateDelayMs: 0, indexLagMs: 0, ...otherSettings, indexLags: [] })
  assert.deepEqual(await call('ListTables', {}), { TableNames: ['Shop'] })
})

test('A request that a page of another origin could send changes nothing', async () => {
  await createTable('Shop')
  const reset = { method: 'POST', url: '/_stator/reset', body: '{}' }
  const json = { 'Content-Type': 'application/json' }
  for (const headers of [
    { 'Content-Type': 'text/plain' },
    { ...json, Origin: 'https://evil.example' },
    { ...json, 'Sec-Fetch-Site': 'cross-site' },
    { ...json, Host: 'evil.example' },
  ]) {
    const answer = await send({ ...reset, headers })
    assert.equal(answer.status, 403, JSON.stringify(headers))
    assert.deepEqual(Object.keys(JSON.parse(answer.body.toString())), ['error'])
    assert.equal(answer.headers.get('access-control-allow-origin'), undefined)
  }
  assert.equal((await send({ method: 'OPTIONS', url: '/_stator/reset', headers: { Origin: 'https://evil.example' } })).status, 404)
  assert.deepEqual(await call('ListTables', {}), { TableNames: ['Shop'] })
  assert.equal((await send({ ...reset, headers: { 'Content-Type': undefined, 'X-Stator-Control': '1' } })).status, 200)
  assert.deepEqual(await call('ListTables', {}), { TableNames: [] })
})

test('Pages that are let in may, after asking for PUT and DELETE', async (t) => {
  const open = await startServer({ ...options, crossOrigin: ['https://a.example'] })
  t.after(() => open.close())
  const asking = await RawConnection.open(open.port)
  t.after(() => asking.socket.destroy())
  asking.send(requestBytes({ method: 'OPTIONS', url: '/_stator/settings', headers: { Origin: 'https://a.example' } }))
  const leave = await asking.next()
  assert.equal(leave.headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE, OPTIONS')
  const headers = { Origin: 'https://a.example', 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'application/json' }
  asking.send(requestBytes({ method: 'PUT', url: '/_stator/settings', headers, body: '{"indexLagMs":1}' }))
  const changed = await asking.next()
  assert.equal(changed.status, 200)
  assert.equal(changed.headers.get('access-control-allow-origin'), 'https://a.example')
})

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)
const skipInside = skipFor(outside === undefined ? 'this machine has no address but loopback' : undefined)

test('A peer with an address that is not of this connection is another machine, unless control is open', {
  skip: skipInside,
}, async (t) => {
  assert.ok(outside !== undefined)
  for (const [controlAccess, status] of [
    ['local', 403],
    ['open', 200],
  ] as const) {
    const wide = await startServer({ ...options, host: '0.0.0.0', controlAccess })
    t.after(() => wide.close())
    const socket: Socket = connect({ host: '127.0.0.1', port: wide.port, localAddress: outside.address })
    socket.end('GET /_stator/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const answer: string = (await socket.setEncoding('latin1').toArray()).join('')
    assert.equal(answer.split(' ')[1], String(status), answer)
  }
})

test('Switched off, there is no control endpoint, but in process there is', async (t) => {
  const closed = await startServer({ ...options, controlAccess: 'off' })
  t.after(() => closed.close())
  const asking = await RawConnection.open(closed.port)
  t.after(() => asking.socket.destroy())
  for (const url of ['/_stator/', '/_stator/info']) {
    asking.send(requestBytes({ method: 'GET', url }))
    assert.equal((await asking.next()).status, 404)
  }
  assert.equal((await closed.control.info()).regions, 'shared')
})

test('Addresses that only begin alike are no control addresses', async () => {
  for (const url of ['/_statorx', '/_stator-info', '/x/_stator/info', 'http://localhost/_statorx']) {
    const answer = await send({ method: 'GET', url })
    assert.equal(answer.status, 404)
    assert.equal(answer.body.toString(), '<UnknownOperationException/>\n')
  }
})

test('A target that names the server is held against that name, whatever Host says', async () => {
  const statusOf = async (url: string): Promise<number> => (await send({ method: 'GET', url })).status
  assert.equal(await statusOf('http://localhost/_stator/info'), 200)
  assert.equal(await statusOf('http://evil.example/_stator/info'), 403)
})
