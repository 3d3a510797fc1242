import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { forwardedView } from '../../../test/harness/forwarded-store.ts'
import { propertyRuns, testStorage } from '../../../test/harness/test-storage.ts'
import { timeToLiveChangeIntervalMs } from '../../api/limits.ts'
import { hourMs, ManualClock } from '../../base/clock.ts'
import { writeJson } from '../../base/json-text.ts'
import { seededRandom } from '../../base/random.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { stepExpiryOrders } from '../../engine/jobs/build-expiry-orders.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { expirySweepJob, stepExpirySweep } from '../../engine/jobs/sweep-expired-items.ts'
import { itemOfExpiryKey, secondOfExpiryKey, tableExpiriesRange } from '../../engine/keyspace/expiry-keys.ts'
import type { ExpirySweepBudget } from '../../engine/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { Guard, Store, View } from '../../storage/store.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { itemSizeBytes } from '../../values/size.ts'
import { deleteItem } from '../items/delete-item.ts'
import { putItem } from '../items/put-item.ts'
import { updateItem } from '../items/update-item.ts'
import { scan } from '../reads/scan.ts'
import { createTable } from '../tables/create-table.ts'
import { deleteTable } from '../tables/delete-table.ts'
import { describeTable } from '../tables/describe-table.ts'
import { transactWriteItems } from '../transactions/transact-write-items.ts'
import { describeTimeToLive } from './describe-time-to-live.ts'
import { updateTimeToLive } from './update-time-to-live.ts'

const TableName = 'sessions'
/** 2026-11-22T10:00:00Z. */
const startSecond = 1_795_341_600
const fiveYears = 5 * 365 * 24 * 60 * 60

/** One partition key, so that the items share an item collection whose size is kept. */
const hash = { pk: { S: 'p' } }

interface Bench {
  readonly engine: MeteredEngine
  readonly clock: ManualClock
}

async function open(options: Partial<EngineOptions> = {}): Promise<Bench> {
  const clock = new ManualClock(startSecond * 1000)
  const engine = await openMeteredEngine({
    storage: testStorage(),
    clock,
    random: seededRandom(1),
    ...options,
  })
  return { engine, clock }
}

async function createSessions(engine: MeteredEngine): Promise<void> {
  await createTable(engine, {
    TableName,
    AttributeDefinitions: ['pk', 'sk', 'g'].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'g', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'global', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  })
}

async function openSessions(options: Partial<EngineOptions> = {}): Promise<Bench> {
  const bench = await open(options)
  await createSessions(bench.engine)
  return bench
}

function setTimeToLive(engine: MeteredEngine, Enabled: boolean, AttributeName = 'exp'): Promise<unknown> {
  return updateTimeToLive(engine, { TableName, TimeToLiveSpecification: { Enabled, AttributeName } })
}

async function put(engine: MeteredEngine, sk: string, exp: AttributeValue | undefined, rest: Item = {}): Promise<void> {
  await putItem(engine, { TableName, Item: { ...hash, sk: { S: sk }, ...(exp && { exp }), ...rest } }, new RequestUsage())
}

function at(second: number): AttributeValue {
  return { N: String(second) }
}

/** Does what is due now, or much of it. Resolves with whether more is. */
function runJobs(engine: MeteredEngine): Promise<boolean> {
  return runDueJobs(meteredJobs(engine), engine.clock)
}

async function sweepAll(engine: MeteredEngine): Promise<void> {
  engine.schedule.hasten(expirySweepJob)
  while (await runJobs(engine)) {}
}

