/** Keys that stores remember do not hold on to more memory than they are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsKey } from './keys.ts'
import { recordLog } from './stream-keys.ts'

test('Keys of counts and of logs have memory of their own, not a piece of a block that many share', () => {
  for (const key of [countsKey({ tableId: 7, indexId: 1 }), recordLog({ tableId: 7, labelMs: 1_795_341_600_000 }, 3)]) {
    assert.equal(key.buffer.byteLength, key.length)
  }
})
