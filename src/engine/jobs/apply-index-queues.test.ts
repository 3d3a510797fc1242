/** Lagging indexes: what has a queue and until when, and that nothing is lost or out of order, however lags and the clock change. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { hourMs, ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { type Fault, openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type Store, StoreUnavailable } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { indexEntry } from '../changes/index-entries.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import { itemPlace } from '../items/item-key.ts'
import { countsKey, type DataSpace, spaceNumber, spaceRange } from '../keyspace/keys.ts'
import { queueRange } from '../keyspace/queue-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { Table } from '../schema/table.ts'
import { followIndexLags, stepIndexQueues } from './apply-index-queues.ts'
import { stepIndexSweep } from './sweep-deleted-indexes.ts'

const startMs = 1_795_341_600_000
const name = 'music'
const all = { entries: 10_000, bytes: 1e9 }
const space: DataSpace = { tableId: 1, indexId: 1 }

interface Bench {
  readonly engine: Engine
  readonly clock: ManualClock
}

async function open(given?: Store): Promise<Bench> {
  const store = given ?? (await openTestStore())
  const clock = new ManualClock(startMs)
  const engine = await openEngine({ storage: { kind: 'custom', open: () => store }, clock })
  await changeTables(engine, [name], (tables) => tables.create({ ...musicTable, indexes: [musicByGenre] }))
  return { engine, clock }
}

async function untilDone<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      onlyUnavailable(error)
    }
  }
}

function onlyUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error
}

function tableOf({ catalog }: Engine): Table {
  return catalog.find(name) ?? assert.fail('the table is gone')
}

function isQueued(engine: Engine): boolean {
  const [index] = tableOf(engine).indexes
  return index?.kind === 'global' && index.isQueued === true
}

function setLag(engine: Engine, lagMs: number): Promise<void> {
  engine.settings.indexLagMs = lagMs
  return followIndexLags(engine)
}

/** `genre` undefined: the item goes. */
function write(engine: Engine, pk: string, genre: string | undefined): Promise<unknown> {
  const table = tableOf(engine)
  const attributes: Item = { pk: { S: pk }, ...(genre !== undefined && { genre: { S: genre } }) }
  const newItem = genre === undefined ? undefined : StoredItem.of(attributes)
  return changeItem(engine, { table, ...itemPlace(table, attributes), decide: () => ({ kind: 'become', newItem }) })
}

/** What the index shows: `genre pk`, sorted. */
async function shown(engine: Engine): Promise<readonly string[]> {
  const { entries } = await engine.store.view(async (view) => view.scan(spaceRange(space), all))
  const text = (item: Item, attribute: string): string => Object.values(item[attribute] ?? {}).join()
  return entries
    .map(({ value }) => StoredItem.decode(value).attributes)
    .map((item) => `${text(item, 'genre')} ${text(item, 'pk')}`)
    .toSorted()
}

async function waiting(engine: Engine): Promise<number> {
  const { entries } = await engine.store.view(async (view) => view.scan(queueRange(space), all))
  return entries.filter(({ key }) => key.length > 6).length
}

async function drain({ engine, clock }: Bench): Promise<void> {
  while (await stepIndexQueues(engine, clock.now()));
}

test('an index has a queue from the moment it lags, and writes show when their time has come', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await write(engine, 'a', 'rock')
  assert.deepEqual([isQueued(engine), await shown(engine)], [false, ['rock a']])
  await setLag(engine, 1000)
  assert.equal(isQueued(engine), true)
  await write(engine, 'a', 'jazz')
  await write(engine, 'b', 'jazz')
  clock.advance(999)
  await drain(bench)
  assert.deepEqual([await shown(engine), await waiting(engine)], [['rock a'], 2])
  clock.advance(1)
  await drain(bench)
  assert.deepEqual([await shown(engine), await waiting(engine)], [['jazz a', 'jazz b'], 0])
  assert.equal(isQueued(engine), true, 'it still lags')
})

test('a queue that ends is drained in order first, and writes behind it wait, too; then it is taken away', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await setLag(engine, 1000)
  await write(engine, 'a', 'rock')
  await setLag(engine, 0)
  await write(engine, 'a', 'jazz')
  await write(engine, 'b', 'jazz')
  await drain(bench)
  assert.deepEqual([await shown(engine), await waiting(engine), isQueued(engine)], [[], 3, true])
  clock.advance(1000)
  await drain(bench)
  assert.deepEqual([await shown(engine), await waiting(engine), isQueued(engine)], [['jazz a', 'jazz b'], 0, false])
  await write(engine, 'a', 'folk')
  assert.deepEqual(await shown(engine), ['folk a', 'jazz b'])
  assert.equal(await stepIndexQueues(engine, clock.now()), false)
})