async function read(engine: MeteredEngine, IndexName?: string): Promise<Item[]> {
  const { Items } = await scan(engine, { TableName, ...(IndexName !== undefined && { IndexName }) }, new RequestUsage())
  const items: Item[] = JSON.parse(writeJson(Items))
  return items.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

async function names(engine: MeteredEngine): Promise<string[]> {
  return (await read(engine)).map(nameOf)
}

function nameOf({ sk }: Item): string {
  return sk !== undefined && 'S' in sk ? sk.S : ''
}

/** The expiry order of the table as it lies in the store: seconds and store keys. */
async function orderOf(engine: MeteredEngine): Promise<readonly (readonly [number, string])[]> {
  const tableId = engine.catalog.find(TableName)?.tableId ?? 0
  const { entries } = await engine.store.view(async (view) => await view.scan(tableExpiriesRange(tableId), { entries: 1e6, bytes: 1e9 }))
  return entries.map(({ key }) => [secondOfExpiryKey(key), Buffer.from(itemOfExpiryKey(key)).toString('latin1')])
}

// A naive model: after a sweep exactly those items are gone whose number is below the present and not too old.

const expiry = fc.oneof(
  fc.integer({ min: -5, max: 8 }).map((offset) => ({ offset })),
  fc.constantFrom({ offset: -fiveYears - 1 }, { offset: -fiveYears }, { offset: -fiveYears + 1 }),
  fc.constantFrom<AttributeValue | undefined>(
    undefined,
    { N: '-1' },
    { N: '0' },
    { N: '1795341600000' },
    { N: `1${'0'.repeat(125)}` },
    { N: '1795341601.5' },
    { N: '1795341602.99999999999999999999' },
    { S: '1795341500' },
    { NS: ['1795341500'] },
    { L: [{ N: '1795341500' }] },
    { M: { exp: { N: '1795341500' } } },
  ),
)
const sk = fc.integer({ min: 0, max: 7 }).map((n) => `s${n}`)
const g = fc.constantFrom<AttributeValue | undefined>({ S: 'a' }, { S: 'b' }, undefined)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), sk, expiry, g }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('update' as const), sk, expiry }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), sk }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 500, 1000, 3000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enable' as const), attribute: fc.constantFrom('exp', 'exp', 'other') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disable' as const) }) },
)

function drawnValue(drawn: { readonly offset: number } | AttributeValue | undefined, nowSecond: number): AttributeValue | undefined {
  return drawn !== undefined && 'offset' in drawn ? at(nowSecond + drawn.offset) : drawn
}

function isDue(value: AttributeValue | undefined, nowSecond: number): boolean {
  if (value === undefined || !('N' in value)) return false
  const time = Number(value.N)
  return time < nowSecond && time >= Math.max(0, nowSecond - fiveYears)
}

class Model {
  readonly items = new Map<string, Item>()
  /** The attribute that time to live goes by, if it is enabled. */
  attribute: string | undefined

  sweep(nowSecond: number): void {
    if (this.attribute === undefined) return
    for (const [name, item] of this.items) if (isDue(item[this.attribute], nowSecond)) this.items.delete(name)
  }
}

