import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { KeyBytes, KeyRange, Store } from '../../storage/store.ts'
import {
  backfillKey,
  countsKey,
  dataKey,
  expiryKey,
  queueKey,
  sweepKey,
  sweepKeyRange,
  tableDataRange,
  tableExpiriesRange,
  tableQueuesRange,
} from '../keyspace/keys.ts'
import { stepSweep } from './sweep-deleted-tables.ts'

function itemKeys(tableId: number, count: number): KeyBytes[] {
  return Array.from({ length: count }, (_, at) =>
    dataKey({ tableId, indexId: at % 3 }, Uint8Array.of(at >> 8, at & 255), new Uint8Array(0)),
  )
}

async function put(store: Store, keys: readonly KeyBytes[]): Promise<void> {
  await store.write([], (turn) => {
    for (const key of keys) turn.put(key, 'x')
  })
}

async function count(store: Store, range: KeyRange): Promise<number> {
  using snapshot = store.snapshot()
  const { entries, exhausted } = await snapshot.scan(range, { entries: 10_000, bytes: 1e9 })
  assert(exhausted)
  return entries.length
}

test('The sweep deletes all data, indexes and counts of removed tables in bounded steps, and nothing else', async () => {
  const store = openMemoryStore()
  await put(store, [...itemKeys(1, 25), ...itemKeys(2, 10), ...itemKeys(3, 7)])
  await put(store, [countsKey({ tableId: 1, indexId: 0 }), countsKey({ tableId: 1, indexId: 2 }), countsKey({ tableId: 2, indexId: 0 })])
  const waiting = Array.from({ length: 25 }, (_, at) => queueKey({ tableId: 1, indexId: 2 }, at))
  await put(store, [...waiting, queueKey({ tableId: 2, indexId: 2 }, 7), backfillKey({ tableId: 1, indexId: 1 })])
  const expiring = (tableId: number): KeyBytes[] => itemKeys(tableId, 5).map((item, at) => expiryKey(at, item))
  await put(store, [...expiring(1), ...expiring(2)])
  await put(store, [sweepKey(1), sweepKey(3)])

  let steps = 0
  let left = await count(store, tableDataRange(1))
  while (await stepSweep({ store }, { entries: 10, bytes: 1e9 })) {
    steps += 1
    const now = await count(store, tableDataRange(1))
    assert(left - now <= 10, 'no more than ten entries a step')
    left = now
  }
  assert.equal(steps, 6)
  assert.equal(await count(store, tableDataRange(1)), 0)
  assert.equal(await count(store, tableDataRange(3)), 0)
  assert.equal(await count(store, tableDataRange(2)), 10)
  assert.equal(await count(store, tableQueuesRange(1)), 0)
  assert.equal(await count(store, tableQueuesRange(2)), 1)
  assert.equal(await count(store, tableExpiriesRange(1)), 0)
  assert.equal(await count(store, tableExpiriesRange(2)), 5)
  assert.equal(await count(store, sweepKeyRange()), 0)
  using snapshot = store.snapshot()
  assert.equal(await snapshot.get(countsKey({ tableId: 1, indexId: 2 })), undefined)
  assert.equal(await snapshot.get(backfillKey({ tableId: 1, indexId: 1 })), undefined)
  assert.notEqual(await snapshot.get(countsKey({ tableId: 2, indexId: 0 })), undefined)
})

test('The sweep record stays until the last of the data is gone, so that a restart goes on where it stopped', async () => {
  const store = openMemoryStore()
  await put(store, [...itemKeys(1, 3), sweepKey(1)])
  assert.equal(await stepSweep({ store }, { entries: 2, bytes: 1e9 }), true)
  assert.equal(await count(store, sweepKeyRange()), 1)
  assert.equal(await stepSweep({ store }, { entries: 2, bytes: 1e9 }), true)
  assert.equal(await count(store, sweepKeyRange()), 0)
  assert.equal(await stepSweep({ store }), false)
})
