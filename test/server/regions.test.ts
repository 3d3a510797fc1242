/** Regions over real sockets: shared by default, and each with its own tables when they are isolated, as on AWS. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { testStorage } from '../harness/test-storage.ts'
import { RawConnection, requestBytes } from './raw-connection.ts'

interface Body {
  readonly [member: string]: unknown
}

interface Client {
  readonly server: RunningServer
  /** A request signed for the region. */
  call(region: string, target: string, input: object): Promise<Body>
  /** The text of any answer. */
  send(parts: Parameters<typeof requestBytes>[0]): Promise<string>
  control(method: string, path: string, body?: object): Promise<Body>
  stop(): Promise<void>
}

async function serve(t: TestContext, options: Partial<ServerOptions> = {}): Promise<Client> {
  const server = await startServer({
    storage: testStorage('steady'),
    isTestCluster: true,
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
    regions: 'isolated',
    jobs: 'manual',
    log: (...entry) => assert.fail(String(entry)),
    ...options,
  })
  const connection = await RawConnection.open(server.port)
  const stop = async (): Promise<void> => {
    connection.socket.destroy()
    await server.close()
  }
  t.after(stop)
  const send: Client['send'] = async (parts) => {
    connection.send(requestBytes(parts))
    return (await connection.next()).body.toString()
  }
  return {
    server,
    send,
    stop,
    call: async (region, target, input) => JSON.parse(await send({ target, headers: signedFor(region), body: JSON.stringify(input) })),
    control: async (method, path, body) => {
      const headers = { 'Content-Type': 'application/json' }
      return JSON.parse(await send({ method, url: `/_stator/${path}`, headers, body: body === undefined ? '' : JSON.stringify(body) }))
    },
  }
}

function signedFor(region: string): { readonly Authorization: string } {
  return { Authorization: `AWS4-HMAC-SHA256 Credential=local/20261122/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=00` }
}

const table = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}
const item = (text: string): object => ({ TableName: 'Shop', Item: { pk: { S: 'a' }, text: { S: text } } })
const key = { TableName: 'Shop', Key: { pk: { S: 'a' } } }

function arnOf(answer: Body): unknown {
  return ((answer.TableDescription ?? answer.Table) as Body).TableArn
}

test('Isolated regions have tables of the same name, each with its own ARN, items and life', async (t) => {
  const { call } = await serve(t)
  for (const region of ['us-east-1', 'eu-west-1', 'cn-north-1']) {
    const partition = region === 'cn-north-1' ? 'aws-cn' : 'aws'
    const arn = `arn:${partition}:dynamodb:${region}:123456789012:table/Shop`
    assert.equal(arnOf(await call(region, 'CreateTable', table)), arn)
    assert.equal(arnOf(await call(region, 'DescribeTable', { TableName: 'Shop' })), arn)
    assert.deepEqual(await call(region, 'GetItem', key), {})
    await call(region, 'PutItem', item(region))
  }
  assert.match(String((await call('eu-west-1', 'CreateTable', table)).__type), /ResourceInUseException/)
  assert.deepEqual(await call('eu-west-2', 'ListTables', {}), { TableNames: [] })
  assert.match(String((await call('eu-west-2', 'GetItem', key)).__type), /ResourceNotFoundException/)
  assert.match(String((await call('eu-west-2', 'DeleteTable', { TableName: 'Shop' })).__type), /ResourceNotFoundException/)
  await call('eu-west-1', 'DeleteTable', { TableName: 'Shop' })
  assert.deepEqual(await call('eu-west-1', 'ListTables', {}), { TableNames: [] })
  for (const region of ['us-east-1', 'cn-north-1']) {
    assert.deepEqual(await call(region, 'GetItem', key), { Item: { pk: { S: 'a' }, text: { S: region } } })
  }
})

test('The region may stand in a presigned address', async (t) => {
  const { call, send } = await serve(t)
  await call('ap-south-1', 'CreateTable', table)
  const url =
    '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261122%2Fap-south-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20261122T120000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00'
  assert.equal(await send({ target: 'ListTables', url, headers: { Authorization: undefined }, body: '{}' }), '{"TableNames":["Shop"]}')
  assert.equal(await send({ method: 'GET', url, headers: { Authorization: undefined } }), 'healthy: dynamodb.ap-south-1.amazonaws.com ')
})

test('Health names the region of the request, and the own one when it names none; the endpoint is the host that was asked', async (t) => {
  const { call, send } = await serve(t, { region: 'sa-east-1' })
  const endpoints = await call('eu-north-1', 'DescribeEndpoints', {})
  assert.deepEqual(endpoints.Endpoints, [{ Address: 'localhost', CachePeriodInMinutes: 1440 }])
  assert.equal(await send({ method: 'GET', headers: signedFor('eu-north-1') }), 'healthy: dynamodb.eu-north-1.amazonaws.com ')
  for (const headers of [{ Authorization: undefined }, signedFor('No Region'), { Authorization: 'x' }]) {
    assert.equal(await send({ method: 'GET', headers }), 'healthy: dynamodb.sa-east-1.amazonaws.com ')
  }
  const shared = await serve(t, { region: 'sa-east-1', regions: 'shared' })
  assert.equal(await shared.send({ method: 'GET', headers: signedFor('eu-north-1') }), 'healthy: dynamodb.sa-east-1.amazonaws.com ')
})

