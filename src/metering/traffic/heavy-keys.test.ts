import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { dataKey, hashOf } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { keyNamesBytesMax } from '../limits.ts'
import { HeavyKeys } from './heavy-keys.ts'

const space = { tableId: 1, indexId: 0 }
const requests = 100_000

test('HeavyKeys holds every key of a Zipf load between its bounds, and names all that have more than a hundredth', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { keys, truth, total } = load(zipfWeights(10_000), seed)
    const above = hashesAbove(truth, total * 0.01)
    assert.ok(above.length >= 8, 'the load has heavy keys')
    for (const [hash, amount] of truth) {
      const { amountMin, amountMax } = keys.estimate(hash)
      assert.ok(amountMin <= amount && amount <= amountMax, `${amountMin} ≤ ${amount} ≤ ${amountMax}`)
    }
    for (const hash of above) {
      assert.ok(keys.candidates().has(hash))
      assert.ok(keys.nameOf(hash) !== undefined)
      const over = keys.estimate(hash).amountMax - (truth.get(hash) ?? 0)
      assert.ok(over <= total / 256, `an estimate is ${over / total} of everything too high`)
    }
  }
})

test('HeavyKeys estimates no key of a uniform load at a hundredth of everything', () => {
  for (const seed of [1, 2, 3]) {
    const { keys, total } = load(
      Float64Array.from({ length: 5000 }, () => 1),
      seed,
    )
    const highest = Math.max(...[...keys.candidates()].map((hash) => keys.estimate(hash).amountMax))
    assert.ok(highest < total * 0.01, `${highest / total}`)
  }
})

test('HeavyKeys finds a heavy key that comes late', () => {
  const keys = new HeavyKeys()
  for (let at = 0; at < 50_000; at += 1) noteKey(keys, keyOf(at % 5000), 1)
  const late = keyOf(99_999)
  for (let at = 0; at < 2000; at += 1) noteKey(keys, late, 1)
  const { amountMin, amountMax } = keys.estimate(hashOf(late) | 0)
  assert.ok(amountMin <= 2000 && amountMax >= 2000)
  assert.deepEqual(keys.nameOf(hashOf(late) | 0), new Uint8Array(late))
})

test('HeavyKeys keeps the names of bounded many keys, however long they are', () => {
  const keys = new HeavyKeys()
  const long = 'x'.repeat(2000)
  for (let at = 0; at < 2000; at += 1) {
    const key = dataKey(space, encodeScalar({ S: `${long}${at % 50}` }), new Uint8Array(0))
    noteKey(keys, key, 10)
    assert.ok(keys.namesBytes <= keyNamesBytesMax)
  }
  assert.ok(keys.namesBytes > keyNamesBytesMax / 2)
})

test('HeavyKeys forgets everything when it is cleared', () => {
  const keys = new HeavyKeys()
  const key = keyOf(1)
  for (let at = 0; at < 100; at += 1) noteKey(keys, key, 1)
  keys.clear()
  assert.deepEqual(keys.estimate(hashOf(key) | 0), { amountMin: 0, amountMax: 0 })
  assert.deepEqual([keys.total, keys.namesBytes, keys.candidates().size, keys.nameOf(hashOf(key) | 0)], [0, 0, 0, undefined])
})

interface Load {
  readonly keys: HeavyKeys
  /** By hash, as a signed integer. */
  readonly truth: ReadonlyMap<number, number>
  readonly total: number
}

function load(weights: Float64Array, seed: number): Load {
  const random = seededRandom(seed)
  const sums = weights.slice()
  for (let at = 1; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) + (sums[at - 1] ?? 0)
  const whole = sums.at(-1) ?? 0
  const keys = new HeavyKeys()
  const truth = new Map<number, number>()
  let total = 0
  for (let at = 0; at < requests; at += 1) {
    const [a = 0, b = 0, c = 0] = random.bytes(3)
    const key = keyOf(placeOf(sums, ((a * 2 ** 16 + b * 2 ** 8 + c) / 2 ** 24) * whole))
    const amount = [0.5, 1, 2][at % 3] ?? 1
    noteKey(keys, key, amount)
    const hash = hashOf(key) | 0
    truth.set(hash, (truth.get(hash) ?? 0) + amount)
    total += amount
  }
  return { keys, truth, total }
}

function zipfWeights(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, rank) => 1 / (rank + 1))
}

function placeOf(sums: Float64Array, target: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}

const known = new Map<number, KeyBytes>()

function keyOf(number: number): KeyBytes {
  let key = known.get(number)
  if (key === undefined) {
    key = dataKey(space, encodeScalar({ S: `customer#${number}` }), new Uint8Array(0))
    known.set(number, key)
  }
  return key
}

function noteKey(keys: HeavyKeys, key: KeyBytes, amount: number): void {
  keys.note(hashOf(key) | 0, key, amount)
}

function hashesAbove(truth: ReadonlyMap<number, number>, amount: number): readonly number[] {
  return [...truth].filter(([, value]) => value > amount).map(([hash]) => hash)
}
