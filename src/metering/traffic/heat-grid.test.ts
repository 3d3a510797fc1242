import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../base/clock.ts'
import { heatMinutesMax, heatRanges } from '../limits.ts'
import { type Heat, HeatGrid } from './heat-grid.ts'

const lastHash = 0xffff_ffff

test('HeatGrid adds to the range of the hash, in the minute that is going on', () => {
  const grid = new HeatGrid(1000)
  grid.add('read', 0, 0.5)
  grid.add('read', 0, 0.5)
  grid.add('write', lastHash, 3)
  grid.add('refused', lastHash / 2 + 1, 1)
  grid.turnTo(1001)
  grid.add('read', 0, 7)

  const heat = grid.read(2)

  assert.equal(heat.fromMs, 1000 * minuteMs)
  assert.deepEqual(cellsAboveZero(heat.reads), [
    [0, 0, 1],
    [1, 0, 7],
  ])
  assert.deepEqual(cellsAboveZero(heat.writes), [[0, heatRanges - 1, 3]])
  assert.deepEqual(cellsAboveZero(heat.refused), [[0, heatRanges / 2, 1]])
})

test('HeatGrid spreads what is read from one hash to another over the ranges between', () => {
  const grid = new HeatGrid(0)
  grid.addRange('read', 0, lastHash, 64)
  grid.addRange('read', 5, 6, 2)
  const [row = []] = grid.read(1).reads
  assert.deepEqual(row, [3, ...Array.from({ length: heatRanges - 1 }, () => 1)])
})

test('HeatGrid leaves empty what the clock jumped over, in either direction', () => {
  const minute = fc.integer({ min: -300, max: 300 })
  fc.assert(
    fc.property(minute, fc.array(fc.tuple(minute, fc.integer({ min: 0, max: lastHash })), { maxLength: 30 }), (start, steps) => {
      const grid = new HeatGrid(start)
      let now = start
      let model = new Map<number, number[]>()
      for (const [next, hash] of steps) {
        const between = (each: number) => each > Math.min(now, next) && each <= Math.max(now, next)
        model = new Map([...model].filter(([each]) => !between(each) && each > next - heatMinutesMax && each <= next))
        grid.turnTo(next)
        now = next
        grid.add('write', hash, 1)
        const row = model.get(now) ?? Array.from({ length: heatRanges }, () => 0)
        const range = Math.floor((hash / 2 ** 32) * heatRanges)
        model.set(now, row.with(range, (row[range] ?? 0) + 1))
      }
      const first = now - heatMinutesMax + 1
      const expected = Array.from(
        { length: heatMinutesMax },
        (_, at) => model.get(first + at) ?? Array.from({ length: heatRanges }, () => 0),
      )
      assert.deepEqual(grid.read(heatMinutesMax).writes, expected)
    }),
    { numRuns: 50 },
  )
})

function cellsAboveZero(rows: Heat['reads']): readonly (readonly [number, number, number])[] {
  return rows.flatMap((row, minute) => row.flatMap((value, range) => (value > 0 ? [[minute, range, value] as const] : [])))
}
