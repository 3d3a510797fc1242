import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketCount, bucketOf, joinBuckets, percentileOf, sparse } from './histogram.ts'

/** From a microsecond to ten minutes, in milliseconds, as evenly over the magnitudes as latencies are. */
const duration = fc.double({ min: -3, max: 5.77, noNaN: true }).map((power) => 10 ** power)

function countsOf(values: readonly number[]): Uint32Array {
  const counts = new Uint32Array(bucketCount)
  for (const value of values) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1
  return counts
}

test('a percentile is within 5 % of the measurement that has that rank', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), fc.double({ min: 0, max: 100, noNaN: true }), (values, percent) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
      const minimum = sorted[0] ?? 0
      const maximum = sorted.at(-1) ?? 0
      const found = percentileOf({ buckets: sparse(countsOf(values)), minimum, maximum }, percent)
      assert.ok(found >= exact / 1.0501 && found <= exact * 1.0501, `${found} for ${exact}`)
      assert.ok(found >= minimum && found <= maximum)
    }),
  )
})

test('percentiles rise with the percentage and end at what was measured', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 50 }), (values) => {
      const distribution = { buckets: sparse(countsOf(values)), minimum: Math.min(...values), maximum: Math.max(...values) }
      const found = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 100].map((percent) => percentileOf(distribution, percent))
      assert.deepEqual(
        found,
        found.toSorted((a, b) => a - b),
      )
      assert.equal(found[0], distribution.minimum)
    }),
  )
})

test('histograms that are joined are the histogram of all measurements', () => {
  fc.assert(
    fc.property(fc.array(fc.array(duration)), (parts) => {
      assert.deepEqual([...joinBuckets(parts.map((part) => sparse(countsOf(part))))], [...sparse(countsOf(parts.flat()))])
    }),
  )
})

test('what is outside of the buckets is in the first and in the last', () => {
  for (const value of [0, -1, 0.0005, Number.NaN, Number.NEGATIVE_INFINITY]) assert.equal(bucketOf(value), 0)
  for (const value of [1e7, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) assert.equal(bucketOf(value), bucketCount - 1)
  assert.ok(bucketOf(900_000) < bucketCount - 1)
})
