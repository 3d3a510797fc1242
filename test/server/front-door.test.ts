/** What a program gets from the package: the same answers with and without a port. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { type Clock, createStator, start } from '../../src/index.ts'
import { frontDoorStorage, isOnPostgres } from '../harness/test-storage.ts'
import { authorization } from './raw-connection.ts'

const headers = { authorization, 'x-amz-date': '20261122T120000Z', 'content-type': 'application/x-amz-json-1.0' }

test('In process, text and bytes are answered as at the port', async (t) => {
  const stator = await createStator({ ...(await frontDoorStorage()) })
  t.after(() => stator.close())
  for (const body of ['{}', Buffer.from('{}')]) {
    const answer = await stator.handle({ target: 'DynamoDB_20120810.ListTables', headers, body })
    assert.equal(answer.status, 200)
    assert.equal(answer.body, '{"TableNames":[]}')
    assert.equal(answer.headers['x-amz-crc32'], String(crc32(answer.body)))
  }
  const unsigned = await stator.handle({ target: 'DynamoDB_20120810.ListTables', headers: {}, body: '{}' })
  assert.match(unsigned.body, /MissingAuthenticationTokenException/)
})

test('start serves on a port, and each Stator has its own tables', async (t) => {
  const one = await start({ ...(await frontDoorStorage()), port: 0, region: 'ap-south-1', cors: true })
  t.after(() => one.close())
  const answer = await fetch(one.endpoint, { headers: { Origin: 'https://a.example' } })
  assert.equal(await answer.text(), 'healthy: dynamodb.ap-south-1.amazonaws.com ')
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.equal(one.endpoint, `http://127.0.0.1:${one.port}`)
})

const table = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

test('A program has the control endpoint as methods, with its checks and words', async (t) => {
  const clock: Clock & { nowMs: number } = { nowMs: 1000, now: () => clock.nowMs }
  const stator = await createStator({ ...(await frontDoorStorage()), jobs: 'manual', tableStateDelayMs: 500, indexLagMs: 20, clock })
  t.after(() => stator.close())
  const { control } = stator
  await stator.handle({ target: 'DynamoDB_20120810.CreateTable', headers, body: JSON.stringify(table) })
  const statusOf = async (): Promise<string> => (await control.table({ table: 'Shop' })).status
  assert.equal(await statusOf(), 'CREATING')
  clock.nowMs += 500
  assert.equal(await statusOf(), 'CREATING')
  assert.deepEqual(await control.runJobs(), { nowMs: 1500, now: '1970-01-01T00:00:01.500Z', frozen: false })
  assert.equal(await statusOf(), 'ACTIVE')
  const changed = await control.changeSettings({ indexLagMs: 5, itemCollectionSizeBytesMax: 1000 })
  assert.deepEqual([changed.tableStateDelayMs, changed.indexLagMs, changed.itemCollectionSizeBytesMax], [500, 5, 1000])
  assert.equal((await control.info()).storage, isOnPostgres ? 'postgres' : 'memory')
  assert.deepEqual(await control.reset({ recreate: true }), { dropped: 0, recreated: 1 })
  assert.deepEqual(await control.reset(), { dropped: 1, recreated: 0 })
  assert.deepEqual(await control.tables(), { tables: [] })
  await assert.rejects(control.table({ table: 'Shop' }), { message: 'There is no table "Shop" in us-east-1.' })
  await assert.rejects(control.reset({ recreate: 'yes' as unknown as boolean }), { message: '"recreate" must be true or false.' })
})

test('The version it tells is that of the package', async (t) => {
  const server = await start({ ...(await frontDoorStorage()), port: 0 })
  t.after(() => server.close())
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }
  assert.equal((await server.control.info()).version, manifest.version)
})

test('A cluster for tests is one of a database that others may share', async () => {
  await assert.rejects(createStator({ inMemory: true, testCluster: true }), { message: 'testCluster goes with storage.' })
})

test('Memory and a folder exclude each other', async () => {
  await assert.rejects(createStator({ inMemory: true, dataDir: 'd' }), { message: 'Choose either inMemory or dataDir, not both.' })
  await assert.rejects(start({ inMemory: true, dataDir: 'd', port: 0 }), { message: 'Choose either inMemory or dataDir, not both.' })
})
