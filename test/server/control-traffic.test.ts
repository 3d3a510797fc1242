/** Heat, hot keys and access patterns as the control endpoint tells them, from requests of every kind. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const TableName = 'Orders'
const clock = new ManualClock(startMs)
let service: Service

before(async () => {
  service = await openTestService('any', { clock })
  const BillingMode = 'PAY_PER_REQUEST'
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode,
    AttributeDefinitions: [
      { AttributeName: 'customer', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
      { AttributeName: 'state', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'customer', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byState',
        KeySchema: [
          { AttributeName: 'state', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'state', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })
  for (let at = 0; at < 40; at += 1) await put(`cold ${at}`, at)
  for (let at = 0; at < 60; at += 1) await put('hot', at)
})

after(() => service.close())

function put(customer: string, at: number): Promise<unknown> {
  return succeed(service, 'PutItem', { TableName, Item: { customer: { S: customer }, at: { N: String(at) }, state: { S: 'open' } } })
}

test('hot keys are told as attribute values, of the table and of its index', async () => {
  const { writes, reads, fromMs, toMs } = await service.control.hotKeys({ table: TableName })
  assert.deepEqual([fromMs, toMs], [startMs, startMs])
  assert.deepEqual(reads, { units: 0, refused: 0, keys: [] })
  const [hot, ...others] = writes.keys
  assert.deepEqual(hot?.key, { customer: { S: 'hot' } })
  assert.ok(hot.unitsMin <= hot.units && hot.share > 0.5 && hot.share < 0.8, JSON.stringify(hot))
  assert.deepEqual(others, [])
  const ofIndex = await service.control.hotKeys({ table: TableName, index: 'byState' })
  assert.deepEqual(
    ofIndex.writes.keys.map(({ key, share }) => [key, share]),
    [[{ state: { S: 'open' } }, 1]],
  )
})

test('heat is told by minutes and ranges of the hash space, and what it adds up to is what was consumed', async () => {
  clock.advance(minuteMs)
  await succeed(service, 'GetItem', { TableName, Key: { customer: { S: 'hot' }, at: { N: '1' } }, ConsistentRead: true })
  const heat = await service.control.heat({ table: TableName, minutes: 2 })
  assert.deepEqual([heat.fromMs, heat.columnMs, heat.ranges], [startMs, minuteMs, 64])
  assert.deepEqual(heat.reads.map(sum), [0, 1])
  assert.deepEqual(heat.writes.map(sum), [(await service.control.hotKeys({ table: TableName })).writes.units, 0])
  assert.equal(heat.partitions[0]?.hash, 0)
  assert.equal((await service.control.heat({ table: TableName })).reads.length, 60)
  assert.equal((await service.control.heat({ table: TableName, minutes: '3' })).reads.length, 3)
})

test('what is asked for and not there is refused in one sentence', async () => {
  const { control } = service
  const refusals: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
    [() => control.heat({ table: 'Absent' }), /^ControlError: There is no table "Absent" in us-east-1\.$/],
    [() => control.heat({ table: TableName, minutes: 121 }), /"minutes" must be a whole number of minutes from 1 to 120\.$/],
    [() => control.hotKeys({ table: TableName, index: 'absent' }), /There is no global index "absent" on "Orders"\.$/],
    [() => control.hotKeys({ table: TableName, index: 'local' }), /"local" is a local index: it counts for its table\.$/],
  ]
  for (const [ask, sentence] of refusals) await assert.rejects(async () => ask(), sentence)
})

test('every operation on items is counted as a pattern', async () => {
  await service.control.forgetTraffic()
  const Key = { customer: { S: 'hot' }, at: { N: '1' } }
  const Item = { ...Key, state: { S: 'open' } }
  const values = { ':c': { S: 'hot' } }
  const names = { '#s': 'state' }
  await succeed(service, 'GetItem', { TableName, Key, ProjectionExpression: '#s', ExpressionAttributeNames: names })
  await succeed(service, 'PutItem', { TableName, Item, ConditionExpression: 'attribute_exists(customer)' })
  await succeed(service, 'UpdateItem', { TableName, Key, UpdateExpression: 'SET note = :c', ExpressionAttributeValues: values })
  await succeed(service, 'DeleteItem', { TableName, Key: { ...Key, at: { N: '999' } } })
  const query = { TableName, KeyConditionExpression: 'customer = :c', ExpressionAttributeValues: values, Limit: 10 }
  const { LastEvaluatedKey: ExclusiveStartKey } = await succeed(service, 'Query', query)
  await succeed(service, 'Query', { ...query, ExclusiveStartKey })
  const open = { '#s': { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'open' }] } }
  await succeed(service, 'Query', { TableName, IndexName: 'byState', KeyConditions: { state: open['#s'] } })
  const scan = { TableName, FilterExpression: '#s = :c', ExpressionAttributeNames: names, ExpressionAttributeValues: values }
  for (let at = 0; at < 10; at += 1) await succeed(service, 'Scan', scan)
  await succeed(service, 'BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } })
  await succeed(service, 'BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item } }] } })
  await succeed(service, 'TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] })
  await succeed(service, 'TransactWriteItems', { TransactItems: [{ Put: { TableName, Item } }] })
  const select = `SELECT "state" FROM "Orders" WHERE customer = 'hot' AND "at" = 1`
  await succeed(service, 'ExecuteStatement', { Statement: select })
  await succeed(service, 'BatchExecuteStatement', { Statements: [{ Statement: select }] })
  await succeed(service, 'ExecuteTransaction', { TransactStatements: [{ Statement: select }] })

  const { patterns } = await service.control.patterns({ table: TableName })

  assert.deepEqual(patterns.map(({ text }) => text).sort(), [
    'BatchExecuteStatement Orders: SELECT state WHERE at = ? AND customer = ?',
    'BatchGetItem Get Orders',
    'BatchWriteItem Put Orders',
    'DeleteItem Orders',
    'ExecuteStatement Orders SELECT state WHERE at = ? AND customer = ?',
    'ExecuteTransaction Orders: SELECT state WHERE at = ? AND customer = ?',
    'GetItem Orders show state',
    'PutItem Orders if attribute_exists(customer)',
    'Query Orders where customer = ?',
    'Query Orders.byState where state = ?',
    'Scan Orders filter state = ?',
    'TransactGetItems Get Orders',
    'TransactWriteItems Put Orders',
    'UpdateItem Orders SET note = ?',
  ])
  const scanned = patterns.find(({ operation }) => operation === 'Scan')
  assert.deepEqual([scanned?.requests, scanned?.evaluatedItems, scanned?.returnedItems], [10, 1000, 0])
  const queried = patterns.find(({ text }) => text === 'Query Orders where customer = ?')
  assert.deepEqual([queried?.requests, queried?.answeredWithMore, queried?.continued, queried?.returnedItems], [2, 2, 1, 20])
  for (const { text, readUnits, writeUnits } of patterns) assert.ok(readUnits + writeUnits > 0, text)
  const units = patterns.map(({ readUnits, writeUnits }) => readUnits + writeUnits)
  assert.deepEqual(
    units,
    units.toSorted((a, b) => b - a),
  )
})

test('what goes on where another page ended is counted, of Scans and statements as of Queries', async () => {
  await service.control.forgetTraffic()
  const page = { TableName, Limit: 3 }
  const { LastEvaluatedKey: ExclusiveStartKey } = await succeed(service, 'Scan', page)
  await succeed(service, 'Scan', { ...page, ExclusiveStartKey })
  const statement = { Statement: `SELECT * FROM "Orders" WHERE customer = 'hot'`, Limit: 3 }
  const { NextToken } = await succeed(service, 'ExecuteStatement', statement)
  await succeed(service, 'ExecuteStatement', { ...statement, NextToken })
  const { patterns } = await service.control.patterns({ table: TableName })
  assert.deepEqual(patterns.map(({ operation, requests, continued }) => [operation, requests, continued]).sort(), [
    ['ExecuteStatement', 2, 1],
    ['Scan', 2, 1],
  ])
})

test('statements that write are counted as patterns, alone, in batches and in transactions', async () => {
  await service.control.forgetTraffic()
  const where = `WHERE customer = 'written' AND "at" = 1`
  const execute = (Statement: string) => succeed(service, 'ExecuteStatement', { Statement })
  await execute(`INSERT INTO "Orders" VALUE {'customer': 'written', 'at': 1}`)
  await execute(`UPDATE "Orders" SET note = 'x' ${where}`)
  await succeed(service, 'BatchExecuteStatement', { Statements: [{ Statement: `UPDATE "Orders" SET note = 'y' ${where}` }] })
  await succeed(service, 'ExecuteTransaction', { TransactStatements: [{ Statement: `UPDATE "Orders" SET note = 'z' ${where}` }] })
  await execute(`DELETE FROM "Orders" ${where}`)
  const { patterns } = await service.control.patterns({ table: TableName })
  assert.deepEqual(patterns.map(({ text }) => text).sort(), [
    'BatchExecuteStatement Orders: UPDATE SET note = ? WHERE at = ? AND customer = ?',
    'ExecuteStatement Orders DELETE WHERE at = ? AND customer = ?',
    'ExecuteStatement Orders INSERT',
    'ExecuteStatement Orders UPDATE SET note = ? WHERE at = ? AND customer = ?',
    'ExecuteTransaction Orders: UPDATE SET note = ? WHERE at = ? AND customer = ?',
  ])
})

test('a pattern counts the conditions that failed, and no request that was refused before it was understood', async () => {
  await service.control.forgetTraffic()
  const Item = { customer: { S: 'hot' }, at: { N: '1' } }
  const put = { TableName, Item, ConditionExpression: 'attribute_not_exists(customer)' }
  assert.equal((await call(service, 'PutItem', put)).exception, 'ConditionalCheckFailedException')
  assert.equal((await call(service, 'PutItem', { ...put, Item: {} })).exception, 'ValidationException')
  const { patterns } = await service.control.patterns()
  assert.deepEqual(
    patterns.map(({ requests, errors, failedConditions }) => [requests, errors, failedConditions]),
    [[1, 1, 1]],
  )
})

test('what was forgotten is counted anew', async () => {
  assert.deepEqual(await service.control.forgetTraffic(), { forgotten: true })
  assert.deepEqual(await service.control.patterns(), { patterns: [] })
  assert.deepEqual((await service.control.heat({ table: TableName })).reads, [])
  await put('hot', 1)
  assert.equal((await service.control.patterns()).patterns.length, 1)
  assert.equal((await service.control.heat({ table: TableName, minutes: 1 })).writes.map(sum)[0], 1)
})

test('a deleted table leaves no pattern behind', async () => {
  await put('hot', 1)
  await succeed(service, 'DeleteTable', { TableName })
  await service.control.runJobs()
  assert.deepEqual(await service.control.patterns(), { patterns: [] })
})

function sum(row: readonly number[]): number {
  return row.reduce((before, each) => before + each, 0)
}

test('patterns of batches belong to the table that is there, also when it was deleted and made again a moment ago', async () => {
  const again = 'Again'
  const definition = {
    TableName: again,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }
  const Key = { id: { S: '1' } }
  const ask = async () => {
    await succeed(service, 'BatchGetItem', { RequestItems: { [again]: { Keys: [Key] } } })
    await succeed(service, 'BatchExecuteStatement', { Statements: [{ Statement: `SELECT * FROM "${again}" WHERE id = '1'` }] })
  }
  const counted = async () => (await service.control.patterns({ table: again })).patterns.map(({ text, requests }) => [text, requests])
  await succeed(service, 'CreateTable', definition)
  await ask()
  await succeed(service, 'DeleteTable', { TableName: again })
  await succeed(service, 'CreateTable', definition)
  for (let times = 1; times <= 2; times += 1) {
    await ask()
    assert.deepEqual((await counted()).sort(), [
      ['BatchExecuteStatement Again: SELECT * WHERE id = ?', times],
      ['BatchGetItem Get Again', times],
    ])
    if (times === 1) await service.control.runJobs()
  }
})

test('patterns of a region are refused where regions share their tables, as everything else is', async () => {
  await assert.rejects(service.control.patterns({ region: 'eu-west-1' }), {
    message: 'All regions share their tables here: leave "region" out.',
  })
})

test('an index that gets the number of a deleted one has its own traffic and nothing of the other', async () => {
  const attributes = [{ AttributeName: 'id', AttributeType: 'S' }]
  const table = 'Indexed'
  const change = (update: object, ...added: readonly object[]) => {
    const AttributeDefinitions = [...attributes, ...added]
    return succeed(service, 'UpdateTable', { TableName: table, AttributeDefinitions, GlobalSecondaryIndexUpdates: [update] })
  }
  const put = async (type: 'S' | 'N') => {
    for (let at = 0; at < 20; at += 1)
      await succeed(service, 'PutItem', { TableName: table, Item: { id: { S: `${at}` }, g: { [type]: '7' } } })
  }
  const hotKeys = async (index: string) =>
    (await service.control.hotKeys({ table, index })).writes.keys.map(({ key, units }) => ({ key, units }))
  const BillingMode = 'PAY_PER_REQUEST'
  await succeed(service, 'CreateTable', {
    TableName: table,
    BillingMode,
    AttributeDefinitions: attributes,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  for (const [name, type] of [
    ['first', 'S'],
    ['second', 'N'],
  ] as const) {
    const KeySchema = [{ AttributeName: 'g', KeyType: 'HASH' }]
    const definition = { IndexName: name, KeySchema, Projection: { ProjectionType: 'ALL' } }
    await change({ Create: definition }, { AttributeName: 'g', AttributeType: type })
    await service.control.runJobs()
    await put(type)
    assert.deepEqual(await hotKeys(name), [{ key: { g: { [type]: '7' } }, units: 20 }])
    await change({ Delete: { IndexName: name } })
    await service.control.runJobs()
  }
})
