import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LatencyHistogram } from './latency-histogram.ts'

test('percentiles of no latencies are zero', () => {
  assert.equal(new LatencyHistogram().percentileMs(99), 0)
})

test('a percentile is at most 1.6 % above the latency that has that rank, and never below it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 100 }),
      (latenciesUs, percent) => {
        const histogram = new LatencyHistogram()
        for (const us of latenciesUs) histogram.add(us / 1000)
        const sorted = latenciesUs.toSorted((a, b) => a - b)
        const exact = (sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0) / 1000
        const found = histogram.percentileMs(percent)
        assert(found >= exact - 1e-9 && found <= exact * (1 + 1 / 64) + 1e-9, `${found} for ${exact}`)
      },
    ),
  )
})

test('the maximum is exact, also above the highest bucket', () => {
  const histogram = new LatencyHistogram()
  for (const ms of [0.1234, 77.777, 5_000_000.5]) histogram.add(ms)
  assert.equal(histogram.maxMs, 5_000_000.5)
  assert.equal(histogram.count, 3)
  histogram.clear()
  assert.deepEqual([histogram.count, histogram.maxMs, histogram.percentileMs(50)], [0, 0, 0])
})
