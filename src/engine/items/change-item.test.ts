/** Writes whose table is not what it was when they were asked for. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { musicTable } from '../../../test/harness/music-table.ts'
import { ManualClock } from '../../base/clock.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import type { Table } from '../schema/table.ts'
import { changeItem } from './change-item.ts'
import { itemPlace } from './item-key.ts'

const name = 'music'
const attributes = { pk: { S: 'a' } }

async function open(): Promise<Engine> {
  const engine = await openEngine({ storage: { kind: 'custom', open: openMemoryStore }, clock: new ManualClock(0) })
  await changeTables(engine, [name], (tables) => tables.create(musicTable))
  return engine
}

function tableOf({ catalog }: Engine): Table {
  return catalog.find(name) ?? assert.fail('the table is gone')
}

function put(engine: Engine, table: Table): Promise<unknown> {
  const decide = () => ({ kind: 'become', newItem: StoredItem.of(attributes) }) as const
  return changeItem(engine, { table, ...itemPlace(table, attributes), decide })
}

async function itemsOf({ store }: Engine, tableId: number): Promise<number> {
  const { entries } = await store.view(async (view) => view.scan(spaceRange({ tableId, indexId: 0 }), { entries: 10, bytes: 1e6 }))
  return entries.length
}

test('a write that was meant for a table which was dropped and made anew is not done', async () => {
  const engine = await open()
  const meant = tableOf(engine)
  await changeTables(engine, [name], (tables) => {
    tables.remove(tableOf(engine))
    tables.create(musicTable)
  })
  const now = tableOf(engine)
  await assert.rejects(put(engine, meant), { name: 'ResourceNotFoundException' })
  assert.deepEqual([await itemsOf(engine, meant.tableId), await itemsOf(engine, now.tableId)], [0, 0])
  await put(engine, now)
  assert.equal(await itemsOf(engine, now.tableId), 1)
  await engine.close()
})

for (const status of ['CREATING', 'DELETING'] as const) {
  test(`a write to a table that is ${status} by its turn is not done`, async () => {
    const engine = await open()
    const meant = tableOf(engine)
    await changeTables(engine, [name], (tables) => tables.replace({ ...tableOf(engine), status }))
    await assert.rejects(put(engine, meant), { name: 'ResourceNotFoundException' })
    assert.equal(await itemsOf(engine, meant.tableId), 0)
    await engine.close()
  })
}

test('a write to a table of which something else was changed is done', async () => {
  const engine = await open()
  const meant = tableOf(engine)
  await changeTables(engine, [name], (tables) => tables.replace({ ...tableOf(engine), deletionProtection: true }))
  await put(engine, meant)
  assert.equal(await itemsOf(engine, meant.tableId), 1)
  await engine.close()
})
