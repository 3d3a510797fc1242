import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { propertyRuns, testStorage } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { writeJson } from '../../base/json-text.ts'
import { seededRandom } from '../../base/random.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { followIndexLags } from '../../engine/jobs/apply-index-queues.ts'
import { stepBackfill } from '../../engine/jobs/backfill-indexes.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { stepIndexSweep } from '../../engine/jobs/sweep-deleted-indexes.ts'
import { stepTableStates } from '../../engine/jobs/table-states.ts'
import { backfillKey, countsKey, spaceRange } from '../../engine/keyspace/keys.ts'
import { queueRange } from '../../engine/keyspace/queue-keys.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { itemSizeBytes } from '../../values/size.ts'
import { deleteItem } from '../items/delete-item.ts'
import { putItem } from '../items/put-item.ts'
import { query } from '../reads/query.ts'
import { scan } from '../reads/scan.ts'
import { createTable } from './create-table.ts'
import type { GlobalIndexRequest } from './definition/request.ts'
import { deleteTable } from './delete-table.ts'
import { describeTable } from './describe-table.ts'
import { updateTable } from './update-table.ts'

const TableName = 'music'
const AttributeDefinitions = [
  { AttributeName: 'gk', AttributeType: 'S' as const },
  { AttributeName: 'gs', AttributeType: 'N' as const },
]
const byGenre: GlobalIndexRequest = {
  IndexName: 'genre',
  KeySchema: [
    { AttributeName: 'gk', KeyType: 'HASH' },
    { AttributeName: 'gs', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['kept'] },
}
const second = 1000
const tiny = { entries: 3, bytes: 1e9 }

async function engineWith(options: Partial<EngineOptions> = {}): Promise<MeteredEngine> {
  return openMeteredEngine({
    storage: testStorage(),
    clock: new ManualClock(0),
    random: seededRandom(1),
    ...options,
  })
}

/** Does what is due now, or much of it. Resolves with whether more is. */
function runJobs(engine: MeteredEngine): Promise<boolean> {
  return runDueJobs(meteredJobs(engine), engine.clock)
}

async function createMusic(engine: MeteredEngine): Promise<void> {
  await createTable(engine, {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
}

async function addIndex(engine: MeteredEngine, index: GlobalIndexRequest = byGenre): Promise<void> {
  await updateTable(engine, { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: index }] })
}

async function dropIndex(engine: MeteredEngine): Promise<void> {
  await updateTable(engine, { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'genre' } }] })
}

async function fill(engine: MeteredEngine): Promise<void> {
  while (await stepBackfill(engine, engine.clock.now(), { budget: tiny })) {}
}

/** What the states look like from outside: table status, and of the one index its status and Backfilling. */
async function states(engine: MeteredEngine): Promise<readonly unknown[]> {
  const { Table: table } = await describeTable(engine, { TableName })
  const [index] = table?.GlobalSecondaryIndexes ?? []
  return [table?.TableStatus, index?.IndexStatus, index?.Backfilling]
}

function refusal(name: string, message: string) {
  return { name, message }
}

/** The naive model: what an index with these keys and this projection holds of these items. */
function expectedEntries(items: ReadonlyMap<string, Item>): Item[] {
  const entries: Item[] = []
  for (const { pk, gk, gs, kept } of items.values()) {
    if (pk === undefined || gk === undefined || gs === undefined) continue
    if (textOf(gk) === '' || !('N' in gs)) continue
    entries.push(kept === undefined ? { pk, gk, gs } : { pk, gk, gs, kept })
  }
  return entries
}

/** Empty for what is no string. */
function textOf(value: AttributeValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : ''
}

async function assertIndexHolds(engine: MeteredEngine, items: ReadonlyMap<string, Item>): Promise<void> {
  const expected = expectedEntries(items)
  const { Items } = await scan(engine, { TableName, IndexName: 'genre' }, new RequestUsage())
  const found: Item[] = JSON.parse(writeJson(Items))
  assert.deepEqual(inOrder(found), inOrder(expected))
  const [index] = (await describeTable(engine, { TableName })).Table?.GlobalSecondaryIndexes ?? []
  assert.equal(index?.ItemCount, expected.length)
  assert.equal(
    index.IndexSizeBytes,
    expected.reduce((sum, entry) => sum + itemSizeBytes(entry), 0),
  )
}

