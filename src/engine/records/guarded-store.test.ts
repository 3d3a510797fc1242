/** Two databases over one store, as two machines have one: each asks on a catalog that may be behind, and none is ever decided on it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { ServiceError } from '../../api/errors.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type Entry, GuardChanged, type KeyRange, logEntryNumber, type Store, ViewEnded } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { indexEntry } from '../changes/index-entries.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import type { Outcome } from '../items/decide-change.ts'
import { itemKey, itemPlace } from '../items/item-key.ts'
import { readItem } from '../items/read-item.ts'
import { backfillKey, countsKey, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { recordLog, recordRange } from '../keyspace/stream-keys.ts'
import { viewsMax } from '../limits.ts'
import { openShards, shardIdOf } from '../schema/stream.ts'
import type { Table } from '../schema/table.ts'
import { splitShard } from '../streams/split-shard.ts'
import { decodeRecord } from '../streams/stored-record.ts'

const name = 'music'
const all = { entries: 10_000, bytes: 1e9 }
const described: Omit<Table, 'tableId'> = { ...musicTable, stream: { viewType: 'NEW_IMAGE' }, streamLabel: '1970-01-01T00:00:00.005' }

function openNodes(store: Store): Promise<[Engine, Engine]> {
  const open = (): Promise<Engine> => openEngine({ storage: { kind: 'custom', open: () => store }, clock: new ManualClock(5) })
  return Promise.all([open(), open()])
}

function create(engine: Engine): Promise<Table> {
  return changeTables(engine, [name], (tables) => tables.find(name) ?? tables.create(described))
}

function drop(engine: Engine): Promise<void> {
  return changeTables(engine, [name], (tables) => {
    const table = tables.find(name)
    if (table !== undefined) tables.remove(table)
  })
}

/** Only to an empty table, which needs no backfill. */
function addIndex(engine: Engine): Promise<void> {
  return changeTables(engine, [name], (tables) => {
    const table = tables.find(name)
    if (table !== undefined) tables.replace({ ...table, indexes: [musicByGenre] })
  })
}

function put(engine: Engine, table: Table, item: Item | string): Promise<Outcome> {
  const attributes: Item = typeof item === 'string' ? { pk: { S: item } } : item
  const newItem = typeof item === 'string' ? undefined : StoredItem.of(attributes)
  return changeItem(engine, { table, ...itemPlace(table, attributes), decide: () => ({ kind: 'become', newItem }) })
}

const isNotFound = (error: unknown): boolean => error instanceof ServiceError && error.name === 'ResourceNotFoundException'

test('A write meant for a table that another node dropped is refused, also when one of the same name took its place', async () => {
  const [here, there] = await openNodes(await openTestStore())
  const table = await create(here)
  await put(there, table, { pk: { S: 'a' } })
  await drop(here)
  await assert.rejects(put(there, table, { pk: { S: 'b' } }), isNotFound)
  const again = await create(here)
  await assert.rejects(put(there, table, { pk: { S: 'c' } }), isNotFound)
  await put(there, again, { pk: { S: 'd' } })
  assert.equal(await readItem(there, { table: again, key: itemKey(again, { pk: { S: 'a' } }) }), undefined)
  assert.notEqual(await readItem(here, { table: again, key: itemKey(again, { pk: { S: 'd' } }) }), undefined)
  const counts = await here.store.sums([countsKey({ tableId: again.tableId, indexId: 0 })])
  assert.deepEqual(counts[0]?.slice(0, 2), [1, 3])
})

test('A write through a node that never heard of an index keeps it, and reads what it needs for that', async () => {
  const [here, there] = await openNodes(await openTestStore())
  const table = await create(here)
  await put(there, table, { pk: { S: 'a' }, genre: { S: 'x' } })
  const progress = backfillKey({ tableId: table.tableId, indexId: 1 })
  await changeTables(here, [name], (tables) =>
    tables.replace({ ...(tables.find(name) ?? assert.fail()), indexes: [{ ...musicByGenre, status: 'CREATING', backfilling: true }] }),
  )
  // The turn has to read how far the backfill has come, which the node learns with the index.
  await put(there, table, { pk: { S: 'b' }, genre: { S: 'y' } })
  assert.deepEqual(await there.store.get([progress]), [undefined])
  const [counted] = await here.store.sums([countsKey({ tableId: table.tableId, indexId: 1 })])
  assert.equal(counted?.[0], 1)
})

