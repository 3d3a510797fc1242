import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs } from '../../base/clock.ts'
import { decreasesToday, historyAfter, isDecrease, nextDecreaseMs } from './throughput-history.ts'

const nowMs = 100 * dayMs + 5 * hourMs

test('a change is an increase, a decrease or both by what it does to reads and to writes; what stays is neither', () => {
  const from = { readUnits: 5, writeUnits: 5 }
  for (const readUnits of [4, 5, 6]) {
    for (const writeUnits of [4, 5, 6]) {
      const to = { readUnits, writeUnits }
      const isIncrease = readUnits === 6 || writeUnits === 6
      const isLess = readUnits === 4 || writeUnits === 4
      assert.equal(isDecrease(from, to), isLess, JSON.stringify(to))
      assert.deepEqual(
        historyAfter({}, from, to, nowMs),
        { ...(isIncrease && { lastIncreaseMs: nowMs }), ...(isLess && { lastDecreaseMs: nowMs, decreases: 1 }) },
        JSON.stringify(to),
      )
    }
  }
})

test('what happened before stays in the history until it happens again, and decreases are counted within a UTC day', () => {
  const [more, less] = [
    { readUnits: 9, writeUnits: 9 },
    { readUnits: 1, writeUnits: 1 },
  ]
  const first = historyAfter({}, more, less, nowMs)
  const second = historyAfter(first, more, less, nowMs + 1)
  assert.deepEqual(second, { lastDecreaseMs: nowMs + 1, decreases: 2 })
  assert.deepEqual(historyAfter(second, less, more, nowMs + 2), { ...second, lastIncreaseMs: nowMs + 2 })
  assert.equal(historyAfter(second, more, less, 101 * dayMs).decreases, 1)
  assert.equal(historyAfter(second, more, less, 101 * dayMs - 1).decreases, 3)
  assert.deepEqual(
    [undefined, {}].map((history) => decreasesToday(history, nowMs)),
    [0, 0],
  )
})

test('four decreases of a day are free, the others come an hour after the last, the twenty-eighth on the next day', () => {
  const after = (decreases: number, atMs: number): number => nextDecreaseMs({ lastDecreaseMs: nowMs, decreases }, atMs)
  assert.equal(nextDecreaseMs(undefined, nowMs), nowMs)
  assert.equal(after(3, nowMs), nowMs)
  assert.equal(after(4, nowMs), nowMs + hourMs)
  assert.equal(after(26, nowMs + 2 * hourMs), nowMs + 2 * hourMs)
  assert.equal(after(27, nowMs + 2 * hourMs), 101 * dayMs)
  const late = 101 * dayMs - 1
  assert.equal(nextDecreaseMs({ lastDecreaseMs: late, decreases: 4 }, late), 101 * dayMs, 'a new day does not wait for the hour')
})
