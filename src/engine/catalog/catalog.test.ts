import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedView } from '../../../test/harness/forwarded-store.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { type MemoryStore, openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type Guard, type KeyBytes, type Store, StoreUnavailable, type View, type WriteTurn } from '../../storage/store.ts'
import { sweepKey } from '../keyspace/sweep-keys.ts'
import { recentKeysMax } from '../limits.ts'
import { openGuardedStore } from '../records/guarded-store.ts'
import type { Table } from '../schema/table.ts'
import { engineSettings } from '../settings.ts'
import { Catalog } from './catalog.ts'
import type { CatalogHolder } from './catalog-holder.ts'
import type { CatalogChange } from './catalog-records.ts'
import { changePartitionMap } from './change-partition-map.ts'
import { changeTables } from './change-tables.ts'

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

/** Of one node: its catalog, and the store as it asks it. */
async function openHolder(given?: Store): Promise<CatalogHolder> {
  const store = given ?? (await openTestStore())
  const catalog = new Catalog()
  await catalog.load(store)
  return { store: openGuardedStore(store, catalog.records), catalog, clock: new ManualClock(0), settings: engineSettings({}) }
}

/** A store whose commits fail while `health.ok` is false. */
function openFailingStore(): { readonly store: MemoryStore; readonly health: { ok: boolean } } {
  const health = { ok: true }
  const failCommit = (): void => {
    if (!health.ok) throw new Error('no space left on device')
  }
  return { store: openMemoryStore({ failCommit }), health }
}

function create(holder: CatalogHolder, name: string): Promise<Table> {
  return changeTables(holder, [name], (tables) => tables.create(newTable(name)))
}

function createAll(holder: CatalogHolder, names: readonly string[]): Promise<void> {
  return changeTables(holder, names, (tables) => {
    for (const name of names) tables.create(newTable(name))
  })
}

/** Sees what the store has now, as every request does before it rests on the catalog. */
function ask(holder: CatalogHolder): Promise<unknown> {
  return holder.store.get([])
}

/** Counts what is read of a store, so that a whole load and a look at some keys can be told apart. */
class WatchedStore implements Store {
  readonly #store: Store
  gets = 0
  scans = 0

  constructor(store: Store) {
    this.#store = store
  }

  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): ReturnType<Store['get']> {
    this.gets += keys.length
    return this.#store.get(keys, guards)
  }

  sums(counters: readonly KeyBytes[]): ReturnType<Store['sums']> {
    return this.#store.sums(counters)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#store.view((view) => {
      const scan: View['scan'] = (range, budget) => {
        this.scans += 1
        return view.scan(range, budget)
      }
      return read({ ...forwardedView(view), scan })
    }, guards)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return this.#store.write(reads, decide, guards)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

test('A table is seen in its own turn at once, by others when it is durable, and by every later turn', async () => {
  const holder = await openHolder()
  const { catalog } = holder
  let seenInTurn: Table | undefined
  const created = changeTables(holder, ['music'], (tables) => {
    const table = tables.create(newTable('music'))
    seenInTurn = tables.find('music')
    return table
  })
  const seenByNext: (Table | undefined)[] = []
  const nextTurn = holder.store.write([], () => seenByNext.push(catalog.find('music')))
  assert.equal(catalog.find('music'), undefined)
  const table = await created
  await nextTurn
  assert.equal(seenInTurn, table)
  assert.deepEqual(catalog.find('music'), table)
  // It waited for what it would have rested on.
  assert.deepEqual(seenByNext, [table])
})

test('A turn that throws leaves the catalog and the store as they were', async () => {
  const holder = await openHolder()
  const failing = changeTables(holder, ['music'], (tables) => {
    tables.create(newTable('music'))
    throw new Error('no room')
  })
  await assert.rejects(failing, /no room/)
  assert.equal(holder.catalog.size, 0)
  assert.equal((await create(holder, 'music')).tableId, 1)
})

