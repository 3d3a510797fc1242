import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../base/clock.ts'
import { dataKey, hashOf } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeKeyBytes, encodeScalar } from '../../values/key-bytes.ts'
import { heatSpacesMax } from '../limits.ts'
import { partitionKeyOf } from './partition-key.ts'
import type { SpaceTraffic } from './space-traffic.ts'
import { Traffic } from './traffic.ts'

const startMs = Date.UTC(2026, 0, 1)

test('Traffic gives the same space to whoever asks, and another to its index', () => {
  const traffic = new Traffic()
  assert.equal(traffic.space({ tableId: 1, indexId: 0 }), traffic.space({ tableId: 1, indexId: 0 }))
  assert.notEqual(traffic.space({ tableId: 1, indexId: 0 }), traffic.space({ tableId: 1, indexId: 1 }))
})

test('Traffic takes memory for the spaces that were used last, and none for those that were not', () => {
  const traffic = new Traffic()
  const spaces = Array.from({ length: heatSpacesMax + 2 }, (_, at) => traffic.space({ tableId: at + 1, indexId: 0 }))
  assert.equal(traffic.measuredCount, 0)
  for (const [at, space] of spaces.entries()) space.note('read', keyOf(at + 1, 'a'), 1, startMs + minuteMs * Math.floor(at / 10))
  assert.equal(traffic.measuredCount, heatSpacesMax)
  assert.deepEqual(
    spaces.slice(0, 3).map(({ isMeasured }) => isMeasured),
    [false, false, true],
  )
  // Used again: it is the third one that gives way now, not the fourth.
  const nowMs = startMs + 60 * minuteMs
  spaces[3]?.note('read', keyOf(4, 'a'), 1, nowMs)
  spaces[0]?.note('read', keyOf(1, 'a'), 1, nowMs)
  assert.deepEqual(
    spaces.slice(0, 4).map(({ isMeasured }) => isMeasured),
    [true, false, false, true],
  )
  assert.equal(sumOfReads(spaces[0], nowMs), 1)
})

test('Traffic of more spaces than there is room for does not make them push each other out: a minute takes no memory twice', () => {
  const traffic = new Traffic()
  const spaces = Array.from({ length: heatSpacesMax + 50 }, (_, at) => traffic.space({ tableId: at + 1, indexId: 0 }))
  const useAll = (nowMs: number) => {
    for (const { space } of spaces) traffic.space(space).note('read', keyOf(space.tableId, 'a'), 1, nowMs)
  }
  for (let second = 0; second < 10; second += 1) useAll(startMs + second * 1000)
  const sums = spaces.map((space) => sumOfReads(space, startMs))
  assert.deepEqual(sums, [...Array(heatSpacesMax).fill(10), ...Array(50).fill(0)])
  // In another minute whoever comes first has it, also when the clock was set back.
  for (const nowMs of [startMs + minuteMs, startMs - minuteMs]) {
    spaces.reverse()
    useAll(nowMs)
    assert.equal(sumOfReads(spaces[0], nowMs), 1)
    assert.equal(traffic.measuredCount, heatSpacesMax)
  }
})

test('Traffic that was forgotten is counted from the next request on', () => {
  const traffic = new Traffic()
  const space = traffic.space({ tableId: 1, indexId: 0 })
  space.note('read', keyOf(1, 'a'), 1, startMs)
  traffic.forget()
  space.note('read', keyOf(1, 'a'), 5, startMs)
  assert.equal(sumOfReads(space, startMs), 5)
})

test('Traffic forgets what belongs to a deleted table, and everything when it is asked to', () => {
  const traffic = new Traffic()
  const spaces = [
    { tableId: 1, indexId: 0 },
    { tableId: 1, indexId: 1 },
    { tableId: 2, indexId: 0 },
  ].map((space) => traffic.space(space))
  for (const space of spaces) space.note('write', keyOf(space.space.tableId, 'a'), 1, startMs)
  traffic.dropTables(new Set([1]))
  assert.equal(traffic.measuredCount, 1)
  assert.notEqual(traffic.space({ tableId: 1, indexId: 0 }), spaces[0])
  assert.equal(traffic.space({ tableId: 2, indexId: 0 }), spaces[2])
  traffic.forget()
  assert.equal(traffic.measuredCount, 0)
  assert.equal(traffic.space({ tableId: 2, indexId: 0 }), spaces[2])
  assert.deepEqual(spaces[2]?.heat(startMs, 1).writes, [])
})