function inOrder(entries: readonly Item[]): readonly Item[] {
  return [...entries].sort((a, b) => (textOf(a['pk']) < textOf(b['pk']) ? -1 : 1))
}

const arbitraryItem: fc.Arbitrary<Item> = fc
  .record({
    pk: fc.integer({ min: 0, max: 30 }).map((n): AttributeValue => ({ S: `k${n}` })),
    gk: fc.constantFrom<AttributeValue | undefined>({ S: 'a' }, { S: 'b' }, { S: '' }, { N: '1' }, undefined),
    gs: fc.constantFrom<AttributeValue | undefined>({ N: '1' }, { N: '2' }, { S: 'x' }, undefined),
    kept: fc.constantFrom<AttributeValue | undefined>({ S: 'long enough to show' }, { S: '' }, undefined),
    dropped: fc.constantFrom<AttributeValue | undefined>({ S: 'x' }, { N: '7' }, undefined),
  })
  .map((item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Item)

type Step = { readonly kind: 'put'; readonly item: Item } | { readonly kind: 'delete'; readonly key: number } | { readonly kind: 'fill' }

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: arbitraryItem.map((item): Step => ({ kind: 'put', item })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map((key): Step => ({ kind: 'delete', key })) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'fill' }) },
)

/** Starts every step without waiting for the one before, as clients would; the turns come in this order. */
async function play(engine: MeteredEngine, steps: readonly Step[], model: Map<string, Item>): Promise<void> {
  const underWay: Promise<unknown>[] = []
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'fill') underWay.push(stepBackfill(engine, engine.clock.now(), { budget: tiny }))
    else underWay.push(write(engine, step, model))
    if (at % 5 === 4) await Promise.all(underWay.splice(0))
  }
  await Promise.all(underWay)
}

async function write(engine: MeteredEngine, step: Exclude<Step, { kind: 'fill' }>, model: Map<string, Item>): Promise<void> {
  if (step.kind === 'delete') {
    await deleteItem(engine, { TableName, Key: { pk: { S: `k${step.key}` } } }, new RequestUsage())
    model.delete(`k${step.key}`)
    return
  }
  try {
    await putItem(engine, { TableName, Item: structuredClone(step.item) }, new RequestUsage())
  } catch (error) {
    assert(error instanceof Error && error.name === 'ValidationException')
    return
  }
  model.set(textOf(step.item['pk']), step.item)
}

