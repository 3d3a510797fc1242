/**
 * Stale reads that tests ask for: what every eventually consistent read tells is what was, of the table and of its indexes, and no other read
 * is told anything but what is.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import { recentBytesMax, recentChangesMax } from '../../src/engine/limits.ts'
import { RecentChanges } from '../../src/engine/recent/recent-changes.ts'
import type { NewFault } from '../../src/server/faults/fault.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const shop = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'owner', 'rank'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byRank',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'rank', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
}

interface Opened {
  readonly service: Service
  readonly clock: ManualClock
}

async function opened(t: TestContext, options: Partial<ServiceOptions> = {}): Promise<Opened> {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, ...options })
  t.after(() => service.close())
  await succeed(service, 'CreateTable', shop)
  return { service, clock }
}

type Attributes = { readonly [name: string]: string }

const marshalled = (attributes: Attributes) => Object.fromEntries(Object.entries(attributes).map(([name, S]) => [name, { S }]))
const putItem = (service: Service, attributes: Attributes) =>
  succeed(service, 'PutItem', { TableName: 'Shop', Item: marshalled({ sk: '1', ...attributes }) })
const keyOf = (pk: string) => marshalled({ pk, sk: '1' })

type Ask = readonly [operation: string, input: object]

const get = (pk: string, more: object = {}): Ask => ['GetItem', { TableName: 'Shop', Key: keyOf(pk), ...more }]
const values = (pk: string) => ({ ExpressionAttributeNames: { '#n': 'pk' }, ExpressionAttributeValues: { ':v': { S: pk } } })
const query = (pk: string, more: object = {}): Ask => [
  'Query',
  { TableName: 'Shop', KeyConditionExpression: '#n = :v', ...values(pk), ...more },
]
const ofOwner = (owner: string): Ask => [
  'Query',
  {
    TableName: 'Shop',
    IndexName: 'byOwner',
    KeyConditionExpression: '#n = :v',
    ExpressionAttributeNames: { '#n': 'owner' },
    ExpressionAttributeValues: { ':v': { S: owner } },
  },
]
const selected = (pk: string) => `SELECT * FROM "Shop" WHERE pk = '${pk}' AND sk = '1'`

/** The value of `v` in what an answer tells, whatever operation gave it. */
function told({ Item, Items, Responses }: { readonly [member: string]: unknown }): readonly string[] {
  const items = [Item, Items, Responses && ((Responses as { Shop?: unknown }).Shop ?? Responses)]
    .flat()
    .filter((each) => each !== undefined)
  return items.map((item) => {
    const { v } = ((item as { Item?: object }).Item ?? item) as { v?: { S: string } }
    return v?.S ?? '-'
  })
}

const sees = async (service: Service, [operation, input]: Ask) => told(await succeed(service, operation, input))

const staleReads: readonly Ask[] = [
  get('a'),
  query('a'),
  query('a', { IndexName: 'byRank', Select: 'ALL_ATTRIBUTES' }),
  ofOwner('x'),
  ['Scan', { TableName: 'Shop' }],
  ['Scan', { TableName: 'Shop', IndexName: 'byOwner' }],
  ['BatchGetItem', { RequestItems: { Shop: { Keys: [keyOf('a')] } } }],
  ['ExecuteStatement', { Statement: selected('a') }],
  ['ExecuteStatement', { Statement: `SELECT * FROM "Shop"."byOwner" WHERE owner = 'x'` }],
  ['BatchExecuteStatement', { Statements: [{ Statement: selected('a') }] }],
]

const soundReads: readonly Ask[] = [
  get('a', { ConsistentRead: true }),
  query('a', { ConsistentRead: true }),
  query('a', { IndexName: 'byRank', Select: 'ALL_ATTRIBUTES', ConsistentRead: true }),
  ['Scan', { TableName: 'Shop', ConsistentRead: true }],
  ['BatchGetItem', { RequestItems: { Shop: { Keys: [keyOf('a')], ConsistentRead: true } } }],
  ['ExecuteStatement', { Statement: selected('a'), ConsistentRead: true }],
  ['BatchExecuteStatement', { Statements: [{ Statement: selected('a'), ConsistentRead: true }] }],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'Shop', Key: keyOf('a') } }] }],
  ['ExecuteTransaction', { TransactStatements: [{ Statement: selected('a') }] }],
]