async function play(bench: Bench, model: Model, action: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> {
  const { engine, clock } = bench
  const nowSecond = Math.floor(clock.now() / 1000)
  switch (action.kind) {
    case 'put': {
      const exp = drawnValue(action.expiry, nowSecond)
      const item: Item = { ...hash, sk: { S: action.sk }, ...(exp && { exp }), ...(action.g && { g: action.g }) }
      model.items.set(action.sk, item)
      await putItem(engine, { TableName, Item: item }, new RequestUsage())
      return
    }
    case 'update': {
      const exp = drawnValue(action.expiry, nowSecond)
      const before = model.items.get(action.sk)
      const { exp: _, ...rest } = before ?? { ...hash, sk: { S: action.sk } }
      if (before !== undefined || exp !== undefined) model.items.set(action.sk, exp === undefined ? rest : { ...rest, exp })
      const expression =
        exp === undefined
          ? { UpdateExpression: 'REMOVE exp' }
          : { UpdateExpression: 'SET exp = :exp', ExpressionAttributeValues: { ':exp': exp } }
      await updateItem(engine, { TableName, Key: { ...hash, sk: { S: action.sk } }, ...expression }, new RequestUsage())
      return
    }
    case 'delete':
      model.items.delete(action.sk)
      await deleteItem(engine, { TableName, Key: { ...hash, sk: { S: action.sk } } }, new RequestUsage())
      return
    case 'advance':
      return clock.advance(action.ms)
    case 'sweep':
      model.sweep(nowSecond)
      await sweepAll(engine)
      return assertLikeModel(engine, model)
    case 'enable':
      if (model.attribute !== undefined) return
      clock.advance(hourMs)
      model.attribute = action.attribute
      await setTimeToLive(engine, true, action.attribute)
      return
    case 'disable':
      if (model.attribute === undefined) return
      clock.advance(hourMs)
      await setTimeToLive(engine, false, model.attribute)
      model.attribute = undefined
      return
  }
}

async function assertLikeModel(engine: MeteredEngine, model: Model): Promise<void> {
  const expected = [...model.items.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  assert.deepEqual(inNameOrder(await read(engine)), inNameOrder(expected))
  const indexed = inNameOrder(expected.filter((item) => item['g'] !== undefined))
  assert.deepEqual(inNameOrder(await read(engine, 'local')), indexed)
  assert.deepEqual(inNameOrder(await read(engine, 'global')), indexed)
  const { Table: table } = await describeTable(engine, { TableName })
  assert.equal(table?.ItemCount, expected.length)
  const { attribute } = model
  const times = attribute === undefined ? [] : expected.map((item) => item[attribute]).flatMap((value) => orderedSecond(value))
  assert.deepEqual(
    (await orderOf(engine)).map(([second]) => second),
    times.sort((a, b) => a - b),
  )
}

function orderedSecond(value: AttributeValue | undefined): number[] {
  if (value === undefined || !('N' in value)) return []
  const second = Number(BigInt(value.N.split('.')[0] ?? ''))
  return second < 0 || second >= 2 ** 48 ? [] : [second]
}

/** Attributes in one order, whatever was written first. */
function inNameOrder(items: readonly Item[]): readonly Item[] {
  return items.map((item) => Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))))
}

test('After every sweep of a random history the table, its indexes and the expiry order are those of a naive model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const bench = await openSessions({ ttlSweepIntervalMs: 0 })
      const model = new Model()
      for (const action of steps) await play(bench, model, action)
      await play(bench, model, { kind: 'sweep' })
      await bench.engine.close()
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('An item expires when its second is over, and not once it is older than five years', async () => {
  const { engine, clock } = await openSessions()
  await setTimeToLive(engine, true)
  await put(engine, 'now', at(startSecond))
  await put(engine, 'past', at(startSecond - 1))
  await put(engine, 'fraction', { N: `${startSecond}.000001` })
  await put(engine, 'five years', at(startSecond - fiveYears))
  await put(engine, 'older', at(startSecond - 1 - fiveYears))
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['fraction', 'now', 'older'])
  clock.advance(999)
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['fraction', 'now', 'older'])
  clock.advance(1)
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['older'])
})

test('A clock near 1970 finds nothing due, and breaks nothing', async () => {
  const { engine } = await openSessions()
  await setTimeToLive(engine, true)
  for (const second of [-1, 0, 1]) await put(engine, String(second), at(second))
  engine.clock.set(0)
  await sweepAll(engine)
  assert.equal((await names(engine)).length, 3)
  engine.clock.set(1000)
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['-1', '1'])
})

test('Sweeps come after the interval, at once when asked for, and when the clock was set back', async () => {
  const { engine, clock } = await openSessions({ ttlSweepIntervalMs: 60_000 })
  await setTimeToLive(engine, true)
  await runJobs(engine)
  const expired = async (): Promise<boolean> => {
    await runJobs(engine)
    return (await names(engine)).length === 0
  }
  await put(engine, 'a', at(startSecond - 10))
  clock.advance(59_999)
  assert.equal(await expired(), false)
  clock.advance(1)
  assert.equal(await expired(), true)
  await put(engine, 'a', at(startSecond - 10))
  assert.equal(await expired(), false)
  engine.schedule.hasten(expirySweepJob)
  assert.equal(await expired(), true)
  await put(engine, 'a', at(startSecond - 10))
  clock.advance(-1)
  assert.equal(await expired(), true)
  await put(engine, 'a', at(startSecond - 10))
  engine.settings.ttlSweepIntervalMs = 0
  assert.equal(await expired(), true)
})

