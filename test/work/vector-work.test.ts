/**
 * What vector indexes cost, counted and not timed: a write is a put and a line in a log for each index, a part that was searched before
 * is not read again, and what does not fit into memory is read for each search and found all the same. The time of a search is printed.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { hash32 } from '../../src/base/hash.ts'
import { hashOf } from '../../src/engine/keyspace/keys.ts'
import { StoredItem } from '../../src/engine/keyspace/stored-item.ts'
import { vectorLog } from '../../src/engine/keyspace/vector-keys.ts'
import type { Table, VectorIndex } from '../../src/engine/schema/table.ts'
import { VectorCaches, type VectorSearch } from '../../src/engine/vectors/vector-caches.ts'
import { encodeVectorEntry, vectorEntry } from '../../src/engine/vectors/vector-entries.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Store, type View, ViewEnded } from '../../src/storage/store.ts'
import { encodeKeyBytes } from '../../src/values/key-bytes.ts'
import { forwardedView } from '../harness/forwarded-store.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { CountingStore } from './counting-store.ts'

/** Every search asks where the log of its part ends, and how far it is trimmed. */
const ofLog = 2
const idle = { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }

function indexOf(dimensions: number, hash?: string): VectorIndex {
  return {
    indexId: 1,
    name: 'v',
    vectorAttribute: 'e',
    dimensions,
    distance: 'EUCLIDEAN',
    projection: { type: 'KEYS_ONLY', nonKeyAttributes: [] },
    searchSchema: hash === undefined ? [] : [{ name: hash, type: 'S', role: 'HASH' }],
    status: 'ACTIVE',
  }
}

function tableWith(index: VectorIndex): Table {
  return {
    tableId: 7,
    name: 'T',
    attributes: [],
    key: { hash: [{ name: 'id', type: 'S' }], range: [] },
    indexes: [],
    vectorIndexes: [index],
    billingMode: 'PAY_PER_REQUEST',
    warm: { readUnits: 0, writeUnits: 0 },
    tableClass: 'STANDARD',
    deletionProtection: false,
    tags: [],
    uuid: '',
    status: 'ACTIVE',
    creationMs: 0,
  }
}

function searchFor(
  index: VectorIndex,
  sought: readonly number[],
  { countMax = 3, partition }: { countMax?: number; partition?: string } = {},
): VectorSearch {
  return {
    table: tableWith(index),
    index,
    sought: Float32Array.from(sought),
    partitionKey: partition === undefined ? new Uint8Array(0) : encodeKeyBytes(new Uint8Array(0), [{ S: partition }]),
    filters: [],
    countMax,
  }
}

/** Puts entries as writes do, telling of them in the log. */
async function putAll(store: Store, index: VectorIndex, items: readonly (readonly [string, readonly number[], string?])[]): Promise<void> {
  await store.write([], (turn) => {
    for (const [id, vector, tenant] of items) {
      const attributes = {
        id: { S: id },
        e: { L: vector.map((n) => ({ N: String(n) })) },
        ...(tenant !== undefined && { t: { S: tenant } }),
      }
      const entry = vectorEntry(tableWith(index), index, StoredItem.of(attributes))
      assert.ok(entry !== undefined)
      turn.append(vectorLog({ tableId: 7, indexId: 1 }, hashOf(entry.key)), entry.key)
      turn.put(entry.key, encodeVectorEntry(entry))
    }
  })
}

async function idsOf(store: Pick<Store, 'view'>, caches: VectorCaches, search: VectorSearch): Promise<readonly string[]> {
  const matches = await caches.search(store, search)
  return matches.map(({ item }) => (item.attributes.id as { readonly S: string }).S)
}

