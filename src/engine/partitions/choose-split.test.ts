import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../base/clock.ts'
import { PartitionHeat } from '../../metering/throughput/partition-heat.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { dataKey, hashSpace } from '../keyspace/keys.ts'
import type { DataPlace } from '../keyspace/partition-keys.ts'
import { comparePlaces, PartitionMap, type PartitionRange } from '../schema/partition-map.ts'
import { chooseSplit, dividedMap, grownMap, type HeatSample, hotAccesses } from './choose-split.ts'

const whole: PartitionRange = { start: { hash: 0 }, end: { hash: hashSpace } }
const free = { hasLocalIndexes: false }

function sample(hash: number, sortKey = 0, weight = 1): HeatSample {
  return { hash, rest: Buffer.concat([encodeScalar({ S: `p${hash}` }), encodeScalar({ N: String(sortKey) })]), weight, atMs: 0 }
}

/** How much of the weight lies in each of the parts. */
function heatOfParts(range: PartitionRange, cuts: readonly DataPlace[], samples: readonly HeatSample[]): readonly number[] {
  const bounds = [range.start, ...cuts, range.end]
  return bounds.slice(1).map((end, at) => {
    const start = bounds[at] ?? range.start
    const inside = samples.filter((one) => comparePlaces(start, one) <= 0 && comparePlaces(one, end) < 0)
    return inside.reduce((sum, { weight }) => sum + weight, 0)
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

const hashes = fc.integer({ min: 0, max: hashSpace - 1 })
const skewed = fc
  .array(fc.tuple(hashes, fc.integer({ min: 1, max: 30 })), { minLength: 2, maxLength: 40 })
  .map((collections) => collections.flatMap(([hash, count]) => Array.from({ length: count }, (_, at) => sample(hash, at))))
  .filter((samples) => samples.length >= 10)

test('a split halves the heat, as far as whole item collections can', () => {
  fc.assert(
    fc.property(skewed, (samples) => {
      const total = samples.length
      const heaviest = Math.max(
        ...Map.groupBy(samples, ({ hash }) => hash)
          .values()
          .map((group) => group.length),
      )
      const cuts = chooseSplit(whole, samples, free)
      const parts = heatOfParts(whole, cuts, samples)
      assert.equal(sum(parts), total)
      assert.ok(cuts.length > 0)
      // Without a collection of more than half, the two parts differ by no more than the one at the border.
      if (heaviest <= total / 2) assert.ok(Math.max(...parts) <= (total + heaviest) / 2 && parts.length === 2)
      else assert.equal(Math.max(...parts), heaviest)
      for (const { hash, rest } of cuts) assert.ok(rest === undefined && hash > 0 && hash < hashSpace)
    }),
  )
})

test('an item collection with more than half of the heat gets a partition of its own', () => {
  const samples = [...Array.from({ length: 30 }, (_, at) => sample(500, at)), ...Array.from({ length: 20 }, (_, at) => sample(at * 100))]
  assert.deepEqual(chooseSplit(whole, samples, free), [{ hash: 500 }, { hash: 501 }])
  assert.deepEqual(chooseSplit({ start: { hash: 500 }, end: { hash: 900 } }, samples, free), [{ hash: 501 }])
  assert.deepEqual(chooseSplit({ start: { hash: 100 }, end: { hash: 501 } }, samples, free), [{ hash: 500 }])
  assert.deepEqual(chooseSplit(whole, samples, { hasLocalIndexes: true }), [{ hash: 500 }, { hash: 501 }])
})

/** A partition that is one collection, with accesses to its items in no order. */
const alone: PartitionRange = { start: { hash: 500 }, end: { hash: 501 } }
const shuffled = Array.from({ length: 100 }, (_, at) => sample(500, (at * 37) % 100))

test('a partition that is one item collection is split between its sort keys', () => {
  const cuts = chooseSplit(alone, shuffled, free)
  assert.deepEqual(cuts, [{ hash: 500, rest: sample(500, 50).rest }])
  assert.deepEqual(heatOfParts(alone, cuts, shuffled), [50, 50])
  const [cut] = cuts
  assert.ok(cut !== undefined)
  const upper: PartitionRange = { start: cut, end: { hash: 501 } }
  const hotter = shuffled.filter((one) => comparePlaces(cut, one) <= 0)
  assert.deepEqual(heatOfParts(upper, chooseSplit(upper, hotter, free), hotter), [25, 25])
})

test('an item with more than half of the heat of its collection gets a partition of its own', () => {
  const samples = Array.from({ length: 100 }, (_, at) => sample(500, at % 3 === 0 ? (at * 7) % 100 : 42))
  const cuts = chooseSplit(alone, samples, free)
  assert.equal(cuts.length, 2)
  const [before, own, after] = heatOfParts(alone, cuts, samples)
  assert.equal(own, samples.filter(({ rest }) => Buffer.compare(rest, sample(500, 42).rest) === 0).length)
  assert.equal((before ?? 0) + (after ?? 0), 100 - (own ?? 0))
})

test('a single item is never split, nor a collection that has nearly all its heat in one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 300 }), fc.integer({ min: 1, max: 9 }), (count, weight) => {
      assert.deepEqual(
        chooseSplit(
          alone,
          Array.from({ length: count }, () => sample(500, 3, weight)),
          free,
        ),
        [],
      )
    }),
  )
  const nearly = Array.from({ length: 100 }, (_, at) => sample(500, at % 12 === 0 ? at : 7))
  assert.deepEqual(chooseSplit(alone, nearly, free), [])
})

