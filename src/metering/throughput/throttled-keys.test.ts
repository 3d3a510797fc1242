/** The sketch of throttled keys: what it says is never too low, and it never says more than eight. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dataKey, hashRange } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { ThrottledKeys } from './throttled-keys.ts'

function keyOf(number: number): KeyBytes {
  return dataKey({ tableId: 1, indexId: 0 }, Buffer.from(`key ${number}`), new Uint8Array(0))
}

test('up to eight keys are counted exactly, the most frequent first', () => {
  const keys = new ThrottledKeys()
  for (let number = 1; number <= 8; number += 1) for (let at = 0; at < number; at += 1) keys.note(keyOf(number))
  assert.deepEqual(
    keys.list().map(({ count }) => count),
    [8, 7, 6, 5, 4, 3, 2, 1],
  )
  assert.deepEqual(Buffer.from(keys.list()[0]?.key ?? []), keyOf(8))
  keys.clear()
  assert.deepEqual(keys.list(), [])
})

test('no count is too low, and a key with more than an eighth of all is among them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (numbers) => {
      const keys = new ThrottledKeys()
      for (const number of numbers) keys.note(keyOf(number))
      const told = new Map(keys.list().map(({ key, count }) => [Buffer.from(key).toString('hex'), count]))
      assert.ok(told.size <= 8)
      for (const number of new Set(numbers)) {
        const truth = numbers.filter((each) => each === number).length
        const count = told.get(Buffer.from(keyOf(number)).toString('hex'))
        if (count !== undefined) assert.ok(count >= truth)
        if (truth > numbers.length / 8) assert.ok(count !== undefined)
      }
    }),
  )
})

test('where a Scan begins is no key', () => {
  const keys = new ThrottledKeys()
  keys.note(hashRange({ tableId: 1, indexId: 0 }, 0, 10).start)
  assert.deepEqual(keys.list(), [])
})
