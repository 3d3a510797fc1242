import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../base/clock.ts'
import { bucketCount, bucketOf } from '../../base/log-histogram.ts'
import { byMinute, decodePoint, encodePoint, joinPoints, MetricPoint } from './metric-point.ts'

const buckets = fc
  .uniqueArray(fc.tuple(fc.nat(bucketCount - 1), fc.integer({ min: 1, max: 1e6 })), {
    selector: ([bucket]) => bucket,
    minLength: 1,
    maxLength: 20,
  })
  .map((pairs) => new Map(pairs.toSorted(([a], [b]) => a - b)))

/** Whole and half units, as capacity has them. */
const amount = fc.integer({ min: 0, max: 1e9 }).map((halves) => halves / 2)

const point = fc
  .record({
    minuteMs: fc.nat(5).map((minute) => minute * minuteMs),
    sampleCount: fc.integer({ min: 1, max: 1e9 }),
    sum: amount,
    minimum: amount,
    maximum: amount,
    buckets: fc.option(buckets, { nil: undefined }),
  })
  .map((measured) => new MetricPoint(measured))

test('a point comes back from the store as it was', () => {
  fc.assert(fc.property(point, (before) => assert.deepEqual(decodePoint(before.minuteMs, encodePoint(before)), before)))
})

test('a point is short text', () => {
  const measured = { minuteMs, sampleCount: 13, sum: 3.1 + 0.1 + 0.2, minimum: 0.1, maximum: 3.1 }
  assert.equal(encodePoint(new MetricPoint(measured)), '13 3.4 0.1 3.1')
  const map = new Map([
    [94, 1],
    [95, 10],
    [108, 2],
  ])
  assert.equal(encodePoint(new MetricPoint({ ...measured, buckets: map })), '13 3.4 0.1 3.1 94 1*10 13*2')
})

test('joined points are the same in whatever order they are joined', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), (points) => {
      const atOnce = joinPoints(points)
      const oneByOne = points.reduce((joined, next) => joinPoints([joined, next]) ?? joined)
      assert.deepEqual(oneByOne, atOnce)
      assert.equal(
        atOnce?.sampleCount,
        points.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
      )
    }),
  )
  assert.equal(joinPoints([]), undefined)
})

test('minutes come in order and once', () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const minutes = byMinute(points).map((each) => each.minuteMs)
      assert.deepEqual(
        minutes,
        [...new Set(points.map((each) => each.minuteMs))].toSorted((a, b) => a - b),
      )
    }),
  )
})

test('a percentile lies between the least and the greatest measurement, whatever the bucket', () => {
  const wide = new MetricPoint({
    minuteMs: 0,
    sampleCount: 2,
    sum: 3e7,
    minimum: 1e7,
    maximum: 2e7,
    buckets: new Map([[bucketCount - 1, 2]]),
  })
  assert.deepEqual([wide.percentile(0), wide.percentile(100)], [1e7, 2e7])
  const narrow = new MetricPoint({ minuteMs: 0, sampleCount: 2, sum: 6, minimum: 3, maximum: 3, buckets: new Map([[bucketOf(3), 2]]) })
  assert.deepEqual(
    [0, 50, 100].map((percent) => narrow.percentile(percent)),
    [3, 3, 3],
  )
})

test('a percentile without a histogram is known when all samples were the same', () => {
  const same = new MetricPoint({ minuteMs: 0, sampleCount: 3, sum: 6, minimum: 2, maximum: 2 })
  assert.equal(same.percentile(90), 2)
  assert.equal(new MetricPoint({ ...same, maximum: 3 }).percentile(90), undefined)
})
