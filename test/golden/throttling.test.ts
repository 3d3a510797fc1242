/**
 * What clients see of throttling when it is enforced (capacity.md §7, §8; errors.md §1): the sixteen reasons with their exceptions,
 * ProvisionedThroughputExceededException, RequestLimitExceeded and ThrottlingException, and how each operation refuses.
 */

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import type { Access } from '../../src/engine/partitions/capacity-units.ts'
import type { GlobalIndex } from '../../src/engine/schema/table.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import type { ThroughputMeter } from '../../src/metering/throughput/throughput-meter.ts'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const unitsPerSecond = 5
let service: Service
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock(startMs)
  service = await openTestService('steady', { clock, throughput: 'enforce' })
})

afterEach(() => service.close())

const text = {
  table:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  index:
    'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider provisioning your under-provisioned global secondary indexes with the UpdateTable API',
  onDemandTable:
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
  onDemandIndex:
    'Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.',
  maximum: 'Throughput exceeds the maximum OnDemandThroughput configured on table or index',
  account:
    'Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support request a limit increase',
} as const

type Billing = 'provisioned' | 'onDemand' | 'atQuota' | 'withMaximum'

function throughputOf(billing: Billing): object {
  const units = unitsPerSecond
  switch (billing) {
    case 'provisioned':
      return { ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units } }
    case 'onDemand':
      return {}
    case 'atQuota':
      return { WarmThroughput: { ReadUnitsPerSecond: 40_000, WriteUnitsPerSecond: 40_000 } }
    case 'withMaximum':
      return { OnDemandThroughput: { MaxReadRequestUnits: units, MaxWriteRequestUnits: units } }
  }
}

function keySchema(...names: readonly string[]): readonly object[] {
  return names.map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' }))
}

interface Layout {
  readonly globals?: readonly string[]
  readonly hasLocal?: boolean
}

/** Keys `pk` and `sk`; each global index is keyed by the attribute of its name, the local one by `local`. */
async function createTable(TableName: string, billing: Billing, { globals = [], hasLocal = false }: Layout = {}): Promise<void> {
  const names = ['pk', 'sk', ...globals, ...(hasLocal ? ['local'] : [])]
  await succeed(service, 'CreateTable', {
    TableName,
    ...(billing === 'provisioned' ? {} : { BillingMode: 'PAY_PER_REQUEST' }),
    AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    ...throughputOf(billing),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((name) => ({
        IndexName: name,
        KeySchema: keySchema(name),
        Projection: { ProjectionType: 'KEYS_ONLY' },
        ...throughputOf(billing),
      })),
    }),
    ...(hasLocal && {
      LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: keySchema('pk', 'local'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
    }),
  })
}

function engine(): MeteredEngine {
  return service.controlContext.engine
}

function meterOf(tableName: string, indexName?: string): ThroughputMeter {
  const {
    metering: { meters },
    catalog,
  } = engine()
  const table = catalog.find(tableName)
  assert.ok(table !== undefined)
  const index = table.indexes.find((one): one is GlobalIndex => one.kind === 'global' && one.name === indexName)
  return meters.of(catalog.region, table, index)
}

const farInDebt = 1_000_000

/** Nothing is left of what the table or index has. */
function exhaust(access: Access, tableName: string, indexName?: string): void {
  const meter = meterOf(tableName, indexName)
  const key = itemKey(meter.table, { pk: { S: 'a' }, sk: { S: 's' } })
  const nowMs = clock.now()
  assert.equal(meter.refusal(access, key, nowMs), undefined)
  meter.take(access, key, farInDebt, nowMs)
}

/** Nothing is left in any of its partitions. */
function exhaustPartitions(access: Access, tableName: string, indexName?: string): void {
  for (const partition of meterOf(tableName, indexName).partitions) partition[access].take(farInDebt, clock.now())
}

function item(pk: string, rest: object = {}): { readonly [name: string]: unknown } {
  return { ...key(pk), ...rest }
}

function key(pk: string): { readonly [name: string]: { readonly S: string } } {
  return { pk: { S: pk }, sk: { S: 's' } }
}

