/** Several databases over one store, as several machines have one: what a slow one has seen of an expiry order may be true no more when it writes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import type { KeyBytes, KeyRange, Store } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import { itemPlace } from '../items/item-key.ts'
import { itemOfExpiryKey, tableExpiriesRange } from '../keyspace/expiry-keys.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { stepExpiryOrders } from './build-expiry-orders.ts'

const all = { entries: 100, bytes: 1e9 }
const fill = { entries: 2, bytes: 1e9 }

/** Whoever passes waits until it is open; `isReached` resolves when the first one does. */
function gate(): { readonly pass: () => Promise<void>; readonly isReached: Promise<void>; readonly open: () => void } {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const pass = (): Promise<void> => {
    reached.resolve()
    return opened.promise
  }
  return { pass, isReached: reached.promise, open: opened.resolve }
}

/** A database whose writes begin when `beforeWrite` has resolved. */
function openNode(store: Store, beforeWrite: () => Promise<void> = async () => {}): Promise<Engine> {
  const waiting: Store = {
    ...forwardedStore(store),
    write: (...asked) => beforeWrite().then(() => store.write(...asked)),
  }
  return openEngine({ storage: { kind: 'custom', open: () => waiting }, clock: new ManualClock(5) })
}

async function put(engine: Engine, pk: string, isThere = true): Promise<void> {
  const table = engine.catalog.find('music') ?? assert.fail()
  const item = { pk: { S: pk }, endS: { N: '1000' } }
  const newItem = isThere ? StoredItem.of(item) : undefined
  await changeItem(engine, { table, ...itemPlace(table, item), decide: () => ({ kind: 'become', newItem }) })
}

async function keysIn(store: Store, range: KeyRange): Promise<readonly KeyBytes[]> {
  return (await store.view(async (view) => await view.scan(range, all))).entries.map(({ key }) => key)
}

test('an order that two processes fill is whole when it is ended, whatever the slower one has seen', async () => {
  const store = await openTestStore()
  const own = await openNode(store)
  await changeTables(own, ['music'], (tables) => tables.create(musicTable))
  for (const pk of ['a', 'b', 'c']) await put(own, pk)
  await changeTables(own, ['music'], (tables) => {
    const table = tables.find('music') ?? assert.fail()
    tables.replace({ ...table, timeToLive: { attributeName: 'endS', enabled: true, changedMs: 0, orderWork: 'fill' } })
  })
  const [first] = (await store.view(async (view) => await view.scan(spaceRange({ tableId: 1, indexId: 0 }), all))).entries
  const firstPk = first === undefined ? '' : (StoredItem.decode(first.value).attributes.pk as { S: string }).S

  const [early, late] = [gate(), gate()]
  const one = await openNode(store, early.pass)
  const other = await openNode(store, late.pass)
  // One has seen the first two of three; then the first goes, and the other sees the last two, and that they are the last.
  const earlyStep = stepExpiryOrders(one, { fill })
  await early.isReached
  await put(own, firstPk, false)
  const lateStep = stepExpiryOrders(other, { fill })
  await late.isReached
  early.open()
  await earlyStep
  late.open()
  await lateStep
  while (await stepExpiryOrders(own, { fill }));
  const items = await keysIn(store, spaceRange({ tableId: 1, indexId: 0 }))
  assert.equal(items.length, 2)
  assert.deepEqual((await keysIn(store, tableExpiriesRange(1))).map(itemOfExpiryKey), items)
})

type Work = 'fill' | 'clear' | undefined

/** Time to live is enabled when its order is filled or whole, disabled when it is cleared; each change has a time of its own. */
async function setWork(engine: Engine, orderWork: Work, changedMs: number): Promise<void> {
  await changeTables(engine, ['music'], (tables) => {
    const { timeToLive: _, ...table } = tables.find('music') ?? assert.fail()
    const enabled = orderWork !== 'clear'
    tables.replace({ ...table, timeToLive: { attributeName: 'endS', enabled, changedMs, ...(orderWork && { orderWork }) } })
  })
}

async function finish(engine: Engine): Promise<void> {
  while (await stepExpiryOrders(engine)) {}
}

async function remake(engine: Engine): Promise<void> {
  await changeTables(engine, ['music'], (tables) => {
    tables.remove(tables.find('music') ?? assert.fail())
    tables.create(musicTable)
  })
}

/** The keys that the orders of the first two tables say expire, after a step that did that work was held up while that happened. */
async function orderedAfter(work: Work, meanwhile: (own: Engine) => Promise<void>): Promise<readonly number[]> {
  const store = await openTestStore()
  const own = await openNode(store)
  await changeTables(own, ['music'], (tables) => tables.create(musicTable))
  for (const pk of ['a', 'b', 'c']) await put(own, pk)
  await setWork(own, 'fill', 1)
  if (work === 'clear') {
    await finish(own)
    await setWork(own, 'clear', 2)
  }
  const held = gate()
  const slow = await openNode(store, held.pass)
  const step = stepExpiryOrders(slow)
  await held.isReached
  await meanwhile(own)
  held.open()
  await step
  return Promise.all([1, 2].map(async (tableId) => (await keysIn(store, tableExpiriesRange(tableId))).length))
}

test('a step that fills an order adds nothing to it once time to live is off, or the table another', async () => {
  const off = async (own: Engine): Promise<void> => {
    await setWork(own, 'clear', 2)
    await finish(own)
  }
  assert.deepEqual(await orderedAfter('fill', off), [0, 0])
  assert.deepEqual(await orderedAfter('fill', remake), [0, 0])
  const remadeAlike = async (own: Engine): Promise<void> => {
    await remake(own)
    await setWork(own, 'fill', 1)
  }
  assert.deepEqual(await orderedAfter('fill', remadeAlike), [0, 0])
})

test('a step that clears an order takes nothing out of the one that is filled since, or of that of another table', async () => {
  const onAgain = async (own: Engine): Promise<void> => {
    await finish(own)
    await setWork(own, 'fill', 3)
    await finish(own)
  }
  assert.deepEqual(await orderedAfter('clear', onAgain), [3, 0])
  const offAgain = async (own: Engine): Promise<void> => {
    await onAgain(own)
    await setWork(own, 'clear', 4)
  }
  assert.deepEqual(await orderedAfter('clear', offAgain), [3, 0], 'each work is done by those who have seen it begin')
  assert.deepEqual(await orderedAfter('clear', remake), [3, 0], 'what a table leaves is swept by others')
})
