import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { dataKey } from '../keyspace/keys.ts'
import { PartitionHeat } from './partition-heat.ts'

const limits = { readUnitsPerSecondMax: 3000, writeUnitsPerSecondMax: 1000, sizeBytesMax: 1 }
const minuteMs = 60_000
const startMs = 1000 * minuteMs

function itemKey(name: string): KeyBytes {
  return dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: name }), new Uint8Array(0))
}

test('units and refusals are summed by minute, reads apart from writes', () => {
  const heat = new PartitionHeat(limits, 1)
  heat.note('read', itemKey('a'), 1.5, startMs)
  heat.note('read', itemKey('b'), 2, startMs + minuteMs - 1)
  heat.noteRange('read', 10, startMs + minuteMs)
  heat.note('write', itemKey('a'), 7, startMs + minuteMs)
  heat.noteRefused('write', itemKey('a'), startMs + minuteMs)
  assert.deepEqual(heat.minute('read', 1000), { units: 3.5, refused: 0 })
  assert.deepEqual(heat.minute('read', 1001), { units: 10, refused: 0 })
  assert.deepEqual(heat.minute('write', 1001), { units: 7, refused: 1 })
  assert.deepEqual(heat.minute('write', 1000), { units: 0, refused: 0 })
})

test('the last minutes are kept, over breaks and when the clock is set back', () => {
  const heat = new PartitionHeat(limits, 1)
  for (let minute = 0; minute < 20; minute += 1) heat.noteRange('write', minute, startMs + minute * minuteMs)
  for (let minute = 13; minute < 20; minute += 1) assert.equal(heat.minute('write', 1000 + minute).units, minute)
  assert.equal(heat.minute('write', 1003).units, 0)
  heat.noteRange('write', 5, startMs + 100 * minuteMs)
  assert.equal(heat.minute('write', 1095).units, 0)
  heat.noteRange('write', 6, startMs)
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
