/** What a backfill does between writes: that the index counts exactly what it holds, at every moment, whoever writes and whatever fails. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore, propertyRuns, testStorage } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { type Fault, openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type Amounts, type Store, StoreUnavailable } from '../../storage/store.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { changeTables, type TableTurn } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import { applyChange, type Decision, decideChange, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { countedMarksRange, countsKey, type DataSpace, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { GlobalIndex, Table, VectorIndex } from '../schema/table.ts'
import { countsOfStored } from '../vectors/vector-entries.ts'
import { stepBackfill } from './backfill-indexes.ts'

const name = 'music'
const all = { entries: 10_000, bytes: 1e9 }
const filling = { status: 'CREATING', backfilling: true } as const
const byGenre: GlobalIndex = { ...musicByGenre, projection: { type: 'INCLUDE', nonKeyAttributes: ['kept'] }, ...filling }
const near: VectorIndex = {
  indexId: 2,
  name: 'near',
  vectorAttribute: 'sound',
  dimensions: 2,
  distance: 'COSINE',
  projection: { type: 'ALL', nonKeyAttributes: [] },
  searchSchema: [],
  ...filling,
}
const spaces: readonly DataSpace[] = [0, 1, 2].map((indexId) => ({ tableId: 1, indexId }))

async function createMusic(engine: Engine): Promise<void> {
  await changeTables(engine, [name], (tables) => tables.create(musicTable))
}

async function addIndexes(engine: Engine): Promise<void> {
  await changeTables(engine, [name], (tables) => {
    const table = tables.find(name)
    assert.ok(table !== undefined)
    tables.replace({ ...table, indexes: [byGenre], vectorIndexes: [near] })
  })
}

/** One item becomes another, or goes. */
interface Write {
  readonly pk: string
  readonly genre?: string | undefined
  readonly kept?: string | undefined
  readonly sound?: readonly string[] | undefined
  readonly isGone?: boolean
}

function itemOf({ pk, genre, kept, sound }: Write): Item {
  return {
    pk: { S: pk },
    ...(genre !== undefined && { genre: { S: genre } }),
    ...(kept !== undefined && { kept: { S: kept } }),
    ...(sound !== undefined && { sound: { L: sound.map((number) => ({ N: number })) } }),
  }
}

function decisionOf(write: Write): () => Decision {
  return () => ({ kind: 'become', newItem: write.isGone ? undefined : StoredItem.of(itemOf(write)) })
}

function tableOf(engine: Engine): Table {
  return engine.catalog.find(name) ?? assert.fail('the table is gone')
}

function apply(engine: Engine, write: Write): Promise<unknown> {
  const table = tableOf(engine)
  return changeItem(engine, { table, ...itemPlace(table, itemOf(write)), decide: decisionOf(write) })
}

/** Several items in one turn, as in a transaction. */
function applyTogether(engine: Engine, writes: readonly Write[]): Promise<unknown> {
  const table = tableOf(engine)
  const distinct = [...new Map(writes.map((write) => [write.pk, write])).values()]
  const items = distinct.map((write) => ({ table, ...itemPlace(table, itemOf(write)), decide: decisionOf(write) }))
  return engine.store.writeReading(
    () => items.flatMap((item) => readsOf(engine.catalog, item)),
    (turn) => {
      const outcomes = items.map((item) => decideChange(engine, turn, item))
      for (const outcome of outcomes) if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
    },
  )
}

/** At one moment: what the table and its indexes count is what they hold. */
async function assertCountsAreExact(store: Store): Promise<void> {
  const { counted, held } = await store.view(async (view) => {
    const chunks = await Promise.all(spaces.map((space) => view.scan(spaceRange(space), all)))
    const held = chunks.map(({ entries }, indexId): Amounts => {
      const counts = entries.map(({ value }) =>
        indexId === 2 ? countsOfStored(near, value) : { itemCount: 1, sizeBytes: StoredItem.decode(value).sizeBytes },
      )
      const sum = (of: (each: (typeof counts)[number]) => number): number => counts.reduce((total, each) => total + of(each), 0)
      return [sum(({ itemCount }) => itemCount), sum(({ sizeBytes }) => sizeBytes), sum(({ savedBytes = 0 }) => savedBytes)]
    })
    return { counted: await view.sums(spaces.map(countsKey)), held }
  })
  assert.deepEqual(counted, held)
}

