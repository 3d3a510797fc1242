/**
 * The limit on item collections of tables with local indexes (capacity.md §5), lowered to what a test can fill: items of one
 * partition key value and their entries in local indexes together; growing is refused at the limit, all else goes on.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'

const limitBytes = 1000
const key = (...names: readonly string[]): readonly object[] =>
  names.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }))
const definition = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'l'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: key('pk', 'sk'),
}
const local = { IndexName: 'local', KeySchema: key('pk', 'l'), Projection: { ProjectionType: 'KEYS_ONLY' } }
const global = { IndexName: 'global', KeySchema: key('l'), Projection: { ProjectionType: 'ALL' } }

let service: Service

before(async () => {
  service = await openTestService('any', { itemCollectionSizeBytesMax: limitBytes })
  await succeed(service, 'CreateTable', {
    TableName: 'Local',
    ...definition,
    LocalSecondaryIndexes: [local],
    GlobalSecondaryIndexes: [global],
  })
  await succeed(service, 'CreateTable', { TableName: 'Global', ...definition, GlobalSecondaryIndexes: [global] })
})

after(() => service.close())

/** `pk` and `sk` weigh six bytes, `v` its name and `bytes`. */
function item(pk: string, sk: string, bytes: number, rest: object = {}): object {
  return { pk: { S: pk }, sk: { S: sk }, v: { S: 'x'.repeat(bytes) }, ...rest }
}

function put(TableName: string, Item: object): Promise<Reply> {
  return call(service, 'PutItem', { TableName, Item })
}

function assertDone(reply: Reply): void {
  assert.deepEqual([reply.status, reply.message], [200, undefined])
}

function assertFull(reply: Reply): void {
  assert.deepEqual([reply.exception, reply.message], ['ItemCollectionSizeLimitExceededException', 'Collection size exceeded.'])
}

test('a collection may reach the limit and not pass it', async () => {
  assertDone(await put('Local', item('a', '1', 493)))
  assertDone(await put('Local', item('a', '2', 493)))
  assertFull(await put('Local', { pk: { S: 'a' }, sk: { S: '3' } }))
  assertDone(await put('Local', item('b', '1', 900)))
})

test('entries in local indexes count, those in global ones do not', async () => {
  // 6 of the key, 976 of `v`, 2 of the index key, 8 of the local entry.
  assertDone(await put('Local', item('c', '1', 975, { l: { S: 'x' } })))
  assertFull(await put('Local', item('d', '1', 985, { l: { S: 'x' } })))
  assertDone(await put('Local', item('d', '1', 985)))
  assertFull(
    await call(service, 'UpdateItem', {
      TableName: 'Local',
      Key: { pk: { S: 'd' }, sk: { S: '1' } },
      UpdateExpression: 'SET l = :l',
      ExpressionAttributeValues: { ':l': { S: 'x' } },
    }),
  )
})

test('a full collection still shrinks, is overwritten in kind, and has room again', async () => {
  assertDone(await put('Local', item('a', '1', 493)))
  assertDone(await put('Local', item('a', '1', 400)))
  assertDone(await put('Local', item('a', '1', 493)))
  assertDone(await call(service, 'DeleteItem', { TableName: 'Local', Key: { pk: { S: 'a' }, sk: { S: '2' } } }))
  assertDone(await put('Local', item('a', '3', 300)))
})

test('a collection that is over the limit shrinks and stays as it is, and does not grow', async () => {
  assertDone(await put('Local', item('e', '1', 490)))
  assertDone(await put('Local', item('e', '2', 490)))
  await service.control.changeSettings({ itemCollectionSizeBytesMax: 600 })
  try {
    assertFull(await put('Local', item('e', '1', 491)))
    assertDone(await put('Local', item('e', '1', 490, {})))
    assertDone(await put('Local', item('e', '1', 480)))
    assertDone(await call(service, 'DeleteItem', { TableName: 'Local', Key: { pk: { S: 'e' }, sk: { S: '2' } } }))
  } finally {
    await service.control.changeSettings({ itemCollectionSizeBytesMax: limitBytes })
  }
})

test('a refused write changes nothing', async () => {
  assertFull(await put('Local', item('a', '1', 900)))
  const { Item } = await succeed(service, 'GetItem', { TableName: 'Local', Key: { pk: { S: 'a' }, sk: { S: '1' } } })
  assert.deepEqual(Item, item('a', '1', 493))
})

test('BatchWriteItem is held to it, too', async () => {
  assertFull(await call(service, 'BatchWriteItem', { RequestItems: { Local: [{ PutRequest: { Item: item('b', '2', 200) } }] } }))
})

test('a table without local indexes has no such limit', async () => {
  assertDone(await put('Global', item('a', '1', 3000, { l: { S: 'x' } })))
})
