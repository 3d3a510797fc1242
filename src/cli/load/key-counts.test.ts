import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyCounts } from './key-counts.ts'

test('requests and throttles are counted for each key, most first', () => {
  const counts = new KeyCounts()
  for (const key of ['a', 'b', 'b', '__proto__', 'b', 'a']) counts.addRequest(key)
  counts.addThrottle('a')
  assert.deepEqual(counts.hottest('requests', 2), [
    { key: 'b', requests: 3, throttled: 0, missed: 0 },
    { key: 'a', requests: 2, throttled: 1, missed: 0 },
  ])
  assert.deepEqual(
    counts.hottest('throttled', 5).map(({ key }) => key),
    ['a'],
  )
})

test('with more keys than places the hot ones are kept, and what came before they were is bounded', () => {
  const counts = new KeyCounts(10)
  for (let each = 0; each < 1000; each += 1) {
    counts.addRequest(`cold ${each}`)
    counts.addRequest('hot')
  }
  const kept = counts.hottest('requests', 10)
  assert.deepEqual(kept[0], { key: 'hot', requests: 1000, throttled: 0, missed: 0 })
  const last = kept.find(({ key }) => key === 'cold 999')
  assert(last !== undefined && last.requests === 1 && last.missed >= 1 && last.missed < 1000)
})