/** When all is over: the indexes hold the items that they should, and nothing is left of the backfill. */
async function assertIsWhole(engine: Engine): Promise<void> {
  const { indexes, vectorIndexes } = tableOf(engine)
  assert.deepEqual(
    [...indexes, ...vectorIndexes].map(({ status, backfilling }) => [status, backfilling]),
    [
      ['ACTIVE', undefined],
      ['ACTIVE', undefined],
    ],
  )
  const { entries } = await engine.store.view(async (view) => view.scan(spaceRange({ tableId: 1, indexId: 0 }), all))
  const items = entries.map(({ value }) => StoredItem.decode(value).attributes)
  const isVector = (sound: AttributeValue | undefined): boolean => sound !== undefined && 'L' in sound && sound.L.length === near.dimensions
  const counts = await engine.store.sums(spaces.map(countsKey))
  assert.deepEqual(
    counts.map(([itemCount]) => itemCount),
    [items.length, items.filter(({ genre }) => genre).length, items.filter(({ sound }) => isVector(sound)).length],
  )
  const [marks] = await engine.store.view(async (view) => [await view.scan(countedMarksRange({ tableId: 1, indexId: 1 }), all)])
  assert.deepEqual(marks?.entries, [])
}

const writes: fc.Arbitrary<Write> = fc.record(
  {
    pk: fc.integer({ min: 0, max: 25 }).map((n) => `k${n}`),
    genre: fc.constantFrom('a', 'b', undefined),
    kept: fc.constantFrom('long enough to show', undefined),
    sound: fc.constantFrom(['1', '2'], ['0.5', '-3'], ['1'], undefined),
    isGone: fc.constantFrom(false, false, false, true),
  },
  { noNullPrototype: true },
)

type Step =
  | { readonly kind: 'write'; readonly write: Write }
  | { readonly kind: 'together'; readonly writes: readonly Write[] }
  | { readonly kind: 'fill'; readonly entries: number }
  /** Everything under way is waited for. */
  | { readonly kind: 'wait' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: writes.map((write): Step => ({ kind: 'write', write })) },
  { weight: 1, arbitrary: fc.array(writes, { minLength: 2, maxLength: 5 }).map((each): Step => ({ kind: 'together', writes: each })) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }).map((entries): Step => ({ kind: 'fill', entries })) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'wait' }) },
)

function start(engine: Engine, step: Exclude<Step, { kind: 'wait' }>): Promise<unknown> {
  if (step.kind === 'fill') return stepBackfill(engine, 0, { budget: { entries: step.entries, bytes: 1e9 } })
  return step.kind === 'write' ? apply(engine, step.write) : applyTogether(engine, step.writes)
}

function onlyUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error
}

async function play(engine: Engine, history: readonly Step[]): Promise<void> {
  let underWay: Promise<unknown>[] = []
  for (const step of history) {
    if (step.kind !== 'wait') underWay.push(start(engine, step).catch(onlyUnavailable))
    else {
      await Promise.all(underWay)
      underWay = []
    }
    await assertCountsAreExact(engine.store)
  }
  await Promise.all(underWay)
  await assertCountsAreExact(engine.store)
}

/** Turns that are decided twice, guards that changed for nothing, commits that fail once it is open: as often as `of256` says. */
function disturbedStore(seed: number, of256: number, status: { readonly isOpen: boolean }): Store {
  const random = seededRandom(seed)
  const nextFault = (): Fault => (status.isOpen && (random.bytes(1)[0] ?? 0) < of256 ? 'commit-fails' : 'none')
  const disturbances = { random, repeatedAtOnce: of256, repeatedLater: of256, guardsChanged: of256 }
  return openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault, disturbances })
}