test('An index that is filled while random writes go on holds what the naive model says, and counts it exactly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 40 }), fc.array(arbitraryStep, { maxLength: 60 }), async (before, during) => {
      const engine = await engineWith()
      await createMusic(engine)
      const model = new Map<string, Item>()
      await play(engine, before, model)
      await addIndex(engine)
      await play(engine, during, model)
      await fill(engine)
      assert.deepEqual(await states(engine), ['ACTIVE', 'ACTIVE', undefined])
      await assertIndexHolds(engine, model)
      await play(engine, before, model)
      await assertIndexHolds(engine, model)
      await engine.close()
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('A backfill goes on where it was when the server starts again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-backfill-'))
  try {
    const model = new Map<string, Item>()
    const items = fc.sample(arbitraryItem, { numRuns: 60, seed: 7 }).map((item): Step => ({ kind: 'put', item }))
    const options: Partial<EngineOptions> = { storage: { kind: 'disk', folder } }
    let engine = await engineWith(options)
    await createMusic(engine)
    await play(engine, items, model)
    await addIndex(engine)
    let steps = 0
    for (let more = true; more; steps += 1) {
      more = await stepBackfill(engine, 0, { budget: { entries: 5, bytes: 1e9 } })
      await write(engine, { kind: 'put', item: { pk: { S: `late${steps}` }, gk: { S: 'a' }, gs: { N: '3' } } }, model)
      await engine.close()
      engine = await engineWith(options)
    }
    assert(steps >= 7, 'thirty-odd items are more than one step, and none is copied twice')
    assert(steps <= 20, 'it did not start again')
    await assertIndexHolds(engine, model)
    await engine.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('With a delay an added index is allocated, then filled, then ACTIVE, and each state refuses what it must', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith({ clock, tableStateDelayMs: second })
  const settle = async (): Promise<void> => {
    clock.advance(second)
    await runJobs(engine)
  }
  await createMusic(engine)
  await settle()
  await putItem(engine, { TableName, Item: { pk: { S: 'a' }, gk: { S: 'a' }, gs: { N: '1' } } }, new RequestUsage())
  await addIndex(engine)
  const oneAtATime = refusal(
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  )
  const other = { ...byGenre, IndexName: 'other' }
  const streamRefusal = refusal(
    'ResourceInUseException',
    `Attempt to change a resource which is still in use: Can't change stream status when an index is being created. Table: music Indexes: [genre]`,
  )
  const stream = { TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } } as const

  assert.deepEqual(await states(engine), ['UPDATING', 'CREATING', false])
  await assert.rejects(addIndex(engine, other), oneAtATime)
  await assert.rejects(updateTable(engine, stream), streamRefusal)
  await assert.rejects(
    dropIndex(engine),
    refusal(
      'ResourceInUseException',
      'Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: music Index: genre',
    ),
  )
  await assert.rejects(
    addIndex(engine),
    refusal(
      'ResourceInUseException',
      'Attempt to change a resource which is still in use: Index is being created.  Table: music Index: genre',
    ),
  )
  await assert.rejects(
    updateTable(engine, { TableName, OnDemandThroughput: { MaxReadRequestUnits: 5 } }),
    refusal(
      'ResourceInUseException',
      'Attempt to change a resource which is still in use: OnDemandThroughput cannot be updated while index creation is in progress for indexes: [genre]',
    ),
  )

  await settle()
  assert.deepEqual(await states(engine), ['ACTIVE', 'CREATING', true])
  await assert.rejects(addIndex(engine, other), oneAtATime)
  await assert.rejects(updateTable(engine, stream), streamRefusal)
  await assert.rejects(
    deleteTable(engine, { TableName }),
    refusal(
      'ResourceInUseException',
      'Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.',
    ),
  )
  const read = { TableName, IndexName: 'genre', KeyConditionExpression: 'gk = :g', ExpressionAttributeValues: { ':g': { S: 'a' } } }
  await assert.rejects(
    query(engine, read, new RequestUsage()),
    refusal('ValidationException', 'Cannot read from backfilling global secondary index: genre'),
  )

  await settle()
  await settle()
  assert.deepEqual(await states(engine), ['ACTIVE', 'CREATING', true])
  await settle()
  assert.deepEqual(await states(engine), ['ACTIVE', 'ACTIVE', undefined])
  assert.equal((await query(engine, read, new RequestUsage())).Count, 1)

  await dropIndex(engine)
  assert.deepEqual(await states(engine), ['UPDATING', 'DELETING', undefined])
  await assert.rejects(
    query(engine, read, new RequestUsage()),
    refusal('ValidationException', 'The table does not have the specified index: genre'),
  )
  await assert.rejects(addIndex(engine, other), oneAtATime)
  await settle()
  assert.deepEqual(await states(engine), ['ACTIVE', undefined, undefined])
  const { Table: table } = await describeTable(engine, { TableName })
  assert.deepEqual(
    table?.AttributeDefinitions?.map((definition) => definition.AttributeName),
    ['pk'],
  )
  await addIndex(engine)
})

test('An index that is given up while it is filled leaves nothing, and its id comes again last of all, when that is so', async () => {
  const engine = await engineWith()
  await createMusic(engine)
  for (let n = 0; n < 20; n += 1)
    await putItem(engine, { TableName, Item: { pk: { S: `${n}` }, gk: { S: 'a' }, gs: { N: `${n}` } } }, new RequestUsage())
  await addIndex(engine)
  for (let step = 0; step < 4; step += 1) await stepBackfill(engine, 0, { budget: tiny })
  const space = { tableId: 1, indexId: 1 }
  assert.equal(await entriesIn(engine, space), 12)

  await dropIndex(engine)
  assert.equal(await stepBackfill(engine, 0, { budget: tiny }), false)
  await putItem(engine, { TableName, Item: { pk: { S: 'late' }, gk: { S: 'a' }, gs: { N: '1' } } }, new RequestUsage())
  assert.equal(await entriesIn(engine, space), 12)
  await addIndex(engine)
  assert.deepEqual(
    engine.catalog.find(TableName)?.indexes.map((index) => index.indexId),
    [2],
  )

  let left = 12
  while (await stepIndexSweep(engine, { entries: 5, bytes: 1e9 })) {
    const now = await entriesIn(engine, space)
    assert(left - now <= 5, 'no more than five entries a step')
    left = now
  }
  assert.equal(left, 0)
  assert.deepEqual(await engine.store.get([countsKey(space), backfillKey(space)]), [undefined, undefined])
  await fill(engine)
  for (const indexId of [3, 1]) {
    await dropIndex(engine)
    await addIndex(engine)
    assert.deepEqual(
      engine.catalog.find(TableName)?.indexes.map((index) => index.indexId),
      [indexId],
    )
    await haveAddedAll(engine)
    await fill(engine)
  }
})

