/**
 * What an operation costs, counted and not timed: gets, puts, turns, commits and parses. A change that makes a request do more
 * work fails here, on any machine.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { stepIndexQueues } from '../../src/engine/jobs/apply-index-queues.ts'
import { stepBackfill } from '../../src/engine/jobs/backfill-indexes.ts'
import { parsedConditions } from '../../src/expressions/condition.ts'
import { parsedProjections } from '../../src/expressions/projection.ts'
import { parsedUpdates } from '../../src/expressions/update.ts'
import { call, succeed } from '../harness/service.ts'
import { openCountedService } from './counted-service.ts'
import type { Work } from './counting-store.ts'

const { service, workOf } = await openCountedService()
after(() => service.close())

const idle = { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }

const key = (id: string): { readonly id: { readonly S: string } } => ({ id: { S: id } })

/** A put, an update, a delete of what is there and a check. */
function fourActions(prefix: string): readonly object[] {
  return [
    { Put: { TableName: 'Plain', Item: key(`${prefix}-put`) } },
    {
      Update: {
        TableName: 'Plain',
        Key: key(`${prefix}-update`),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      },
    },
    { Delete: { TableName: 'Plain', Key: key('transacted') } },
    { ConditionCheck: { TableName: 'Plain', Key: key(`${prefix}-check`), ConditionExpression: 'attribute_not_exists(id)' } },
  ]
}

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

await succeed(service, 'CreateTable', {
  TableName: 'Expiring',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
})
await succeed(service, 'UpdateTimeToLive', { TableName: 'Expiring', TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })

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

test('TransactWriteItems is one turn and one commit, with a get for each item and a put for each that is written', async () => {
  await succeed(service, 'PutItem', { TableName: 'Plain', Item: key('transacted') })
  const work = await workOf(() => succeed(service, 'TransactWriteItems', { TransactItems: fourActions('t') }))
  assert.deepEqual(work, { ...idle, turns: 1, turnGets: 4, puts: 2, deletes: 1, commits: 1 })
})

test('a client token costs three gets and one put, its repetition the three gets', async () => {
  await succeed(service, 'PutItem', { TableName: 'Plain', Item: key('transacted') })
  const transact = (): Promise<unknown> =>
    succeed(service, 'TransactWriteItems', { TransactItems: fourActions('tokens'), ClientRequestToken: 'work' })
  assert.deepEqual(await workOf(transact), { ...idle, turns: 1, turnGets: 7, puts: 3, deletes: 1, commits: 1 })
  assert.deepEqual(await workOf(transact), { ...idle, turns: 1, turnGets: 3 })
})

test('a cancelled transaction writes nothing', async () => {
  const refused = { Put: { TableName: 'Plain', Item: key('refused'), ConditionExpression: 'attribute_exists(id)' } }
  const work = await workOf(() => call(service, 'TransactWriteItems', { TransactItems: [...fourActions('c'), refused] }))
  assert.deepEqual(work, { ...idle, turns: 1, turnGets: 5 })
})

test('TransactGetItems is one get for each item', async () => {
  const gets = ['counter', 'same', 'missing'].map((id) => ({ Get: { TableName: 'Plain', Key: key(id) } }))
  assert.deepEqual(await workOf(() => succeed(service, 'TransactGetItems', { TransactItems: gets })), { ...idle, gets: 3 })
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

test('time to live costs a put where an item comes or goes, two where its time moves, and none where it stays', async () => {
  const item = (exp: object): object => ({ TableName: 'Expiring', Item: { ...key('e'), ...exp } })
  const put = (exp: object): Promise<Work> => workOf(() => succeed(service, 'PutItem', item(exp)))
  const base = { ...idle, turns: 1, turnGets: 1, commits: 1 }
  assert.deepEqual(await put({ exp: { N: '4000000000' } }), { ...base, puts: 2 })
  assert.deepEqual(await put({ exp: { N: '4000000000' }, more: { S: 'x' } }), { ...base, puts: 1 })
  assert.deepEqual(await put({ exp: { N: '4000000001' } }), { ...base, puts: 2, deletes: 1 })
  assert.deepEqual(await put({ exp: { S: '4000000001' } }), { ...base, puts: 1, deletes: 1 })
  assert.deepEqual(await put({}), { ...base, puts: 1 })
})

test('a sweep looks at no item that is not due, and deletes twenty-five in a commit', async () => {
  const { control } = service
  await control.runJobs()
  const idleRound = await workOf(() => control.runJobs())
  const write = (from: number, count: number, exp: string): Promise<unknown[]> =>
    Promise.all(
      Array.from({ length: count }, (_, at) =>
        succeed(service, 'PutItem', { TableName: 'Expiring', Item: { ...key(`sweep-${from + at}`), exp: { N: exp } } }),
      ),
    )
  await write(0, 500, '4000000000')
  assert.deepEqual(await workOf(() => control.runJobs()), idleRound)
  await write(500, 250, '1795341500')
  const sweep = await workOf(() => control.runJobs())
  // Ten rounds of 25 items, beside what a round costs in which nothing is due.
  assert.deepEqual(
    { ...sweep, scans: sweep.scans / idleRound.scans },
    { ...idle, gets: 250, scans: 11, turns: 250, turnGets: 250, deletes: 500, commits: 10 },
  )
  const { Count } = (await succeed(service, 'Scan', {
    TableName: 'Expiring',
    FilterExpression: 'begins_with(id, :s)',
    ExpressionAttributeValues: { ':s': { S: 'sweep' } },
  })) as { Count: number }
  assert.equal(Count, 500)
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

/** A table with one global index on the attribute `a`. */
async function createWithIndex(tableName: string, projection: object): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', 'a'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [{ IndexName: 'by-a', KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }], Projection: projection }],
  })
}

async function putMany(tableName: string, count: number, a: string): Promise<void> {
  const items = Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: { ...key(`many-${at}`), a: { S: a } } } }))
  for (let at = 0; at < count; at += 25)
    await succeed(service, 'BatchWriteItem', { RequestItems: { [tableName]: items.slice(at, at + 25) } })
}

