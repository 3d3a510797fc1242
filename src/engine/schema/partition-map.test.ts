import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { dataKey, hashOf, hashRange, hashSpace, keyAfter } from '../keyspace/keys.ts'
import type { DataPlace } from '../keyspace/partition-keys.ts'
import { placeRange } from '../keyspace/partition-keys.ts'
import { comparePlaces, hashCount, isOneCollection, middleOf, PartitionMap } from './partition-map.ts'

const space = { tableId: 7, indexId: 0 }

function itemKey(partitionKey: string, sortKey = ''): KeyBytes {
  return dataKey(space, encodeScalar({ S: partitionKey }), sortKey === '' ? new Uint8Array(0) : encodeScalar({ S: sortKey }))
}

function positionOf(key: KeyBytes, { isInside }: { readonly isInside: boolean }): DataPlace {
  return isInside ? { hash: hashOf(key), rest: key.subarray(10) } : { hash: hashOf(key) }
}

const keys = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.string({ maxLength: 3 })).map(([hash, range]) => itemKey(hash, range))
/** Where to split: at the hash of an item, at the item itself, in the middle of a partition. */
const splits = fc.array(fc.tuple(keys, fc.constantFrom('hash', 'item', 'middle')), { maxLength: 20 })

/** The map after all those splits that are possible. */
function afterSplits(count: number, history: readonly (readonly [KeyBytes, string])[]): PartitionMap {
  let map = PartitionMap.even(count, 5)
  for (const [at, [key, kind]] of history.entries()) {
    const place = map.indexOf(key)
    const range = map.rangeAt(place)
    const position = kind === 'middle' ? middleOf(range) : positionOf(key, { isInside: kind === 'item' })
    if (position === undefined || comparePlaces(range.start, position) >= 0) continue
    map = map.split(map.partitions[place]?.id ?? 0, [position], { reason: 'heat', nowMs: 100 + at })
  }
  return map
}

test('the partitions of a map share the whole key space, and every key lies in exactly one range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 54 }), splits, fc.array(keys), (count, history, found) => {
      const map = afterSplits(count, history)
      assert.deepEqual(map.partitions[0]?.start, { hash: 0 })
      const ranges = map.partitions.map((_, place) => map.rangeAt(place))
      for (const [place, range] of ranges.entries()) {
        assert.ok(comparePlaces(range.start, range.end) < 0)
        assert.deepEqual(range.end, ranges[place + 1]?.start ?? { hash: hashSpace })
      }
      for (const key of [...found, ...history.map(([split]) => split)]) {
        const inside = ranges.map(({ start, end }) => {
          const bounds = placeRange(space, start, end)
          return Buffer.compare(bounds.start, key) <= 0 && Buffer.compare(key, bounds.end) < 0
        })
        assert.deepEqual(
          inside.flatMap((isInside, place) => (isInside ? [place] : [])),
          [map.indexOf(key)],
        )
      }
    }),
  )
})

test('a map counts the partitions that hold a part of a range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      splits,
      fc.array(fc.nat({ max: hashSpace }), { minLength: 2, maxLength: 2 }),
      (count, history, hashes) => {
        const map = afterSplits(count, history)
        const [from = 0, to = 0] = hashes.toSorted((a, b) => a - b)
        const ranges = map.partitions.map((_, place) => placeRange(space, map.rangeAt(place).start, map.rangeAt(place).end))
        const touched = (range: KeyRange): number =>
          ranges.filter(({ start, end }) => Buffer.compare(start, range.end) < 0 && Buffer.compare(range.start, end) < 0).length
        const asked = [hashRange(space, 0, hashSpace), ...(from < to ? [hashRange(space, from, to)] : [])]
        for (const [key] of history) asked.push({ start: key, end: keyAfter(key) }, { start: hashRange(space, 0, 1).start, end: key })
        for (const range of asked) if (Buffer.compare(range.start, range.end) < 0) assert.equal(map.countIn(range), touched(range))
      },
    ),
  )
})