test('A failed commit leaves the catalog as it was, and the next change finds it so', async () => {
  const { store, health } = openFailingStore()
  const holder = await openHolder(store)
  const kept = await create(holder, 'kept')
  const { version } = holder.catalog
  health.ok = false
  await assert.rejects(create(holder, 'lost'), StoreUnavailable)
  await assert.rejects(
    changeTables(holder, ['kept'], (tables) => tables.remove(kept)),
    StoreUnavailable,
  )
  assert.deepEqual([holder.catalog.names(), holder.catalog.version], [['kept'], version])
  health.ok = true
  const next = await create(holder, 'next')
  assert.equal(next.tableId, kept.tableId + 1)
  assert.deepEqual(holder.catalog.names(), ['kept', 'next'])
  assert.deepEqual((await openHolder(store)).catalog.names(), ['kept', 'next'])
})

test('Of changes that are decided in one moment each sees those before it, and all become durable', async () => {
  const holder = await openHolder()
  const heard: string[] = []
  holder.catalog.onChange(({ tables }) => {
    for (const { before, after } of tables) heard.push(`${before?.name ?? '-'} → ${after?.name ?? '-'}`)
  })
  const names = Array.from({ length: 20 }, (_, at) => `t${String(at).padStart(2, '0')}`)
  const ids = (await Promise.all(names.map((name) => create(holder, name)))).map(({ tableId }) => tableId)
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    names.map((_, at) => at + 1),
  )
  assert.deepEqual(holder.catalog.names(), names)
  assert.deepEqual(heard.toSorted(), names.map((name) => `- → ${name}`).toSorted())
})

test('Table ids are not used again, and a removed table leaves a sweep record', async () => {
  const holder = await openHolder()
  const first = await create(holder, 'music')
  const second = await changeTables(holder, ['music'], (tables) => {
    tables.remove(first)
    return tables.create(newTable('music'))
  })
  assert.deepEqual([first.tableId, second.tableId], [1, 2])
  assert.deepEqual(holder.catalog.find('music'), second)
  assert.deepEqual([holder.catalog.hasTable(1), holder.catalog.hasTable(2)], [false, true])
  const [swept, kept] = await holder.store.get([sweepKey(1), sweepKey(2)])
  assert.deepEqual([swept, kept], ['0', undefined])
})

test('A catalog loads every table of a store, whatever their number', async () => {
  const store = await openTestStore()
  const holder = await openHolder(store)
  const names = Array.from({ length: 1250 }, (_, at) => `table-${at}`)
  await createAll(holder, names)
  const reopened = await openHolder(store)
  assert.deepEqual(reopened.catalog.names(), [...names].sort())
  for (const name of names) {
    const table = reopened.catalog.find(name)
    assert.deepEqual(table, holder.catalog.find(name))
    const space = { tableId: table?.tableId ?? 0, indexId: 0 }
    assert.equal(reopened.catalog.partitionMap(space)?.encode(), holder.catalog.partitionMap(space)?.encode())
  }
  assert.equal(reopened.catalog.version, holder.catalog.version)
})

test('Each region has its own tables, and all of them are loaded and committed together, or not', async () => {
  const { store, health } = openFailingStore()
  const holder = await openHolder(store)
  const inRegion = (region: string): CatalogHolder => ({ ...holder, catalog: holder.catalog.of(region) })
  const [east, west] = [inRegion('us-east-1'), inRegion('us-west-1')]
  const inEast = await create(east, 'music')
  const inWest = await create(west, 'music')
  await create(holder, 'music')
  assert.notEqual(inEast.tableId, inWest.tableId)
  assert.deepEqual(east.catalog.find('music'), inEast)
  assert.deepEqual(holder.catalog.of('us-west-1').find('music'), inWest)
  assert.deepEqual(holder.catalog.regions(), ['', 'us-east-1', 'us-west-1'])

  health.ok = false
  const lost = [east, west].map((region) => create(region, 'lost'))
  for (const change of lost) await assert.rejects(change, StoreUnavailable)
  assert.deepEqual([...east.catalog.names(), ...west.catalog.names()], ['music', 'music'])

  const reopened = new Catalog('us-west-1')
  await reopened.load(store)
  assert.deepEqual(reopened.find('music'), inWest)
  assert.deepEqual(reopened.of('us-east-1').find('music'), inEast)
  assert.deepEqual(reopened.regions(), ['', 'us-east-1', 'us-west-1'])
})

