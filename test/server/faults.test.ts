/** Faults that tests ask for: what each of them does to clients of the SDK, in process and over HTTP, and which requests it is for. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { errorsOf } from '../../src/api/operation-errors.ts'
import { type OperationName, operations } from '../../src/api/operations.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { handlers } from '../../src/operations/registry.ts'
import type { Control } from '../../src/server/control/control.ts'
import type { FaultMatch, NewFault } from '../../src/server/faults/fault.ts'
import { sdkRequestHandler } from '../../src/server/in-process/sdk-requests.ts'
import { faultsMax } from '../../src/server/limits.ts'
import { type RunningServer, type Service, type ServiceOptions, startServer } from '../../src/server/start.ts'
import { IamServer, rootKey } from '../harness/iam-server.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'
import { testStorage } from '../harness/test-storage.ts'

const startMs = 1_795_341_600_000
const shop = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'owner', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'byOwner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
} satisfies CreateTableCommandInput

interface Key {
  readonly [name: string]: { S: string } | { N: string }
}

function keyOf(pk: string, sk: number | string = 1): Key {
  return { pk: { S: pk }, sk: { N: String(sk) } }
}

type Ask = readonly [operation: string, input: object]

const put = (pk: string): Ask => ['PutItem', { TableName: 'Shop', Item: { ...keyOf(pk), owner: { S: 'x' } } }]
const get = (pk: string): Ask => ['GetItem', { TableName: 'Shop', Key: keyOf(pk) }]
const update = (pk: string): Ask => ['UpdateItem', { TableName: 'Shop', Key: keyOf(pk) }]
const remove = (pk: string): Ask => ['DeleteItem', { TableName: 'Shop', Key: keyOf(pk) }]
const query = (pk: string): Ask => [
  'Query',
  { TableName: 'Shop', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } },
]
const ofOwner: Ask = [
  'Query',
  {
    TableName: 'Shop',
    IndexName: 'byOwner',
    KeyConditionExpression: '#o = :o',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': { S: 'x' } },
  },
]
const scan: Ask = ['Scan', { TableName: 'Shop' }]
const batchGet = (...pks: string[]): Ask => ['BatchGetItem', { RequestItems: { Shop: { Keys: pks.map((pk) => keyOf(pk)) } } }]
const putsOf = (pks: readonly string[]) => pks.map((pk) => ({ PutRequest: { Item: keyOf(pk) } }))
const batchWrite = (...pks: string[]): Ask => ['BatchWriteItem', { RequestItems: { Shop: putsOf(pks) } }]
const transactGet = (...pks: string[]): Ask => [
  'TransactGetItems',
  { TransactItems: pks.map((pk) => ({ Get: { TableName: 'Shop', Key: keyOf(pk) } })) },
]
const transactWrite = (...pks: string[]): Ask => [
  'TransactWriteItems',
  { TransactItems: pks.map((pk) => ({ Put: { TableName: 'Shop', Item: keyOf(pk) } })) },
]
const selectOf = (pk: string) => `SELECT * FROM "Shop" WHERE pk = '${pk}' AND sk = 1`
const insertOf = (pk: string) => `INSERT INTO "Shop" VALUE {'pk': '${pk}', 'sk': 1}`
const select = (pk: string): Ask => ['ExecuteStatement', { Statement: selectOf(pk) }]
const insert = (pk: string): Ask => ['ExecuteStatement', { Statement: insertOf(pk) }]
const batchSelect = (...pks: string[]): Ask => ['BatchExecuteStatement', { Statements: pks.map((pk) => ({ Statement: selectOf(pk) })) }]
const batchInsert = (...pks: string[]): Ask => ['BatchExecuteStatement', { Statements: pks.map((pk) => ({ Statement: insertOf(pk) })) }]
const transactSelect = (...pks: string[]): Ask => [
  'ExecuteTransaction',
  { TransactStatements: pks.map((pk) => ({ Statement: selectOf(pk) })) },
]
const transactInsert = (...pks: string[]): Ask => [
  'ExecuteTransaction',
  { TransactStatements: pks.map((pk) => ({ Statement: insertOf(pk) })) },
]

/** A client of a Stator somewhere, and what it is controlled by. */
interface Side {
  readonly client: DynamoDBClient
  readonly control: Control
}

/** As the SDK's own, but for the time that it waits. */
const atOnce = {
  mode: 'standard',
  acquireInitialRetryToken: async () => tokenOf(0),
  refreshRetryTokenForRetry: async (token: Token, { errorType, error }: { readonly errorType: string; readonly error?: unknown }) => {
    if (errorType === 'CLIENT_ERROR' || token.getRetryCount() === 2) throw error
    return tokenOf(token.getRetryCount() + 1)
  },
  recordSuccess: () => {},
}

interface Token {
  getRetryCount(): number
  getRetryDelay(): number
}

function tokenOf(count: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => 0 }
}

