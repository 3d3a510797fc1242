/** Two databases over one store, as two machines have one: what one of them sweeps late is another index by then. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import type { Store } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import { itemPlace } from '../items/item-key.ts'
import { countsKey, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { GlobalIndex, Table } from '../schema/table.ts'
import { stepIndexSweep } from './sweep-deleted-indexes.ts'

const name = 'music'
const described: Omit<Table, 'tableId'> = { ...musicTable, indexes: [musicByGenre] }

function openNode(store: Store): Promise<Engine> {
  return openEngine({ storage: { kind: 'custom', open: () => store }, clock: new ManualClock(5) })
}

type Call = 'view' | 'write'

/** The same store, which can be told to do something else right before the next call of a kind. */
function interruptible(store: Store): { readonly store: Store; before(call: Call, act: () => Promise<void>): void } {
  let awaited: { readonly call: Call; readonly act: () => Promise<void> } | undefined
  const interrupt = async (call: Call): Promise<void> => {
    if (awaited?.call !== call) return
    const { act } = awaited
    awaited = undefined
    await act()
  }
  const interrupted: Store = {
    ...forwardedStore(store),
    view: (...asked) => interrupt('view').then(() => store.view(...asked)),
    write: (...asked) => interrupt('write').then(() => store.write(...asked)),
  }
  return { store: interrupted, before: (call, act) => (awaited = { call, act }) }
}

function replaceIndexes(engine: Engine, indexes: readonly GlobalIndex[], retiredIndexIds: readonly number[]): Promise<void> {
  return changeTables(engine, [name], (tables) => tables.replace({ ...(tables.find(name) ?? assert.fail()), indexes, retiredIndexIds }))
}

async function put(engine: Engine, title: string): Promise<void> {
  const table = engine.catalog.find(name) ?? assert.fail()
  const item = { pk: { S: 'a' }, genre: { S: 'x' }, title: { S: title } }
  await changeItem(engine, { table, ...itemPlace(table, item), decide: () => ({ kind: 'become', newItem: StoredItem.of(item) }) })
}

for (const [call, left] of [
  ['view', 'something'],
  ['write', 'something'],
  ['write', 'nothing'],
] as const) {
  test(`What has the id of a deleted index since the ${call} of a sweep that found ${left} left keeps all that it has`, async () => {
    const store = await openTestStore()
    const here = await openNode(store)
    await changeTables(here, [name], (tables) => tables.create(described))
    if (left === 'something') await put(here, 'old')
    await replaceIndexes(here, [], [1])
    const gate = interruptible(store)
    const late = await openNode(gate.store)
    gate.before(call, async () => {
      while (await stepIndexSweep(here)) {}
      // As if there had been nothing to fill it with.
      await empty(here)
      await replaceIndexes(here, [musicByGenre], [])
      await put(here, 'new')
    })
    await stepIndexSweep(late)
    const space = { tableId: 1, indexId: 1 }
    assert.deepEqual(late.catalog.find(name)?.indexes, [musicByGenre])
    assert.notEqual(late.catalog.partitionMap(space), undefined)
    assert.equal((await store.sums([countsKey(space)]))[0]?.[0], 1)
    const { entries } = await store.view(async (view) => view.scan(spaceRange(space), { entries: 10, bytes: 1e6 }))
    assert.equal(entries.length, 1)
    await store.close()
  })
}

/** Empties the table. */
async function empty(engine: Engine): Promise<void> {
  const table = engine.catalog.find(name) ?? assert.fail()
  await changeItem(engine, { table, ...itemPlace(table, { pk: { S: 'a' } }), decide: () => ({ kind: 'become', newItem: undefined }) })
}
