import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyCounts } from './key-counts.ts'

test('requests and throttles are counted for each key, most first', () => {
  const counts = new KeyCounts()
  for (const key of ['a', 'b', 'b', '__proto__', 'b', 'a']) counts.addRequest(key)
  counts.addThrottle('a')
  assert.deepEqual(counts.hottest('requests', 2), [
    { key: 'b', requests: 3, throttled: 0 },
    { key: 'a', requests: 2, throttled: 1 },
  ])
  assert.deepEqual(
    counts.hottest('throttled', 5).map(({ key }) => key),
    ['a'],
  )
})

test('with more keys than places the hot ones are kept', () => {
  const counts = new KeyCounts(10)
  for (let each = 0; each < 1000; each += 1) {
    counts.addRequest(`cold ${each}`)
    if (each % 3 === 0) counts.addRequest('warm')
    counts.addRequest('hot')
  }
  const kept = counts.hottest('requests', 100)
  assert.equal(kept.length, 10)
  assert.deepEqual(kept.slice(0, 2), [
    { key: 'hot', requests: 1000, throttled: 0 },
    { key: 'warm', requests: 334, throttled: 0 },
  ])
  assert.equal(kept[2]?.requests, 1)
})

test('of keys that are all hot the coldest go, and there are never more than there are places', () => {
  const counts = new KeyCounts(20)
  for (let round = 0; round < 50; round += 1) {
    for (let key = 0; key < 30; key += 1) for (let times = 0; times <= (key < 3 ? 99 : 3); times += 1) counts.addRequest(`${key}`)
  }
  const kept = counts.hottest('requests', 100)
  assert.equal(kept.length, 20)
  assert.deepEqual(
    kept.slice(0, 3).map(({ requests }) => requests),
    [5000, 5000, 5000],
  )
})