const config: DynamoDBClientConfig = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  retryStrategy: atOnce as NonNullable<DynamoDBClientConfig['retryStrategy']>,
}

async function opened(t: TestContext, options: Partial<ServiceOptions> = {}): Promise<Service> {
  const service = await openTestService('steady', options)
  t.after(() => service.close())
  await succeed(service, 'CreateTable', shop)
  return service
}

async function inProcess(t: TestContext): Promise<Side> {
  const service = await opened(t)
  const requestHandler = sdkRequestHandler({ ask: (question) => question(service), region: 'us-east-1' })
  return { client: new DynamoDBClient({ ...config, requestHandler }), control: service.control }
}

async function overHttp(t: TestContext, http: 'node' | 'strict' = 'strict'): Promise<Side> {
  const { endpoint, control } = await served(t, { http })
  const client = new DynamoDBClient({ ...config, endpoint })
  t.after(() => client.destroy())
  await client.send(new CreateTableCommand(shop))
  return { client, control }
}

async function served(t: TestContext, options: Partial<Parameters<typeof startServer>[0]>): Promise<RunningServer> {
  const quiet = { jobs: 'manual', crossOrigin: false, log: () => {}, isTestCluster: true } as const
  const server = await startServer({ storage: testStorage('steady'), port: 0, ...quiet, ...options })
  t.after(() => server.close())
  return server
}

async function countsOf({ control }: { readonly control: Control }): Promise<readonly (readonly [matched: number, struck: number])[]> {
  const { faults } = await control.faults()
  return faults.map(({ matched, struck }) => [matched, struck] as const)
}

/** What becomes of it with this fault alone. */
async function askWith(service: Service, fault: NewFault, [operation, input]: Ask): Promise<Reply> {
  await service.control.clearFaults()
  await service.control.addFault(fault)
  return call(service, operation, input)
}

const putCommand = (pk: string) => new PutItemCommand({ TableName: 'Shop', Item: keyOf(pk) })

const sides = [
  ['in process', inProcess],
  ['over HTTP', overHttp],
  ['by node:http', (t: TestContext) => overHttp(t, 'node')],
] as const

for (const [where, openSide] of sides) {
  test(`The SDK repeats what is throttled, fails or loses its connection, ${where}`, async (t) => {
    const side = await openSide(t)
    const { client, control } = side
    const effects: NewFault['do'][] = [
      { throttle: 'TableWriteProvisionedThroughputExceeded' },
      { throttle: 'TableWriteKeyRangeThroughputExceeded' },
      { throttle: 'TableWriteAccountLimitExceeded' },
      { error: 'InternalServerError' },
      { error: 'ServiceUnavailable' },
      { lose: 'request' },
      { lose: 'answer' },
    ]
    for (const effect of effects) {
      await control.addFault({ match: { operation: 'PutItem' }, times: 1, do: effect })
      const { $metadata } = await client.send(putCommand(JSON.stringify(effect)))
      assert.equal($metadata.attempts, 2, JSON.stringify(effect))
      assert.deepEqual(await countsOf(side), [[2, 1]])
      assert.deepEqual(await control.clearFaults(), { cleared: 1 })
    }
  })

  test(`A lost request is not done, one whose answer is lost is, ${where}`, async (t) => {
    const { client, control } = await openSide(t)
    for (const lose of ['request', 'answer'] as const) {
      await control.addFault({ match: { operation: 'PutItem', key: { pk: { S: lose } } }, do: { lose } })
      const error = await client.send(putCommand(lose)).then(
        () => undefined,
        (thrown: Error & { code?: string; $metadata?: { attempts?: number } }) => thrown,
      )
      assert.deepEqual([error?.name, error?.code, error?.$metadata?.attempts], ['TimeoutError', 'ECONNRESET', 3])
    }
    const found = (pk: string) => client.send(new GetItemCommand({ TableName: 'Shop', Key: keyOf(pk) as never })).then(({ Item }) => Item)
    assert.equal(await found('request'), undefined)
    assert.deepEqual(await found('answer'), keyOf('answer'))
  })
}

