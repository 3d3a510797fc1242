import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type StoreObserver, StoreUnavailable } from '../../storage/store.ts'
import { sweepKey } from '../keyspace/keys.ts'
import type { Table } from '../schema/table.ts'
import { Catalog } from './catalog.ts'
import { changeTables, type TableHolder } from './change-tables.ts'

function newTable(name: string): Omit<Table, 'tableId'> {
  return {
    name,
    uuid: `uuid of ${name}`,
    status: 'ACTIVE',
    creationMs: 0,
    attributes: [{ name: 'pk', type: 'S' }],
    key: { hash: [{ name: 'pk', type: 'S' }], range: [] },
    indexes: [],
    vectorIndexes: [],
    billingMode: 'PAY_PER_REQUEST',
    warm: { readUnits: 12_000, writeUnits: 4000 },
    tableClass: 'STANDARD',
    deletionProtection: false,
    tags: [],
  }
}

/** A catalog over a memory store whose commits fail while `health.ok` is false. */
function openHolder(): TableHolder & { readonly health: { ok: boolean } } {
  const catalog = new Catalog()
  const health = { ok: true }
  const observer: StoreObserver = {
    beforeCommit: () => {
      if (!health.ok) throw new Error('no space left on device')
    },
    rolledBack: () => catalog.rolledBack(),
  }
  return { store: openMemoryStore({ observer }), catalog, health }
}

test('A table is in the latest view once decided, and in the durable view once written', async () => {
  const holder = openHolder()
  const { latest, durable } = holder.catalog
  let seenInTurn: Table | undefined
  const created = changeTables(holder, ['music'], (tables) => {
    const table = tables.create(newTable('music'))
    seenInTurn = tables.find('music')
    return table
  })
  const nextTurn = holder.store.write([], () => ({ latest: latest.find('music'), durable: durable.find('music') }))
  const table = await created
  const { latest: latestThen, durable: durableThen } = await nextTurn
  assert.equal(seenInTurn, table)
  assert.equal(latestThen, table)
  assert.equal(durableThen, undefined)
  assert.equal(durable.find('music'), table)
})

test('A turn that throws leaves the catalog and the store as they were', async () => {
  const holder = openHolder()
  const failing = changeTables(holder, ['music'], (tables) => {
    tables.create(newTable('music'))
    throw new Error('no room')
  })
  await assert.rejects(failing, /no room/)
  assert.equal(holder.catalog.latest.size, 0)
  const { tableId } = await changeTables(holder, ['music'], (tables) => tables.create(newTable('music')))
  assert.equal(tableId, 1)
})

test('A failed commit takes back the tables it would have made, and no others', async () => {
  const holder = openHolder()
  await changeTables(holder, ['kept'], (tables) => tables.create(newTable('kept')))
  holder.health.ok = false
  const lost = changeTables(holder, ['lost'], (tables) => tables.create(newTable('lost')))
  await assert.rejects(lost, StoreUnavailable)
  assert.deepEqual(holder.catalog.latest.names(), ['kept'])
  assert.deepEqual(holder.catalog.durable.names(), ['kept'])
})

test('A change that was durable before another commit failed is put back into both views', () => {
  const catalog = new Catalog()
  const first = new Map([['first', { ...newTable('first'), tableId: 1 }]])
  const second = new Map([['second', { ...newTable('second'), tableId: 2 }]])
  const third = new Map([['third', { ...newTable('third'), tableId: 3 }]])
  catalog.decided(first)
  catalog.decided(second)
  catalog.rolledBack()
  catalog.decided(third)
  assert.deepEqual(catalog.latest.names(), ['third'])
  catalog.becameDurable(first)
  assert.deepEqual(catalog.latest.names(), ['first', 'third'])
  assert.deepEqual(catalog.durable.names(), ['first'])
  catalog.becameDurable(third)
  assert.deepEqual(catalog.durable.names(), ['first', 'third'])
})