test('A read and a view are asked again on the catalog as it is now', async () => {
  const [here, there] = await openNodes(await openTestStore())
  await create(here)
  await there.store.get([])
  assert.notEqual(there.catalog.find(name), undefined)
  await drop(here)
  let views = 0
  const found = await there.store.view(async () => {
    views += 1
    return there.catalog.find(name)
  })
  assert.deepEqual([found, views], [undefined, 1])
})

test('Guards of a caller are held besides, and told of to him alone', async () => {
  const [here, there] = await openNodes(await openTestStore())
  const guard = { key: backfillKey({ tableId: 9, indexId: 0 }), value: undefined }
  await create(here)
  // The catalog was behind, and is renewed; the caller's guard holds.
  await there.store.write([], (turn) => turn.put(guard.key, 'x'), [guard])
  assert.notEqual(there.catalog.find(name), undefined)
  const decide = (): never => assert.fail('decided under a guard that does not hold')
  await assert.rejects(there.store.write([], decide, [guard]), GuardChanged)
  await assert.rejects(there.store.get([guard.key], [guard]), GuardChanged)
  await assert.rejects(there.store.view(decide, [guard]), GuardChanged)
  assert.deepEqual(await there.store.get([guard.key], [{ ...guard, value: 'x' }]), ['x'])
})

test('A turn that appends to a shard which another node divides ends in one of its children', async () => {
  const [here, there] = await openNodes(await openTestStore())
  const table = await create(here)
  await put(there, table, { pk: { S: 'a' } })
  const stream = here.catalog.streams.recording(table.tableId)?.stream
  assert.ok(stream !== undefined)
  const divided = openShards(stream).map((shard) => splitShard(here, stream, shardIdOf(shard)))
  const writes = Array.from({ length: 20 }, (_, at) => put(there, table, { pk: { S: `k${at}` } }))
  await Promise.all([...divided, ...writes])
  const { records, closed } = await recordsOf(here, table)
  assert.equal(records.length, 21)
  assert.ok(closed > 0)
})

async function entriesIn(store: Store, range: KeyRange): Promise<readonly Entry[]> {
  return (await store.view(async (view) => view.scan(range, all))).entries
}

/** All records of the table's stream, parents before their children, by the hash ranges and numbers that they say. */
async function recordsOf(engine: Engine, table: Table): Promise<{ readonly records: readonly string[]; readonly closed: number }> {
  await engine.store.get([])
  const stream = engine.catalog.streams.recording(table.tableId)?.stream
  assert.ok(stream !== undefined)
  const records: string[] = []
  for (const shard of stream.shards) {
    const entries = await entriesIn(engine.store, recordRange(stream, shard.number))
    for (const { key, value } of entries) {
      const number = logEntryNumber(key)
      assert.ok(number >= shard.firstNumber && number < (shard.closed?.lastNumber ?? Number.POSITIVE_INFINITY), `number ${number}`)
      records.push(decodeRecord(value).images)
    }
    // Without a gap: every record that was numbered is there.
    assert.deepEqual(
      entries.map(({ key }) => logEntryNumber(key) - shard.firstNumber),
      entries.map((_, at) => at),
    )
    const lasts: readonly number[] = await engine.store.view(async (view) => view.lasts([recordLog(stream, shard.number)]))
    assert.deepEqual(lasts, [shard.firstNumber - 1 + entries.length])
  }
  return { records, closed: stream.shards.filter(({ closed }) => closed !== undefined).length }
}

type Step =
  | { readonly node: 0 | 1; readonly kind: 'put'; readonly pk: string; readonly genre: string | undefined; readonly n: number }
  | { readonly node: 0 | 1; readonly kind: 'delete'; readonly pk: string }
  | { readonly node: 0 | 1; readonly kind: 'renew' | 'divide' | 'wait' }

const node = fc.constantFrom(0 as const, 1 as const)
const pk = fc.integer({ min: 0, max: 9 }).map((n) => `k${n}`)
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      node,
      kind: fc.constant('put' as const),
      pk,
      genre: fc.constantFrom('a', 'b', undefined),
      n: fc.nat({ max: 99 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ node, kind: fc.constant('delete' as const), pk }) },
  { weight: 2, arbitrary: fc.record({ node, kind: fc.constantFrom('renew' as const, 'divide' as const, 'wait' as const) }) },
)