test('A throttle is what enforced limits answer: exception, message and reasons', async (t) => {
  const service = await opened(t)
  const cases = [
    ['TableReadKeyRangeThroughputExceeded', get('a'), 'ThrottlingException', 'table/Shop', /scaling your table or index/],
    ['TableReadMaxOnDemandThroughputExceeded', scan, 'ThrottlingException', 'table/Shop', /maximum OnDemandThroughput/],
    ['TableReadAccountLimitExceeded', select('a'), 'RequestLimitExceeded', 'table/Shop', /limit for your account/],
    ['TableReadProvisionedThroughputExceeded', query('a'), 'ProvisionedThroughputExceededException', 'table/Shop', /for the table was/],
    ['TableWriteProvisionedThroughputExceeded', put('a'), 'ProvisionedThroughputExceededException', 'table/Shop', /for the table was/],
    ['TableWriteKeyRangeThroughputExceeded', insert('a'), 'ThrottlingException', 'table/Shop', /scaling your table or index/],
    ['IndexWriteKeyRangeThroughputExceeded', update('a'), 'ThrottlingException', 'table/Shop/index/byOwner', /secondary indexes/],
    ['IndexReadProvisionedThroughputExceeded', ofOwner, 'ProvisionedThroughputExceededException', 'table/Shop/index/byOwner', /indexes/],
  ] as const
  for (const [reason, asked, exception, resource, message] of cases) {
    const reply = await askWith(service, { do: { throttle: reason } }, asked)
    assert.equal(reply.exception, exception)
    assert.match(reply.message ?? '', message)
    const reasons = reply.body.throttlingReasons ?? reply.body.ThrottlingReasons
    assert.deepEqual(reasons, [{ reason, resource: `arn:aws:dynamodb:us-east-1:123456789012:${resource}` }])
  }
  // What a request takes no capacity of it is not throttled for.
  for (const asked of [ofOwner, put('a')]) {
    assert.equal((await askWith(service, { do: { throttle: 'TableReadKeyRangeThroughputExceeded' } }, asked)).status, 200)
    assert.deepEqual(await countsOf(service), [[0, 0]])
  }
})

test('Every exception of an operation can be had, in its usual words or in others', async (t) => {
  const service = await opened(t)
  for (const [asked, name] of [[put('a'), 'PutItem'] as const, [transactWrite('a', 'b'), 'TransactWriteItems'] as const]) {
    for (const error of errorsOf(operations[name])) {
      const reply = await askWith(service, { match: { operation: name }, do: { error } }, asked)
      assert.equal(reply.exception, error)
      assert.notEqual(reply.message ?? '', '')
    }
  }
  const { status, message } = await askWith(service, { do: { error: 'InternalServerError', message: 'Not today.' } }, get('a'))
  assert.deepEqual([status, message], [500, 'Not today.'])
  assert.equal((await askWith(service, { do: { error: 'ServiceUnavailable' } }, ['ListTables', {}])).status, 503)
  // It is only for those that can answer so.
  assert.equal((await askWith(service, { do: { error: 'ConditionalCheckFailedException' } }, get('a'))).status, 200)
  assert.equal((await askWith(service, { do: { error: 'ConditionalCheckFailedException' } }, put('b'))).status, 400)
})

