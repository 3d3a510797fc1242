import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keptOpen } from '../../../test/harness/forwarded-store.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { notOnPostgres, openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { openDisturbedStore } from '../../storage/faulty/open-disturbed-store.ts'
import type { Store } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { checkStore } from '../check/check-store.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import type { ItemWrite } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { stepSweep } from '../jobs/sweep-deleted-tables.ts'
import { stepOutboxSweep } from '../jobs/sweep-dropped-outboxes.ts'
import { tableOutboxesRange } from '../keyspace/outbox-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { newestFeatureLevel, outboxLevel } from '../nodes/feature-level.ts'
import type { Table } from '../schema/table.ts'
import { decodeTable, encodeTable } from '../schema/table-record.ts'
import { writeTransaction } from '../transactions/write-transaction.ts'
import { outboxFor, outboxSpace, withClosedOutbox, withOutbox, withoutOutbox } from './change-outboxes.ts'
import { encodeOutboxEntry } from './outbox-entry.ts'
import { deleteEntries, type NumberedEntry, readOutbox, readOutboxFigures } from './read-outbox.ts'

const { name } = musicTable
const destination = 'somewhere'

function openNode(store: Store, clock = new ManualClock(1_795_341_600_000)): Promise<Engine> {
  return openEngine({ storage: { kind: 'custom', open: () => keptOpen(store) }, clock, region: 'eu-west-1' })
}

async function createTable(engine: Engine): Promise<void> {
  await changeTables(engine, [name], (tables) => tables.create(musicTable))
}

function tableOf(engine: Engine): Table {
  return engine.catalog.find(name) ?? assert.fail('the table is there')
}

async function addOutbox(engine: Engine): Promise<void> {
  await changeTables(engine, [name], (tables) => {
    tables.replace(withOutbox(tables, tables.find(name) ?? assert.fail(), destination).table)
  })
}

async function changeTable(engine: Engine, change: (table: Table, outboxId: number) => Table): Promise<void> {
  await changeTables(engine, [name], (tables) => {
    const table = tables.find(name) ?? assert.fail()
    tables.replace(change(table, (outboxFor(table, destination) ?? assert.fail()).outboxId))
  })
}

function writeOf(engine: Engine, pk: string, genre: string | undefined): ItemWrite {
  const table = tableOf(engine)
  const newItem = genre === undefined ? undefined : StoredItem.of({ pk: { S: pk }, genre: { S: genre } })
  return { table, ...itemPlace(table, { pk: { S: pk } }), decide: () => ({ kind: 'become', newItem }) }
}

async function put(engine: Engine, pk: string, genre: string | undefined): Promise<void> {
  await changeItem(engine, writeOf(engine, pk, genre))
}

async function taken(engine: Engine, count: number): Promise<readonly NumberedEntry[]> {
  const table = tableOf(engine)
  const outbox = outboxFor(table, destination)
  if (outbox === undefined) return []
  const { entries } = await readOutbox(engine.store, outboxSpace(table, outbox), { budget: { entries: count, bytes: 1 << 20 } })
  await engine.store.write([], (turn) => deleteEntries(turn, entries))
  return entries
}

function told({ keyText, oldItem, newItem }: Pick<NumberedEntry, 'keyText' | 'oldItem' | 'newItem'>): string {
  return `${keyText} ${oldItem?.text ?? '-'} ${newItem?.text ?? '-'}`
}

/** The outbox as it should be: changes in their order, and what each item is. */
class NaiveOutbox {
  isOpen = false
  changes: string[] = []
  readonly #items = new Map<string, string>()

  change(pk: string, genre: string | undefined): void {
    const before = this.#items.get(pk)
    const after = genre === undefined ? undefined : StoredItem.of({ pk: { S: pk }, genre: { S: genre } }).text
    if (after === undefined) this.#items.delete(pk)
    else this.#items.set(pk, after)
    if (before === after) return
    if (this.isOpen) this.changes.push(`{"pk":{"S":"${pk}"}} ${before ?? '-'} ${after ?? '-'}`)
  }
}

