import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketCount, bucketOf, joinBuckets, LogHistogram, percentileOf } from './log-histogram.ts'

/** From a microsecond to ten minutes, in milliseconds, as evenly over the magnitudes as latencies are. */
const duration = fc.double({ min: -3, max: 5.77, noNaN: true }).map((power) => 10 ** power)

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram()
  for (const value of values) histogram.add(value)
  return histogram
}

test('a percentile is within 5 % of the measurement that has that rank', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), fc.double({ min: 0, max: 100, noNaN: true }), (values, percent) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
      const found = histogramOf(values).percentile(percent)
      assert.ok(found >= exact / 1.0501 && found <= exact * 1.0501, `${found} for ${exact}`)
      assert.ok(found <= (sorted.at(-1) ?? 0))
    }),
  )
})

test('percentiles rise with the percentage and end at what was measured', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 50 }), (values) => {
      const histogram = histogramOf(values)
      const found = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 100].map((percent) => histogram.percentile(percent))
      assert.deepEqual(
        found,
        found.toSorted((a, b) => a - b),
      )
      assert.equal(found.at(-1), Math.max(...values))
      assert.equal(histogram.maximum, Math.max(...values))
      assert.equal(histogram.count, values.length)
    }),
  )
})

test('greater measurements lie in greater buckets, at most 5 % wide', () => {
  fc.assert(
    fc.property(duration, fc.double({ min: 1, max: 2, noNaN: true }), (value, factor) => {
      assert.ok(bucketOf(value * factor) >= bucketOf(value))
      assert.ok(bucketOf(value * 1.0501) > bucketOf(value))
    }),
  )
  assert.deepEqual([2 ** -10, 1, 1.05 + 1e-6, 2, 2 ** 20 - 1].map(bucketOf), [1, 201, 202, 221, bucketCount - 2])
})

test('histograms that are joined are the histogram of all measurements', () => {
  fc.assert(
    fc.property(fc.array(fc.array(duration)), (parts) => {
      const whole = histogramOf(parts.flat())
      assert.deepEqual([...joinBuckets(parts.map((part) => histogramOf(part).buckets()))], [...whole.buckets()])
      const joined = new LogHistogram()
      for (const part of parts) joined.addAll(histogramOf(part))
      assert.deepEqual([...joined.buckets()], [...whole.buckets()])
      assert.deepEqual([joined.count, joined.maximum], [whole.count, whole.maximum])
    }),
  )
})

test('what is outside of the buckets is in the first and in the last', () => {
  for (const value of [0, -0, -1, 0.0005, Number.MIN_VALUE, Number.NaN, Number.NEGATIVE_INFINITY]) assert.equal(bucketOf(value), 0)
  for (const value of [2 ** 20, 1e7, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) assert.equal(bucketOf(value), bucketCount - 1)
  assert.equal(histogramOf([1e7, 2e7]).percentile(100), 2e7)
  assert.equal(histogramOf([-5]).percentile(50), 0)
})

test('an empty histogram has the percentile zero, also one that was cleared', () => {
  const histogram = histogramOf([1, 2, 3])
  histogram.clear()
  assert.deepEqual([histogram.count, histogram.maximum, histogram.percentile(99), histogram.buckets().size], [0, 0, 0, 0])
  assert.equal(percentileOf(new Map(), 50), 0)
})