test('an index whose projection a write leaves as it is costs nothing', async () => {
  await createWithIndex('Narrow', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['held'] })
  const put = (item: object): Promise<Work> =>
    workOf(() => succeed(service, 'PutItem', { TableName: 'Narrow', Item: { ...key('n'), a: { S: '1' }, ...item } }))
  const base = { ...idle, turns: 1, turnGets: 1, commits: 1 }
  assert.deepEqual(await put({ held: { S: '1' }, other: { S: '1' } }), { ...base, puts: 2 })
  assert.deepEqual(await put({ held: { S: '1' }, other: { S: '2' } }), { ...base, puts: 1 })
  assert.deepEqual(await put({ held: { S: '2' }, other: { S: '2' } }), { ...base, puts: 2 })
})

test('a lagging index costs one put into its queue, also where the entry moves, and draining it is bounded', async () => {
  const { engine } = service.controlContext
  await createWithIndex('Lagging', { ProjectionType: 'ALL' })
  await service.control.setIndexLag({ table: 'Lagging', index: 'by-a', indexLagMs: 1000 })
  const put = (a: string): Promise<Work> =>
    workOf(() => succeed(service, 'PutItem', { TableName: 'Lagging', Item: { ...key('l'), a: { S: a } } }))
  const base = { ...idle, turns: 1, turnGets: 1, commits: 1 }
  assert.deepEqual(await put('1'), { ...base, puts: 2 })
  assert.deepEqual(await put('2'), { ...base, puts: 2 })
  await putMany('Lagging', 600, '1')

  const dueMs = engine.clock.now() + 1000
  const step = (nowMs: number): Promise<Work> => workOf(() => stepIndexQueues(engine, nowMs))
  assert.deepEqual(await step(dueMs - 1), { ...idle, scans: 1 }, 'nothing is due')
  // What waited is read once more in the turn, for others may have applied it; it is deleted, and one entry that moved where it was.
  assert.deepEqual(await step(dueMs), { ...idle, scans: 1, turns: 1, turnGets: 250, puts: 250, deletes: 251, commits: 1 })
  assert.deepEqual(await step(dueMs), { ...idle, scans: 1, turns: 1, turnGets: 250, puts: 250, deletes: 250, commits: 1 })
  assert.deepEqual(await step(dueMs), { ...idle, scans: 1, turns: 1, turnGets: 102, puts: 102, deletes: 102, commits: 1 })
  // With the head of its log.
  assert.deepEqual(await step(dueMs), { ...idle, gets: 1, scans: 1 }, 'an empty queue is looked at while the index lags')
})

test('a step of a backfill reads twenty-five items and puts what the index holds of them', async () => {
  const { engine } = service.controlContext
  const attributes = ['id', 'a'].map((name) => ({ AttributeName: name, AttributeType: 'S' }))
  await succeed(service, 'CreateTable', {
    TableName: 'Filled',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.slice(0, 1),
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await putMany('Filled', 60, '1')
  await succeed(service, 'UpdateTable', {
    TableName: 'Filled',
    AttributeDefinitions: attributes,
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'by-a', KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } } },
    ],
  })
  const step = (): Promise<Work> => workOf(() => stepBackfill(engine, engine.clock.now()))
  const base = { ...idle, gets: 1, scans: 1, turns: 1, commits: 1 }
  // For each item it is read whether it is counted already; one get and one put more say how far it has come.
  assert.deepEqual(await step(), { ...base, turnGets: 51, puts: 26 })
  assert.deepEqual(await step(), { ...base, turnGets: 51, puts: 26 })
  assert.deepEqual(await step(), { ...base, turnGets: 21, puts: 11 })
  // No mark is left to be deleted, and the table record changes, with the version of the catalog and what changed in it.
  assert.deepEqual(await step(), { ...base, turnGets: 1, puts: 3, deletes: 1 })
  assert.deepEqual(await step(), idle)
})
