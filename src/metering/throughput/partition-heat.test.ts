import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minuteMs } from '../../base/clock.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { PartitionHeat } from './partition-heat.ts'

const limits = { readUnitsPerSecondMax: 3000, writeUnitsPerSecondMax: 1000, sizeBytesMax: 1 }
const startMs = 1000 * minuteMs
const someHashes = { fromHash: 1000, toHash: 5000 }

function itemKey(name: string): KeyBytes {
  return dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: name }), new Uint8Array(0))
}

test('units and refusals are summed by minute, reads apart from writes', () => {
  const heat = new PartitionHeat(limits, 1)
  heat.note('read', itemKey('a'), 1.5, startMs)
  heat.note('read', itemKey('b'), 2, startMs + minuteMs - 1)
  heat.noteRange('read', someHashes, 10, startMs + minuteMs)
  heat.note('write', itemKey('a'), 7, startMs + minuteMs)
  heat.noteRefused('write', itemKey('a'), startMs + minuteMs)
  assert.deepEqual(heat.minute('read', 1000), { units: 3.5, refused: 0 })
  assert.deepEqual(heat.minute('read', 1001), { units: 10, refused: 0 })
  assert.deepEqual(heat.minute('write', 1001), { units: 7, refused: 1 })
  assert.deepEqual(heat.minute('write', 1000), { units: 0, refused: 0 })
})

test('the last minutes are kept, over breaks and when the clock is set back', () => {
  const heat = new PartitionHeat(limits, 1)
  for (let minute = 0; minute < 20; minute += 1) heat.noteRange('write', someHashes, minute, startMs + minute * minuteMs)
  for (let minute = 13; minute < 20; minute += 1) assert.equal(heat.minute('write', 1000 + minute).units, minute)
  assert.equal(heat.minute('write', 1003).units, 0)
  heat.noteRange('write', someHashes, 5, startMs + 100 * minuteMs)
  assert.equal(heat.minute('write', 1095).units, 0)
  heat.noteRange('write', someHashes, 6, startMs)
  assert.equal(heat.minute('write', 1000).units, 6)
  assert.equal(heat.minute('write', 1100).units, 5)
})

test('a quiet partition takes hardly any sample, a busy one four in a second at its limit and never more than 256', () => {
  const quiet = new PartitionHeat(limits, 1)
  for (let second = 0; second < 60; second += 1) quiet.note('write', itemKey(`k${second}`), 1, startMs + second * 1000)
  assert.ok(quiet.samples('write', 0).length <= 1)
  const busy = new PartitionHeat(limits, 1)
  for (let at = 0; at < 30_000; at += 1) busy.note('write', itemKey(`k${at}`), 1, startMs + at)
  const { length } = busy.samples('write', 0)
  assert.ok(length > 100 && length < 140, `${length} samples`)
  for (let at = 0; at < 100_000; at += 1) busy.note('write', itemKey(`k${at}`), 1, startMs + 30_000 + at)
  assert.equal(busy.samples('write', 0).length, 256)
})

test('samples come in the order of time, those of before are left out, and the same seed takes the same', () => {
  const made = (seed: number): PartitionHeat => {
    const heat = new PartitionHeat(limits, seed)
    for (let at = 0; at < 90_000; at += 1) heat.note('write', itemKey(`k${at % 100}`), 1, startMs + at)
    return heat
  }
  const samples = made(3).samples('write', startMs + 60_000)
  assert.ok(samples.length > 50)
  for (const [at, { atMs }] of samples.entries()) assert.ok(atMs >= Math.max(startMs + 60_000, samples[at - 1]?.atMs ?? 0))
  assert.deepEqual(made(3).samples('write', 0), made(3).samples('write', 0))
  assert.notDeepEqual(made(3).samples('write', 0), made(4).samples('write', 0))
})

test('keys are sampled as often as they consume units, be it in large requests or in small ones', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1000 }), fc.integer({ min: 1, max: 3000 }), (seed, units) => {
      const heat = new PartitionHeat(limits, seed)
      // One item takes half of the units, in one large request after so many small ones of others.
      const requests = Math.ceil(40_000 / units)
      for (let at = 0; at < requests; at += 1) {
        heat.note('write', itemKey('large'), units, startMs)
        for (let rest = units; rest > 0; rest -= 20) heat.note('write', itemKey(`small${at}/${rest}`), Math.min(20, rest), startMs)
      }
      const samples = heat.samples('write', 0)
      const large = Buffer.from(encodeScalar({ S: 'large' }))
      const total = samples.reduce((sum, { weight }) => sum + weight, 0)
      const share = samples.reduce((sum, { rest, weight }) => sum + (large.equals(rest) ? weight : 0), 0) / total
      assert.ok(share > 0.35 && share < 0.65, `${share} of ${total}`)
    }),
    { numRuns: 50 },
  )
})

test('long keys are sampled by their beginning', () => {
  const heat = new PartitionHeat({ ...limits, writeUnitsPerSecondMax: 1 }, 1)
  heat.note('write', itemKey('x'.repeat(2000)), 5, startMs)
  assert.deepEqual(
    heat.samples('write', 0).map(({ rest, weight }) => [rest.length, weight >= 18]),
    [[512, true]],
  )
})

test('a range that was read is sampled anywhere inside of it, as often as keys are', () => {
  const heat = new PartitionHeat(limits, 1)
  for (let at = 0; at < 1000; at += 1) heat.noteRange('read', someHashes, 75, startMs + at)
  const samples = heat.samples('read', 0)
  assert.ok(samples.length > 80 && samples.length < 120, `${samples.length} samples`)
  const hashes = samples.map(({ hash }) => hash).sort((a, b) => a - b)
  assert.ok((hashes[0] ?? 0) >= 1000 && (hashes.at(-1) ?? 0) < 5000)
  const median = hashes[hashes.length >> 1] ?? 0
  assert.ok(median > 2400 && median < 3600, `the median is ${median}`)
  for (const { rest } of samples) assert.equal(rest.length, 0)
  // What is known to be nowhere says nothing about where.
  const nowhere = new PartitionHeat(limits, 1)
  nowhere.noteRange('read', { fromHash: 7, toHash: 7 }, 100_000, startMs)
  assert.deepEqual(nowhere.samples('read', 0), [])
  assert.equal(nowhere.minute('read', 1000).units, 100_000)
})

test('after the clock was set back, samples of times to come are no more, and those of before are', () => {
  const heat = new PartitionHeat(limits, 1)
  const note = (name: string, minute: number): void => heat.note('write', itemKey(name), 1000, startMs + minute * minuteMs)
  note('before', 0)
  for (let at = 0; at < 300; at += 1) note('between', 1)
  for (let at = 0; at < 200; at += 1) note('later', 100)
  note('now', 2)
  for (let at = 0; at < 10; at += 1) note('then', 3)
  const names = heat.samples('write', 0).map(({ rest }) => Buffer.from(rest).toString('latin1').replaceAll('\0', ''))
  assert.deepEqual(names, [...Array(56).fill('between'), 'now', ...Array(10).fill('then')])
})

test('when the limit is far lower than it was, sampling begins with the next minute', () => {
  const changing = { ...limits, writeUnitsPerSecondMax: 1e12 }
  const heat = new PartitionHeat(changing, 1)
  heat.note('write', itemKey('a'), 1, startMs)
  changing.writeUnitsPerSecondMax = 10
  for (let second = 60; second < 120; second += 1) heat.note('write', itemKey('a'), 10, startMs + second * 1000)
  assert.ok(heat.samples('write', 0).length > 40)
})