function put(TableName: string, pk: string, rest: object = {}): Promise<Reply> {
  return call(service, 'PutItem', { TableName, Item: item(pk, rest) })
}

async function countItems(TableName: string): Promise<unknown> {
  engine().settings.throughput = 'off'
  const { Count } = await succeed(service, 'Scan', { TableName, Select: 'COUNT' })
  engine().settings.throughput = 'enforce'
  return Count
}

/** How many of these are answered before one is refused. */
async function answered(ask: (at: number) => Promise<Reply>): Promise<number> {
  for (let at = 0; at < 10_000; at += 1) {
    const { status, exception } = await ask(at)
    if (exception === 'ProvisionedThroughputExceededException') return at
    assert.equal(status, 200)
  }
  return assert.fail('nothing was refused')
}

interface Expected {
  readonly exception: string
  readonly message: string
  readonly reasons: readonly (readonly [reason: string, resource: string])[]
}

function assertThrottled({ status, exception, message, body }: Reply, expected: Expected): void {
  assert.deepEqual({ status, exception, message }, { status: 400, exception: expected.exception, message: expected.message })
  const member = expected.exception === 'ThrottlingException' ? 'throttlingReasons' : 'ThrottlingReasons'
  const reasons = expected.reasons.map(([reason, path]) => ({ reason, resource: `arn:aws:dynamodb:us-east-1:123456789012:table/${path}` }))
  const { __type: _, message: __, ...members } = body
  assert.deepEqual(members, { [member]: reasons })
}

function tableRefused(tableName: string, reason = 'TableWriteProvisionedThroughputExceeded'): Expected {
  return { exception: 'ProvisionedThroughputExceededException', message: text.table, reasons: [[reason, tableName]] }
}

// The sixteen reasons.

interface ReasonCase {
  readonly billing: Billing
  readonly cause: string
  readonly exhaust: typeof exhaust
  readonly exception: string
  readonly messages: { readonly table: string; readonly index: string }
}

const provisionedTexts = { table: text.table, index: text.index }
const onDemandTexts = { table: text.onDemandTable, index: text.onDemandIndex }

const reasonCases: readonly ReasonCase[] = [
  {
    billing: 'provisioned',
    cause: 'ProvisionedThroughputExceeded',
    exhaust,
    exception: 'ProvisionedThroughputExceededException',
    messages: provisionedTexts,
  },
  {
    billing: 'provisioned',
    cause: 'KeyRangeThroughputExceeded',
    exhaust: exhaustPartitions,
    exception: 'ProvisionedThroughputExceededException',
    messages: provisionedTexts,
  },
  {
    billing: 'onDemand',
    cause: 'KeyRangeThroughputExceeded',
    exhaust: exhaustPartitions,
    exception: 'ThrottlingException',
    messages: onDemandTexts,
  },
  { billing: 'onDemand', cause: 'KeyRangeThroughputExceeded', exhaust, exception: 'ThrottlingException', messages: onDemandTexts },
  {
    billing: 'withMaximum',
    cause: 'MaxOnDemandThroughputExceeded',
    exhaust,
    exception: 'ThrottlingException',
    messages: { table: text.maximum, index: text.maximum },
  },
  {
    billing: 'atQuota',
    cause: 'AccountLimitExceeded',
    exhaust,
    exception: 'RequestLimitExceeded',
    messages: { table: text.account, index: text.account },
  },
]

const reasonsSeen = new Set<string>()