test('an index costs a write one put and one line in its log more, and nothing where the vector stays the same float', async () => {
  let store: CountingStore | undefined
  const open = (): CountingStore => {
    store = new CountingStore()
    return store
  }
  const service = await openTestService({ kind: 'custom', open })
  await succeed(service, 'CreateTable', {
    TableName: 'Vectors',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    VectorIndexes: ['one', 'two'].map((IndexName) => ({
      IndexName,
      VectorAttribute: { AttributeName: 'e' },
      Dimensions: 2,
      DistanceFunction: 'COSINE',
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  })
  const put = async (item: object): Promise<object> => {
    store?.takeWork()
    await succeed(service, 'PutItem', { TableName: 'Vectors', Item: { id: { S: 'a' }, ...item } })
    return store?.takeWork() ?? {}
  }
  const base = { ...idle, turns: 1, turnGets: 1, commits: 1 }
  const vector = (first: string): object => ({ e: { L: [{ N: first }, { N: '1' }] } })
  assert.deepEqual(await put(vector('1')), { ...base, puts: 5 })
  assert.deepEqual(await put(vector('1.00000000001')), { ...base, puts: 1 })
  assert.deepEqual(await put(vector('2')), { ...base, puts: 5 })
  assert.deepEqual(await put({}), { ...base, puts: 3, deletes: 2 })
  await service.close()
})

test('a part is read once; later searches get what they show, and what was changed in between', async () => {
  const store = new CountingStore()
  const caches = new VectorCaches()
  const index = indexOf(2)
  await putAll(store, index, [
    ['a', [0, 0]],
    ['b', [1, 0]],
    ['c', [2, 0]],
    ['d', [3, 0]],
  ])
  store.takeWork()
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0, 0])), ['a', 'b', 'c'])
  assert.deepEqual(store.takeWork(), { ...idle, scans: 1, gets: ofLog + 3 })
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [3, 0])), ['d', 'c', 'b'])
  assert.deepEqual(store.takeWork(), { ...idle, gets: ofLog + 3 })
  await putAll(store, index, [
    ['a', [3, 0.5]],
    ['e', [9, 9]],
  ])
  store.takeWork()
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [3, 0])), ['d', 'a', 'c'])
  assert.deepEqual(store.takeWork(), { ...idle, scans: 1, gets: ofLog + 2 + 3 })
  await store.close()
})

test('a part with no room in memory is read for each search, and found whole', async () => {
  const store = openMemoryStore()
  const caches = new VectorCaches(0)
  const index = indexOf(2)
  await putAll(
    store,
    index,
    Array.from({ length: 1700 }, (_, at) => [`i${at}`, [at, 0]] as const),
  )
  assert.deepEqual((await idsOf(store, caches, searchFor(index, [1000, 0]))).toSorted(), ['i1000', 'i1001', 'i999'])
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [1699, 1], { countMax: 2 })), ['i1699', 'i1698'])
  assert.equal(caches.sizeBytes, 0)
  await store.close()
})

test('parts are forgotten when room is needed, the one searched longest ago first, and when their index goes', async () => {
  const store = new CountingStore()
  const index = indexOf(8, 't')
  const tenants = ['p', 'q', 'r']
  const items = tenants.map((tenant) => [tenant, new Array<number>(8).fill(1), tenant] as const)
  const measured = new VectorCaches()
  await putAll(store, index, items)
  await measured.search(store, searchFor(index, items[0]?.[1] ?? [], { partition: 'p' }))
  const caches = new VectorCaches(measured.sizeBytes * 2)
  const scansOf = async (partition: string): Promise<number> => {
    store.takeWork()
    assert.deepEqual(await idsOf(store, caches, searchFor(index, new Array<number>(8).fill(0), { partition })), [partition])
    return store.takeWork().scans
  }
  assert.deepEqual([await scansOf('p'), await scansOf('q'), await scansOf('p'), await scansOf('q')], [1, 1, 0, 0])
  assert.equal(await scansOf('r'), 1)
  assert.deepEqual([await scansOf('q'), await scansOf('p')], [0, 1])
  assert.ok(caches.sizeBytes <= measured.sizeBytes * 2)
  caches.drop({ tableId: 7, indexId: 2 })
  assert.equal(await scansOf('p'), 0)
  caches.drop({ tableId: 7, indexId: 1 })
  assert.equal(caches.sizeBytes, 0)
  await store.close()
})

test('a search that waits for a part that is forgotten in the meantime sees what was written since', async () => {
  const store = openMemoryStore()
  const caches = new VectorCaches()
  const index = indexOf(1)
  await putAll(store, index, [
    ['a', [1]],
    ['b', [2]],
  ])
  const written = Promise.withResolvers<void>()
  const slow = { view: <T>(read: (view: View) => Promise<T>) => store.view((view) => written.promise.then(() => read(view))) }
  const first = idsOf(slow, caches, searchFor(index, [0]))
  const second = idsOf(store, caches, searchFor(index, [0]))
  // The first has its view, the second waits for it.
  await setImmediate()
  caches.drop({ tableId: 7, indexId: 1 })
  await putAll(store, index, [['b', [0]]])
  written.resolve()
  assert.deepEqual(await first, ['a', 'b'])
  const third = idsOf(store, caches, searchFor(index, [0]))
  assert.deepEqual(
    [await second, await third],
    [
      ['b', 'a'],
      ['b', 'a'],
    ],
  )
  await store.close()
})

