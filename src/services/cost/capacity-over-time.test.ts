/** The rules of auto scaling (capacity.md §7.6), minute by minute, against what can be worked out by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityOverTime, minutesRefusedBy, type ThroughputUse } from './capacity-over-time.ts'

const startMs = Date.parse('2026-11-22T00:00:00Z')

/** Pairs of minutes and units per second. */
function curve(...steps: readonly (readonly [minutes: number, unitsPerSecond: number])[]): Float64Array {
  return Float64Array.from(steps.flatMap(([minutes, unitsPerSecond]) => Array.from({ length: minutes }, () => unitsPerSecond * 60)))
}

function writing(writes: Float64Array): ThroughputUse {
  return { startMs, writes, reads: new Float64Array(writes.length) }
}

/** `[minute, capacity]` of the first minute and of each one with another capacity than before. */
function changes(capacity: Float64Array): readonly (readonly [number, number])[] {
  return [...capacity.entries()].filter(([minute, units]) => minute === 0 || units !== capacity[minute - 1])
}

test('Capacity for a flat use is the use over the target, and stays', () => {
  const { writes, reads, refusedMinutes } = capacityOverTime(writing(curve([1440, 42])))
  assert.deepEqual(changes(writes), [[0, 60]])
  assert.deepEqual(changes(reads), [[0, 1]])
  assert.equal(refusedMinutes, 0)
})

test('Capacity grows when two minutes in a row are above the target', () => {
  // On average 59.5 a second, for which 85 are 70 %; then 70 of 85 are 82 %.
  assert.deepEqual(changes(capacityOverTime(writing(curve([10, 7], [50, 70]))).writes), [
    [0, 85],
    [12, 100],
  ])
  // One minute above, one not, again and again.
  const wavering = curve(...Array.from({ length: 30 }, () => [[1, 80] as const, [1, 40] as const]).flat())
  assert.deepEqual(changes(capacityOverTime(writing(wavering)).writes), [[0, 86]])
})

test('Capacity shrinks when fifteen minutes in a row are twenty points below the target', () => {
  // Half of the time 70, half 42: 80 to begin with, then 100, and 42 of 100 are below 50 %.
  assert.deepEqual(changes(capacityOverTime(writing(curve([60, 70], [60, 42]))).writes), [
    [0, 80],
    [2, 100],
    [75, 60],
  ])
  // 50 % is not below 50 %.
  assert.deepEqual(changes(capacityOverTime(writing(curve([60, 70], [60, 50]))).writes), [
    [0, 86],
    [2, 100],
  ])
})

test('Capacity shrinks four times in a day at will, then once an hour', () => {
  const steps = [5103, 1701, 567, 189, 63, 21].map((units) => [20, units] as const)
  const { writes, refusedMinutes } = capacityOverTime(writing(curve(...steps, [80, 7])))
  const shrinking = changes(writes).filter(([minute, units]) => units < (writes[minute - 1] ?? 0))
  assert.deepEqual(shrinking, [
    [35, 2430],
    [55, 810],
    [75, 270],
    [95, 90],
    [155, 10],
  ])
  // What is refused is not consumed, so that capacity grows by 10/7 every two minutes: 1,096, 1,566, 2,238, 3,198, 4,569, 6,528.
  assert.equal(writes[11], 6528)
  assert.equal(writes[12], 7290)
  assert.equal(refusedMinutes, 10)
})

test('Reads and writes share the decreases of a day', () => {
  const falling = curve(...[81, 27, 9, 3].map((units) => [20, units * 70] as const), [80, 70])
  const { reads, writes } = capacityOverTime({ startMs, reads: falling, writes: falling })
  const shrunk = (units: Float64Array): number => changes(units).filter(([minute, now]) => now < (units[minute - 1] ?? 0)).length
  assert.deepEqual(changes(reads).slice(-3), [
    [35, 2700],
    [55, 900],
    [115, 100],
  ])
  assert.equal(shrunk(reads), 3)
  assert.equal(shrunk(writes), 2)
})

test('Unused capacity pays for 300 seconds of a burst and for nothing more', () => {
  const idle = curve([20, 0])
  assert.equal(capacityOverTime(writing(Float64Array.from([...idle, 360]))).refusedMinutes, 0)
  assert.equal(capacityOverTime(writing(Float64Array.from([...idle, 361]))).refusedMinutes, 1)
})

test('Capacity that stays as it is serves what it saved, and refuses what goes beyond', () => {
  // Ten units a second are 600 a minute, and 3,000 are saved in five minutes.
  const writes = Float64Array.from([...curve([10, 0]), 3600, 600, 601, 599, 600])
  const use = { startMs, writes, reads: new Float64Array(writes.length) }
  assert.equal(minutesRefusedBy({ readUnits: 1, writeUnits: 10, burstSeconds: 300 }, use), 1)
  assert.equal(minutesRefusedBy({ readUnits: 1, writeUnits: 11, burstSeconds: 300 }, use), 0)
  assert.equal(minutesRefusedBy({ readUnits: 10, writeUnits: 1, burstSeconds: 300 }, { ...use, reads: writes }), 5)
})

test('Capacity stays where it is while nothing is used', () => {
  const { writes } = capacityOverTime(writing(curve([60, 70], [60, 0])))
  assert.deepEqual(changes(writes), [
    [0, 50],
    [2, 72],
    [4, 100],
  ])
})