/** As if so many indexes had been added that ids begin anew. */
async function haveAddedAll(engine: MeteredEngine): Promise<void> {
  await changeTables(engine, [TableName], (tables) => tables.replace({ ...(tables.find(TableName) ?? assert.fail()), lastIndexId: 254 }))
}

test('A backfill that is under way when its table is recreated touches nothing of the new one', async () => {
  const engine = await engineWith()
  await createMusic(engine)
  for (let n = 0; n < 10; n += 1)
    await putItem(engine, { TableName, Item: { pk: { S: `${n}` }, gk: { S: 'a' }, gs: { N: `${n}` } } }, new RequestUsage())
  await addIndex(engine)
  // The tables change in the turn between the look at the items and the turn that copies them.
  const step = stepBackfill(engine, 0, { budget: tiny })
  await changeTables(engine, [TableName], (tables) => {
    const table = tables.find(TableName)
    assert(table !== undefined)
    tables.remove(table)
  })
  await step
  await createMusic(engine)
  await runJobs(engine)
  assert.equal(await entriesIn(engine, { tableId: 1, indexId: 1 }), 0)
  assert.equal(await entriesIn(engine, { tableId: 2, indexId: 1 }), 0)
  assert.deepEqual(await engine.store.get([backfillKey({ tableId: 1, indexId: 1 })]), [undefined])
})

test('A created table becomes ACTIVE while a backfill that takes many steps goes on', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith({ clock })
  await createMusic(engine)
  await addIndex(engine)
  engine.settings.tableStateDelayMs = second
  await createTable(engine, {
    TableName: 'other',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  clock.advance(second)
  await stepTableStates(engine, clock.now())
  assert.equal(engine.catalog.find('other')?.status, 'ACTIVE')
  await runJobs(engine)
  assert.deepEqual(await states(engine), ['ACTIVE', 'ACTIVE', undefined])
})

async function entriesIn(engine: MeteredEngine, space: { readonly tableId: number; readonly indexId: number }): Promise<number> {
  return (await engine.store.view(async (view) => await view.scan(spaceRange(space), { entries: 1000, bytes: 1e9 }))).entries.length
}

test('What waited for a lagging index goes with the index, and the next one of its id waits for nothing', async () => {
  const engine = await engineWith()
  await createMusic(engine)
  await addIndex(engine)
  await fill(engine)
  engine.settings.indexLagMs = 1000 * second
  await followIndexLags(engine)
  for (let n = 0; n < 10; n += 1)
    await putItem(engine, { TableName, Item: { pk: { S: `${n}` }, gk: { S: 'a' }, gs: { N: `${n}` } } }, new RequestUsage())
  assert.equal(await entriesIn(engine, { tableId: 1, indexId: 1 }), 0)
  await dropIndex(engine)
  while (await stepIndexSweep(engine, { entries: 3, bytes: 1e9 })) {}
  const queued = await engine.store.view(async (view) => await view.scan(queueRange({ tableId: 1, indexId: 1 }), { entries: 1, bytes: 1 }))
  assert.equal(queued.entries.length, 0)

  engine.settings.indexLagMs = 0
  await haveAddedAll(engine)
  await addIndex(engine)
  await fill(engine)
  await putItem(engine, { TableName, Item: { pk: { S: 'new' }, gk: { S: 'a' }, gs: { N: '0' } } }, new RequestUsage())
  assert.equal(await entriesIn(engine, { tableId: 1, indexId: 1 }), 11)
  assert.equal((await describeTable(engine, { TableName })).Table?.GlobalSecondaryIndexes?.[0]?.ItemCount, 11)
})