const keys = fc.constantFrom('a', 'b', 'c')
const genres = fc.option(fc.constantFrom('x', 'y'), { nil: undefined })

type Event =
  | { readonly kind: 'put'; readonly node: 0 | 1; readonly writes: readonly (readonly [pk: string, genre: string | undefined])[] }
  | { readonly kind: 'take'; readonly node: 0 | 1; readonly count: number }
  | { readonly kind: 'reopen'; readonly node: 0 | 1 }
  | { readonly kind: 'renew' | 'close' | 'sweep' }

const node = fc.constantFrom<0 | 1>(0, 1)

const events = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        node,
        writes: fc.uniqueArray(fc.tuple(keys, genres), { selector: ([pk]) => pk, minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), node, count: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), node }) },
    { weight: 1, arbitrary: fc.constantFrom<Event>({ kind: 'renew' }, { kind: 'close' }, { kind: 'sweep' }) },
  ),
  { maxLength: 40 },
)

async function play(store: Store, history: readonly Event[]): Promise<void> {
  const nodes = [await openNode(store), await openNode(store)]
  const [first] = nodes as [Engine, Engine]
  await createTable(first)
  const model = new NaiveOutbox()
  for (const event of history) {
    const engine = nodes['node' in event ? event.node : 0] ?? first
    // A node sees the table by its next turn at the latest.
    await nodes[1]?.store.get([])
    switch (event.kind) {
      case 'put':
        if (event.writes.length === 1) for (const [pk, genre] of event.writes) await put(engine, pk, genre)
        else {
          const writes = event.writes.map(([pk, genre]) => writeOf(engine, pk, genre))
          assert.equal((await writeTransaction(engine, writes, undefined)).kind, 'done')
        }
        for (const [pk, genre] of event.writes) model.change(pk, genre)
        break
      case 'take': {
        const found = await taken(engine, event.count)
        assert.deepEqual(found.map(told), model.changes.splice(0, event.count))
        break
      }
      case 'reopen':
        await engine.close()
        nodes[event.node] = await openNode(store)
        break
      case 'renew':
        if (outboxFor(tableOf(engine), destination) !== undefined) await changeTable(engine, withoutOutbox)
        await addOutbox(engine)
        model.changes = []
        model.isOpen = true
        break
      case 'close':
        if (outboxFor(tableOf(engine), destination) !== undefined) await changeTable(engine, withClosedOutbox)
        model.isOpen = false
        break
      case 'sweep':
        while (await stepOutboxSweep(engine, { entries: 2, bytes: 1 << 20 }));
        assert.equal(tableOf(engine).droppedOutboxIds, undefined)
        break
    }
  }
  const [last] = nodes as [Engine, Engine]
  const rest = await taken(last, 1000)
  assert.deepEqual(rest.map(told), model.changes)
  assert.deepEqual(await findings(last), [])
  for (const each of nodes) await each.close()
}

async function findings(engine: Engine): Promise<readonly string[]> {
  const { report, steps } = checkStore(engine, { fix: false, isAlone: true })
  for await (const _ of steps);
  return report.findings.map(({ says }) => says)
}

for (const [kind, open] of [
  ['any', openTestStore],
  ['disturbed', async () => openDisturbedStore()],
] as const) {
  test(`An outbox in ${kind} store has every change once, in the order of the turns, over nodes, restarts and renewals`, async () => {
    await fc.assert(
      fc.asyncProperty(events, async (history) => {
        const store = await open()
        await play(store, history)
        await store.close()
      }),
      { numRuns: propertyRuns(200) },
    )
  })
}