test('A fault is for the requests that it says: operation, table, index, key', async (t) => {
  const service = await opened(t)
  await succeed(service, 'CreateTable', { ...shop, TableName: 'Other' })
  const isStruck = async (match: FaultMatch, asked: Ask) =>
    (await askWith(service, { match, do: { error: 'InternalServerError' } }, asked)).status === 500
  const other: Ask = ['GetItem', { TableName: 'Other', Key: keyOf('a') }]
  const byArn: Ask = ['GetItem', { TableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/Shop', Key: keyOf('a') }]
  const cases: readonly (readonly [FaultMatch, struck: readonly Ask[], missed: readonly Ask[]])[] = [
    [{}, [get('a'), ['ListTables', {}]], []],
    [{ operation: 'GetItem' }, [get('a'), other], [put('a'), scan]],
    [
      { table: 'Shop' },
      [get('a'), byArn, transactWrite('a'), batchSelect('a'), ['DescribeTable', { TableName: 'Shop' }]],
      [other, ['DescribeTable', { TableName: 'Other' }], ['ListTables', {}]],
    ],
    [{ index: 'byOwner' }, [ofOwner], [query('a'), scan, put('a')]],
    [
      { key: keyOf('a', '1.0') },
      [get('a'), put('a'), update('a'), remove('a'), select('a')],
      [get('b'), put('b'), query('a'), scan, ofOwner, insert('b')],
    ],
    [
      { key: keyOf('a') },
      [batchGet('b', 'a'), batchWrite('b', 'a'), transactGet('b', 'a'), transactWrite('b', 'a'), batchSelect('b', 'a')],
      [batchGet('b'), transactSelect('b', 'c'), batchInsert('c'), ['ListTables', {}]],
    ],
    [{ key: { pk: { S: 'a' } } }, [get('a'), query('a'), transactSelect('b', 'a')], [get('b'), query('b'), query('ab'), scan]],
    [{ key: { owner: { S: 'x' } } }, [ofOwner], [put('a'), scan]],
    [{ key: { sk: { N: '1' } } }, [], [get('a'), query('a')]],
    [{ key: { pk: { N: '1' }, sk: { N: '1' } } }, [], [get('1')]],
  ]
  for (const [match, struck, missed] of cases) {
    for (const asked of struck) assert.ok(await isStruck(match, asked), `${JSON.stringify(match)} is for ${JSON.stringify(asked)}`)
    for (const asked of missed) assert.ok(!(await isStruck(match, asked)), `${JSON.stringify(match)} is not for ${JSON.stringify(asked)}`)
  }
})

test('A fault lets requests pass first, strikes so often, and tells both', async (t) => {
  const service = await opened(t)
  const { control } = service
  const added = await control.addFault({ match: { operation: 'GetItem' }, after: 1, times: 2, do: { error: 'InternalServerError' } })
  const fault = { fault: 'fault-1', match: { operation: 'GetItem' }, after: 1, times: 2, do: { error: 'InternalServerError' } }
  assert.deepEqual(added, { ...fault, matched: 0, struck: 0, waiting: 0 })
  const statuses: number[] = []
  for (let count = 0; count < 5; count += 1) statuses.push((await call(service, ...get('a'))).status)
  assert.deepEqual(statuses, [200, 500, 500, 200, 200])
  assert.deepEqual((await control.faults()).faults, [{ ...fault, matched: 5, struck: 2, waiting: 0 }])
  assert.deepEqual(await control.removeFault({ fault: 'fault-1' }), { ...fault, matched: 5, struck: 2, waiting: 0 })
  assert.deepEqual((await control.faults()).faults, [])
})

test('Faults are tried in their order, and the first one that strikes ends it, unless it delays', async (t) => {
  const service = await opened(t)
  const { control } = service
  await control.addFault({ times: 1, do: { error: 'ThrottlingException' } })
  await control.addFault({ do: { delayMs: 0 } })
  await control.addFault({ do: { error: 'InternalServerError' } })
  await control.addFault({ do: { error: 'ServiceUnavailable' } })
  assert.equal((await call(service, ...get('a'))).exception, 'ThrottlingException')
  assert.equal((await call(service, ...get('a'))).exception, 'InternalServerError')
  assert.deepEqual(await countsOf(service), [
    [2, 1],
    [1, 1],
    [1, 1],
    [0, 0],
  ])
  const { requests } = await control.requests({ operation: 'GetItem' })
  assert.deepEqual(
    requests.map(({ faults, status }) => [faults, status]),
    [
      [['fault-1'], 400],
      [['fault-2', 'fault-3'], 500],
    ],
  )
})

test('Chance repeats with the seed, and is another one with another', async (t) => {
  const drawn = async (options: Partial<ServiceOptions>): Promise<{ readonly hits: string; readonly seed: number }> => {
    const service = await opened(t, options)
    await service.control.addFault({ probability: 0.5, match: { operation: 'GetItem' }, do: { error: 'InternalServerError' } })
    let hits = ''
    for (let count = 0; count < 64; count += 1) {
      // What else is asked takes nothing from it.
      if (count % 3 === 0) await call(service, 'ListTables', {})
      hits += (await call(service, ...get('a'))).status === 500 ? 'x' : '.'
    }
    return { hits, seed: (await service.control.faults()).seed }
  }
  const first = await drawn({ seed: 7 })
  assert.deepEqual(await drawn({ seed: 7 }), first)
  assert.equal(first.seed, 7)
  assert.notEqual((await drawn({ seed: 8 })).hits, first.hits)
  const share = first.hits.split('x').length - 1
  assert.ok(share > 16 && share < 48, first.hits)
  // Without one it is told, to be given next time.
  const unseeded = await drawn({})
  assert.equal((await drawn({ seed: unseeded.seed })).hits, unseeded.hits)
})

test('After all have been removed the next fault draws as the first one did', async (t) => {
  const service = await opened(t, { seed: 3 })
  const draw = async (): Promise<readonly number[]> => {
    const { fault } = await service.control.addFault({ probability: 0.5, do: { error: 'InternalServerError' } })
    assert.equal(fault, 'fault-1')
    const statuses: number[] = []
    for (let count = 0; count < 20; count += 1) statuses.push((await call(service, ...get('a'))).status)
    await service.control.clearFaults()
    return statuses
  }
  assert.deepEqual(await draw(), await draw())
})

test('A fault is there for a time of the clock', async (t) => {
  const clock = new ManualClock(startMs)
  const service = await opened(t, { clock })
  const { untilMs } = await service.control.addFault({ forMs: 1000, do: { error: 'InternalServerError' } })
  assert.equal(untilMs, startMs + 1000)
  clock.advance(999)
  assert.equal((await call(service, ...get('a'))).status, 500)
  clock.advance(1)
  assert.equal((await call(service, ...get('a'))).status, 200)
  assert.deepEqual(await countsOf(service), [[1, 1]])
})

test('A delayed request goes on when the clock has been moved, when the fault is removed, and when the server ends', async (t) => {
  const clock = new ManualClock(startMs)
  const service = await opened(t, { clock })
  const { control } = service
  const waiting = async (): Promise<number | undefined> => (await control.faults()).faults[0]?.waiting
  const delay: NewFault = { match: { operation: 'PutItem' }, do: { delayMs: 3_600_000 } }

  await control.addFault(delay)
  const first = call(service, ...put('a'))
  assert.equal(await waiting(), 1)
  assert.deepEqual((await call(service, ...get('a'))).body, {})
  await control.advanceClock({ byMs: 3_599_999 })
  assert.equal(await waiting(), 1)
  await control.advanceClock({ byMs: 1 })
  assert.equal((await first).status, 200)
  assert.equal(await waiting(), 0)

  const second = call(service, ...put('b'))
  assert.equal(await waiting(), 1)
  await control.removeFault({ fault: 'fault-1' })
  assert.equal((await second).status, 200)

  const server = await served(t, {})
  const client = new DynamoDBClient({ ...config, endpoint: server.endpoint })
  t.after(() => client.destroy())
  await client.send(new CreateTableCommand(shop))
  await server.control.addFault(delay)
  const third = client.send(putCommand('c'))
  while ((await server.control.faults()).faults[0]?.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
  await server.close()
  assert.equal((await third).$metadata.attempts, 1)
})

test('A short delay passes by itself', async (t) => {
  const service = await opened(t)
  await service.control.addFault({ do: { delayMs: 1 } })
  assert.equal((await call(service, ...put('a'))).status, 200)
})

test('Of a batch as many come back unprocessed as a fault says, and the others are done', async (t) => {
  const service = await opened(t)
  const keysOf = ({ body }: Reply): unknown => (body.UnprocessedKeys as { Shop?: { Keys: unknown } }).Shop?.Keys
  const writesOf = ({ body }: Reply): unknown => (body.UnprocessedItems as { Shop?: unknown }).Shop
  const isThere = async (pk: string): Promise<boolean> => 'Item' in (await succeed(service, ...get(pk)))

  assert.deepEqual(writesOf(await askWith(service, { do: { unprocessed: 2 } }, batchWrite('a', 'b', 'c'))), putsOf(['b', 'c']))
  assert.deepEqual([await isThere('a'), await isThere('b')], [true, false])
  assert.deepEqual(writesOf(await askWith(service, { do: { unprocessed: 'all' } }, batchWrite('b', 'c'))), putsOf(['b', 'c']))
  const ofKey: NewFault = { match: { key: keyOf('b') }, do: { unprocessed: 'all' } }
  assert.deepEqual(writesOf(await askWith(service, ofKey, batchWrite('b', 'c'))), putsOf(['b']))
  assert.equal(await isThere('c'), true)

  const read = await askWith(service, { do: { unprocessed: 1 } }, batchGet('a', 'c'))
  assert.deepEqual(keysOf(read), [keyOf('c')])
  assert.deepEqual((read.body.Responses as { Shop: unknown }).Shop, [keyOf('a')])
  const none = await askWith(service, { do: { unprocessed: 'all' } }, [
    'BatchGetItem',
    { RequestItems: { Shop: { Keys: [keyOf('a'), keyOf('c')], ConsistentRead: true } }, ReturnConsumedCapacity: 'TOTAL' },
  ])
  assert.deepEqual((none.body.UnprocessedKeys as { Shop: unknown }).Shop, { Keys: [keyOf('a'), keyOf('c')], ConsistentRead: true })
  // More than there are: all of them. Other operations have nothing to give back.
  assert.deepEqual(keysOf(await askWith(service, { do: { unprocessed: 9 } }, batchGet('a'))), [keyOf('a')])
  assert.equal((await askWith(service, { do: { unprocessed: 1 } }, get('a'))).status, 200)
})

test('Members of two tables come back unprocessed each in their own', async (t) => {
  const service = await opened(t)
  await succeed(service, 'CreateTable', { ...shop, TableName: 'Other' })
  const both: Ask = ['BatchWriteItem', { RequestItems: { Shop: putsOf(['a', 'b']), Other: putsOf(['a', 'b']) } }]
  const { body } = await askWith(service, { do: { unprocessed: 3 } }, both)
  assert.deepEqual(body.UnprocessedItems, { Shop: putsOf(['b']), Other: putsOf(['a', 'b']) })
  const ofOther = await askWith(service, { match: { table: 'Other' }, do: { unprocessed: 1 } }, both)
  assert.deepEqual(ofOther.body.UnprocessedItems, { Other: putsOf(['b']) })
})

test('A batch, a transaction and a batch of statements are throttled as limits would throttle their members', async (t) => {
  const service = await opened(t)
  const all: NewFault = { do: { throttle: 'TableWriteProvisionedThroughputExceeded' } }
  const one: NewFault = { match: { key: keyOf('b') }, ...all }
  assert.equal((await askWith(service, all, batchWrite('a', 'b'))).exception, 'ProvisionedThroughputExceededException')
  assert.deepEqual((await askWith(service, one, batchWrite('a', 'b'))).body.UnprocessedItems, { Shop: putsOf(['b']) })

  const reasons = ({ body }: Reply): unknown => (body.CancellationReasons as { Code: string }[]).map(({ Code }) => Code)
  for (const asked of [transactWrite('a', 'b'), transactInsert('y', 'b')]) {
    assert.deepEqual(reasons(await askWith(service, one, asked)), ['None', 'ProvisionedThroughputExceeded'])
  }
  const read: NewFault = { match: { key: keyOf('b') }, do: { throttle: 'TableReadKeyRangeThroughputExceeded' } }
  for (const asked of [transactGet('a', 'b'), transactSelect('a', 'b')]) {
    assert.deepEqual(reasons(await askWith(service, read, asked)), ['None', 'ThrottlingError'])
  }
  const slots = ({ body }: Reply): unknown => (body.Responses as { Error?: { Code: string } }[]).map(({ Error: error }) => error?.Code)
  assert.deepEqual(slots(await askWith(service, one, batchInsert('z', 'b'))), [undefined, 'ProvisionedThroughputExceeded'])
  assert.deepEqual(slots(await askWith(service, read, batchSelect('b', 'a', 'b2'))), ['ThrottlingError', undefined, undefined])
})

test('A conflict is what each operation says of an item that another transaction has', async (t) => {
  const service = await opened(t)
  const fault: NewFault = { match: { key: keyOf('b') }, do: { conflict: true } }
  const reasons = ({ body }: Reply): unknown => (body.CancellationReasons as { Code: string }[]).map(({ Code }) => Code)
  for (const asked of [put('b'), update('b'), remove('b'), insert('b')]) {
    const { exception, message } = await askWith(service, fault, asked)
    assert.deepEqual([exception, message], ['TransactionConflictException', 'Transaction is ongoing for the item'])
  }
  for (const asked of [transactWrite('a', 'b'), transactGet('a', 'b'), transactInsert('y', 'b'), transactSelect('a', 'b')]) {
    assert.deepEqual(reasons(await askWith(service, fault, asked)), ['None', 'TransactionConflict'])
  }
  assert.deepEqual((await askWith(service, fault, batchWrite('a', 'b'))).body.UnprocessedItems, { Shop: putsOf(['b']) })
  const { body } = await askWith(service, fault, batchInsert('z', 'b'))
  assert.deepEqual((body.Responses as { Error?: { Code: string } }[])[1]?.Error?.Code, 'TransactionConflict')
  for (const asked of [get('b'), batchGet('b'), query('b')]) assert.equal((await askWith(service, fault, asked)).status, 200)
})

test('A transaction is cancelled for the reason that is asked for', async (t) => {
  const service = await opened(t)
  const fault: NewFault = {
    match: { key: keyOf('b') },
    do: { error: 'TransactionCanceledException', reason: 'ConditionalCheckFailed' },
  }
  const { exception, message, body } = await askWith(service, fault, transactWrite('a', 'b'))
  assert.equal(exception, 'TransactionCanceledException')
  assert.match(message ?? '', /\[None, ConditionalCheckFailed\]$/)
  assert.deepEqual(body.CancellationReasons, [
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
  ])
})

test('What is wrong with a request comes before any fault, and is none that it has met', async (t) => {
  const service = await opened(t)
  await service.control.addFault({ do: { error: 'InternalServerError' } })
  const wrong: readonly Ask[] = [
    ['GetItem', { TableName: 'Shop', Key: { pk: { S: 'a' } } }],
    ['GetItem', { TableName: 'Nothing', Key: keyOf('a') }],
    ['PutItem', { TableName: 'Shop', Item: keyOf('a'), ConditionExpression: 'a =' }],
    ['Query', { TableName: 'Shop', KeyConditionExpression: 'sk = :a', ExpressionAttributeValues: { ':a': { N: '1' } } }],
    ['Scan', { TableName: 'Shop', IndexName: 'none' }],
    batchGet('a', 'a'),
    transactWrite('a', 'a'),
    ['ExecuteStatement', { Statement: 'SELECT' }],
    ['ListTables', { Limit: 0 }],
  ]
  for (const asked of wrong) assert.equal((await call(service, ...asked)).status, 400, JSON.stringify(asked))
  assert.deepEqual(await countsOf(service), [[0, 0]])
})

test('A fault is for who asks, and comes after what he may not', async (t) => {
  const iam = await IamServer.open({ isTestCluster: true })
  t.after(() => iam.close())
  const { control } = iam.server
  const ann = await iam.userNamed('ann', [{ Effect: 'Allow', Action: 'dynamodb:ListTables', Resource: '*' }])
  await control.addFault({ match: { caller: 'arn:aws:iam::123456789012:user/ann' }, do: { error: 'ServiceUnavailable' } })
  assert.equal((await iam.json(rootKey, 'ListTables', {})).status, 200)
  assert.equal((await iam.json(ann, 'DescribeLimits', {})).status, 400)
  assert.equal((await iam.json({ ...ann, secretAccessKey: 'x' }, 'ListTables', {})).status, 400)
  assert.deepEqual(await countsOf(iam.server), [[0, 0]])
  assert.equal((await iam.json(ann, 'ListTables', {})).status, 503)
  assert.deepEqual(await countsOf(iam.server), [[1, 1]])
})

/** What reads or writes items asks for faults itself, after all that may be wrong with the request; of the rest dispatch does. */
test('Every operation meets faults, and nothing of it is done', async (t) => {
  const service = await opened(t)
  const vectors = { ...shop, TableName: 'Vectors' }
  const named = { TableName: 'Shop' }
  const samples: { readonly [Name in OperationName]?: object } = {
    ...Object.fromEntries([put('a'), get('a'), update('a'), remove('a'), query('a'), scan, batchGet('a'), batchWrite('a')]),
    ...Object.fromEntries([transactGet('a'), transactWrite('a'), insert('a'), batchInsert('a'), transactInsert('a')]),
    CreateTable: vectors,
    DeleteTable: named,
    DescribeTable: named,
    ListTables: {},
    UpdateTable: { ...named, DeletionProtectionEnabled: true },
    CreateBackup: { ...named, BackupName: 'backup' },
    DescribeTimeToLive: named,
    ListStreams: {},
    TagResource: { ResourceArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/Shop', Tags: [{ Key: 'k', Value: 'v' }] },
  }
  for (const [operation, input] of Object.entries(samples)) {
    const reply = await askWith(service, { do: { error: 'InternalServerError' } }, [operation, input])
    assert.equal(reply.status, 500, operation)
  }
  const missing = Object.keys(handlers).filter(
    (name) => ['DP', 'TX', 'PQ'].includes(operations[name as OperationName].tier) && !(name in samples),
  )
  assert.deepEqual(missing, [])
  await service.control.clearFaults()
  assert.deepEqual((await succeed(service, 'ListTables', {})).TableNames, ['Shop'])
  assert.equal((await succeed(service, ...scan)).Count, 0)
})

test('What makes no sense is refused in a sentence', async (t) => {
  const { control } = await opened(t)
  const cases: readonly (readonly [fault: object, sentence: RegExp])[] = [
    [{}, /^"do" is missing\.$/],
    [{ do: {} }, /^"do" must have one of throttle, error, delayMs, lose, unprocessed, conflict, staleMs, staleChanges, streamDelayMs\.$/],
    [{ do: { lose: 'answer', delayMs: 1 } }, /^"do" must have one of/],
    [{ do: { lose: 'all' } }, /^"do\.lose" must be request \(nothing is done\) or answer \(it is done\)\.$/],
    [{ do: { delayMs: -1 } }, /^"do\.delayMs" must be a whole number of milliseconds from 0 to 86400000\.$/],
    [{ do: { delayMs: 1, message: 'x' } }, /^"message" is not a member of "do": it may have delayMs\.$/],
    [{ do: { error: 'Nonsense' } }, /^"do\.error" must be an exception of DynamoDB .*, and "Nonsense" is none\.$/],
    [{ do: { error: 'InternalServerError', message: 5 } }, /^"do\.message" must be a text\.$/],
    [{ do: { error: 'InternalServerError', reason: 'ValidationError' } }, /^"do\.reason" goes with TransactionCanceledException\.$/],
    [{ do: { error: 'TransactionCanceledException', reason: 'x' } }, /^"do\.reason" must be one of ConditionalCheckFailed, /],
    [
      { match: { operation: 'GetItem' }, do: { error: 'ConditionalCheckFailedException' } },
      /^GetItem does not answer with ConditionalCheckFailedException: its exceptions are AccessDeniedException, .*\.$/,
    ],
    [{ do: { error: 'UnknownOperationException' } }, /^No operation answers with UnknownOperationException\.$/],
    [
      { do: { throttle: 'TableWrite' } },
      /^"do\.throttle" must be Table or Index, Read or Write, and one of ProvisionedThroughputExceeded, /,
    ],
    [
      { match: { operation: 'ListTables' }, do: { throttle: 'TableReadKeyRangeThroughputExceeded' } },
      /^ListTables takes no capacity of a table/,
    ],
    [
      { match: { operation: 'GetItem' }, do: { throttle: 'TableWriteKeyRangeThroughputExceeded' } },
      /^GetItem is not throttled for TableWriteKeyRangeThroughputExceeded, as it is a read\.$/,
    ],
    [{ do: { unprocessed: 0 } }, /^"do\.unprocessed" must be all, or a whole number from 1 to 1000000\.$/],
    [{ match: { operation: 'PutItem' }, do: { unprocessed: 1 } }, /^Nothing comes back unprocessed of PutItem, /],
    [{ do: { conflict: false } }, /^"do\.conflict" must be true\.$/],
    [{ match: { operation: 'GetItem' }, do: { conflict: true } }, /^GetItem does not conflict with transactions/],
    [{ match: { operation: 'Get' }, do: { lose: 'answer' } }, /^"match\.operation" must be an operation of DynamoDB, and "Get" is none\.$/],
    [
      { match: { tabel: 'Shop' }, do: { lose: 'answer' } },
      /^"tabel" is not a member of "match": it may have operation, table, index, key, caller, partition, shard\.$/,
    ],
    [{ match: { table: '' }, do: { lose: 'answer' } }, /^"match\.table" must be a name\.$/],
    [
      { match: { key: { pk: 'a' } }, do: { lose: 'answer' } },
      /^"match\.key" must be a key, or the partition key of one, such as \{ "pk": \{ "S": "a" \} \}\.$/,
    ],
    [{ match: { key: { pk: { N: 'a' } } }, do: { lose: 'answer' } }, /^"match\.key" must be a key.*: .*numeric value/],
    [{ match: { key: {} }, do: { lose: 'answer' } }, /^"match\.key" must be a key/],
    [{ match: 'all', do: { lose: 'answer' } }, /^"match" must be a JSON object\.$/],
    [{ times: 0, do: { lose: 'answer' } }, /^"times" must be at least 1\.$/],
    [{ after: -1, do: { lose: 'answer' } }, /^"after" must be a whole number/],
    [{ probability: 2, do: { lose: 'answer' } }, /^"probability" must be a number from 0 to 1\.$/],
    [{ forMs: 'x', do: { lose: 'answer' } }, /^"forMs" must be a whole number of milliseconds/],
    [{ nth: 1, do: { lose: 'answer' } }, /^"nth" is not a member of this request: it may have match, after, /],
  ]
  for (const [fault, sentence] of cases) {
    await assert.rejects(control.addFault(fault as NewFault), (error: Error) => {
      assert.match(error.message, sentence, JSON.stringify(fault))
      return true
    })
  }
  await assert.rejects(control.removeFault({ fault: 'fault-1' }), { message: 'There is no fault "fault-1".' })
  for (let count = 0; count < faultsMax; count += 1) await control.addFault({ do: { lose: 'answer' } })
  await assert.rejects(control.addFault({ do: { lose: 'answer' } }), { message: /^There are 1000 faults already/ })
  assert.deepEqual(await control.clearFaults(), { cleared: faultsMax })
})

test('Faults come and go over HTTP', async (t) => {
  const { endpoint } = await served(t, { seed: 5 })
  const ask = async (method: string, path: string, body?: object): Promise<readonly [status: number, body: unknown]> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${endpoint}/_stator/${path}`, { method, headers: { 'X-Stator-Control': '1' }, ...sent })
    return [answer.status, await answer.json()]
  }
  const fault = { times: 3, do: { lose: 'answer' } }
  const told = { fault: 'fault-1', ...fault, matched: 0, struck: 0, waiting: 0 }
  assert.deepEqual(await ask('POST', 'faults', fault), [200, told])
  assert.deepEqual(await ask('GET', 'faults'), [200, { seed: 5, faults: [told] }])
  assert.deepEqual(await ask('POST', 'faults', { do: { lose: 'all' } }), [
    400,
    { error: '"do.lose" must be request (nothing is done) or answer (it is done).' },
  ])
  assert.deepEqual(await ask('DELETE', 'faults/fault-9'), [404, { error: 'There is no fault "fault-9".' }])
  assert.deepEqual(await ask('DELETE', 'faults/fault-1'), [200, told])
  assert.deepEqual(await ask('DELETE', 'faults'), [200, { cleared: 0 }])
})

test('Faults are there from the start if that is asked for, and gone after a reset', async (t) => {
  const first: NewFault = { match: { operation: 'GetItem' }, do: { error: 'InternalServerError' } }
  const service = await opened(t, { faults: [first] })
  assert.equal((await call(service, ...get('a'))).status, 500)
  await service.control.reset({ recreate: true })
  assert.equal((await call(service, ...get('a'))).status, 200)
  const refused = (faults: unknown) => openTestService('any', { faults })
  await assert.rejects(refused([first, { do: {} }]), { message: /^Fault 2 of the list: "do" must have one of / })
  await assert.rejects(refused({}), { message: 'Faults must be a list of them (docs/faults.md).' })
})

test('What the server asks itself at its start meets no faults', async (t) => {
  const statuses: number[] = []
  await served(t, {
    faults: [{ do: { error: 'InternalServerError' } }],
    prepare: async ({ handleOwn }) => {
      const headers = {
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20261122T100000Z',
      }
      statuses.push((await handleOwn({ target: 'DynamoDB_20120810.ListTables', headers, body: Buffer.from('{}') })).status)
    },
  })
  assert.deepEqual(statuses, [200])
})

test('Those who follow what is asked hear of faults without the keys that they are for', async (t) => {
  const lines: string[] = []
  const audit = { sink: { append: async (text: string) => void lines.push(text) }, includesData: true }
  const { endpoint } = await served(t, { audit })
  const body = JSON.stringify({ match: { key: { pk: { S: 'a secret' } } }, do: { lose: 'answer' } })
  const { status } = await fetch(`${endpoint}/_stator/faults`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  assert.equal(status, 200)
  assert.match(lines.join(''), /POST \/_stator\/faults/)
  assert.doesNotMatch(lines.join(''), /a secret/)
})