test('A step deletes no more than its budget, in items and in bytes', async () => {
  const { engine } = await openSessions()
  await setTimeToLive(engine, true)
  const pad = { pad: { S: 'x'.repeat(1000) } }
  for (let n = 0; n < 10; n += 1) await put(engine, `s${n}`, at(startSecond - 10 + n), pad)
  const left = async (budget: ExpirySweepBudget): Promise<number> => {
    assert.equal(await stepExpirySweep(engine, engine.clock.now(), { budget }), true)
    return (await names(engine)).length
  }
  assert.equal(await left({ items: 3, sizeBytes: 1e9 }), 7)
  assert.deepEqual(await names(engine), ['s3', 's4', 's5', 's6', 's7', 's8', 's9'])
  const sizeBytes = itemSizeBytes({ ...hash, sk: { S: 's0' }, exp: at(startSecond - 5), ...pad })
  assert.equal(await left({ items: 100, sizeBytes: 2 * sizeBytes }), 5, 'the item that reaches the size is the last')
  assert.equal(await left({ items: 100, sizeBytes: sizeBytes + 1 }), 3)
  assert.equal(await left({ items: 100, sizeBytes: 1 }), 2)
  assert.equal(await left({ items: 100, sizeBytes: 1e9 }), 0)
  assert.equal(await stepExpirySweep(engine, engine.clock.now()), false)
})

/** A memory store that does something between a look at the expiry order and what follows from it. */
class PausingStore implements Store {
  readonly #store = openMemoryStore()
  afterScan: (() => Promise<void>) | undefined

  get(...asked: Parameters<Store['get']>): ReturnType<Store['get']> {
    return this.#store.get(...asked)
  }

  sums(...asked: Parameters<Store['sums']>): ReturnType<Store['sums']> {
    return this.#store.sums(...asked)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#store.view((view) => read({ ...forwardedView(view), scan: this.#pausing(view) }), guards)
  }

  write<T>(...[reads, decide, guards]: Parameters<Store['write']>): Promise<T> {
    return this.#store.write(reads, decide, guards) as Promise<T>
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #pausing(scanned: Pick<View, 'scan'>): View['scan'] {
    return async (range, budget) => {
      const chunk = await scanned.scan(range, budget)
      const pause = this.afterScan
      this.afterScan = undefined
      await pause?.()
      return chunk
    }
  }
}

/** Three expired items; what happens to them before the sweep and after they were found to be due, and what is left after that step. */
async function leftWhen(
  meanwhile: (engine: MeteredEngine) => Promise<unknown>,
  before: (engine: MeteredEngine) => Promise<unknown> = async () => {},
): Promise<MeteredEngine> {
  const store = new PausingStore()
  const { engine } = await openSessions({ storage: { kind: 'custom', open: () => store } })
  await setTimeToLive(engine, true)
  engine.clock.set((startSecond + 3600) * 1000)
  for (const name of ['a', 'b', 'c']) await put(engine, name, at(startSecond - 1))
  while (await stepExpiryOrders(engine)) {}
  await before(engine)
  store.afterScan = async () => {
    await meanwhile(engine)
  }
  assert.equal(await stepExpirySweep(engine, engine.clock.now()), true)
  assert.equal(store.afterScan, undefined)
  return engine
}

test('What is no longer due in the turn that would delete it stays', async () => {
  const extended = await leftWhen(async (engine) => {
    await put(engine, 'a', at(startSecond + 9999))
    await put(engine, 'b', undefined)
  })
  assert.deepEqual(await names(extended), ['a', 'b'])
  assert.deepEqual(
    (await orderOf(extended)).map(([second]) => second),
    [startSecond + 9999],
  )
  assert.deepEqual(await names(await leftWhen((engine) => setTimeToLive(engine, false))), ['a', 'b', 'c'])
})