test('a write that comes while an empty queue is about to be taken away is not lost', async () => {
  const bench = await open()
  const { engine } = bench
  await setLag(engine, 1000)
  await setLag(engine, 0)
  const end = stepIndexQueues(engine, bench.clock.now())
  const writes = Array.from({ length: 20 }, (_, at) => write(engine, `k${at}`, 'rock'))
  await Promise.all([end, ...writes])
  await drain(bench)
  assert.equal((await shown(engine)).length, 20)
  assert.deepEqual([await waiting(engine), isQueued(engine)], [0, false])
})

test('of changes that wait for different times the later ones wait for those before them', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await setLag(engine, 1000)
  await write(engine, 'a', 'rock')
  await setLag(engine, 10)
  await write(engine, 'a', 'jazz')
  clock.advance(999)
  await drain(bench)
  assert.deepEqual(await shown(engine), [])
  clock.advance(1)
  await drain(bench)
  assert.deepEqual(await shown(engine), ['jazz a'])
})

test('what waits when the clock is set back by hours shows after its own lag, and so does what is written then', async () => {
  const bench = await open()
  const { engine, clock } = bench
  await setLag(engine, 1000)
  for (let at = 0; at < 5; at += 1) {
    await write(engine, `k${at}`, 'rock')
    clock.advance(10)
  }
  clock.advance(-5 * hourMs)
  await drain(bench)
  assert.deepEqual(await shown(engine), [])
  clock.advance(500)
  await write(engine, 'late', 'rock')
  await drain(bench)
  assert.deepEqual(await shown(engine), [])
  clock.advance(500)
  await drain(bench)
  assert.equal((await shown(engine)).length, 5)
  clock.advance(500)
  await drain(bench)
  assert.equal((await shown(engine)).length, 6)
})

test('an index that goes before its queue is applied gets nothing of it, and leaves nothing to the next of its id', async () => {
  const bench = await open()
  const { engine, clock } = bench
  engine.settings.indexLagsMs.set(spaceNumber(space), 1000)
  await followIndexLags(engine)
  await write(engine, 'a', 'rock')
  clock.advance(1000)
  const step = stepIndexQueues(engine, clock.now())
  // In the turn between the look at the queue and the turn that applies it.
  await changeTables(engine, [name], (tables) =>
    tables.replace({ ...(tables.find(name) ?? assert.fail()), indexes: [], retiredIndexIds: [1] }),
  )
  await step
  assert.deepEqual(await shown(engine), [])
  while (await stepIndexSweep(engine));
  assert.equal(await waiting(engine), 0)
  await changeTables(engine, [name], (tables) => tables.replace({ ...(tables.find(name) ?? assert.fail()), indexes: [musicByGenre] }))
  assert.deepEqual([engine.settings.indexLagsMs.size, isQueued(engine)], [0, false], 'it does not inherit the lag of the one before')
  await write(engine, 'b', 'rock')
  assert.deepEqual(await shown(engine), ['rock b'])
})

test('a table that is recreated while a queue is applied gets nothing of it', async () => {
  const { engine, clock } = await open()
  await setLag(engine, 1000)
  await write(engine, 'a', 'rock')
  clock.advance(1000)
  const step = stepIndexQueues(engine, clock.now())
  await changeTables(engine, [name], (tables) => {
    const { tableId: _, ...described } = tables.find(name) ?? assert.fail()
    tables.remove(tableOf(engine))
    tables.create(described)
  })
  await step
  assert.deepEqual(await shown(engine), [])
  const sums = await engine.store.sums([countsKey(space), countsKey({ tableId: 2, indexId: 1 })])
  assert.deepEqual(
    sums.map(([itemCount]) => itemCount),
    [0, 0],
  )
})

