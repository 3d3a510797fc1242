import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noSplits, type PartitionSplits, withSplit } from './partition-splits.ts'

test('all splits are counted by their reason, and the last fifty are told in their order', () => {
  let splits: PartitionSplits = noSplits
  for (let at = 0; at < 120; at += 1) {
    splits = withSplit(splits, { partition: at, into: [at + 1, at + 2], reason: at % 3 === 0 ? 'heat' : 'size', atMs: at })
  }
  assert.deepEqual(splits.counts, { heat: 40, size: 80 })
  assert.deepEqual(
    splits.recent.map(({ atMs }) => atMs),
    Array.from({ length: 50 }, (_, at) => 70 + at),
  )
  assert.deepEqual(noSplits, { counts: {}, recent: [] })
})
