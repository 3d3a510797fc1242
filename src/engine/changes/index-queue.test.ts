import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyBytes } from '../../storage/store.ts'
import { decodeQueued, encodeQueued, type QueuedChange } from './index-queue.ts'

const keyOf = (...bytes: readonly number[]): KeyBytes => Buffer.from(bytes) as Uint8Array as KeyBytes

test('a queued change is read as it was written, with and without an entry to remove and one to put', () => {
  for (const remove of [undefined, keyOf(1, 0, 255)]) {
    for (const put of [undefined, { key: keyOf(2), value: 'value' }]) {
      const change: QueuedChange = { sinceMs: 1000, lagMs: 250, remove, put, added: { itemCount: -1, sizeBytes: 12 } }
      assert.deepEqual(decodeQueued(encodeQueued(change)), change)
    }
  }
})

test('a change that an older version queued is due when it said', () => {
  const { sinceMs, lagMs } = decodeQueued(JSON.stringify({ dueMs: 7000, items: 1, bytes: 3 }))
  assert.deepEqual([sinceMs, lagMs], [0, 7000])
})