async function playAll(engine: Engine, before: readonly Step[], during: readonly Step[]): Promise<void> {
  await untilDone(() => createMusic(engine))
  await play(engine, before)
  await untilDone(() => addIndexes(engine))
  await play(engine, during)
  while (await untilDone(() => stepBackfill(engine, 0, { budget: { entries: 3, bytes: 1e9 } }))) await assertCountsAreExact(engine.store)
  await assertIsWhole(engine)
  await assertCountsAreExact(engine.store)
  await play(engine, before)
  await assertIsWhole(engine)
  await engine.close()
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

function openOn(store: Store): Promise<Engine> {
  return openEngine({ storage: { kind: 'custom', open: () => store }, clock: new ManualClock(0) })
}

const histories = (maxLength: number): fc.Arbitrary<readonly Step[]> => fc.array(steps, { maxLength })

test('an index counts exactly what it holds at every moment of its backfill, with writes before, beside and in between', async () => {
  await fc.assert(
    fc.asyncProperty(histories(30), histories(60), async (before, during) => {
      await playAll(await openOn(await openTestStore()), before, during)
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('and so it does when turns are decided twice and commits fail', async () => {
  await fc.assert(
    fc.asyncProperty(histories(20), histories(40), fc.nat(), async (before, during, seed) => {
      const status = { isOpen: false }
      const engine = await openOn(disturbedStore(seed, 24, status))
      status.isOpen = true
      await playAll(engine, before, during)
    }),
    { numRuns: propertyRuns(40) },
  )
})

test('an item that comes behind the back of a step, inside of what it copies or at the end of all, is counted once', async () => {
  const engine = await openEngine({ storage: testStorage(), clock: new ManualClock(0) })
  await createMusic(engine)
  for (let n = 0; n < 6; n += 1) await apply(engine, { pk: `k${n}`, genre: 'a' })
  await addIndexes(engine)
  const step = stepBackfill(engine, 0)
  // They are in no chunk: the step has looked at the table already.
  const late = Array.from({ length: 20 }, (_, n) => apply(engine, { pk: `late${n}`, genre: 'b' }))
  await Promise.all([step, ...late])
  await assertCountsAreExact(engine.store)
  assert.equal((await engine.store.sums([countsKey({ tableId: 1, indexId: 1 })]))[0]?.[0], 26)
  while (await stepBackfill(engine, 0));
  await assertCountsAreExact(engine.store)
  await engine.close()
})

test('a step copies also when nobody wants to know what it did', async () => {
  const engine = await openEngine({ storage: testStorage(), clock: new ManualClock(0) })
  await createMusic(engine)
  await apply(engine, { pk: 'a', genre: 'a' })
  await addIndexes(engine)
  assert.equal(await stepBackfill(engine, 0), true)
  assert.deepEqual(
    (await engine.store.sums(spaces.map(countsKey))).map(([itemCount]) => itemCount),
    [1, 1, 0],
  )
  await engine.close()
})

const goings: readonly { readonly what: string; readonly change: (tables: TableTurn, table: Table) => void }[] = [
  {
    what: 'an index that goes',
    change: (tables, table) => tables.replace({ ...table, indexes: [], vectorIndexes: [], retiredIndexIds: [1, 2] }),
  },
  {
    what: 'an index that is given up',
    change: (tables, table) => tables.replace({ ...table, indexes: [{ ...byGenre, status: 'DELETING' }], vectorIndexes: [] }),
  },
  {
    what: 'an index of a table that is made anew',
    change: (tables, table) => {
      tables.remove(table)
      tables.create({ ...musicTable, indexes: [byGenre], vectorIndexes: [near] })
    },
  },
]

for (const { what, change } of goings) {
  test(`${what} while a step copies gets nothing of it`, async () => {
    const engine = await openEngine({ storage: { kind: 'custom', open: openMemoryStore }, clock: new ManualClock(0) })
    await createMusic(engine)
    await apply(engine, { pk: 'a', genre: 'a', sound: ['1', '0'] })
    await addIndexes(engine)
    const step = stepBackfill(engine, 0)
    // In the turn between the look at the items and the turn that copies them.
    await changeTables(engine, [name], (tables) => change(tables, tables.find(name) ?? assert.fail()))
    await step
    const held = await engine.store.view(async (view) =>
      Promise.all([1, 2].map((tableId) => view.scan(spaceRange({ tableId, indexId: 1 }), all))),
    )
    assert.deepEqual(
      held.map(({ entries }) => entries.length),
      [0, 0],
    )
    assert.deepEqual((await engine.store.sums([countsKey({ tableId: 1, indexId: 1 })]))[0]?.[0], 0)
    await engine.close()
  })
}

test('an index that is given up while a step makes it ACTIVE stays given up', async () => {
  const engine = await openEngine({ storage: { kind: 'custom', open: openMemoryStore }, clock: new ManualClock(0) })
  await createMusic(engine)
  await changeTables(engine, [name], (tables) => tables.replace({ ...tableOf(engine), indexes: [byGenre] }))
  // An empty table: the first step sees that there is nothing to copy.
  await stepBackfill(engine, 0)
  assert.equal(tableOf(engine).indexes[0]?.status, 'CREATING')
  const step = stepBackfill(engine, 0)
  await changeTables(engine, [name], (tables) => tables.replace({ ...tableOf(engine), indexes: [{ ...byGenre, status: 'DELETING' }] }))
  await step
  assert.equal(tableOf(engine).indexes[0]?.status, 'DELETING')
  await engine.close()
})