test('A region without tables leaves no trace, and is seen as soon as it has one', async () => {
  const holder = await openHolder()
  const { catalog } = holder
  const region: CatalogHolder = { ...holder, catalog: catalog.of('eu-west-9') }
  assert.equal(region.catalog.size, 0)
  assert.deepEqual(catalog.regions(), [])
  const table = await create(region, 'music')
  assert.deepEqual(region.catalog.find('music'), table)
  assert.deepEqual(catalog.regions(), ['eu-west-9'])
  await changeTables(region, ['music'], (tables) => tables.remove(table))
  assert.deepEqual([region.catalog.size, catalog.regions()], [0, []])
})

test('Two catalogs on one store see each other, and a turn on an old version is decided again', async () => {
  const store = await openTestStore()
  const [here, there] = [await openHolder(store), await openHolder(store)]
  const music = await create(here, 'music')
  assert.equal(there.catalog.find('music'), undefined)
  let decisions = 0
  const found = await changeTables(there, ['music', 'films'], (tables) => {
    decisions += 1
    tables.create(newTable('films'))
    return tables.find('music')
  })
  assert.deepEqual(found, music)
  assert.equal(decisions, 1, 'not on a version that is known to be old')
  assert.deepEqual(there.catalog.names(), ['films', 'music'])
  assert.deepEqual(here.catalog.names(), ['music'])
  await ask(here)
  assert.deepEqual(here.catalog.names(), ['films', 'music'])
  assert.deepEqual(here.catalog.find('films'), there.catalog.find('films'))
  assert.notEqual(here.catalog.find('films')?.tableId, music.tableId)
})

test('Two catalogs that are changed at the same time give no name and no id twice', async () => {
  const store = await openTestStore()
  const nodes = [await openHolder(store), await openHolder(store), await openHolder(store)]
  const winners: string[] = []
  const names = Array.from({ length: 12 }, (_, at) => `t${at}`)
  await Promise.all(
    names.flatMap((name) =>
      nodes.map((node, at) =>
        changeTables(node, [name], (tables) => {
          if (tables.find(name) !== undefined) return false
          tables.create({ ...newTable(name), uuid: `of node ${at}` })
          return true
        }).then((isWinner) => isWinner && winners.push(name)),
      ),
    ),
  )
  assert.deepEqual(winners.toSorted(), names.toSorted())
  await Promise.all(nodes.map(ask))
  const [first, ...others] = nodes.map(({ catalog }) => catalog.names().map((name) => catalog.find(name)))
  assert.equal(new Set(first?.map((table) => table?.tableId)).size, names.length)
  for (const other of others) assert.deepEqual(other, first)
})

test('Who is behind looks at the changed keys alone, and keeps the very tables that are as they were', async () => {
  const watched = new WatchedStore(await openTestStore())
  const here = await openHolder(watched)
  await createAll(here, ['kept', 'changed', 'removed'])
  const there = await openHolder(watched)
  const kept = there.catalog.find('kept')
  const keptMap = there.catalog.partitionMap({ tableId: kept?.tableId ?? 0, indexId: 0 })
  const heard: CatalogChange[] = []
  there.catalog.onChange((change) => heard.push(change))
  const changed = here.catalog.find('changed')
  const removed = here.catalog.find('removed')
  assert.ok(kept !== undefined && keptMap !== undefined && changed !== undefined && removed !== undefined)
  await changeTables(here, ['changed'], (tables) => tables.replace({ ...changed, deletionProtection: true }))
  await changeTables(here, ['removed'], (tables) => tables.remove(removed))

  watched.scans = 0
  watched.gets = 0
  await ask(there)
  assert.equal(watched.scans, 0)
  // The version and the recent keys; the version again, two table records, the partitions of the removed one; whether that is all.
  assert.equal(watched.gets, 8)
  assert.deepEqual(there.catalog.names(), ['changed', 'kept'])
  assert.equal(there.catalog.find('changed')?.deletionProtection, true)
  assert.equal(there.catalog.find('kept'), kept)
  assert.equal(there.catalog.partitionMap({ tableId: kept.tableId, indexId: 0 }), keptMap)
  assert.equal(there.catalog.partitionMap({ tableId: removed.tableId, indexId: 0 }), undefined)
  // One step, not one for each version in between.
  assert.equal(heard.length, 1)
  assert.deepEqual(heard[0]?.tables.map(({ before, after }) => [before?.name, after?.name]).toSorted(), [
    ['changed', 'changed'],
    ['removed', undefined],
  ])
})