for (const { billing, cause, exhaust: exhaustIt, exception, messages } of reasonCases) {
  for (const scope of ['table', 'index'] as const) {
    for (const access of ['read', 'write'] as const) {
      const reason = `${scope === 'table' ? 'Table' : 'Index'}${access === 'read' ? 'Read' : 'Write'}${cause}`
      const what = exhaustIt === exhaust ? 'as a whole' : 'in its partitions'
      test(`${exception} for ${reason}: ${billing} ${scope} without units ${what}`, async () => {
        await createTable('Tab', billing, { globals: ['gsi'] })
        const indexName = scope === 'index' ? 'gsi' : undefined
        exhaustIt(access, 'Tab', indexName)
        const reply = access === 'write' ? await put('Tab', 'a', { gsi: { S: 'g' } }) : await read(indexName)
        assertThrottled(reply, {
          exception,
          message: messages[scope],
          reasons: [[reason, indexName === undefined ? 'Tab' : 'Tab/index/gsi']],
        })
        reasonsSeen.add(reason)
        // Neither the other access nor the other scope suffers.
        assert.equal((await (access === 'write' ? read(indexName) : put('Tab', 'b', { gsi: { S: 'g' } }))).status, 200)
        assert.equal((await read(scope === 'index' ? undefined : 'gsi')).status, 200)
        if (scope === 'index') assert.equal((await put('Tab', 'c')).status, 200)
      })
    }
  }
}

test('all sixteen reasons are reached', () => {
  assert.equal(reasonsSeen.size, 16)
})

function read(indexName: string | undefined): Promise<Reply> {
  if (indexName === undefined) return call(service, 'GetItem', { TableName: 'Tab', Key: key('a') })
  return call(service, 'Query', {
    TableName: 'Tab',
    IndexName: indexName,
    KeyConditionExpression: '#g = :g',
    ExpressionAttributeNames: { '#g': indexName },
    ExpressionAttributeValues: { ':g': { S: 'g' } },
  })
}

// Each operation.

const reads: { readonly [name: string]: readonly [operation: string, input: object] } = {
  GetItem: ['GetItem', { Key: key('a') }],
  Query: ['Query', { KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } }],
  Scan: ['Scan', {}],
  'a parallel Scan': ['Scan', { Segment: 1, TotalSegments: 2 }],
}

const writes: typeof reads = {
  PutItem: ['PutItem', { Item: item('a') }],
  UpdateItem: ['UpdateItem', { Key: key('a'), UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': { S: 'v' } } }],
  DeleteItem: ['DeleteItem', { Key: key('a') }],
}

for (const [name, [operation, input]] of Object.entries(reads)) {
  test(`${name} is refused when the table has no read units left`, async () => {
    await createTable('Tab', 'provisioned')
    exhaust('read', 'Tab')
    assertThrottled(
      await call(service, operation, { TableName: 'Tab', ...input }),
      tableRefused('Tab', 'TableReadProvisionedThroughputExceeded'),
    )
  })
}

for (const [name, [operation, input]] of Object.entries(writes)) {
  test(`${name} is refused when the table has no write units left, and writes nothing`, async () => {
    await createTable('Tab', 'provisioned')
    await put('Tab', 'kept')
    exhaust('write', 'Tab')
    assertThrottled(await call(service, operation, { TableName: 'Tab', ...input }), tableRefused('Tab'))
    assert.equal(await countItems('Tab'), 1)
  })
}

test('ExecuteStatement is refused for reads and for writes', async () => {
  await createTable('Tab', 'provisioned')
  exhaust('read', 'Tab')
  const readRefused = tableRefused('Tab', 'TableReadProvisionedThroughputExceeded')
  for (const where of [`WHERE pk = 'a' AND sk = 's'`, `WHERE pk = 'a'`, '']) {
    assertThrottled(await call(service, 'ExecuteStatement', { Statement: `SELECT * FROM Tab ${where}` }), readRefused)
  }
  exhaust('write', 'Tab')
  for (const Statement of [
    `INSERT INTO Tab VALUE {'pk': 'a', 'sk': 's'}`,
    `UPDATE Tab SET v = 1 WHERE pk = 'a' AND sk = 's'`,
    `DELETE FROM Tab WHERE pk = 'a' AND sk = 's'`,
  ]) {
    assertThrottled(await call(service, 'ExecuteStatement', { Statement }), tableRefused('Tab'))
  }
})

test('SELECT from a global index is refused when the index has no units left', async () => {
  await createTable('Tab', 'provisioned', { globals: ['gsi'] })
  exhaust('read', 'Tab', 'gsi')
  assertThrottled(await call(service, 'ExecuteStatement', { Statement: `SELECT * FROM "Tab"."gsi" WHERE gsi = 'g'` }), {
    exception: 'ProvisionedThroughputExceededException',
    message: text.index,
    reasons: [['IndexReadProvisionedThroughputExceeded', 'Tab/index/gsi']],
  })
})

// Batches.

function puts(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: item(`k${at}`) } }))
}

