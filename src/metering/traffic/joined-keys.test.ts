import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { dataKey, hashOf } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { HeavyKeys } from './heavy-keys.ts'
import { JoinedKeys } from './joined-keys.ts'

const space = { tableId: 1, indexId: 0 }
const requests = 15_000
const keyCount = 2000

function keyOf(at: number): KeyBytes {
  return dataKey(space, encodeScalar({ S: `key ${at}` }), new Uint8Array(0))
}

const keys = Array.from({ length: keyCount }, (_, at) => keyOf(at))

/** A Zipf load over sketches of several nodes, each of which likes some keys better than the others do, and over one of all. */
function load(nodeCount: number, seed: number): { parts: HeavyKeys[]; whole: HeavyKeys; truth: Map<number, number> } {
  const random = seededRandom(seed)
  const chance = (): number => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 32
  const parts = Array.from({ length: nodeCount }, () => new HeavyKeys())
  const whole = new HeavyKeys()
  const truth = new Map<number, number>()
  for (let count = 0; count < requests; count += 1) {
    const at = Math.min(keyCount - 1, Math.floor(keyCount ** chance()) - 1)
    const key = keys[at] ?? keyOf(at)
    const hash = hashOf(key) | 0
    const amount = chance() < 0.5 ? 0.5 : 1
    const node = chance() < 0.3 ? at % nodeCount : Math.floor(chance() * nodeCount)
    parts[node]?.note(hash, key, amount)
    whole.note(hash, key, amount)
    truth.set(hash, (truth.get(hash) ?? 0) + amount)
  }
  return { parts, whole, truth }
}

test('JoinedKeys holds every key between its bounds, finds what is heavy only together, and is as close as one sketch must be', () => {
  for (const [nodeCount, seed] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [5, 4],
    [8, 5],
  ] as const) {
    const { parts, whole, truth } = load(nodeCount, seed)
    // As another node gets them.
    const joined = new JoinedKeys(parts.map((part) => HeavyKeys.of(part.data())))
    assert.equal(joined.total, whole.total)
    const candidates = joined.candidates()
    let tooHigh = 0
    for (const [hash, amount] of truth) {
      const { amountMin, amountMax } = joined.estimate(hash)
      assert.ok(amountMin <= amount && amount <= amountMax, `${amountMin} ≤ ${amount} ≤ ${amountMax}`)
      if (amountMax > amount + joined.total / 256) tooHigh += 1
      if (amount < joined.total / 100) continue
      assert.ok(candidates.has(hash))
      assert.ok(joined.nameOf(hash) !== undefined)
    }
    assert.ok(tooHigh <= truth.size / 8, `${tooHigh} of ${truth.size} are too high`)
  }
})

test('a sketch is the same as plain data', () => {
  const { parts, truth } = load(2, 7)
  for (const part of parts) {
    const restored = HeavyKeys.of(JSON.parse(JSON.stringify({ ...part.data(), names: [] })))
    assert.equal(restored.total, part.total)
    assert.deepEqual(restored.candidates(), part.candidates())
    for (const hash of truth.keys()) assert.deepEqual(restored.estimate(hash), part.estimate(hash))
  }
})
