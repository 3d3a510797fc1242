import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contributorsCountedMax, contributorsKeptMax } from '../limits.ts'
import { ContributorCounts } from './contributor-counts.ts'
import { decodeMinute, encodeMinute, joined, minuteOf } from './minute-contributors.ts'

function counted(notes: readonly (readonly [key: string, amount: number])[]): ContributorCounts {
  const counts = new ContributorCounts()
  for (const [key, amount] of notes) counts.note(key, amount)
  return counts
}

const notes = fc.array(fc.tuple(fc.constantFrom('a', 'b', '\u00ff\u0000', 'c'), fc.integer({ min: 0, max: 50 })), {
  minLength: 1,
  maxLength: 60,
})

test('While there are few keys every count is exact, comes back from the store, and adds up over nodes in whatever order', () => {
  fc.assert(
    fc.property(notes, notes, (one, other) => {
      const [a, b] = [minuteOf(counted(one)), minuteOf(counted(other))]
      const all = minuteOf(counted([...one, ...other]))
      assert.deepEqual(decodeMinute(encodeMinute(a)), a)
      for (const sum of [joined(a, b), joined(b, a)]) {
        assert.deepEqual(sum.all, all.all)
        assert.deepEqual(new Map([...sum.keys].sort()), new Map([...all.keys].sort()))
      }
    }),
  )
})

test('With many keys those that come to much are found all the same, no count is too high, and memory has a bound', () => {
  const counts = new ContributorCounts()
  for (let at = 0; at < 50 * contributorsCountedMax; at += 1) {
    counts.note(`noise ${at}`, 1)
    if (at % 10 === 0) counts.note('heavy', 3)
  }
  const contributors = counts.contributors()
  assert.ok(contributors.length <= 2 * contributorsCountedMax)
  assert.deepEqual(contributors[0], ['heavy', { sum: 15 * contributorsCountedMax, samples: 5 * contributorsCountedMax, max: 3 }])
  assert.equal(counts.totals.unique, 50 * contributorsCountedMax + 1)
  assert.equal(counts.totals.sum, 65 * contributorsCountedMax)
  assert.equal(minuteOf(counts).keys.size, contributorsKeptMax)
})