test('a queue that ends is not taken from the index of a table that came in its place, and waits for what it holds', async () => {
  const store = await openTestStore()
  const looked = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  let isHeld = false
  const held: Store = {
    ...forwardedStore(store),
    view: async (read, guards) => {
      const result = await store.view(read, guards)
      if (!isHeld) return result
      isHeld = false
      looked.resolve()
      await goOn.promise
      return result
    },
  }
  const { engine, clock } = await open(held)
  await setLag(engine, 1000)
  engine.settings.indexLagMs = 0
  isHeld = true
  const step = stepIndexQueues(engine, clock.now())
  await looked.promise
  engine.settings.indexLagMs = 1000
  await changeTables(engine, [name], (tables) => {
    const { tableId: _, ...described } = tables.find(name) ?? assert.fail()
    tables.remove(tableOf(engine))
    tables.create(described)
  })
  await write(engine, 'a', 'rock')
  engine.settings.indexLagMs = 0
  goOn.resolve()
  await step
  assert.equal(isQueued(engine), true)
  clock.advance(1000)
  while (await stepIndexQueues(engine, clock.now()));
  const { entries } = await store.view(async (view) => view.scan(spaceRange({ tableId: 2, indexId: 1 }), all))
  assert.deepEqual([isQueued(engine), entries.length], [false, 1])
})

type Step =
  | { readonly kind: 'write'; readonly pk: string; readonly genre: string | undefined }
  | { readonly kind: 'lag' | 'advance'; readonly ms: number }
  | { readonly kind: 'work' | 'wait' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      pk: fc.integer({ min: 0, max: 5 }).map((n) => `k${n}`),
      genre: fc.constantFrom('a', 'b', 'c', undefined),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lag' as const), ms: fc.constantFrom(0, 0, 10, 50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 10, 60, -30, -hourMs) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('work' as const, 'work' as const, 'wait' as const) }) },
)

function act({ engine, clock }: Bench, step: Step): Promise<unknown> {
  if (step.kind === 'write') return write(engine, step.pk, step.genre)
  if (step.kind === 'lag') return setLag(engine, step.ms)
  if (step.kind === 'work') return stepIndexQueues(engine, clock.now())
  if (step.kind === 'advance') clock.advance(step.ms)
  return Promise.resolve()
}

/** What the index counts is what it shows, and in the end what it shows is what the items say. */
async function assertCountsAreExact({ engine }: Bench): Promise<void> {
  const [sums, entries] = await engine.store.view(async (view) => [
    await view.sums([countsKey(space)]),
    (await view.scan(spaceRange(space), all)).entries,
  ])
  const sizeBytes = entries.reduce((sum, { value }) => sum + StoredItem.decode(value).sizeBytes, 0)
  assert.deepEqual(sums[0], [entries.length, sizeBytes, 0])
}

async function assertIsWhole(bench: Bench): Promise<void> {
  const { engine } = bench
  const { entries } = await engine.store.view(async (view) => view.scan(spaceRange({ ...space, indexId: 0 }), all))
  const items = entries.map(({ value }) => StoredItem.decode(value))
  const expected = items.flatMap((item) => indexEntry(tableOf(engine), musicByGenre, item) ?? [])
  const found = await engine.store.view(async (view) => view.scan(spaceRange(space), all))
  assert.deepEqual(
    found.entries.map(({ key, value }) => [Buffer.from(key).toString('hex'), value]),
    expected.map(({ key, item }) => [Buffer.from(key).toString('hex'), item.encode()] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  assert.deepEqual([await waiting(engine), isQueued(engine)], [0, false])
  await assertCountsAreExact(bench)
}

test('nothing is lost and nothing out of order, whatever the lag and the clock are set to while writes go on and commits fail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 50 }), fc.nat(), fc.boolean(), async (history, seed, isDisturbed) => {
      const of256 = isDisturbed ? 24 : 0
      const random = seededRandom(seed)
      let isOpen = false
      const nextFault = (): Fault => (isOpen && (random.bytes(1)[0] ?? 0) < of256 ? 'commit-fails' : 'none')
      const disturbances = { random, repeatedAtOnce: of256, repeatedLater: of256, guardsChanged: of256 }
      const bench = await open(openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault, disturbances }))
      isOpen = true
      let underWay: Promise<unknown>[] = []
      for (const step of history) {
        underWay.push(act(bench, step).catch(onlyUnavailable))
        await assertCountsAreExact(bench)
        if (step.kind !== 'wait') continue
        await Promise.all(underWay)
        underWay = []
      }
      await Promise.all(underWay)
      await untilDone(() => setLag(bench.engine, 0))
      // Twice the longest lag: what was written in the future has begun to wait anew.
      for (let at = 0; at < 10; at += 1) {
        await untilDone(() => drain(bench))
        bench.clock.advance(10)
      }
      await untilDone(() => drain(bench))
      await assertIsWhole(bench)
    }),
    { numRuns: propertyRuns(150) },
  )
})
