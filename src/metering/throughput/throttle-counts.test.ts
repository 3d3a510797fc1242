/** Throttles are told apart by table, index and reason, and memory for them is bounded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ThrottleCounts } from './throttle-counts.ts'

const shown = { region: '', table: 'T', index: undefined, reason: 'TableWriteProvisionedThroughputExceeded' }
const thing = { ...shown, keyAttributes: [] }

test('what was refused and what was let through are counted apart, with the time of the last', () => {
  const counts = new ThrottleCounts()
  counts.tally(thing).note('enforce', 1)
  counts.tally(thing).note('observe', 2)
  counts.tally(thing).note('observe', 3)
  assert.deepEqual(counts.list(), [{ ...shown, refused: 1, observed: 2, lastMs: 3, keys: [] }])
})

test('tables, indexes, regions and reasons are counted apart, the most frequent first', () => {
  const counts = new ThrottleCounts()
  const others = [
    { ...thing, index: 'g' },
    { ...thing, region: 'eu-west-1' },
    { ...thing, table: 'U' },
    { ...thing, reason: 'TableReadKeyRangeThroughputExceeded' },
  ]
  for (const other of [...others, others[3] ?? thing]) counts.tally(other).note('enforce', 0)
  assert.equal(counts.list().length, 4)
  assert.equal(counts.list()[0]?.reason, 'TableReadKeyRangeThroughputExceeded')
  assert.deepEqual(
    counts.list('U').map(({ table, refused }) => ({ table, refused })),
    [{ table: 'U', refused: 1 }],
  )
})

test('the log is told of each throttle once', () => {
  const counts = new ThrottleCounts()
  counts.tally(thing).note('enforce', 1)
  counts.tally(thing).note('enforce', 2)
  assert.deepEqual(
    counts.takeUntold().map(({ refused, observed }) => ({ refused, observed })),
    [{ refused: 2, observed: 0 }],
  )
  assert.deepEqual(counts.takeUntold(), [])
  counts.tally(thing).note('observe', 3)
  assert.deepEqual(
    counts.takeUntold().map(({ refused, observed }) => ({ refused, observed })),
    [{ refused: 0, observed: 1 }],
  )
  assert.equal(counts.list()[0]?.refused, 2, 'the sum since the start is kept')
})

test('beyond ten thousand kinds nothing new is counted, and what is known still is', () => {
  const counts = new ThrottleCounts()
  for (let at = 0; at < 10_100; at += 1) counts.tally({ ...thing, table: `T${at}` }).note('enforce', at)
  assert.equal(counts.list().length, 10_000)
  counts.tally({ ...thing, table: 'T5' }).note('enforce', 0)
  assert.equal(counts.list('T5')[0]?.refused, 2)
})