test('the collection of a table with local indexes is never split', () => {
  assert.deepEqual(chooseSplit(alone, shuffled, { hasLocalIndexes: true }), [])
})

test('a sequence of ever greater sort keys is never split', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 10, maxLength: 256 }), (steps) => {
      let sortKey = 0
      const samples = steps.map((step) => {
        sortKey += step
        return sample(500, sortKey)
      })
      assert.deepEqual(chooseSplit(alone, samples, free), [])
    }),
  )
  const jittered = Array.from({ length: 200 }, (_, at) => sample(500, at % 20 === 0 ? at - 2 : at))
  assert.deepEqual(chooseSplit(alone, jittered, free), [])
})

test('too few samples say nothing', () => {
  assert.deepEqual(
    chooseSplit(
      whole,
      Array.from({ length: 9 }, (_, at) => sample(at)),
      free,
    ),
    [],
  )
})

test('a partition is hot when it is at its limit, or refused for it, in each of the last five whole minutes', () => {
  const limits = { readUnitsPerSecondMax: 100, writeUnitsPerSecondMax: 10, sizeBytesMax: 1 }
  const key = dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: 'any' }), new Uint8Array(0))
  const made = (units: readonly number[], refused: readonly number[] = []): PartitionHeat => {
    const heat = new PartitionHeat(limits, 1)
    for (const [minute, each] of units.entries()) heat.noteRange('write', { fromHash: 0, toHash: 9 }, each, minute * minuteMs)
    for (const minute of refused) heat.noteRefused('write', key, minute * minuteMs)
    return heat
  }
  const nowMs = 5 * minuteMs + 1
  assert.deepEqual(hotAccesses(made([480, 480, 480, 480, 480]), limits, nowMs), ['write'])
  assert.deepEqual(hotAccesses(made([480, 480, 479, 480, 480]), limits, nowMs), [])
  assert.deepEqual(hotAccesses(made([480, 480, 480, 480, 0, 999]), limits, nowMs), [])
  assert.deepEqual(hotAccesses(made([480, 480, 480, 480, 10], [4]), limits, nowMs), ['write'])
  assert.deepEqual(hotAccesses(made([480, 480, 480, 480, 480]), limits, nowMs + minuteMs), [])
  const both = made([600, 600, 600, 600, 600])
  for (let minute = 0; minute < 5; minute += 1) both.noteRange('read', { fromHash: 0, toHash: 9 }, 6000, minute * minuteMs)
  assert.deepEqual(hotAccesses(both, limits, nowMs), ['write', 'read'])
})

test('more throughput divides the widest partitions', () => {
  const grown = grownMap(PartitionMap.even(2, 0), 5, 9)
  assert.deepEqual(
    grown.partitions.map(({ id, start, parentId }) => [id, start.hash / (hashSpace / 8), parentId]),
    [
      [7, 0, 3],
      [8, 1, 3],
      [4, 2, 1],
      [5, 4, 2],
      [6, 6, 2],
    ],
  )
  assert.equal(grownMap(grown, 5, 10), grown)
  assert.equal(grownMap(grown, 2, 10), grown)
})

test('there are never more than a thousand partitions', () => {
  const full = grownMap(PartitionMap.even(1, 0), 5000, 0)
  assert.equal(full.partitions.length, 1000)
  assert.equal(dividedMap(full, full.partitions[0]?.id ?? 0, [{ hash: 5 }], { reason: 'heat', nowMs: 0 }), full)
})

test('where a Query of the whole collection begins is no place to divide it', () => {
  const beginning = { hash: 500, rest: Uint8Array.from(encodeScalar({ S: 'p500' })), weight: 1, atMs: 0 }
  const queries = Array.from({ length: 100 }, () => beginning)
  assert.deepEqual(chooseSplit(alone, queries, free), [])
  assert.deepEqual(chooseSplit(alone, [...queries, ...shuffled], free), chooseSplit(alone, shuffled, free))
})

test('Scans alone divide a partition about its middle, and no collection', () => {
  const scanned = Array.from({ length: 100 }, (_, at) => ({ ...sample(at * 1000), rest: new Uint8Array(0) }))
  assert.deepEqual(chooseSplit(whole, scanned, free), [{ hash: 49_500 }])
  assert.deepEqual(
    chooseSplit(
      alone,
      scanned.map((one) => ({ ...one, hash: 500 })),
      free,
    ),
    [],
  )
})
