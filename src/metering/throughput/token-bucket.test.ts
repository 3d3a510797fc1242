/** The laws of a token bucket, by example and for any run of requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TokenBucket } from './token-bucket.ts'

/** Takes one unit at a time until nothing is let in any more. */
function takeAll(bucket: TokenBucket, nowMs: number): number {
  let taken = 0
  while (bucket.hasUnits(nowMs)) {
    bucket.take(1, nowMs)
    taken += 1
  }
  return taken
}

test('a bucket lets in what it holds, and what has come in since', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, depth: 100, units: 20, nowMs: 0 })
  assert.equal(takeAll(bucket, 0), 20)
  assert.equal(takeAll(bucket, 999), 10)
  assert.equal(takeAll(bucket, 3000), 20)
})

test('a bucket never holds more than its depth', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, depth: 100, units: 0, nowMs: 0 })
  assert.equal(takeAll(bucket, 3_600_000), 100)
})

test('a request larger than what is left is let in, and those after it wait until the debt is paid', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 5, depth: 1500, units: 1, nowMs: 0 })
  assert.ok(bucket.hasUnits(0))
  bucket.take(400, 0)
  assert.ok(!bucket.hasUnits(0))
  assert.ok(!bucket.hasUnits(79_800))
  assert.ok(bucket.hasUnits(79_801))
})

test('a clock that is set back brings nothing, takes nothing, and goes on from there', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, depth: 100, units: 3, nowMs: 1_000_000 })
  assert.equal(takeAll(bucket, 0), 3)
  assert.equal(takeAll(bucket, 0), 0)
  assert.equal(takeAll(bucket, 1000), 10)
})

test('a bucket of another size keeps what is in it, as far as it fits', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, depth: 100, units: 60, nowMs: 0 })
  bucket.resize({ unitsPerSecond: 1, depth: 40 }, 0)
  assert.equal(takeAll(bucket, 0), 40)
  bucket.take(7, 0)
  bucket.resize({ unitsPerSecond: 10, depth: 100 }, 0)
  assert.equal(takeAll(bucket, 1000), 3, 'a debt stays')
})

test('a bucket of another size was filled at its old rate until then', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 10, depth: 100, units: 0, nowMs: 0 })
  bucket.resize({ unitsPerSecond: 1000, depth: 100_000 }, 2000)
  assert.equal(takeAll(bucket, 2000), 20)
})

test('a bucket without a rate and without units lets nothing in', () => {
  const bucket = new TokenBucket({ unitsPerSecond: 0, depth: 0, units: 0, nowMs: 0 })
  assert.equal(takeAll(bucket, 1_000_000), 0)
})

const step = fc.record({ waitMs: fc.nat(20_000), units: fc.integer({ min: 1, max: 800 }).map((halves) => halves / 2) })

test('in any period no more is let in than the depth, what came in, and one request', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 300 }),
      fc.array(step, { maxLength: 60 }),
      (rate, seconds, steps) => {
        const depth = rate * seconds
        const bucket = new TokenBucket({ unitsPerSecond: rate, depth, units: depth, nowMs: 0 })
        let nowMs = 0
        const passed: { readonly nowMs: number; readonly units: number }[] = []
        for (const { waitMs, units } of steps) {
          nowMs += waitMs
          if (!bucket.hasUnits(nowMs)) continue
          bucket.take(units, nowMs)
          passed.push({ nowMs, units })
        }
        for (const [from, first] of passed.entries()) {
          let sum = 0
          for (const { nowMs: atMs, units } of passed.slice(from)) {
            // The last one may be larger than what was left.
            assert.ok(sum < depth + (rate * (atMs - first.nowMs)) / 1000 + 1e-6)
            sum += units
          }
        }
      },
    ),
  )
})

test('who asks for no more than the rate is never refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 300 }), (rate, seconds) => {
      const bucket = new TokenBucket({ unitsPerSecond: rate, depth: rate * seconds, units: rate, nowMs: 0 })
      for (let second = 0; second < 100; second += 1) {
        assert.ok(bucket.hasUnits(second * 1000))
        bucket.take(rate, second * 1000)
      }
    }),
  )
})
