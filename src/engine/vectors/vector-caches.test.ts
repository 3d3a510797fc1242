/** What becomes of rows in memory when a search of them fails, and when their index goes while they are searched. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { forwardedView } from '../../../test/harness/forwarded-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { type Store, StoreUnavailable, type View } from '../../storage/store.ts'
import { hashOf, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { vectorLog } from '../keyspace/vector-keys.ts'
import type { Table, VectorIndex } from '../schema/table.ts'
import { VectorCaches, type VectorSearch } from './vector-caches.ts'
import { encodeVectorEntry, vectorEntry } from './vector-entries.ts'

const space = { tableId: 7, indexId: 1 }
const index = {
  indexId: 1,
  name: 'nearest',
  vectorAttribute: 'e',
  dimensions: 1,
  distance: 'EUCLIDEAN',
  projection: { type: 'KEYS_ONLY', nonKeyAttributes: [] },
  searchSchema: [],
  status: 'ACTIVE',
} as const satisfies VectorIndex
const table = {
  tableId: 7,
  name: 'T',
  key: { hash: [{ name: 'id', type: 'S' }], range: [] },
  indexes: [],
  vectorIndexes: [index],
} as unknown as Table
const search: VectorSearch = { table, index, sought: Float32Array.of(0), partitionKey: new Uint8Array(0), filters: [], countMax: 10 }

function entryOf(id: string, at: number) {
  const entry = vectorEntry(table, index, StoredItem.of({ id: { S: id }, e: { L: [{ N: String(at) }] } }))
  assert.ok(entry !== undefined)
  return entry
}

/** As writes do, telling of it in the log. */
async function put(store: Store, vectors: { readonly [id: string]: number }): Promise<void> {
  await store.write([], (turn) => {
    for (const [id, at] of Object.entries(vectors)) {
      const entry = entryOf(id, at)
      turn.append(vectorLog(space, hashOf(entry.key)), entry.key)
      turn.put(entry.key, encodeVectorEntry(entry))
    }
  })
}

/** As the sweep of a deleted index does. */
async function sweep(store: Store, logged: readonly string[]): Promise<void> {
  const { entries } = await store.view(async (view) => view.scan(spaceRange(space), { entries: 100, bytes: 1e9 }))
  await store.write([], (turn) => {
    for (const { key } of entries) turn.delete(key)
    for (const log of new Set(logged.map((id) => vectorLog(space, hashOf(entryOf(id, 0).key))))) turn.drop(log)
  })
}

async function found(caches: VectorCaches, store: Pick<Store, 'view'>): Promise<readonly string[]> {
  const matches = await caches.search(store, search)
  return matches.map(({ item, score }) => `${(item.attributes.id as { readonly S: string }).S} ${score}`)
}

/** A store whose views do something before each of their reads. */
function before(store: Store, act: () => Promise<void>): Pick<Store, 'view'> {
  const acting = (view: View): View => ({
    ...forwardedView(view),
    get: (keys) => act().then(() => view.get(keys)),
    lasts: (logs) => act().then(() => view.lasts(logs)),
    scan: (range, budget) => act().then(() => view.scan(range, budget)),
    scanValues: (range, budget) => act().then(() => view.scanValues(range, budget)),
  })
  return { view: (read, guards) => store.view((view) => read(acting(view)), guards) }
}

test('rows of a search that failed are read anew, at whichever read it failed', async () => {
  const store = openMemoryStore()
  for (let failing = 0; ; failing += 1) {
    const caches = new VectorCaches()
    await put(store, { a: 1, b: 2 })
    assert.deepEqual(await found(caches, store), ['a 1', 'b 2'])
    await put(store, { a: 5, b: 4, c: 3 })
    let reads = 0
    const unavailable = before(store, async () => {
      reads += 1
      if (reads > failing) throw new StoreUnavailable('gone')
    })
    const isOver = await found(caches, unavailable).then(
      () => true,
      () => false,
    )
    assert.deepEqual(await found(caches, store), ['c 3', 'b 4', 'a 5'], `failed after ${failing} reads`)
    assert.equal((await store.view(async (view) => view.scan(spaceRange(space), { entries: 9, bytes: 1e9 }))).entries.length, 3)
    await store.write([], (turn) => turn.delete(entryOf('c', 0).key))
    if (isOver) break
  }
  await store.close()
})

test('an index that gets the number of a deleted one has none of its rows, nor do searches that wait', async () => {
  const store = openMemoryStore()
  const caches = new VectorCaches()
  await put(store, { a: 1, b: 2 })
  assert.deepEqual(await found(caches, store), ['a 1', 'b 2'])
  const goOn = Promise.withResolvers<void>()
  const first = found(
    caches,
    before(store, () => goOn.promise),
  )
  const second = found(caches, store)
  await setImmediate()
  caches.drop(space)
  await sweep(store, ['a', 'b'])
  // As many changes in the logs as the first search knows of, and one more.
  await put(store, { a: 7, b: 8 })
  await put(store, { c: 9 })
  goOn.resolve()
  assert.deepEqual(await first, ['a 1', 'b 2'])
  assert.deepEqual(await second, ['a 7', 'b 8', 'c 9'])
  assert.equal(caches.sizeBytes, 0, 'what nobody can find takes no room')
  assert.deepEqual(await found(caches, store), ['a 7', 'b 8', 'c 9'])
  assert.ok(caches.sizeBytes > 0)
  await store.close()
})