test('BatchWriteItem writes what there are units for and returns the rest as unprocessed', async () => {
  await createTable('Tab', 'provisioned')
  const input = { RequestItems: { Tab: puts(7) }, ReturnConsumedCapacity: 'TOTAL' }
  const body = await succeed(service, 'BatchWriteItem', input)
  assert.deepEqual(body, {
    UnprocessedItems: { Tab: puts(7).slice(5) },
    ConsumedCapacity: [{ TableName: 'Tab', CapacityUnits: 5 }],
  })
  assert.equal(await countItems('Tab'), 5)
})

test('BatchWriteItem of which nothing can be written is refused', async () => {
  await createTable('Tab', 'provisioned')
  exhaust('write', 'Tab')
  assertThrottled(await call(service, 'BatchWriteItem', { RequestItems: { Tab: puts(3) } }), tableRefused('Tab'))
  assert.equal(await countItems('Tab'), 0)
})

test('BatchWriteItem to two tables goes on with the one that has units', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('write', 'Spent')
  const input = { RequestItems: { Spent: puts(2), Tab: puts(1) }, ReturnConsumedCapacity: 'TOTAL' }
  assert.deepEqual(await succeed(service, 'BatchWriteItem', input), {
    UnprocessedItems: { Spent: puts(2) },
    ConsumedCapacity: [{ TableName: 'Tab', CapacityUnits: 1 }],
  })
})

test('BatchWriteItem leaves unprocessed what an index has no units for', async () => {
  await createTable('Tab', 'provisioned', { globals: ['gsi'] })
  exhaust('write', 'Tab', 'gsi')
  const indexed = { PutRequest: { Item: item('indexed', { gsi: { S: 'g' } }) } }
  const body = await succeed(service, 'BatchWriteItem', { RequestItems: { Tab: [indexed, ...puts(2)] } })
  assert.deepEqual(body, { UnprocessedItems: { Tab: [indexed] } })
})

test('BatchGetItem reads what there are units for and returns the rest as unprocessed, with what was asked of it', async () => {
  await createTable('Tab', 'provisioned')
  await put('Tab', 'k0')
  const Keys = Array.from({ length: 12 }, (_, at) => key(`k${at}`))
  const asked = { ConsistentRead: false, ProjectionExpression: 'pk' }
  const input = { RequestItems: { Tab: { ...asked, Keys } }, ReturnConsumedCapacity: 'TOTAL' }
  assert.deepEqual(await succeed(service, 'BatchGetItem', input), {
    Responses: { Tab: [{ pk: { S: 'k0' } }] },
    UnprocessedKeys: { Tab: { ...asked, Keys: Keys.slice(10) } },
    ConsumedCapacity: [{ TableName: 'Tab', CapacityUnits: 5 }],
  })
  assertThrottled(await call(service, 'BatchGetItem', input), tableRefused('Tab', 'TableReadProvisionedThroughputExceeded'))
})

test('BatchGetItem from two tables answers from the one that has units', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('read', 'Spent')
  const RequestItems = { Spent: { Keys: [key('a')] }, Tab: { Keys: [key('a')] } }
  assert.deepEqual(await succeed(service, 'BatchGetItem', { RequestItems }), {
    Responses: { Spent: [], Tab: [] },
    UnprocessedKeys: { Spent: { Keys: [key('a')] } },
  })
})