test('SpaceTraffic names hot keys with their share, and those that were refused without having consumed anything', () => {
  const space = new Traffic().space({ tableId: 1, indexId: 0 })
  for (let at = 0; at < 100; at += 1) {
    space.note('write', keyOf(1, 'hot'), 2, startMs + at)
    space.note('write', keyOf(1, `cold ${at}`), 1, startMs + at)
    space.noteRefused('write', keyOf(1, 'locked out'), startMs + at)
  }
  const { fromMs, toMs, read, write } = space.hotKeys(startMs + 1000)
  assert.deepEqual([fromMs, toMs], [startMs, startMs + 1000])
  assert.deepEqual(read, { units: 0, refused: 0, keys: [] })
  assert.equal(write.units, 300)
  assert.equal(write.refused, 100)
  const [hot, refused, ...rest] = write.keys
  assert.deepEqual(rest, [])
  assert.equal(hot?.hash, hashOf(keyOf(1, 'hot')))
  assert.ok(hot.unitsMin <= 200 && hot.units >= 200 && hot.units < 210)
  assert.equal(hot.share, hot.units / 300)
  assert.equal(refused?.refused, 100)
  assert.deepEqual(refused.example && partitionKeyOf(refused.example, [{ name: 'id', type: 'S' }]), { id: { S: 'locked out' } })
})

test('SpaceTraffic tells of the last five to ten minutes', () => {
  const space = new Traffic().space({ tableId: 1, indexId: 0 })
  const windowMs = 5 * minuteMs
  const hotAt = (nowMs: number) => space.hotKeys(nowMs).read.keys.map(({ units }) => units)
  for (let at = 0; at < 100; at += 1) space.note('read', keyOf(1, 'a'), 0.5, startMs)
  assert.deepEqual(hotAt(startMs + windowMs - 1), [50])
  for (let at = 0; at < 100; at += 1) space.note('read', keyOf(1, 'a'), 0.5, startMs + windowMs)
  assert.deepEqual(hotAt(startMs + windowMs), [100])
  assert.equal(space.hotKeys(startMs + 2 * windowMs).fromMs, startMs + windowMs)
  assert.deepEqual(hotAt(startMs + 2 * windowMs), [50])
  assert.deepEqual(hotAt(startMs + 3 * windowMs), [])
})

test('SpaceTraffic forgets keys when the clock is set back, and goes on', () => {
  const space = new Traffic().space({ tableId: 1, indexId: 0 })
  for (let at = 0; at < 20; at += 1) space.note('read', keyOf(1, 'a'), 1, startMs)
  for (let at = 0; at < 30; at += 1) space.note('read', keyOf(1, 'b'), 1, startMs - 24 * 60 * minuteMs)
  const { read } = space.hotKeys(startMs - 24 * 60 * minuteMs)
  assert.deepEqual(
    read.keys.map(({ units }) => units),
    [30],
  )
})

test('SpaceTraffic keeps the sort keys of a collection together', () => {
  const space = new Traffic().space({ tableId: 1, indexId: 0 })
  for (let at = 0; at < 50; at += 1) {
    space.note('read', dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: 'a' }), encodeScalar({ N: String(at) })), 1, startMs)
  }
  const { keys } = space.hotKeys(startMs).read
  assert.deepEqual(
    keys.map(({ units, share }) => [units, share]),
    [[50, 1]],
  )
})

test('partitionKeyOf reads the attributes of a partition key of several', () => {
  const values = [{ S: 'Köln' }, { N: '-1.5' }, { B: 'AAEC' }] as const
  const key = dataKey({ tableId: 1, indexId: 3 }, encodeKeyBytes(new Uint8Array(0), values), encodeScalar({ S: 'rest' }))
  const attributes = [
    { name: '__proto__', type: 'S' },
    { name: 'degrees', type: 'N' },
    { name: 'blob', type: 'B' },
  ] as const
  assert.deepEqual(Object.entries(partitionKeyOf(key, attributes)), [
    ['__proto__', values[0]],
    ['degrees', values[1]],
    ['blob', values[2]],
  ])
})

/** Of the minute that is going on. */
function sumOfReads(space: SpaceTraffic | undefined, nowMs: number): number {
  return (
    space
      ?.heat(nowMs, 1)
      .reads.flat()
      .reduce((sum, units) => sum + units, 0) ?? 0
  )
}

function keyOf(tableId: number, id: string): KeyBytes {
  return dataKey({ tableId, indexId: 0 }, encodeScalar({ S: id }), new Uint8Array(0))
}