test('An item expires also while a transaction is held that has it', async () => {
  const { engine } = await openSessions()
  await setTimeToLive(engine, true)
  await put(engine, 'a', at(startSecond - 1))
  engine.transactionFaults.holdNext(1000)
  const check = { TableName, Key: { ...hash, sk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' }
  const held = transactWriteItems(engine, { TransactItems: [{ ConditionCheck: check }] }, new RequestUsage())
  while (engine.transactionFaults.status.held.length === 0) await setImmediate()
  assert.equal(await stepExpirySweep(engine, engine.clock.now()), true)
  assert.deepEqual(await names(engine), [])
  assert.equal(await engine.transactionFaults.releaseDue(engine.clock.now() + 1000), true)
  await held
})

test('An item that was deleted and written again meanwhile goes by what it is now', async () => {
  const engine = await leftWhen(async (meanwhile) => {
    await deleteItem(meanwhile, { TableName, Key: { ...hash, sk: { S: 'a' } } }, new RequestUsage())
    await deleteItem(meanwhile, { TableName, Key: { ...hash, sk: { S: 'b' } } }, new RequestUsage())
    await put(meanwhile, 'b', at(startSecond + 9999))
  })
  assert.deepEqual(await names(engine), ['b'])
})

test('An entry of the order without an item goes, unless the item has come meanwhile', async () => {
  const withoutItems = async ({ store }: MeteredEngine): Promise<void> => {
    const { entries } = await store.view(async (view) => view.scan(tableExpiriesRange(1), { entries: 100, bytes: 1e9 }))
    await store.write([], (turn) => {
      for (const { key } of entries) turn.delete(itemOfExpiryKey(key))
    })
  }
  const engine = await leftWhen((meanwhile) => put(meanwhile, 'a', at(startSecond - 1)), withoutItems)
  assert.deepEqual(await names(engine), ['a'])
  assert.equal((await orderOf(engine)).length, 1)
  await sweepAll(engine)
  assert.deepEqual([await names(engine), await orderOf(engine)], [[], []])
})

test('A table that goes while it is swept takes nothing with it', async () => {
  const engine = await leftWhen(async (meanwhile) => {
    await deleteTable(meanwhile, { TableName })
    await createSessions(meanwhile)
    await put(meanwhile, 'a', at(startSecond - 1))
  })
  assert.deepEqual(await names(engine), ['a'])
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['a'])
})

test('A table that goes while it is swept, and comes again with time to live, is swept by itself', async () => {
  const engine = await leftWhen(async (meanwhile) => {
    await deleteTable(meanwhile, { TableName })
    await createSessions(meanwhile)
    await setTimeToLive(meanwhile, true)
    await put(meanwhile, 'a', at(startSecond - 1))
  })
  assert.deepEqual(await names(engine), ['a'])
  while (await stepExpiryOrders(engine)) {}
  await sweepAll(engine)
  assert.deepEqual(await names(engine), [])
})

test('Enabled on a table with items, it finds them in bounded steps, and those written meanwhile', async () => {
  const { engine } = await openSessions()
  for (let n = 0; n < 10; n += 1) await put(engine, `s${n}`, at(startSecond - 10 + n))
  await setTimeToLive(engine, true)
  const tiny = { fill: { entries: 3, bytes: 1e9 }, clear: { entries: 4, bytes: 1e9 } }
  assert.equal(await stepExpiryOrders(engine, tiny), true)
  assert.equal((await orderOf(engine)).length, 3)
  await put(engine, 's0', at(startSecond + 100))
  await put(engine, 's9', undefined)
  await put(engine, 's99', at(startSecond + 50))
  let steps = 1
  while (await stepExpiryOrders(engine, tiny)) steps += 1
  assert.equal(steps, 4)
  const seconds = async (): Promise<readonly number[]> => (await orderOf(engine)).map(([second]) => second - startSecond)
  assert.deepEqual(await seconds(), [-9, -8, -7, -6, -5, -4, -3, -2, 50, 100])

  engine.clock.set((startSecond + 3600) * 1000)
  await setTimeToLive(engine, false)
  assert.equal(await stepExpiryOrders(engine, tiny), true)
  assert.equal((await orderOf(engine)).length, 6)
  await put(engine, 's1', at(startSecond + 1))
  assert.equal((await orderOf(engine)).length, 6)
  while (await stepExpiryOrders(engine, tiny)) {}
  assert.deepEqual(await seconds(), [])
})

test('Enabled again before the old order is gone, what is left of it deletes nothing that is not due', async () => {
  const { engine } = await openSessions()
  await setTimeToLive(engine, true)
  const other = (second: number): Item => ({ other: at(second) })
  for (const name of ['a', 'b', 'c']) await put(engine, name, at(startSecond - 1), other(startSecond + 99_999))
  engine.clock.set((startSecond + 3600) * 1000)
  await setTimeToLive(engine, false)
  await deleteItem(engine, { TableName, Key: { ...hash, sk: { S: 'b' } } }, new RequestUsage())
  await put(engine, 'c', at(startSecond - 1), other(startSecond - 1))
  engine.clock.set((startSecond + 7200) * 1000)
  await setTimeToLive(engine, true, 'other')
  await sweepAll(engine)
  assert.deepEqual(await names(engine), ['a'])
  assert.equal((await orderOf(engine)).length, 1)
})

async function openOnDisk(t: TestContext): Promise<() => Promise<MeteredEngine>> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-ttl-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return async () => (await open({ storage: { kind: 'disk', folder } })).engine
}