for (const [asked, effect] of [
  ['so long ago', { staleMs: 1000 }],
  ['before the last change', { staleChanges: 1 }],
] as const) {
  test(`Every eventually consistent read tells what was ${asked}, and no other read does`, async (t) => {
    const { service, clock } = await opened(t)
    await putItem(service, { pk: 'a', v: '1', owner: 'x', rank: 'r' })
    clock.advance(1000)
    await service.control.addFault({ do: effect })
    await putItem(service, { pk: 'a', v: '2', owner: 'x', rank: 's' })
    for (const read of staleReads) assert.deepEqual(await sees(service, read), ['1'], JSON.stringify(read))
    for (const read of soundReads) assert.deepEqual(await sees(service, read), ['2'], JSON.stringify(read))
    const { faults } = await service.control.faults()
    assert.deepEqual([faults[0]?.matched, faults[0]?.struck], [staleReads.length, staleReads.length])
    await service.control.clearFaults()
    for (const read of staleReads) assert.deepEqual(await sees(service, read), ['2'], JSON.stringify(read))
  })
}

test('What is stale by time shows when the clock has been moved so far, and not before', async (t) => {
  const { service } = await opened(t)
  await service.control.addFault({ do: { staleMs: 1000 } })
  await putItem(service, { pk: 'a', v: '1' })
  await service.control.advanceClock({ byMs: 500 })
  await putItem(service, { pk: 'a', v: '2' })
  await service.control.advanceClock({ byMs: 499 })
  assert.deepEqual(await sees(service, get('a')), [])
  await service.control.advanceClock({ byMs: 1 })
  assert.deepEqual(await sees(service, get('a')), ['1'])
  await service.control.advanceClock({ byMs: 499 })
  assert.deepEqual(await sees(service, get('a')), ['1'])
  await service.control.advanceClock({ byMs: 1 })
  assert.deepEqual(await sees(service, get('a')), ['2'])
})

test('What was deleted is still there in a stale read, and a condition on it is decided on what is', async (t) => {
  const { service } = await opened(t)
  await putItem(service, { pk: 'a', v: '1', owner: 'x' })
  await service.control.addFault({ do: { staleChanges: 1 } })
  await succeed(service, 'DeleteItem', { TableName: 'Shop', Key: keyOf('a') })
  for (const read of [get('a'), query('a'), ofOwner('x')]) assert.deepEqual(await sees(service, read), ['1'])
  const create = { TableName: 'Shop', Item: keyOf('a'), ConditionExpression: 'attribute_not_exists(pk)' }
  assert.equal((await call(service, 'PutItem', create)).status, 200)
})

test('A write that fails is no change, and one that changes nothing is none either', async (t) => {
  const { service } = await opened(t)
  await putItem(service, { pk: 'a', v: '1' })
  await service.control.addFault({ do: { staleChanges: 1 } })
  await putItem(service, { pk: 'a', v: '1' })
  const refused = { TableName: 'Shop', Item: keyOf('a'), ConditionExpression: 'attribute_not_exists(pk)' }
  assert.equal((await call(service, 'PutItem', refused)).status, 400)
  assert.deepEqual(await sees(service, get('a')), ['1'])
  await putItem(service, { pk: 'a', v: '2' })
  assert.deepEqual(await sees(service, get('a')), ['1'])
})

test('A stale read is for the reads that a fault says: of an index, of a key, of some members of a batch', async (t) => {
  const { service } = await opened(t)
  for (const pk of ['a', 'b']) await putItem(service, { pk, v: '1', owner: 'x' })
  const both: Ask = ['BatchGetItem', { RequestItems: { Shop: { Keys: [keyOf('a'), keyOf('b')] } } }]
  const statements: Ask = ['BatchExecuteStatement', { Statements: [{ Statement: selected('a') }, { Statement: selected('b') }] }]
  const either: Ask = ['ExecuteStatement', { Statement: `SELECT * FROM "Shop" WHERE pk IN ['a', 'b'] AND sk = '1'` }]
  await service.control.addFault({ match: { table: 'Shop', index: 'byOwner' }, do: { staleChanges: 1 } })
  await service.control.addFault({ match: { key: keyOf('b') }, do: { staleChanges: 1 } })
  for (const pk of ['a', 'b']) await putItem(service, { pk, v: '2', owner: 'x' })
  assert.deepEqual(await sees(service, ofOwner('x')), ['1', '1'])
  for (const pk of ['a', 'b']) assert.deepEqual(await sees(service, query(pk)), ['2'])
  assert.deepEqual([await sees(service, get('a')), await sees(service, get('b'))], [['2'], ['1']])
  for (const read of [both, statements, either]) assert.deepEqual(await sees(service, read), ['2', '1'], JSON.stringify(read))
})

