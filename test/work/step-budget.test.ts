/**
 * No request and no job does more in one turn of the event loop than its budget, however much there is to do: rows and bytes of the store
 * are counted from one turn to the next, and not timed. What is done with them is cut by time (base/pace.ts).
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { dayMs } from '../../src/base/clock.ts'
import { itemsAtOnceMax, pageChunkEntriesMax, sweepBudget } from '../../src/engine/limits.ts'
import { budgetOf, defaultBudget } from '../../src/server/budget/budget.ts'
import { replacedShardsAtOnceMax } from '../../src/server/limits.ts'
import { LoopDelay } from '../../src/server/loop-delay.ts'
import { answerMetrics } from '../../src/server/prometheus.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { type Most, RowsPerTurnStore } from './rows-per-turn.ts'

/** What one turn may read, and what a step of a job may read and then write. */
const pageRowsMax = pageChunkEntriesMax
const jobRowsMax = 3 * sweepBudget.entries + 100
const bytesMax = sweepBudget.bytes
const itemCount = 6000
const TableName = 'Items'

const store = new RowsPerTurnStore()
const service = await openTestService({ kind: 'custom', open: () => store })
after(() => service.close())

const s = (S: string): object => ({ S })
const n = (N: number): object => ({ N: String(N) })
const keys = (hash: string, range?: string): object[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
]
const definitions = (...names: string[]): object[] => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
const ask = (operation: string, input: object): Promise<{ readonly [name: string]: unknown }> => succeed(service, operation, input)

async function put(tableName: string, items: readonly object[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }))
    await ask('BatchWriteItem', { RequestItems: { [tableName]: puts } })
  }
}

