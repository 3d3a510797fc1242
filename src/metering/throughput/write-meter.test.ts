/** What a metered write does beside its turn: what it takes is there for nobody else, and comes back when the attempt comes to nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../api/errors.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { changeItem } from '../../engine/items/change-item.ts'
import type { Decision } from '../../engine/items/decide-change.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { ThroughputMode } from '../../engine/settings.ts'
import type { Disturbances } from '../../storage/faulty/disturbances.ts'
import { openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { StoreUnavailable } from '../../storage/store.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { RequestUsage } from '../traffic/request-usage.ts'
import { writeMeter } from './write-meter.ts'

const startMs = 1_795_341_600_000
const schema = (attribute: string): Table['key'] => ({ hash: [{ name: attribute, type: 'S' }], range: [] })
const units = { readUnits: 5, writeUnits: 5 }
const index: GlobalIndex = {
  kind: 'global',
  name: 'g',
  indexId: 1,
  key: schema('g'),
  projection: { type: 'ALL', nonKeyAttributes: [] },
  status: 'ACTIVE',
  provisioned: units,
  warm: units,
}

interface Bench {
  readonly engine: MeteredEngine
  readonly clock: ManualClock
  readonly table: Table
  readonly usage: RequestUsage
  /** While it is true commits fail. */
  readonly health: { isBroken: boolean }
}

async function open(throughput: ThroughputMode, disturbances: Omit<Disturbances, 'random'> = {}): Promise<Bench> {
  const clock = new ManualClock(startMs)
  const health = { isBroken: false }
  const store = openFaultyStore({
    open: ({ failCommit }) => openMemoryStore({ failCommit }),
    nextFault: () => (health.isBroken ? 'commit-fails' : 'none'),
    disturbances: { random: seededRandom(1), ...disturbances },
  })
  const engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock, throughput })
  const table = await changeTables(engine, ['Tab'], (tables) =>
    tables.create({
      name: 'Tab',
      uuid: '00000000-0000-4000-8000-000000000001',
      status: 'ACTIVE',
      creationMs: startMs,
      attributes: ['g', 'pk'].map((name) => ({ name, type: 'S' })),
      key: schema('pk'),
      indexes: [index],
      vectorIndexes: [],
      billingMode: 'PROVISIONED',
      provisioned: units,
      warm: units,
      tableClass: 'STANDARD',
      deletionProtection: false,
      tags: [],
    }),
  )
  return { engine, clock, table, usage: new RequestUsage(), health }
}

/** One unit of the table, and one of the index if `g` is given. Resolves with whether it was done. */
async function put({ engine, table, usage }: Bench, pk: string, g?: string, decide?: () => Decision): Promise<boolean> {
  const item = { pk: { S: pk }, ...(g !== undefined && { g: { S: g } }) }
  const write = { table, ...itemPlace(table, item), meter: writeMeter(engine, usage) }
  const become = (): Decision => ({ kind: 'become', newItem: StoredItem.of(item) })
  try {
    await changeItem(engine, { ...write, decide: decide ?? become })
    return true
  } catch (error) {
    if (error instanceof ServiceError || error instanceof StoreUnavailable) return false
    throw error
  }
}

function putTogether(bench: Bench, count: number, g?: string): Promise<readonly boolean[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => put(bench, `k${at}`, g)))
}

function doneOf(results: readonly boolean[]): number {
  return results.filter((isDone) => isDone).length
}

/** What the metrics say was consumed of table and index. */
function consumed({ engine: { catalog, metering } }: Bench): readonly number[] {
  const dimensions = { region: catalog.region, TableName: 'Tab' }
  const sumOf = (more: object): number => metering.metrics.series('ConsumedWriteCapacityUnits', { ...dimensions, ...more }).sumOfAll
  return [sumOf({}), sumOf({ GlobalSecondaryIndexName: 'g' })]
}

/** How many were refused, or would have been. */
function throttled({ engine: { metering } }: Bench): number {
  return metering.throttleCounts.list().reduce((sum, { refused, observed }) => sum + refused + observed, 0)
}

test('writes of one commit find what those before them have left, and no more pass than there is', async () => {
  const bench = await open('enforce')
  assert.equal(doneOf(await putTogether(bench, 20)), 5)
  assert.deepEqual(consumed(bench), [5, 0])
  assert.deepEqual([bench.usage.admittedMembers, bench.usage.refusedMembers, throttled(bench)], [5, 15, 15])
  bench.clock.advance(1000)
  assert.equal(doneOf(await putTogether(bench, 20)), 5)
})

test('a write that one of its indexes refuses takes nothing from its table', async () => {
  const bench = await open('enforce')
  for (let at = 0; at < 5; at += 1) await put(bench, `first${at}`, 'x')
  bench.clock.advance(400)
  // Two units of both are there again: the index pays for its entry twice, where it moves.
  const moves = await Promise.all([put(bench, 'first0', 'y'), put(bench, 'first1', 'y'), put(bench, 'first2', 'y')])
  assert.deepEqual(moves, [true, false, false])
  assert.equal(await put(bench, 'plain'), true)
  assert.deepEqual(consumed(bench), [7, 7])
})

test('what was taken by writes whose commit failed is there again, and was never consumed', async () => {
  const bench = await open('enforce')
  bench.health.isBroken = true
  assert.equal(doneOf(await putTogether(bench, 5, 'x')), 0)
  assert.deepEqual([consumed(bench), throttled(bench), bench.usage.writeUnits, bench.usage.admittedMembers], [[0, 0], 0, 0, 0])
  bench.health.isBroken = false
  assert.equal(doneOf(await putTogether(bench, 20, 'x')), 5)
  assert.deepEqual(consumed(bench), [5, 5])
})

test('a write that is decided more than once takes and counts once, done or refused', async () => {
  for (const mode of ['enforce', 'observe'] as const) {
    const bench = await open(mode, { repeatedAtOnce: 128, repeatedLater: 64, guardsChanged: 64 })
    let done = 0
    for (let at = 0; at < 12; at += 1) if (await put(bench, `k${at}`, 'x')) done += 1
    const expected = mode === 'enforce' ? 5 : 12
    assert.equal(done, expected)
    assert.deepEqual(consumed(bench), [expected, expected])
    const { writeUnits, admittedMembers, refusedMembers } = bench.usage
    assert.deepEqual([writeUnits, admittedMembers, refusedMembers, throttled(bench)], [2 * expected, 5, 7, 7])
  }
})

test('a write whose condition does not hold pays, and one that is refused by what it decides does not', async () => {
  const bench = await open('enforce')
  assert.equal(await put(bench, 'a', undefined, () => ({ kind: 'conditionFailed' })), true)
  assert.deepEqual(consumed(bench), [1, 0])
  const refuse = (): never => {
    throw new ServiceError('ValidationException', 'no')
  }
  for (let at = 0; at < 10; at += 1) assert.equal(await put(bench, 'a', undefined, refuse), false)
  assert.deepEqual([consumed(bench), bench.usage.refusedMembers], [[1, 0], 0])
  assert.equal(doneOf(await putTogether(bench, 10)), 4)
})