test('BatchExecuteStatement puts the throttle into its slot, also when it is in all of them', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'withMaximum')
  exhaust('write', 'Spent')
  const insert = (table: string): object => ({ Statement: `INSERT INTO ${table} VALUE {'pk': 'a', 'sk': 's'}` })
  const { Responses } = await succeed(service, 'BatchExecuteStatement', { Statements: [insert('Spent'), insert('Tab')] })
  const refused = { Error: { Code: 'ProvisionedThroughputExceeded', Message: text.table }, TableName: 'Spent' }
  assert.deepEqual(Responses, [refused, { TableName: 'Tab' }])
  exhaust('write', 'Tab')
  const all = await succeed(service, 'BatchExecuteStatement', { Statements: [insert('Spent'), insert('Tab')] })
  assert.deepEqual(all.Responses, [refused, { Error: { Code: 'ThrottlingError', Message: text.maximum }, TableName: 'Tab' }])
  const other = {
    Statements: [{ Statement: `INSERT INTO Tab VALUE {'pk': 'b', 'sk': 's'}` }, { Statement: `DELETE FROM Nowhere WHERE pk = 'a'` }],
  }
  const body = await succeed(service, 'BatchExecuteStatement', other)
  const [, missing] = body.Responses as readonly { readonly Error: { readonly Code: string } }[]
  assert.equal(missing?.Error.Code, 'ResourceNotFound')
})

test('a batch counts as throttled when all of it is, and its refused members count in any case', async () => {
  await createTable('Tab', 'provisioned')
  const {
    metering: { metrics },
    catalog,
  } = engine()
  const sumOf = (name: 'ThrottledRequests' | 'WriteThrottleEvents', Operation?: string): number => {
    return metrics.series(name, { region: catalog.region, TableName: 'Tab', ...(Operation !== undefined && { Operation }) }).sumOfAll
  }
  await succeed(service, 'BatchWriteItem', { RequestItems: { Tab: puts(7) } })
  assert.deepEqual([sumOf('ThrottledRequests', 'BatchWriteItem'), sumOf('WriteThrottleEvents')], [0, 2])
  await call(service, 'BatchWriteItem', { RequestItems: { Tab: puts(3) } })
  assert.deepEqual([sumOf('ThrottledRequests', 'BatchWriteItem'), sumOf('WriteThrottleEvents')], [1, 5])
  await put('Tab', 'a')
  assert.equal(sumOf('ThrottledRequests', 'PutItem'), 1)
})

// Transactions.

function assertCancelled(
  { status, exception, message, body }: Reply,
  reasons: readonly { readonly Code: string; readonly Message?: string }[],
): void {
  assert.deepEqual({ status, exception }, { status: 400, exception: 'TransactionCanceledException' })
  const codes = reasons.map(({ Code }) => Code).join(', ')
  assert.equal(message, `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`)
  assert.deepEqual(body.CancellationReasons, reasons)
}

const none = { Code: 'None' }
const provisionedReason = { Code: 'ProvisionedThroughputExceeded', Message: text.table }

test('TransactWriteItems is cancelled with the throttle in its place, and writes nothing', async () => {
  await createTable('Spent', 'provisioned', { globals: ['gsi'] })
  await createTable('Capped', 'withMaximum')
  await createTable('Tab', 'provisioned')
  exhaust('write', 'Spent', 'gsi')
  exhaust('write', 'Capped')
  const TransactItems = [
    { Put: { TableName: 'Tab', Item: item('a') } },
    { Put: { TableName: 'Spent', Item: item('a', { gsi: { S: 'g' } }) } },
    { Put: { TableName: 'Spent', Item: item('b') } },
    { Delete: { TableName: 'Capped', Key: key('a') } },
  ]
  assertCancelled(await call(service, 'TransactWriteItems', { TransactItems }), [
    none,
    { Code: 'ProvisionedThroughputExceeded', Message: text.index },
    none,
    { Code: 'ThrottlingError', Message: text.maximum },
  ])
  for (const name of ['Spent', 'Capped', 'Tab']) assert.equal(await countItems(name), 0)
})

test('TransactWriteItems says of a ConditionCheck, too, that there are no units for it', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('write', 'Spent')
  const ConditionCheck = { TableName: 'Spent', Key: key('a'), ConditionExpression: 'attribute_not_exists(pk)' }
  const TransactItems = [{ ConditionCheck }, { Put: { TableName: 'Tab', Item: item('a') } }]
  assertCancelled(await call(service, 'TransactWriteItems', { TransactItems }), [provisionedReason, none])
})