test('more changes than are worth looking at one by one make a part be read anew', async () => {
  const store = new CountingStore()
  const caches = new VectorCaches()
  const index = indexOf(1)
  await putAll(store, index, [['first', [0]]])
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0])), ['first'])
  await putAll(
    store,
    index,
    Array.from({ length: 10_001 }, (_, at) => [`i${at}`, [at + 1]] as const),
  )
  store.takeWork()
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0])), ['first', 'i0', 'i1'])
  const { gets, scans } = store.takeWork()
  assert.equal(gets, ofLog + 3)
  assert.ok(scans > 10)
  await store.close()
})

test('changes of another part cost a search no reads, although one log tells of both', async () => {
  const store = new CountingStore()
  const caches = new VectorCaches()
  const index = indexOf(1, 't')
  const logOf = (tenant: string): number => hash32(encodeKeyBytes(new Uint8Array(0), [{ S: tenant }])) >>> 24
  const [one, ...others] = Array.from({ length: 2000 }, (_, at) => `t${at}`)
  const neighbour = others.find((other) => logOf(other) === logOf(one ?? ''))
  assert.ok(one !== undefined && neighbour !== undefined)
  await putAll(store, index, [['a', [1], one]])
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0], { partition: one })), ['a'])
  await putAll(store, index, [
    ['a', [1], neighbour],
    ['b', [2], neighbour],
  ])
  store.takeWork()
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0], { partition: one })), ['a'])
  assert.deepEqual(store.takeWork(), { ...idle, scans: 1, gets: ofLog + 1 })
  await store.close()
})

/** A store whose views end when they have scanned so much. */
function withShortViews(store: Store, scansMax: number): Pick<Store, 'view'> {
  const short = (view: View): View => {
    let scans = 0
    return {
      ...forwardedView(view),
      scan: (range, budget) => {
        scans += 1
        if (scans > scansMax) throw new ViewEnded()
        return view.scan(range, budget)
      },
    }
  }
  return { view: (read) => store.view((view) => read(short(view))) }
}

test('a search whose view ends early goes on with what it has read in another, and finds what that shows', async () => {
  const store = new CountingStore()
  const caches = new VectorCaches()
  const index = indexOf(1)
  const count = 2750
  await putAll(
    store,
    index,
    Array.from({ length: count }, (_, at) => [`i${1000 + at}`, [at]] as const),
  )
  // Two chunks of 500 for each view; from the second on the first scan is that of the log, if that has changed.
  const short = withShortViews(store, 2)
  let views = 0
  const changing: Pick<Store, 'view'> = {
    view: async (read) => {
      views += 1
      if (views > 1) await putAll(store, index, [[`i${1000 + views}`, [-views]]])
      return await short.view(read)
    },
  }
  store.takeWork()
  assert.deepEqual(await idsOf(changing, caches, searchFor(index, [-100])), ['i1005', 'i1004', 'i1003'])
  assert.equal(views, 5)
  assert.equal(store.takeWork().scans, 6 + 4)
  await store.close()
})

test('a search whose views end before it comes any further says so in the end', async () => {
  const store = openMemoryStore()
  const caches = new VectorCaches()
  const index = indexOf(1)
  await putAll(store, index, [['a', [1]]])
  await assert.rejects(idsOf(withShortViews(store, 0), caches, searchFor(index, [0])), ViewEnded)
  assert.deepEqual(await idsOf(store, caches, searchFor(index, [0])), ['a'])
  await store.close()
})

test('the time of a search among 5,000 vectors of 768 dimensions is told', async (t) => {
  const store = openMemoryStore()
  const caches = new VectorCaches()
  const index = indexOf(768)
  const vectorOf = (seed: number): readonly number[] => Array.from({ length: 768 }, (_, at) => ((seed * 31 + at * 17) % 101) - 50)
  for (let from = 0; from < 5000; from += 500) {
    await putAll(
      store,
      index,
      Array.from({ length: 500 }, (_, at) => [`i${from + at}`, vectorOf(from + at)] as const),
    )
  }
  for (const name of ['first', 'second', 'third']) {
    const startMs = performance.now()
    await caches.search(store, searchFor(index, vectorOf(3), { countMax: 10 }))
    t.diagnostic(`${name} search: ${(performance.now() - startMs).toFixed(1)} ms`)
  }
  await store.close()
})