/** `table` is what the client believes it to be, which may be gone. */
async function act(engine: Engine, table: Table, step: Step): Promise<void> {
  if (step.kind === 'put') {
    const { genre, n } = step
    await put(engine, table, { pk: { S: step.pk }, n: { N: String(n) }, ...(genre !== undefined && { genre: { S: genre } }) })
  } else if (step.kind === 'delete') await put(engine, table, step.pk)
  else if (step.kind === 'renew') {
    await drop(engine)
    await create(engine)
    await addIndex(engine)
  } else if (step.kind === 'divide') {
    const stream = engine.catalog.streams.recording(engine.catalog.find(name)?.tableId ?? 0)?.stream
    const [shard] = stream === undefined ? [] : openShards(stream)
    if (stream !== undefined && shard !== undefined) await splitShard(engine, stream, shardIdOf(shard))
  }
}

async function assertIsOne(here: Engine, there: Engine): Promise<void> {
  await Promise.all([here.store.get([]), there.store.get([])])
  const table = here.catalog.find(name)
  assert.ok(table !== undefined)
  assert.deepEqual(there.catalog.find(name), table)
  assert.deepEqual([...there.catalog.streams.all()], [...here.catalog.streams.all()])
  const [items, entries] = await there.store.view(async (view) =>
    Promise.all([0, 1].map(async (indexId) => (await view.scan(spaceRange({ tableId: table.tableId, indexId }), all)).entries)),
  )
  const stored = (items ?? []).map(({ value }) => StoredItem.decode(value))
  const [index] = table.indexes
  const expected = stored.flatMap((item) => (index === undefined ? [] : (indexEntry(table, index, item) ?? [])))
  assert.deepEqual(
    (entries ?? []).map(({ key, value }) => [Buffer.from(key).toString('hex'), value]),
    expected.map(({ key, item }) => [Buffer.from(key).toString('hex'), item.encode()] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  const counts = await here.store.sums([0, 1].map((indexId) => countsKey({ tableId: table.tableId, indexId })))
  assert.deepEqual(
    counts.map(([itemCount, sizeBytes]) => [itemCount, sizeBytes]),
    [stored, expected.map(({ item }) => item)].map((each) => [each.length, each.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)]),
  )
  await assertStreamTells(here, table, stored)
}

/** The last record of each item is the item. */
async function assertStreamTells(engine: Engine, table: Table, items: readonly StoredItem[]): Promise<void> {
  const { records } = await recordsOf(engine, table)
  const last = new Map<string, unknown>()
  for (const images of records) {
    const { Keys, NewImage } = JSON.parse(`{${images}}`) as { readonly Keys: unknown; readonly NewImage?: unknown }
    if (NewImage === undefined) last.delete(JSON.stringify(Keys))
    else last.set(JSON.stringify(Keys), NewImage)
  }
  assert.deepEqual(last, new Map(items.map((item) => [JSON.stringify({ pk: item.attributes.pk }), JSON.parse(item.text)])))
}

test('Whatever two nodes do at the same time, also over a store that disturbs them, they agree, and indexes, counts and stream with the items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 60 }), fc.nat(), fc.boolean(), async (history, seed, isDisturbed) => {
      const of256 = isDisturbed ? 30 : 0
      const disturbances = { random: seededRandom(seed), repeatedAtOnce: of256, repeatedLater: of256, guardsChanged: of256 }
      const store = openFaultyStore({ open: () => openMemoryStore(), nextFault: () => 'none', disturbances })
      const nodes = await openNodes(store)
      let table = await create(nodes[0])
      await addIndex(nodes[1])
      let underWay: Promise<void>[] = []
      for (const step of history) {
        if (step.kind !== 'wait') {
          underWay.push(act(nodes[step.node], table, step).catch((error: unknown) => assert.ok(isNotFound(error), String(error))))
          continue
        }
        await Promise.all(underWay)
        underWay = []
        table = nodes[step.node].catalog.find(name) ?? table
      }
      await Promise.all(underWay)
      await assertIsOne(...nodes)
      await nodes[0].close()
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('What is read in a view that ends early is read anew in another, a few times', async () => {
  let views = 0
  let endsLeft = viewsMax - 1
  const store = await openTestStore()
  const ending: Store = {
    ...forwardedStore(store),
    view: (read, guards) =>
      store.view((view) => {
        const isEnded = endsLeft > 0
        endsLeft -= 1
        return read(isEnded ? { ...view, get: () => Promise.reject(new ViewEnded()) } : view)
      }, guards),
  }
  const { store: guarded } = await openEngine({ storage: { kind: 'custom', open: () => ending }, clock: new ManualClock(5) })
  const read = (): Promise<unknown> =>
    guarded.view(async (view) => {
      views += 1
      return await view.get([])
    })
  views = 0
  endsLeft = viewsMax - 1
  assert.deepEqual(await read(), [])
  assert.equal(views, viewsMax)
  endsLeft = viewsMax
  await assert.rejects(read(), ViewEnded)
})