test('Who is too far behind reads everything anew, keeps what is as it was, and is told only of what is not', async () => {
  const watched = new WatchedStore(await openTestStore())
  const here = await openHolder(watched)
  await createAll(here, ['kept', 'changed', 'removed'])
  const there = await openHolder(watched)
  const kept = there.catalog.find('kept')
  const keptMap = there.catalog.partitionMap({ tableId: kept?.tableId ?? 0, indexId: 0 })
  const [changed, removed] = [here.catalog.find('changed'), here.catalog.find('removed')]
  assert.ok(kept !== undefined && keptMap !== undefined && changed !== undefined && removed !== undefined)
  const heard: CatalogChange[] = []
  there.catalog.onChange((change) => heard.push(change))
  await changeTables(here, ['changed'], (tables) => tables.replace({ ...changed, deletionProtection: true }))
  await changeTables(here, ['removed'], (tables) => tables.remove(removed))
  const others = Array.from({ length: recentKeysMax }, (_, at) => `other-${at}`)
  for (const name of others) await create(here, name)

  watched.scans = 0
  await ask(there)
  assert.ok(watched.scans > 0)
  assert.deepEqual(there.catalog.names(), here.catalog.names())
  for (const name of here.catalog.names()) assert.deepEqual(there.catalog.find(name), here.catalog.find(name))
  assert.equal(there.catalog.find('kept'), kept)
  assert.equal(there.catalog.partitionMap({ tableId: kept.tableId, indexId: 0 }), keptMap)
  const told = heard.flatMap(({ tables }) => tables.map(({ before, after }) => [before?.name, after?.name]))
  assert.deepEqual(told.slice().sort(), [['changed', 'changed'], ['removed', undefined], ...others.map((name) => [undefined, name])].sort())
})

test('One change of very many tables is told as such, and loaded as a whole', async () => {
  const watched = new WatchedStore(await openTestStore())
  const [here, there] = [await openHolder(watched), await openHolder(watched)]
  const names = Array.from({ length: recentKeysMax + 1 }, (_, at) => `table-${at}`)
  await createAll(here, names)
  watched.scans = 0
  await ask(there)
  assert.ok(watched.scans > 0)
  assert.deepEqual(there.catalog.names(), here.catalog.names())
  // What comes after it is looked at by its keys again.
  await create(here, 'one-more')
  watched.scans = 0
  await ask(there)
  assert.deepEqual([watched.scans, there.catalog.size], [0, names.length + 1])
})

test('Partitions change in a turn of their own, seen by every node, and not where the table is gone', async () => {
  const store = await openTestStore()
  const [here, there] = [await openHolder(store), await openHolder(store)]
  const table = await create(here, 'music')
  const space = { tableId: table.tableId, indexId: 0 }
  const split = await changePartitionMap(there, { table, index: undefined }, (map) =>
    map.split(map.partitions[0]?.id ?? 0, [{ hash: 9 }], { reason: 'asked', nowMs: 1 }),
  )
  assert.equal(split?.partitions.length, 5)
  await ask(here)
  assert.equal(here.catalog.partitionMap(space)?.encode(), split.encode())
  const { version } = here.catalog
  assert.equal(await changePartitionMap(here, { table, index: undefined }, (map) => map), here.catalog.partitionMap(space))
  assert.equal(here.catalog.version, version, 'what stays as it is changes no version')
  await changeTables(here, ['music'], (tables) => tables.remove(table))
  assert.equal(await changePartitionMap(there, { table, index: undefined }, () => assert.fail('there is no map')), undefined)
  assert.deepEqual([...there.catalog.partitionedIds(table.tableId)], [])
})