test('Changes stay in the outbox when their turns do, and the figures say how many wait and since when', async () => {
  const store = await openTestStore()
  const clock = new ManualClock(1_795_341_600_000)
  const engine = await openNode(store, clock)
  await createTable(engine)
  await addOutbox(engine)
  const space = outboxSpace(tableOf(engine), outboxFor(tableOf(engine), destination) ?? assert.fail())
  assert.deepEqual(await readOutboxFigures(engine.store, space), { waiting: 0, oldestUs: undefined })
  await put(engine, 'a', 'x')
  clock.advance(5 * 24 * 3_600_000)
  await put(engine, 'a', undefined)
  assert.deepEqual(await readOutboxFigures(engine.store, space), { waiting: 2, oldestUs: 1_795_341_600_000_000 })
  const { entries, isAll } = await readOutbox(engine.store, space)
  assert.ok(isAll)
  assert.deepEqual(
    entries.map(({ changedUs, region, isByTimeToLive, isWithoutEffect }) => ({ changedUs, region, isByTimeToLive, isWithoutEffect })),
    [
      { changedUs: 1_795_341_600_000_000, region: 'eu-west-1', isByTimeToLive: false, isWithoutEffect: false },
      { changedUs: 1_795_773_600_000_000, region: 'eu-west-1', isByTimeToLive: false, isWithoutEffect: false },
    ],
  )
  const [first] = entries
  assert.ok(first?.newItem?.stamp?.writtenUs === first?.changedUs)
  await engine.store.write([], (turn) => deleteEntries(turn, entries.slice(0, 1)))
  const after = await readOutbox(engine.store, space, { afterNumber: first?.number ?? 0 })
  assert.deepEqual(after.entries.map(told), entries.slice(1).map(told))
  await engine.close()
  await store.close()
})

test('A change that leaves the attributes as they are says so, and one of a restore is in no outbox', async () => {
  const store = await openTestStore()
  const engine = await openNode(store)
  await createTable(engine)
  await addOutbox(engine)
  const table = tableOf(engine)
  const space = outboxSpace(table, outboxFor(table, destination) ?? assert.fail())
  const reordered = StoredItem.of({ genre: { S: 'x' }, pk: { S: 'a' } })
  await put(engine, 'a', 'x')
  await changeItem(engine, { ...writeOf(engine, 'a', 'x'), decide: () => ({ kind: 'become', newItem: reordered }) })
  await changeItem(engine, { ...writeOf(engine, 'a', undefined), cause: 'ttl' })
  const { entries } = await readOutbox(engine.store, space)
  assert.deepEqual(
    entries.map(({ isWithoutEffect, isByTimeToLive }) => [isWithoutEffect, isByTimeToLive]),
    [
      [false, false],
      [true, false],
      [false, true],
    ],
  )
  const change = { table, keyAttributes: { pk: { S: 'a' } }, key: itemPlace(table, { pk: { S: 'a' } }).key }
  assert.match(
    encodeOutboxEntry({ ...change, oldItem: undefined, newItem: reordered }, { nowMs: 1.5, region: 'r' }),
    /^1500 r change 16 0 /,
  )
  await engine.close()
  await store.close()
})

test('What a deleted table had in outboxes is swept with it', {
  skip: notOnPostgres('heads of logs are no entries there (decision 17)'),
}, async () => {
  const store = await openTestStore()
  const engine = await openNode(store)
  await createTable(engine)
  await addOutbox(engine)
  for (const pk of ['a', 'b', 'c']) await put(engine, pk, 'x')
  const { tableId } = tableOf(engine)
  await changeTables(engine, [name], (tables) => tables.remove(tables.find(name) ?? assert.fail()))
  while (await stepSweep(engine, { entries: 2, bytes: 1 << 20 }));
  const { entries } = await engine.store.view(async (view) => view.scan(tableOutboxesRange(tableId), { entries: 100, bytes: 1 << 20 }))
  assert.deepEqual(entries, [])
  await engine.close()
  await store.close()
})

test('The record of a table with outboxes has a format that those refuse who would not append to them', () => {
  const table: Table = { ...musicTable, tableId: 3 }
  const withOne: Table = { ...table, outboxes: [{ outboxId: 4, destination }] }
  assert.match(encodeTable(table), /^\{"format":2,/)
  assert.match(encodeTable(withOne), /^\{"format":4,/)
  assert.deepEqual(decodeTable(encodeTable(withOne)), withOne)
  assert.match(encodeTable(withoutOutbox(withOne, 4)), /^\{"format":2,/)
  assert.ok(newestFeatureLevel >= outboxLevel)
})