test('Of an index that lags a stale read tells what it showed before the last change that it shows', async (t) => {
  const { service, clock } = await opened(t, { indexLagMs: 10 })
  await service.control.addFault({ match: { index: 'byOwner' }, do: { staleChanges: 1 } })
  const show = async () => {
    clock.advance(10)
    await service.control.runJobs()
  }
  for (const v of ['1', '2']) await putItem(service, { pk: 'a', v, owner: 'x' })
  assert.deepEqual(await sees(service, ofOwner('x')), [])
  await show()
  assert.deepEqual(await sees(service, ofOwner('x')), ['1'])
  await putItem(service, { pk: 'a', v: '3', owner: 'y' })
  await show()
  assert.deepEqual([await sees(service, ofOwner('x')), await sees(service, ofOwner('y'))], [['2'], []])
  await succeed(service, 'DeleteItem', { TableName: 'Shop', Key: keyOf('a') })
  assert.deepEqual([await sees(service, ofOwner('x')), await sees(service, ofOwner('y'))], [['2'], []])
  await show()
  assert.deepEqual([await sees(service, ofOwner('x')), await sees(service, ofOwner('y'))], [[], ['3']])
})

test('A branch that is being filled tells what it began with, however stale its parent is', async (t) => {
  const { service, clock } = await opened(t, { pitrLagMs: 0 })
  await succeed(service, 'UpdateContinuousBackups', {
    TableName: 'Shop',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
  await service.control.addFault({ do: { staleMs: 60_000 } })
  for (const v of ['1', '2']) {
    await putItem(service, { pk: 'a', v })
    clock.advance(1000)
  }
  const at = new Date(clock.now()).toISOString()
  clock.advance(1000)
  await service.control.branch({ table: 'Shop', at, as: 'Trial' })
  const ofBranch: readonly Ask[] = [
    ['GetItem', { TableName: 'Trial', Key: keyOf('a') }],
    ['Scan', { TableName: 'Trial' }],
    ['BatchGetItem', { RequestItems: { Trial: { Keys: [keyOf('a')] } } }],
  ]
  const seenOf = async ([operation, input]: Ask) => JSON.stringify(await succeed(service, operation, input))
  for (const read of ofBranch) assert.match(await seenOf(read), /"v":{"S":"2"}/)
  assert.deepEqual(await sees(service, get('a')), [])
  await succeed(service, 'PutItem', { TableName: 'Trial', Item: marshalled({ pk: 'a', sk: '1', v: '3' }) })
  for (const read of ofBranch) assert.match(await seenOf(read), /"v":{"S":"2"}/)
})

test('A fault that strikes once makes one read stale, and the next one sound', async (t) => {
  const { service } = await opened(t)
  await service.control.addFault({ match: { operation: 'GetItem' }, times: 1, do: { staleMs: 60_000 } })
  await putItem(service, { pk: 'a', v: '1' })
  assert.deepEqual([await sees(service, get('a')), await sees(service, get('a'))], [[], ['1']])
})

test('A page of a stale read is charged for what it tells, and ends where it is full', async (t) => {
  const { service } = await opened(t)
  const large = 'x'.repeat(300_000)
  for (const pk of ['a', 'b', 'c', 'd', 'e']) await putItem(service, { pk, v: '1', large })
  const scan: Ask = ['Scan', { TableName: 'Shop', ReturnConsumedCapacity: 'TOTAL' }]
  const before = await succeed(service, ...scan)
  await service.control.addFault({ do: { staleChanges: 1 } })
  for (const pk of ['a', 'b', 'c', 'd', 'e']) await succeed(service, 'DeleteItem', { TableName: 'Shop', Key: keyOf(pk) })
  assert.deepEqual(await succeed(service, ...scan), before)
  const next = await succeed(service, 'Scan', { TableName: 'Shop', ExclusiveStartKey: before.LastEvaluatedKey })
  assert.deepEqual([told(before).length, told(next).length, 'LastEvaluatedKey' in next], [4, 1, false])
})

test('There are no stale reads of a store that others write to as well', async (t) => {
  const store = openMemoryStore()
  const service = await openTestService({ kind: 'custom', open: () => store, isShared: true }, { isTestCluster: true })
  t.after(() => service.close())
  for (const effect of [{ staleMs: 1 }, { staleChanges: 1 }]) {
    await assert.rejects(service.control.addFault({ do: effect }), { message: /^There are no stale reads of a shared store, / })
  }
  assert.deepEqual((await service.control.faults()).faults, [])
})

const pks = ['a', 'b', 'c']
const step = fc.record({
  pk: fc.constantFrom(...pks),
  sk: fc.constantFrom('1', '2'),
  owner: fc.constantFrom('x', 'y', ''),
  rank: fc.constantFrom('r', 's', ''),
  isDeleted: fc.boolean(),
  isShown: fc.boolean(),
})
const everything = `SELECT * FROM "Shop"`

/** What there is, as an operation tells it that no fault is for. */
async function truth(service: Service): Promise<{ readonly [of: string]: readonly string[] }> {
  const of = async (index: string) => textsOf(await succeed(service, 'ExecuteStatement', { Statement: `${everything}${index}` }))
  return { table: await of(''), byOwner: await of('."byOwner"') }
}

function textsOf({ Items }: { readonly [member: string]: unknown }): string[] {
  return (Items as object[]).map((item) => JSON.stringify(Object.entries(item).sort()))
}

/** All pages. */
async function scanned(service: Service, index: object): Promise<readonly string[]> {
  const texts: string[] = []
  for (let start = {}; ; ) {
    const page = await succeed(service, 'Scan', { TableName: 'Shop', Limit: 2, ...index, ...start })
    texts.push(...textsOf(page))
    if (page.LastEvaluatedKey === undefined) return texts
    start = { ExclusiveStartKey: page.LastEvaluatedKey }
  }
}

for (const [name, indexLagMs] of [
  ['indexes', 0],
  ['an index that lags', 2],
] as const) {
  test(`A read that is stale by time tells what any read told then, in its order: table and ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 12 }), async (steps, staleMs) => {
        const clock = new ManualClock(startMs)
        const service = await openTestService('steady', { clock, indexLagMs })
        await succeed(service, 'CreateTable', shop)
        await service.control.addFault({ match: { operation: 'Scan' }, do: { staleMs } })
        await service.control.addFault({ match: { operation: 'Query' }, do: { staleMs } })
        const truths = [await truth(service)]
        for (const { pk, sk, owner, rank, isDeleted, isShown } of steps) {
          clock.advance(1)
          const item = marshalled({ pk, sk, v: String(truths.length), ...(owner && { owner }), ...(rank && { rank }) })
          if (isDeleted) await succeed(service, 'DeleteItem', { TableName: 'Shop', Key: marshalled({ pk, sk }) })
          else await succeed(service, 'PutItem', { TableName: 'Shop', Item: item })
          if (isShown) await service.control.runJobs()
          truths.push(await truth(service))
          const then = truths[Math.max(0, truths.length - 1 - staleMs)]
          assert.deepEqual(await scanned(service, {}), then?.table)
          assert.deepEqual(await scanned(service, { IndexName: 'byOwner' }), then?.byOwner)
          const forwards = textsOf(await succeed(service, ...query(pk)))
          assert.deepEqual(
            forwards,
            then?.table?.filter((text) => text.includes(`["pk",{"S":"${pk}"}]`)),
          )
          const backwards = textsOf(await succeed(service, ...query(pk, { ScanIndexForward: false })))
          assert.deepEqual(backwards, forwards.toReversed())
          const ofRank = textsOf(await succeed(service, ...query(pk, { IndexName: 'byRank', Select: 'ALL_ATTRIBUTES' })))
          assert.deepEqual(ofRank.sort(), forwards.filter((text) => text.includes('"rank"')).sort())
        }
        await service.close()
      }),
      { numRuns: 25 },
    )
  })
}

test('Only so many changes are remembered, and of those that are not what is there is told', () => {
  const recent = new RecentChanges()
  recent.keep({ ageMs: 1000, changes: 0 })
  assert.ok(recent.isKept)
  const key = (number: number) => Buffer.from(`\x10\0\0\0\0${number}`) as never
  const followers: (() => void)[] = []
  const turn = { follow: ({ durable }: { durable: () => void }) => followers.push(durable) } as never
  const note = (number: number, atMs: number, value: string) => {
    recent.noteShown(turn, String(number), [[key(number), value]], atMs)
    followers.pop()?.()
  }
  const isTold = (number: number) => recent.before({ kind: 'age', ms: 1000 }, 0, { tableId: 0 }).has(key(number))
  for (let number = 0; number <= recentChangesMax; number += 1) note(number, 0, '')
  assert.deepEqual([isTold(0), isTold(1), isTold(recentChangesMax)], [false, true, true])
  const quarter = 'x'.repeat(recentBytesMax / 4)
  for (const number of [1, 2, 3, 4, 5]) note(-number, 0, quarter)
  assert.deepEqual([isTold(recentChangesMax), isTold(-1), isTold(-2)], [false, false, true])
  // What is older than any read looks is forgotten.
  note(1, 1000, '')
  assert.ok(!recent.before({ kind: 'changes', count: 1 }, 0, { tableId: 0 }).has(key(-5)))
  recent.keep(undefined)
  assert.ok(!recent.isKept && !isTold(1))
})

const allOf: readonly NewFault['do'][] = [{ staleMs: 1 }, { staleChanges: 1 }]

test('Nothing is remembered unless a fault may tell of it', async (t) => {
  const { service } = await opened(t)
  const { recentChanges } = service.controlContext.engine
  for (const effect of allOf) {
    assert.ok(!recentChanges.isKept)
    const { fault } = await service.control.addFault({ do: effect })
    assert.ok(recentChanges.isKept)
    await service.control.removeFault({ fault })
  }
  await service.control.addFault({ do: { delayMs: 0 } })
  assert.ok(!recentChanges.isKept)
})
