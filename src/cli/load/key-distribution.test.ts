import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeyDistribution, permutation, zipfRanks } from './key-distribution.ts'
import { SeededNumbers } from './seeded-numbers.ts'

const draws = 100_000

function counted(count: number, draw: () => number): Float64Array {
  const counts = new Float64Array(count)
  for (let each = 0; each < draws; each += 1) {
    const drawn = draw()
    assert(Number.isInteger(drawn) && drawn >= 0 && drawn < count, `${drawn} is not below ${count}`)
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  return counts
}

/** Of what was counted against what was expected. Its mean is the number of classes less one, its deviation √(2 × that). */
function chiSquare(counts: Float64Array, expected: (at: number) => number): number {
  return counts.reduce((sum, count, at) => sum + (count - expected(at)) ** 2 / expected(at), 0)
}

function assertFits(counts: Float64Array, expected: (at: number) => number): void {
  const freedom = counts.length - 1
  const found = chiSquare(counts, expected)
  const deviations = (found - freedom) / Math.sqrt(2 * freedom)
  // Neither too far from what was expected nor suspiciously near.
  assert(Math.abs(deviations) < 4, `chi-square ${found} at ${freedom} degrees of freedom`)
}

function zipfShare(rank: number, count: number, exponent: number): number {
  let sum = 0
  for (let each = 1; each <= count; each += 1) sum += each ** -exponent
  return (rank + 1) ** -exponent / sum
}

test('uniform keys come equally often', () => {
  const keys = createKeyDistribution({ kind: 'uniform' }, 50, new SeededNumbers(1, 1))
  assertFits(
    counted(50, () => keys.forRead()),
    () => draws / 50,
  )
})

for (const exponent of [0, 0.5, 0.99, 1, 1.5]) {
  test(`Zipf ranks with exponent ${exponent} come as often as the law says`, () => {
    const counts = counted(100, zipfRanks(100, exponent, new SeededNumbers(7, 1)))
    const shares = Float64Array.from({ length: 100 }, (_, rank) => zipfShare(rank, 100, exponent))
    assertFits(counts, (rank) => (shares[rank] ?? 0) * draws)
  })
}

test('Zipf ranks of a steep law and of a single key stay in range', () => {
  const steep = counted(1000, zipfRanks(1000, 10, new SeededNumbers(1, 1)))
  assert((steep[0] ?? 0) / draws > 0.998)
  assert.equal(counted(1, zipfRanks(1, 0.99, new SeededNumbers(1, 1)))[0], draws)
})

test('Zipf ranks of a billion keys need no table', () => {
  const draw = zipfRanks(1e9, 0.99, new SeededNumbers(3, 1))
  let first = 0
  for (let each = 0; each < draws; each += 1) {
    const rank = draw()
    assert(rank >= 0 && rank < 1e9)
    if (rank === 0) first += 1
  }
  // The sum over all ranks, by its integral and the Euler-Maclaurin correction: 23.6 or so.
  assert(Math.abs(first / draws - 1 / 23.6) < 0.003, String(first / draws))
})

for (const count of [1, 2, 3, 7, 64, 1000, 4097]) {
  test(`the scrambling of ${count} keys is one to one`, () => {
    const permute = permutation(count, 12345)
    const seen = new Set(Array.from({ length: count }, (_, number) => permute(number)))
    assert.equal(seen.size, count)
    assert(Math.max(...seen) === count - 1 && Math.min(...seen) === 0)
  })
}

test('neighbouring ranks do not stay neighbours', () => {
  const permute = permutation(10_000, 99)
  const near = Array.from({ length: 1000 }, (_, rank) => Math.abs(permute(rank) - permute(rank + 1))).filter((distance) => distance < 10)
  assert(near.length < 20, String(near.length))
})

test('a Zipf distribution gives the shares of the ranks to scrambled keys', () => {
  const keys = createKeyDistribution({ kind: 'zipf', exponent: 0.99 }, 100, new SeededNumbers(4, 1))
  const counts = counted(100, () => keys.forWrite())
  const sorted = counts.toSorted((a, b) => b - a)
  assert.notDeepEqual([...counts], [...sorted])
  for (const rank of [0, 1, 2]) assert(Math.abs((sorted[rank] ?? 0) / draws - zipfShare(rank, 100, 0.99)) < 0.005)
})

test('hot keys get their share, and the others equally what is left', () => {
  const keys = createKeyDistribution({ kind: 'hot', hotKeys: 2, hotShare: 0.8 }, 42, new SeededNumbers(5, 1))
  const sorted = counted(42, () => keys.forRead()).toSorted((a, b) => b - a)
  assertFits(sorted.slice(0, 2), () => draws * 0.4)
  for (const count of sorted.slice(2)) assert(Math.abs(count - (draws * 0.2) / 40) < 120, String(count))
})

test('in order of time each write takes the next key and reads take one of the newest', () => {
  const keys = createKeyDistribution({ kind: 'time' }, 3, new SeededNumbers(6, 1))
  assert.equal(keys.forRead(), 0)
  assert.deepEqual(
    Array.from({ length: 10 }, () => keys.forWrite()),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  const read = new Set(Array.from({ length: 100 }, () => keys.forRead()))
  assert.deepEqual([...read].sort(), [7, 8, 9])
})

test('the same seed draws the same keys, another seed others', () => {
  const drawn = (seed: number): number[] => {
    const keys = createKeyDistribution({ kind: 'zipf', exponent: 0.99 }, 1e6, new SeededNumbers(seed, 1))
    return Array.from({ length: 20 }, () => keys.forRead())
  }
  assert.deepEqual(drawn(11), drawn(11))
  assert.notDeepEqual(drawn(11), drawn(12))
  assert.notDeepEqual(drawn(11), drawn(11 + 2 ** 32))
})
