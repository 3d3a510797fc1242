import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minutesOfRun, type StatorReading, viewOfRun } from './stator-view.ts'

const columnMs = 60_000
const quarter = 2 ** 30

const before: StatorReading = {
  heat: { fromMs: 5 * columnMs, columnMs, ranges: 4, reads: [[5, 0, 0, 0]], writes: [[0, 7, 0, 0]], refused: [[0, 0, 0, 2]] },
  throttles: [{ of: 'Shop', reason: 'R', observed: 10 }],
}

const after: StatorReading = {
  heat: {
    fromMs: 4 * columnMs,
    columnMs,
    ranges: 4,
    // The first minute was over before the run, the second began before it.
    reads: [
      [99, 99, 99, 99],
      [6, 1, 0, 0],
      [1, 0, 0, 0],
    ],
    writes: [
      [99, 99, 99, 99],
      [0, 7, 0, 0],
      [0, 0, 50, 40],
    ],
    refused: [
      [9, 9, 9, 9],
      [0, 0, 0, 2],
      [0, 0, 0, 30],
    ],
    partitions: [
      { id: 3, hash: 0 },
      { id: 7, hash: 2 * quarter },
      { id: 8, hash: 3 * quarter },
      { id: 9, hash: 3 * quarter + 1 },
    ],
  },
  throttles: [
    { of: 'Shop', reason: 'R', observed: 10 },
    { of: 'ByTag', reason: 'Q', observed: 4 },
  ],
}

test('heat between two readings is that of the run, by the partitions that it can tell apart', () => {
  const { partitions } = viewOfRun(before, after)
  assert.deepEqual(
    partitions.map(({ share, ...rest }) => ({ ...rest, percent: Math.round(share * 100) })),
    [
      { partitions: [7], readUnits: 0, writeUnits: 50, refused: 0, percent: 54 },
      { partitions: [8, 9], readUnits: 0, writeUnits: 40, refused: 30, percent: 43 },
      { partitions: [3], readUnits: 3, writeUnits: 0, refused: 0, percent: 3 },
    ],
  )
})

test('a table that had no traffic before the run is read from the minute on in which it began', () => {
  const untouched = { heat: { fromMs: 5 * columnMs + 31_000, columnMs, ranges: 4, reads: [], writes: [], refused: [] }, throttles: [] }
  const { partitions } = viewOfRun(untouched, after)
  assert.deepEqual(
    partitions.map(({ readUnits, writeUnits, refused }) => [readUnits, writeUnits, refused]),
    [
      [0, 50, 0],
      [0, 40, 32],
      [8, 7, 0],
    ],
  )
})

test('what was let through is counted from the first reading on', () => {
  assert.deepEqual(viewOfRun(before, after).letThrough, [{ of: 'ByTag', reason: 'Q', count: 4 }])
})

test('answers of another shape are as good as none', () => {
  const strange = { heat: { ranges: 1e9, reads: 'x', writes: [[null]], partitions: [1, null] }, throttles: [] }
  assert.deepEqual(viewOfRun(strange, strange), { partitions: [], letThrough: [] })
  assert.deepEqual(viewOfRun({ heat: {}, throttles: [] }, { heat: {}, throttles: [] }), { partitions: [], letThrough: [] })
})

test('a reading goes back over all minutes that the run touched', () => {
  assert.equal(minutesOfRun(1000), 2)
  assert.equal(minutesOfRun(61_000), 3)
  assert.equal(minutesOfRun(1e9), 120)
})