test('TransactWriteItems pays twice for each item, and what was admitted is paid though it is cancelled', async () => {
  await createTable('Tab', 'provisioned')
  const TransactItems = [0, 1, 2, 3].map((at) => ({ Put: { TableName: 'Tab', Item: item(`k${at}`) } }))
  // 5 - 2 - 2 - 2 = -1: the fourth is refused.
  assertCancelled(await call(service, 'TransactWriteItems', { TransactItems }), [none, none, none, provisionedReason])
  assertThrottled(await put('Tab', 'a'), tableRefused('Tab'))
  clock.advance(200)
  assertThrottled(await put('Tab', 'a'), tableRefused('Tab'))
  clock.advance(1)
  assert.equal((await put('Tab', 'a')).status, 200)
})

test('a repeated transaction costs reads and is refused for no want of capacity', async () => {
  await createTable('Tab', 'provisioned')
  const input = { ClientRequestToken: 'token', TransactItems: [{ Put: { TableName: 'Tab', Item: item('a') } }] }
  await succeed(service, 'TransactWriteItems', input)
  exhaust('write', 'Tab')
  await succeed(service, 'TransactWriteItems', input)
  // 5 - 2 = 3 read units are left.
  assert.equal(await answered(() => call(service, 'GetItem', { TableName: 'Tab', Key: key('a'), ConsistentRead: true })), 3)
})

test('TransactGetItems is cancelled with the throttle in its place', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('read', 'Spent')
  const TransactItems = ['Tab', 'Spent', 'Tab'].map((TableName, at) => ({ Get: { TableName, Key: key(`k${at}`) } }))
  assertCancelled(await call(service, 'TransactGetItems', { TransactItems }), [none, provisionedReason, none])
  // Those that were admitted are paid: 5 - 2 - 2 = 1.
  assert.equal(await answered(() => call(service, 'GetItem', { TableName: 'Tab', Key: key('a'), ConsistentRead: true })), 1)
})

test('TransactGetItems pays twice for each item before the next is admitted', async () => {
  await createTable('Tab', 'provisioned')
  const TransactItems = [0, 1, 2, 3].map((at) => ({ Get: { TableName: 'Tab', Key: key(`k${at}`) } }))
  assertCancelled(await call(service, 'TransactGetItems', { TransactItems }), [none, none, none, provisionedReason])
})

test('ExecuteTransaction is cancelled with the throttle in its place, for reads and for writes', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('read', 'Spent')
  exhaust('write', 'Spent')
  const select = (table: string): object => ({ Statement: `SELECT * FROM ${table} WHERE pk = 'a' AND sk = 's'` })
  const insert = (table: string): object => ({ Statement: `INSERT INTO ${table} VALUE {'pk': 'a', 'sk': 's'}` })
  for (const statement of [select, insert]) {
    const TransactStatements = [statement('Tab'), statement('Spent')]
    assertCancelled(await call(service, 'ExecuteTransaction', { TransactStatements }), [none, provisionedReason])
  }
})

// What draws on what.

test('a global index without units holds the write up, nothing is written, and the table has paid nothing', async () => {
  await createTable('Tab', 'provisioned', { globals: ['gsi'] })
  exhaust('write', 'Tab', 'gsi')
  for (let at = 0; at < 3; at += 1) {
    assertThrottled(await put('Tab', 'a', { gsi: { S: 'g' } }), {
      exception: 'ProvisionedThroughputExceededException',
      message: text.index,
      reasons: [['IndexWriteProvisionedThroughputExceeded', 'Tab/index/gsi']],
    })
  }
  assert.equal(await countItems('Tab'), 0)
  assert.equal(await answered((at) => put('Tab', `k${at}`)), unitsPerSecond, 'writes that change no index go on')
})