await ask('CreateTable', {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: definitions('pk', 'sk', 'l'),
  KeySchema: keys('pk', 'sk'),
  LocalSecondaryIndexes: [{ IndexName: 'by-l', KeySchema: keys('pk', 'l'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
})
const now = service.controlContext.engine.clock.now()
await put(
  TableName,
  Array.from({ length: itemCount }, (_, at) => ({
    pk: s('a'),
    sk: s(`${at}`),
    l: s(`${at % 7}`),
    g: s(`${at % 3}`),
    until: n(Math.floor(now / 1000) + (at % 2 === 0 ? 60 : 8_000_000)),
  })),
)
await service.control.runJobs()
await ask('CreateTable', {
  TableName: 'Large',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: definitions('id'),
  KeySchema: keys('id'),
})
const largeKeys = Array.from({ length: 100 }, (_, at) => ({ id: s(`${at}`) }))
for (const key of largeKeys) await ask('PutItem', { TableName: 'Large', Item: { ...key, text: s('x'.repeat(350_000)) } })

interface Case {
  readonly name: string
  readonly act: () => Promise<unknown>
  /** Where a step is one thing that cannot be cut: rows, bytes. */
  readonly most?: Partial<Most>
  /** How many turns others have at least. */
  readonly turnsMin: number
}

const jobs = (): Promise<unknown> => service.control.runJobs()
const byKey = { KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': s('a') } }
const chunks = Math.floor(itemCount / pageChunkEntriesMax)

const cases: readonly Case[] = [
  { name: 'a Scan', act: () => ask('Scan', { TableName }), most: { rows: pageRowsMax }, turnsMin: chunks },
  { name: 'a Scan of large items', act: () => ask('Scan', { TableName: 'Large' }), turnsMin: 1 },
  {
    name: 'a Query with a filter',
    act: () => ask('Query', { TableName, ...byKey, FilterExpression: 'attribute_exists(nothing)' }),
    most: { rows: pageRowsMax },
    turnsMin: chunks,
  },
  {
    name: 'a Query of a local index that reaches back for all items',
    act: () => ask('Query', { TableName, ...byKey, IndexName: 'by-l', Select: 'ALL_ATTRIBUTES' }),
    // The first of the items behind the last of the entries.
    most: { rows: 2 * pageRowsMax },
    turnsMin: chunks,
  },
  {
    name: 'a statement',
    act: () => ask('ExecuteStatement', { Statement: `SELECT * FROM "${TableName}" WHERE pk = 'a' AND g = '9'` }),
    most: { rows: pageRowsMax },
    turnsMin: chunks,
  },
  {
    name: 'a batch of a hundred large items',
    act: () => ask('BatchGetItem', { RequestItems: { Large: { Keys: largeKeys } } }),
    most: { bytes: itemsAtOnceMax * 360_000 },
    turnsMin: 2,
  },
  {
    name: 'the adding of an index',
    act: async () => {
      const Create = { IndexName: 'by-g', KeySchema: keys('g'), Projection: { ProjectionType: 'ALL' } }
      await ask('UpdateTable', {
        TableName,
        AttributeDefinitions: definitions('pk', 'sk', 'l', 'g'),
        GlobalSecondaryIndexUpdates: [{ Create }],
      })
      await jobs()
    },
    turnsMin: itemCount / 25,
  },
  {
    name: 'the removing of an index',
    act: async () => {
      await ask('UpdateTable', { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-g' } }] })
      await jobs()
    },
    turnsMin: chunks,
  },
  {
    name: 'the beginning of time to live',
    act: async () => {
      await ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
      await jobs()
    },
    turnsMin: itemCount / 50,
  },
  { name: 'the expiry of thousands of items', act: () => service.control.advanceClock({ byMs: 3_600_000 }), turnsMin: itemCount / 2 / 25 },
  { name: 'the trimming of a stream', act: () => service.control.advanceClock({ byMs: 2 * dayMs }), turnsMin: chunks },
  { name: 'a check of everything', act: () => service.control.startCheck({}).then(() => waitForCheck()), turnsMin: chunks },
  {
    name: 'the splitting of all shards of a stream, again and again',
    act: async () => {
      for (let times = 0; times < 7; times += 1) await service.control.splitShards({ table: TableName })
    },
    // Each writes the record of the stream, and those of its shards.
    most: { rows: 100 },
    turnsMin: 250 / replacedShardsAtOnceMax,
  },
  {
    name: 'a table that is deleted',
    act: async () => {
      await ask('DeleteTable', { TableName })
      await jobs()
    },
    turnsMin: chunks / 2,
  },
]

async function waitForCheck(): Promise<void> {
  while ((await service.control.check()).isRunning === true) await new Promise(setImmediate)
}

for (const { name, act, most = {}, turnsMin } of cases) {
  test(`In one turn of the event loop ${name} does no more than its budget`, async (t) => {
    const found = await store.during(act)
    t.diagnostic(JSON.stringify(found))
    assert.ok(found.rows <= (most.rows ?? jobRowsMax), `${found.rows} rows`)
    assert.ok(found.bytes <= (most.bytes ?? bytesMax), `${found.bytes} bytes`)
    assert.ok(found.turns >= turnsMin, `${found.turns} turns`)
  })
}

test('/metrics reads nothing of the store, and others have their turn while thousands of series are told', async (t) => {
  const { controlContext: context, requestIds } = service
  const { metrics } = context.engine.metering
  for (let at = 0; at < 5000; at += 1) {
    metrics.series('SuccessfulRequestLatency', { region: '', TableName: `Table${at}`, Operation: 'GetItem' }).add(1, now)
  }
  const loopDelay = new LoopDelay()
  const budget = budgetOf(defaultBudget)
  const access = { access: 'open', host: '127.0.0.1', allowedHosts: [], crossOrigin: false } as const
  const socket = { remoteAddress: '127.0.0.1' }
  const request = {
    method: 'GET',
    url: '/metrics',
    headers: { host: '127.0.0.1' },
    socket,
    isWanted: () => true,
    body: () => assert.fail(),
  }
  try {
    const found = await store.during(async () => {
      const { status, body } = await answerMetrics({ ...access, context, requestIds, loopDelay, budget }, request)
      assert.equal(status, 200)
      assert.ok(body.includes('table="Table4999"'))
    })
    t.diagnostic(JSON.stringify(found))
    assert.equal(found.rows, 0)
    assert.ok(found.turns > 3, `${found.turns} turns`)
  } finally {
    loopDelay.stop()
  }
})
