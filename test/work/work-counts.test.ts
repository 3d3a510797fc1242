/**
 * What an operation costs, counted and not timed: gets, puts, turns, commits and parses. A change that makes a request do more
 * work fails here, on any machine.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parsedConditions } from '../../src/expressions/condition.ts'
import { parsedProjections } from '../../src/expressions/projection.ts'
import { parsedUpdates } from '../../src/expressions/update.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { CountingStore, type Work } from './counting-store.ts'

let store: CountingStore | undefined
const service = await openTestService({
  kind: 'custom',
  open: (observer) => {
    store = new CountingStore(observer)
    return store
  },
})
after(() => service.close())

const idle = { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }

/** The work of `act`. */
async function workOf(act: () => Promise<unknown>): Promise<Work> {
  assert.ok(store !== undefined)
  store.takeWork()
  await act()
  return store.takeWork()
}

const key = (id: string): { readonly id: { readonly S: string } } => ({ id: { S: id } })

await succeed(service, 'CreateTable', {
  TableName: 'Plain',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
})
await succeed(service, 'CreateTable', {
  TableName: 'Indexed',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['id', 'a', 'b', 'c'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: ['a', 'b', 'c'].map((name) => ({
    IndexName: `by-${name}`,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
})

test('PutItem on a plain table is one turn with one get and one put, new or not', async () => {
  for (const n of ['1', '2']) {
    const work = await workOf(() => succeed(service, 'PutItem', { TableName: 'Plain', Item: { ...key('put'), n: { N: n } } }))
    assert.deepEqual(work, { ...idle, turns: 1, turnGets: 1, puts: 1, commits: 1 })
  }
})

test('an item that stays as it is is not written again', async () => {
  const put = (): Promise<unknown> => succeed(service, 'PutItem', { TableName: 'Plain', Item: { ...key('same'), n: { N: '1' } } })
  await put()
  assert.deepEqual(await workOf(put), { ...idle, turns: 1, turnGets: 1 })
})

test('UpdateItem with a condition is one turn with one get and one put', async () => {
  await succeed(service, 'PutItem', { TableName: 'Plain', Item: { ...key('counter'), n: { N: '1' } } })
  const work = await workOf(() =>
    succeed(service, 'UpdateItem', {
      TableName: 'Plain',
      Key: key('counter'),
      UpdateExpression: 'SET n = n + :one',
      ConditionExpression: 'n = :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  )
  assert.deepEqual(work, { ...idle, turns: 1, turnGets: 1, puts: 1, commits: 1 })
})

test('DeleteItem is one turn with one get and one delete', async () => {
  await succeed(service, 'PutItem', { TableName: 'Plain', Item: key('gone') })
  const work = await workOf(() => succeed(service, 'DeleteItem', { TableName: 'Plain', Key: key('gone') }))
  assert.deepEqual(work, { ...idle, turns: 1, turnGets: 1, deletes: 1, commits: 1 })
})

test('GetItem is one get', async () => {
  assert.deepEqual(await workOf(() => succeed(service, 'GetItem', { TableName: 'Plain', Key: key('counter') })), { ...idle, gets: 1 })
})

test('Query and Scan of a small page are one scan', async () => {
  const query = { TableName: 'Plain', KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'counter' } } }
  assert.deepEqual(await workOf(() => succeed(service, 'Query', query)), { ...idle, scans: 1 })
  assert.deepEqual(await workOf(() => succeed(service, 'Scan', { TableName: 'Plain' })), { ...idle, scans: 1 })
})

test('BatchGetItem is one get for each key', async () => {
  const keys = ['counter', 'same', 'missing'].map(key)
  assert.deepEqual(await workOf(() => succeed(service, 'BatchGetItem', { RequestItems: { Plain: { Keys: keys } } })), { ...idle, gets: 3 })
})

test('the twenty-five turns of a BatchWriteItem share one commit', async () => {
  const writes = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: key(`batch-${at}`) } }))
  const work = await workOf(() => succeed(service, 'BatchWriteItem', { RequestItems: { Plain: writes } }))
  assert.deepEqual(work, { ...idle, turns: 25, turnGets: 25, puts: 25, commits: 1 })
})

test('writes that arrive together share one commit', async () => {
  const work = await workOf(() =>
    Promise.all(Array.from({ length: 10 }, (_, at) => succeed(service, 'PutItem', { TableName: 'Plain', Item: key(`together-${at}`) }))),
  )
  assert.deepEqual(work, { ...idle, turns: 10, turnGets: 10, puts: 10, commits: 1 })
})

test('an index costs one put, none where it does not hold the item, and a delete more where the entry moves', async () => {
  const put = (item: object): Promise<Work> =>
    workOf(() => succeed(service, 'PutItem', { TableName: 'Indexed', Item: { ...key('i'), ...item } }))
  const base = { ...idle, turns: 1, turnGets: 1, commits: 1 }
  assert.deepEqual(await put({ a: { S: '1' }, b: { S: '1' }, c: { S: '1' } }), { ...base, puts: 4 })
  assert.deepEqual(await put({ a: { S: '1' }, b: { S: '1' } }), { ...base, puts: 3, deletes: 1 })
  assert.deepEqual(await put({ a: { S: '2' }, b: { S: '1' } }), { ...base, puts: 3, deletes: 1 })
  assert.deepEqual(await put({}), { ...base, puts: 1, deletes: 2 })
})

test('an expression is parsed once, however often it is sent', async () => {
  const parses = (): number => parsedConditions.parseCount + parsedProjections.parseCount + parsedUpdates.parseCount
  const before = parses()
  for (let round = 0; round < 3; round += 1) {
    await succeed(service, 'UpdateItem', {
      TableName: 'Plain',
      Key: key('parsed'),
      UpdateExpression: 'SET parsed_once = :v',
      ConditionExpression: 'attribute_not_exists(never_parsed_before)',
      ExpressionAttributeValues: { ':v': { N: String(round) } },
    })
    await succeed(service, 'GetItem', { TableName: 'Plain', Key: key('parsed'), ProjectionExpression: 'parsed_once' })
  }
  assert.equal(parses() - before, 3)
})