test('all global indexes without units are among the reasons', async () => {
  await createTable('Tab', 'provisioned', { globals: ['first', 'second', 'third'] })
  for (const name of ['first', 'third']) exhaust('write', 'Tab', name)
  const all = { first: { S: 'a' }, second: { S: 'a' }, third: { S: 'a' } }
  assertThrottled(await put('Tab', 'a', all), {
    exception: 'ProvisionedThroughputExceededException',
    message: text.index,
    reasons: [
      ['IndexWriteProvisionedThroughputExceeded', 'Tab/index/first'],
      ['IndexWriteProvisionedThroughputExceeded', 'Tab/index/third'],
    ],
  })
  assert.equal((await put('Tab', 'a', { second: { S: 'a' } })).status, 200)
})

test('an update and a delete meet an index only when they change it', async () => {
  await createTable('Tab', 'provisioned', { globals: ['gsi'] })
  await put('Tab', 'a', { gsi: { S: 'g' } })
  exhaust('write', 'Tab', 'gsi')
  const update = (name: string): Promise<Reply> => {
    const UpdateExpression = 'SET #n = :v'
    const names = { ExpressionAttributeNames: { '#n': name }, ExpressionAttributeValues: { ':v': { S: 'v' } } }
    return call(service, 'UpdateItem', { TableName: 'Tab', Key: key('a'), UpdateExpression, ...names })
  }
  assert.equal((await update('other')).status, 200)
  assert.equal((await update('gsi')).exception, 'ProvisionedThroughputExceededException')
  assert.equal((await call(service, 'DeleteItem', { TableName: 'Tab', Key: key('a') })).exception, 'ProvisionedThroughputExceededException')
  assert.equal((await call(service, 'DeleteItem', { TableName: 'Tab', Key: key('none') })).status, 200)
})

test('a local index draws on the table, for writes and for reads', async () => {
  await createTable('Tab', 'provisioned', { hasLocal: true })
  // Two units each: 5, 3, 1, and the fourth is refused.
  assert.equal(await answered((at) => put('Tab', `k${at}`, { local: { S: 'l' } })), 3)
  assertThrottled(await put('Tab', 'z', { local: { S: 'l' } }), tableRefused('Tab'))
  exhaust('read', 'Tab')
  const query = { IndexName: 'local', KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } }
  assertThrottled(
    await call(service, 'Query', { TableName: 'Tab', ...query }),
    tableRefused('Tab', 'TableReadProvisionedThroughputExceeded'),
  )
})

test('a large item is written at once, goes into debt, and the table pays it back', async () => {
  await createTable('Tab', 'provisioned')
  assert.equal((await put('Tab', 'large', { v: { S: 'x'.repeat(102_000) } })).status, 200)
  // 100 units of 5: 95 to pay, 19 seconds.
  clock.advance(19_000)
  assertThrottled(await put('Tab', 'a'), tableRefused('Tab'))
  clock.advance(1)
  assert.equal((await put('Tab', 'a')).status, 200)
})

test('a page of a Query is paid with all it has read', async () => {
  await createTable('Tab', 'provisioned')
  await put('Tab', 'a', { v: { S: 'x'.repeat(40_000) } })
  const query = {
    TableName: 'Tab',
    KeyConditionExpression: 'pk = :a',
    ExpressionAttributeValues: { ':a': { S: 'a' } },
    ConsistentRead: true,
  }
  await succeed(service, 'Query', { ...query, Select: 'COUNT', FilterExpression: 'attribute_not_exists(v)' })
  // 10 units of 5.
  clock.advance(1000)
  assert.equal((await call(service, 'Query', query)).exception, 'ProvisionedThroughputExceededException')
  clock.advance(1)
  assert.equal((await call(service, 'Query', query)).status, 200)
})

test('a condition that does not hold is paid', async () => {
  await createTable('Tab', 'provisioned')
  const input = { TableName: 'Tab', Item: item('a'), ConditionExpression: 'attribute_exists(pk)' }
  for (let at = 0; at < unitsPerSecond; at += 1) {
    assert.equal((await call(service, 'PutItem', input)).exception, 'ConditionalCheckFailedException')
  }
  assertThrottled(await call(service, 'PutItem', input), tableRefused('Tab'))
})