test('Word of a later change makes the earlier ones durable, and their own word then changes nothing', () => {
  const catalog = new Catalog()
  const created = new Map([['music', { ...newTable('music'), tableId: 1 }]])
  const removed = new Map([['music', undefined]])
  catalog.decided(created)
  catalog.decided(removed)
  catalog.becameDurable(removed)
  assert.equal(catalog.durable.size, 0)
  catalog.becameDurable(created)
  assert.equal(catalog.durable.size, 0)
  assert.equal(catalog.latest.size, 0)
})

test('Table ids are not used again, and a removed table leaves a sweep record', async () => {
  const holder = openHolder()
  const first = await changeTables(holder, ['music'], (tables) => tables.create(newTable('music')))
  const second = await changeTables(holder, ['music'], (tables) => {
    tables.remove(first)
    return tables.create(newTable('music'))
  })
  assert.deepEqual([first.tableId, second.tableId], [1, 2])
  assert.equal(holder.catalog.durable.find('music'), second)
  using snapshot = holder.store.snapshot()
  assert.notEqual(await snapshot.get(sweepKey(1)), undefined)
  assert.equal(await snapshot.get(sweepKey(2)), undefined)
})

test('A catalog loads every table of a store, whatever their number', async () => {
  const holder = openHolder()
  const names = Array.from({ length: 250 }, (_, at) => `table-${at}`)
  await changeTables(holder, names, (tables) => {
    for (const name of names) tables.create(newTable(name))
  })
  const reopened = new Catalog()
  await reopened.load(holder.store)
  assert.deepEqual(reopened.durable.names(), [...names].sort())
  for (const name of names) assert.deepEqual(reopened.latest.find(name), holder.catalog.latest.find(name))
})

test('Each region has its own tables, and all of them are loaded, committed and rolled back together', async () => {
  const holder = openHolder()
  const inRegion = (region: string): TableHolder => ({ store: holder.store, catalog: holder.catalog.of(region) })
  const [east, west] = [inRegion('us-east-1'), inRegion('us-west-1')]
  const inEast = await changeTables(east, ['music'], (tables) => tables.create(newTable('music')))
  const inWest = await changeTables(west, ['music'], (tables) => tables.create(newTable('music')))
  await changeTables(holder, ['music'], (tables) => tables.create(newTable('music')))
  assert.notEqual(inEast.tableId, inWest.tableId)
  assert.equal(east.catalog.durable.find('music'), inEast)
  assert.equal(holder.catalog.of('us-west-1').latest.find('music'), inWest)
  assert.deepEqual(holder.catalog.regions(), ['', 'us-east-1', 'us-west-1'])

  holder.health.ok = false
  const lost = [east, west].map((region) => changeTables(region, ['lost'], (tables) => tables.create(newTable('lost'))))
  for (const change of lost) await assert.rejects(change, StoreUnavailable)
  assert.deepEqual([...east.catalog.latest.names(), ...west.catalog.latest.names()], ['music', 'music'])

  const reopened = new Catalog('us-west-1')
  await reopened.load(holder.store)
  assert.deepEqual(reopened.durable.find('music'), inWest)
  assert.deepEqual(reopened.of('us-east-1').latest.find('music'), inEast)
  assert.deepEqual(reopened.regions(), ['', 'us-east-1', 'us-west-1'])
})

test('A region without tables leaves no trace, and is seen as soon as it has one', async () => {
  const { store, catalog, health } = openHolder()
  const region: TableHolder = { store, catalog: catalog.of('eu-west-9') }
  const { durable } = region.catalog
  assert.equal(durable.size, 0)
  assert.deepEqual(catalog.regions(), [])
  const table = await changeTables(region, ['music'], (tables) => tables.create(newTable('music')))
  assert.equal(durable.find('music'), table)
  assert.deepEqual(catalog.regions(), ['eu-west-9'])
  await changeTables(region, ['music'], (tables) => tables.remove(table))
  assert.deepEqual([durable.size, catalog.regions(), health.ok], [0, [], true])
})
