import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TopCounts } from './top-counts.ts'

test('TopCounts finds the one with half of all, and bounds its count, in fixed room', () => {
  const counts = new TopCounts(16)
  for (let at = 0; at < 100_000; at += 1) {
    counts.add('hot')
    counts.add(`cold ${at}`)
  }
  assert.equal(counts.total, 200_000)
  const { top } = counts
  assert.equal(top?.text, 'hot')
  assert.ok(top.countMin <= 100_000 && top.countMax >= 100_000)
  assert.ok(top.countMin >= 80_000, `${top.countMin}`)
})

test('TopCounts is exact while there is room', () => {
  const counts = new TopCounts(2)
  assert.equal(counts.top, undefined)
  for (const text of ['a', 'b', 'b']) counts.add(text)
  assert.deepEqual(counts.top, { text: 'b', countMin: 2, countMax: 2 })
})