test('What cannot be a region is refused where regions count, and passes where they do not', async (t) => {
  const { call } = await serve(t)
  for (const region of ['EU', '-a', 'a--b', '', 'x'.repeat(33), 'a\u00e9']) {
    assert.deepEqual(await call(region, 'ListTables', {}), {
      __type: 'com.amazon.coral.service#InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${Buffer.from(region).toString('latin1')}'. `,
    })
  }
  assert.deepEqual(await call('x'.repeat(32), 'ListTables', {}), { TableNames: [] })
  const shared = await serve(t, { regions: 'shared' })
  assert.deepEqual(await shared.call('EU', 'ListTables', {}), { TableNames: [] })
})

test('Background work goes on in every region', async (t) => {
  const clock = new ManualClock(0)
  const { call, control } = await serve(t, { clock, tableStateDelayMs: 1000 })
  const statusIn = async (region: string): Promise<unknown> =>
    ((await call(region, 'DescribeTable', { TableName: 'Shop' })).Table as Body | undefined)?.TableStatus
  for (const region of ['us-east-1', 'eu-west-1']) await call(region, 'CreateTable', table)
  clock.advance(1000)
  await control('POST', 'jobs/run')
  for (const region of ['us-east-1', 'eu-west-1']) assert.equal(await statusIn(region), 'ACTIVE')
  await call('eu-west-1', 'DeleteTable', { TableName: 'Shop' })
  clock.advance(1000)
  await control('POST', 'jobs/run')
  assert.deepEqual([await statusIn('us-east-1'), await statusIn('eu-west-1')], ['ACTIVE', undefined])
})

test('The control endpoint sees all regions, or the one it is told', async (t) => {
  const { call, control } = await serve(t)
  const seen = async (path: string): Promise<string[]> =>
    ((await control('GET', path)).tables as { region: string; name: string }[]).map(({ region, name }) => `${region} ${name}`)
  for (const region of ['us-east-1', 'eu-west-1', 'eu-west-2']) await call(region, 'CreateTable', table)
  await call('us-east-1', 'CreateTable', { ...table, TableName: 'Other' })
  assert.deepEqual(await seen('tables'), ['eu-west-1 Shop', 'eu-west-2 Shop', 'us-east-1 Other', 'us-east-1 Shop'])
  assert.deepEqual(await seen('tables?region=eu-west-2'), ['eu-west-2 Shop'])
  assert.deepEqual(await seen('tables?region=eu-west-3'), [])
  assert.equal((await control('GET', 'tables/Shop')).region, 'us-east-1')
  assert.equal((await control('GET', 'tables/Shop?region=eu-west-1')).arn, 'arn:aws:dynamodb:eu-west-1:123456789012:table/Shop')
  assert.deepEqual(await control('GET', 'tables/Other?region=eu-west-1'), { error: 'There is no table "Other" in eu-west-1.' })
  assert.deepEqual(await control('POST', 'reset', { region: 'us-east-1' }), { dropped: 2, recreated: 0 })
  assert.deepEqual(await control('POST', 'reset', { recreate: true }), { dropped: 0, recreated: 2 })
  assert.deepEqual(await seen('tables'), ['eu-west-1 Shop', 'eu-west-2 Shop'])
  assert.equal(arnOf(await call('eu-west-1', 'DescribeTable', { TableName: 'Shop' })), 'arn:aws:dynamodb:eu-west-1:123456789012:table/Shop')
})

test('Regions outlast a restart; shared and isolated tables do not see each other and wait for their turn', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-regions-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const storage = { kind: 'disk', folder } as const
  const isolated = await serve(t, { storage })
  for (const region of ['us-east-1', 'eu-west-1']) {
    await isolated.call(region, 'CreateTable', table)
    await isolated.call(region, 'PutItem', item(region))
  }
  await isolated.stop()

  const shared = await serve(t, { storage, regions: 'shared', region: 'us-east-1' })
  assert.deepEqual(await shared.call('eu-west-1', 'ListTables', {}), { TableNames: [] })
  assert.equal(arnOf(await shared.call('eu-west-1', 'CreateTable', table)), 'arn:aws:dynamodb:us-east-1:123456789012:table/Shop')
  await shared.call('us-east-1', 'PutItem', item('shared'))
  await shared.control('POST', 'reset', { recreate: true })
  await shared.call('ap-south-1', 'PutItem', item('shared'))
  await shared.stop()

  const again = await serve(t, { storage, region: 'eu-west-3' })
  for (const region of ['us-east-1', 'eu-west-1']) {
    assert.deepEqual(await again.call(region, 'GetItem', key), { Item: { pk: { S: 'a' }, text: { S: region } } })
  }
  assert.deepEqual(await again.call('eu-west-3', 'ListTables', {}), { TableNames: [] })
  assert.deepEqual(await again.control('POST', 'reset'), { dropped: 2, recreated: 0 })
  await again.stop()

  const sharedAgain = await serve(t, { storage, regions: 'shared', region: 'eu-west-9' })
  assert.deepEqual(await sharedAgain.call('us-east-1', 'GetItem', key), { Item: { pk: { S: 'a' }, text: { S: 'shared' } } })
})