test('what is not valid and what is refused is not paid', async () => {
  await createTable('Tab', 'provisioned')
  for (let at = 0; at < 20; at += 1) {
    assert.equal((await call(service, 'PutItem', { TableName: 'Tab', Item: { pk: { S: 'a' } } })).exception, 'ValidationException')
    assert.equal(
      (await call(service, 'PutItem', { TableName: 'Tab', Item: item('a'), ConditionExpression: '=' })).exception,
      'ValidationException',
    )
  }
  assert.equal(await answered(() => put('Tab', 'a')), unitsPerSecond)
  for (let at = 0; at < 20; at += 1) await put('Tab', 'a')
  clock.advance(1000)
  assert.equal(await answered(() => put('Tab', 'a')), unitsPerSecond)
})

test('items that expire are deleted whatever is left, and pay nothing', async () => {
  await createTable('Tab', 'provisioned', { globals: ['gsi'] })
  await succeed(service, 'UpdateTimeToLive', { TableName: 'Tab', TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } })
  const ttl = { N: String(startMs / 1000 + 60) }
  for (const pk of ['a', 'b', 'c']) assert.equal((await put('Tab', pk, { ttl, gsi: { S: 'g' } })).status, 200)
  clock.advance(300_000)
  exhaust('write', 'Tab')
  exhaust('write', 'Tab', 'gsi')
  await service.control.runJobs()
  assert.equal(await countItems('Tab'), 0)
  clock.advance((farInDebt / unitsPerSecond) * 1000 - 300_000)
  assert.equal((await put('Tab', 'a')).exception, 'ProvisionedThroughputExceededException')
  clock.advance(1)
  // 300 seconds were saved before the debt: it is over as soon as it would be without the three deletions.
  assert.equal((await put('Tab', 'a')).status, 200)
})

test('the control plane and other tables go on', async () => {
  await createTable('Spent', 'provisioned')
  await createTable('Tab', 'provisioned')
  exhaust('read', 'Spent')
  exhaust('write', 'Spent')
  await succeed(service, 'DescribeTable', { TableName: 'Spent' })
  await succeed(service, 'ListTables', {})
  assert.equal((await put('Tab', 'a')).status, 200)
})

test('raising the capacity of a table and changing its billing mode let requests in', async () => {
  await createTable('Tab', 'provisioned')
  assert.equal(await answered((at) => put('Tab', `k${at}`)), unitsPerSecond)
  await succeed(service, 'UpdateTable', { TableName: 'Tab', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 100 } })
  assert.equal((await put('Tab', 'a')).exception, 'ProvisionedThroughputExceededException', 'what is to be had comes with time')
  clock.advance(1000)
  assert.equal(await answered((at) => put('Tab', `k${at}`)), 100)
  await succeed(service, 'UpdateTable', { TableName: 'Tab', BillingMode: 'PAY_PER_REQUEST' })
  for (let at = 0; at < 200; at += 1) assert.equal((await put('Tab', `k${at}`)).status, 200)
})

test('a table that was raised and then left alone has saved up at its new rate', async () => {
  await createTable('Tab', 'provisioned')
  assert.equal(await answered((at) => put('Tab', `k${at}`)), unitsPerSecond)
  await succeed(service, 'UpdateTable', { TableName: 'Tab', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 100 } })
  clock.advance(10_000)
  assert.equal(await answered((at) => put('Tab', `k${at}`)), 1000)
})

test('in observe mode nothing is refused, and the same table refuses when it is set to enforce', async () => {
  const { settings, catalog } = engine()
  settings.throughput = 'observe'
  await createTable('Tab', 'provisioned')
  exhaust('write', 'Tab')
  assert.equal((await put('Tab', 'a')).status, 200)
  settings.tableThroughput.set(catalog.find('Tab')?.tableId ?? -1, 'enforce')
  assertThrottled(await put('Tab', 'a'), tableRefused('Tab'))
})
