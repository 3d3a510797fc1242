/** What is throttled because a test wants it to be counts in the metrics as what is throttled for a limit. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { NewFault } from '../../src/server/faults/fault.ts'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const units = (count: number) => ({ ReadCapacityUnits: count, WriteCapacityUnits: count })
const shop = (count: number) => ({
  TableName: 'Shop',
  AttributeDefinitions: ['pk', 'owner'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  ProvisionedThroughput: units(count),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: units(count),
    },
  ],
})

async function opened(t: TestContext, count = 1000): Promise<Service> {
  const service = await openTestService('steady', { throughput: 'enforce' })
  t.after(() => service.close())
  await succeed(service, 'CreateTable', shop(count))
  return service
}

type Ask = readonly [operation: string, input: object]

const keyOf = (pk: string) => ({ pk: { S: pk } })
const itemOf = (pk: string) => ({ ...keyOf(pk), owner: { S: 'x' } })
const put = (pk: string): Ask => ['PutItem', { TableName: 'Shop', Item: itemOf(pk) }]
const get = (pk: string): Ask => ['GetItem', { TableName: 'Shop', Key: keyOf(pk), ConsistentRead: true }]
const batchGet: Ask = ['BatchGetItem', { RequestItems: { Shop: { Keys: ['a', 'b', 'c'].map(keyOf), ConsistentRead: true } } }]
const transactWrite: Ask = [
  'TransactWriteItems',
  { TransactItems: ['a', 'b'].map((pk) => ({ Put: { TableName: 'Shop', Item: itemOf(pk) } })) },
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

/** All that is counted of throttles, by name and dimensions. */
function throttlesOf(service: Service): readonly string[] {
  const { metrics } = service.controlContext.engine.metering
  return [...metrics.all()]
    .filter(({ name, sumOfAll }) => name.includes('Throttle') && sumOfAll > 0)
    .map(({ name, dimensions, sumOfAll }) => `${name} ${Object.values(dimensions).join(' ').trim()} ${sumOfAll}`)
    .sort()
}

test('A throttle that is asked for counts as one for a limit', async (t) => {
  const cases: readonly (readonly [Ask, NewFault['do']])[] = [
    [put('a'), { throttle: 'TableWriteProvisionedThroughputExceeded' }],
    [get('a'), { throttle: 'TableReadProvisionedThroughputExceeded' }],
    [ofOwner, { throttle: 'IndexReadProvisionedThroughputExceeded' }],
  ]
  for (const [asked, effect] of cases) {
    const limited = await opened(t, 1)
    for (let status = 200; status === 200; ) status = (await call(limited, ...asked)).status
    const faulty = await opened(t)
    await faulty.control.addFault({ do: effect })
    assert.equal((await call(faulty, ...asked)).exception, 'ProvisionedThroughputExceededException')
    assert.equal(throttlesOf(limited).length, 3)
    assert.deepEqual(throttlesOf(faulty), throttlesOf(limited), JSON.stringify(effect))
    // Where limits are told of there was none.
    assert.deepEqual((await faulty.control.throttles()).throttles, [])
    assert.notDeepEqual((await limited.control.throttles()).throttles, [])
  }
})

test('Each member of a batch or a transaction that a fault throttles is an event, and each error that is a throttle', async (t) => {
  const table = 'Shop'
  const cases: readonly (readonly [Ask, NewFault, readonly string[]])[] = [
    [
      batchGet,
      { match: { key: keyOf('b') }, do: { throttle: 'TableReadKeyRangeThroughputExceeded' } },
      [`ReadKeyRangeThroughputThrottleEvents ${table} 1`, `ReadThrottleEvents ${table} 1`],
    ],
    [
      batchGet,
      { do: { throttle: 'TableReadAccountLimitExceeded' } },
      [`ReadAccountLimitThrottleEvents ${table} 3`, `ReadThrottleEvents ${table} 3`, `ThrottledRequests ${table} BatchGetItem 1`],
    ],
    [
      transactWrite,
      { do: { throttle: 'IndexWriteMaxOnDemandThroughputExceeded' } },
      [
        `ThrottledRequests ${table} TransactWriteItems 1`,
        `WriteMaxOnDemandThroughputThrottleEvents ${table} byOwner 2`,
        `WriteThrottleEvents ${table} byOwner 2`,
      ],
    ],
    [
      transactWrite,
      { match: { key: keyOf('b') }, do: { error: 'TransactionCanceledException', reason: 'ProvisionedThroughputExceeded' } },
      [
        `ThrottledRequests ${table} TransactWriteItems 1`,
        `WriteProvisionedThroughputThrottleEvents ${table} 1`,
        `WriteThrottleEvents ${table} 1`,
      ],
    ],
    [put('a'), { do: { error: 'ThrottlingException' } }, [`ThrottledRequests ${table} PutItem 1`, `WriteThrottleEvents ${table} 1`]],
    [
      ofOwner,
      { do: { error: 'RequestLimitExceeded' } },
      [`ReadAccountLimitThrottleEvents ${table} byOwner 1`, `ReadThrottleEvents ${table} byOwner 1`, `ThrottledRequests ${table} Query 1`],
    ],
    [put('a'), { do: { error: 'InternalServerError' } }, []],
    [transactWrite, { do: { conflict: true } }, []],
    [batchGet, { do: { unprocessed: 1 } }, []],
  ]
  for (const [asked, fault, counted] of cases) {
    const service = await opened(t)
    await service.control.addFault(fault)
    await call(service, ...asked)
    assert.deepEqual(throttlesOf(service), counted, JSON.stringify(fault))
  }
})

test('What is throttled because a test wants it shows in the pattern of the request and in the feed', async (t) => {
  const service = await opened(t)
  await service.control.addFault({ times: 1, do: { throttle: 'TableWriteProvisionedThroughputExceeded' } })
  for (const pk of ['a', 'b']) await call(service, ...put(pk))
  const { patterns } = await service.control.patterns()
  assert.deepEqual(
    patterns.map(({ requests, throttled }) => [requests, throttled]),
    [[2, 1]],
  )
  const { requests } = await service.control.requests({ operation: 'PutItem' })
  assert.deepEqual(
    requests.map(({ faults, error }) => [faults, error?.exception]),
    [
      [['fault-1'], 'ProvisionedThroughputExceededException'],
      [undefined, undefined],
    ],
  )
})
