import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dataKey, hashOf, hashSpace } from '../../engine/keyspace/keys.ts'
import { placeRange } from '../../engine/keyspace/partition-keys.ts'
import type { PartitionRange } from '../../engine/schema/partition-map.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { SizeMeasurement } from './size-measurement.ts'

const space = { tableId: 7, indexId: 0 }
const target = { table: { tableId: 7 } as Table, index: undefined }
const whole: PartitionRange = { start: { hash: 0 }, end: { hash: hashSpace } }

interface MeasuredItem {
  readonly key: KeyBytes
  readonly sizeBytes: number
}

function item(partitionKey: string, sortKey: string, sizeBytes: number): MeasuredItem {
  return { key: dataKey(space, encodeScalar({ S: partitionKey }), encodeScalar({ S: sortKey })), sizeBytes }
}

/** Adds the items in the order of their keys. */
function measured(range: PartitionRange, items: readonly MeasuredItem[], sizeBytesMax: number): SizeMeasurement {
  const measurement = new SizeMeasurement({ region: '', target, partitionId: 1, range, sizeBytesMax })
  for (const { key, sizeBytes } of items.toSorted((a, b) => Buffer.compare(a.key, b.key))) measurement.add(key, sizeBytes)
  return measurement
}

/** What lies in each part, counted anew. */
function sizesOfParts(range: PartitionRange, measurement: SizeMeasurement, items: readonly MeasuredItem[]): readonly number[] {
  const bounds = [range.start, ...(measurement.split()?.at ?? []), range.end]
  return bounds.slice(1).map((end, at) => {
    const { start, end: endKey } = placeRange(space, bounds[at] ?? range.start, end)
    const inside = items.filter(({ key }) => Buffer.compare(start, key) <= 0 && Buffer.compare(key, endKey) < 0)
    return inside.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  })
}

test('a partition is halved at the border of an item collection, and the sizes of the parts are known', () => {
  const collections = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 5 })), {
    minLength: 2,
    maxLength: 60,
  })
  fc.assert(
    fc.property(collections, fc.integer({ min: 10, max: 5000 }), (names, sizeBytesMax) => {
      const items = [...new Map(names)].flatMap(([name, count]) => Array.from({ length: count }, (_, at) => item(name, `${at}`, 100)))
      const measurement = measured(whole, items, sizeBytesMax)
      const largest = 500
      assert.equal(measurement.sizeBytes, items.length * 100)
      const split = measurement.split()
      assert.ok(split !== undefined)
      assert.deepEqual(sizesOfParts(whole, measurement, items), split.sizesBytes)
      assert.ok(split.at.every(({ rest }) => rest === undefined))
      const isBalanced = Math.max(...split.sizesBytes) <= measurement.sizeBytes / 2 + largest + sizeBytesMax / 256
      assert.ok(isBalanced || split.at.length === 2 || split.sizesBytes.includes(0), `${split.sizesBytes}`)
    }),
  )
})

test('what is much larger than it should be is halved all the same, with little memory', () => {
  const items = Array.from({ length: 20_000 }, (_, at) => item(`p${at}`, 'a', 100))
  const measurement = measured(whole, items, 1000)
  const { sizesBytes = [] } = measurement.split() ?? {}
  assert.equal(sizesBytes.length, 2)
  assert.ok(Math.abs((sizesBytes[0] ?? 0) - 1_000_000) < 10_000, `${sizesBytes}`)
  assert.deepEqual(sizesOfParts(whole, measurement, items), sizesBytes)
})

test('a partition of one item collection is halved between its sort keys', () => {
  const items = Array.from({ length: 1000 }, (_, at) => item('large', String(at).padStart(4, '0'), 100))
  const hash = hashOf(items[0]?.key ?? dataKey(space, new Uint8Array(0), new Uint8Array(0)))
  const range = { start: { hash }, end: { hash: hash + 1 } }
  const measurement = measured(range, items, 50_000)
  const sizes = sizesOfParts(range, measurement, items)
  assert.deepEqual(measurement.split()?.sizesBytes, sizes)
  assert.ok(Math.abs((sizes[0] ?? 0) - 50_000) <= 400, `${sizes}`)
  assert.equal(measurement.split()?.at[0]?.hash, hash)
})

test('a collection that is all there is in a wide partition gets one of its own', () => {
  const items = Array.from({ length: 10 }, (_, at) => item('large', `${at}`, 100))
  const hash = hashOf(items[0]?.key ?? dataKey(space, new Uint8Array(0), new Uint8Array(0)))
  assert.deepEqual(measured(whole, items, 500).split(), { at: [{ hash }, { hash: hash + 1 }], sizesBytes: [0, 1000, 0] })
  const toEnd = { start: { hash }, end: { hash: hashSpace } }
  assert.deepEqual(measured(toEnd, items, 500).split(), { at: [{ hash: hash + 1 }], sizesBytes: [1000, 0] })
})

test('a single item and an empty partition are not divided', () => {
  const only = item('only', 'a', 5000)
  const hash = hashOf(only.key)
  assert.equal(measured({ start: { hash }, end: { hash: hash + 1 } }, [only], 500).split(), undefined)
  assert.equal(measured(whole, [], 500).split(), undefined)
})