test('Filling, sweeping and the rule of one change an hour go on after a restart', async (t) => {
  const reopen = await openOnDisk(t)
  let engine = await reopen()
  await createSessions(engine)
  for (let n = 0; n < 10; n += 1) await put(engine, `s${n}`, at(startSecond - 10 + n))
  await setTimeToLive(engine, true)
  await stepExpiryOrders(engine, { fill: { entries: 4, bytes: 1e9 } })
  await engine.close()

  engine = await reopen()
  while (await stepExpiryOrders(engine, { fill: { entries: 4, bytes: 1e9 } })) {}
  assert.equal((await orderOf(engine)).length, 10)
  await stepExpirySweep(engine, engine.clock.now(), { budget: { items: 4, sizeBytes: 1e9 } })
  assert.equal((await names(engine)).length, 6)
  await engine.close()

  engine = await reopen()
  await assert.rejects(setTimeToLive(engine, false), {
    message: 'Time to live has been modified multiple times within a fixed interval',
  })
  await sweepAll(engine)
  assert.deepEqual(await names(engine), [])
  assert.deepEqual(await orderOf(engine), [])
  await engine.close()
})

test('Changes are half an hour apart, whichever way the clock is moved, and wait for the state before', async () => {
  const { engine } = await openSessions({ tableStateDelayMs: 2 * hourMs })
  engine.clock.set((startSecond + 7200) * 1000)
  await runJobs(engine)
  await setTimeToLive(engine, true)
  const tooOften = { message: 'Time to live has been modified multiple times within a fixed interval' }
  const status = async (): Promise<unknown> => (await describeTimeToLive(engine, { TableName })).TimeToLiveDescription?.TimeToLiveStatus
  engine.clock.set(engine.clock.now() + hourMs)
  assert.equal(await status(), 'ENABLING')
  await assert.rejects(setTimeToLive(engine, false), tooOften)
  engine.clock.set(engine.clock.now() + hourMs)
  assert.equal(await status(), 'ENABLED')
  await setTimeToLive(engine, false)
  assert.equal(await status(), 'DISABLING')
  engine.settings.tableStateDelayMs = 0
  engine.clock.set(engine.clock.now() + 2 * hourMs)
  await setTimeToLive(engine, true)
  engine.clock.set(engine.clock.now() + timeToLiveChangeIntervalMs - 1)
  await assert.rejects(setTimeToLive(engine, false), tooOften)
  engine.clock.set(engine.clock.now() + 1)
  await setTimeToLive(engine, false)
  engine.clock.set(0)
  await setTimeToLive(engine, true)
})