test('the parts of a split share the range of their parent, and no id is used twice', () => {
  fc.assert(
    fc.property(splits, fc.array(keys, { minLength: 1, maxLength: 6 }), (history, cuts) => {
      const map = afterSplits(2, history)
      const place = map.indexOf(cuts[0] ?? itemKey('a'))
      const parent = map.partitions[place]
      assert.ok(parent !== undefined)
      const range = map.rangeAt(place)
      const inside = cuts.map((key) => positionOf(key, { isInside: true })).filter((at) => comparePlaces(range.start, at) < 0)
      const at = inside
        .filter((position) => comparePlaces(position, range.end) < 0)
        .sort(comparePlaces)
        .filter((position, number, all) => number === 0 || comparePlaces(all[number - 1] ?? position, position) < 0)
      const divided = map.split(parent.id, at, { reason: 'size', nowMs: 999 })
      const children = divided.partitions.slice(place, place + at.length + 1)
      assert.deepEqual(
        children.map(({ start }) => start),
        [range.start, ...at],
      )
      assert.deepEqual(divided.rangeAt(place + at.length).end, range.end)
      const used = new Set(map.partitions.flatMap(({ id, parentId }) => [id, parentId ?? id]))
      for (const { id, parentId, sinceMs } of children) {
        assert.ok(!used.has(id))
        used.add(id)
        assert.equal(parentId, parent.id)
        assert.equal(sinceMs, 999)
      }
      assert.deepEqual(divided.partitions.toSpliced(place, children.length, parent), map.partitions)
    }),
  )
})

test('a stored map comes back as it was, and goes on with new ids', () => {
  fc.assert(
    fc.property(splits, keys, (history, key) => {
      const map = afterSplits(3, history)
      const stored = PartitionMap.decode(map.encode())
      assert.equal(stored.encode(), map.encode())
      assert.equal(stored.indexOf(key), map.indexOf(key))
      const middle = middleOf(map.rangeAt(0))
      if (middle === undefined) return
      const split = (one: PartitionMap): number[] =>
        one.split(one.partitions[0]?.id ?? 0, [middle], { reason: 'size', nowMs: 1 }).partitions.map(({ id }) => id)
      assert.deepEqual(split(stored), split(map))
    }),
  )
})

test('a stored map tells its splits, and one that was stored before splits were told has none', () => {
  const map = PartitionMap.even(1, 0).split(1, [{ hash: 9 }], { reason: 'heat', nowMs: 5 })
  const expected = { counts: { heat: 1 }, recent: [{ partition: 1, into: [2, 3], reason: 'heat', atMs: 5 }] }
  assert.deepEqual(PartitionMap.decode(map.encode()).splits, expected)
  const { splits: _, ...before } = JSON.parse(map.encode()) as { readonly splits: unknown }
  assert.deepEqual(PartitionMap.decode(JSON.stringify(before)).splits, { counts: {}, recent: [] })
})

test('a map of a format that is not known is not read', () => {
  assert.throws(() => PartitionMap.decode('{"format":2,"nextId":2,"partitions":[]}'), { message: 'unknown format of a partition map' })
})

test('a split outside of the range, at its start or out of order is a fault of ours', () => {
  const map = PartitionMap.even(2, 0)
  const half = hashSpace / 2
  for (const at of [[{ hash: 0 }], [{ hash: half }], [{ hash: 9 }, { hash: 9 }], [{ hash: 9 }, { hash: 5 }]]) {
    assert.throws(() => map.split(1, at, { reason: 'asked', nowMs: 0 }), { message: 'a partition is divided inside of its range' })
  }
})

test('the middle of a range is a hash inside of it, if there is one', () => {
  assert.deepEqual(middleOf({ start: { hash: 0 }, end: { hash: hashSpace } }), { hash: hashSpace / 2 })
  assert.deepEqual(middleOf({ start: { hash: 7 }, end: { hash: 9 } }), { hash: 8 })
  assert.equal(middleOf({ start: { hash: 7 }, end: { hash: 8 } }), undefined)
  const rest = Uint8Array.of(1)
  assert.equal(middleOf({ start: { hash: 7, rest }, end: { hash: 8 } }), undefined)
  assert.deepEqual(middleOf({ start: { hash: 7 }, end: { hash: 8, rest } }), { hash: 8 })
})

test('a range of one hash, or of a part of its keys, is one collection', () => {
  const rest = Uint8Array.of(1)
  assert.equal(isOneCollection({ start: { hash: 7 }, end: { hash: 8 } }), true)
  assert.equal(isOneCollection({ start: { hash: 7, rest }, end: { hash: 8 } }), true)
  assert.equal(isOneCollection({ start: { hash: 7 }, end: { hash: 7, rest } }), true)
  assert.equal(isOneCollection({ start: { hash: 7 }, end: { hash: 9 } }), false)
  assert.equal(isOneCollection({ start: { hash: 7 }, end: { hash: 8, rest } }), false)
  assert.equal(hashCount({ start: { hash: 7, rest }, end: { hash: 7, rest: Uint8Array.of(2) } }), 1)
})
