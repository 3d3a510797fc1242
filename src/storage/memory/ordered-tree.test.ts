import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBytes } from '../../base/bytes.ts'
import { seededRandom } from '../../base/random.ts'
import type { KeyBytes, KeyRange, StoredValue } from '../store.ts'
import { type FrozenTree, getFrom, OrderedTree, scanFrom } from './ordered-tree.ts'

const all = { entries: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
const everything: KeyRange = { start: keyOf([]), end: keyOf([255, 255, 255]) }

function keyOf(bytes: Iterable<number>): KeyBytes {
  return Uint8Array.from(bytes) as KeyBytes
}

/** Keys of one to three bytes, so that many are prefixes of others. */
function drawKey(draw: () => number): KeyBytes {
  return keyOf(Array.from({ length: 1 + (draw() % 3) }, () => draw() % 40))
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex')
}

function sorted(model: ReadonlyMap<string, StoredValue>): [string, StoredValue][] {
  return [...model].sort(([a], [b]) => compareBytes(Buffer.from(a, 'hex'), Buffer.from(b, 'hex')))
}

function contents(tree: FrozenTree, reverse = false): [string, StoredValue][] {
  return scanFrom(tree, { ...everything, reverse }, all).entries.map(({ key, value }) => [hex(key), value])
}

for (const seed of [1, 2, 3]) {
  test(`OrderedTree agrees with a sorted map, and what was frozen never moves (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const draw = (): number => random.bytes(1)[0] ?? 0
    const tree = new OrderedTree()
    const model = new Map<string, StoredValue>()
    const frozen: { tree: FrozenTree; expected: [string, StoredValue][] }[] = []
    // Phases of growth and shrinkage, so that nodes split, join, and the root goes up and down.
    for (let step = 0; step < 24_000; step += 1) {
      const isGrowing = Math.floor(step / 6000) % 2 === 0
      const key = drawKey(draw)
      if (draw() < (isGrowing ? 220 : 10)) {
        tree.put(key, `value ${step}`)
        model.set(hex(key), `value ${step}`)
      } else {
        const doomed = isGrowing ? hex(key) : ([...model.keys()][draw()] ?? hex(key))
        tree.delete(keyOf(Buffer.from(doomed, 'hex')))
        model.delete(doomed)
      }
      if (step % 1500 === 1499) frozen.push({ tree: tree.freeze(), expected: sorted(model) })
    }
    assert.ok(Math.max(...frozen.map(({ expected }) => expected.length)) > 2000)
    for (const { tree: old, expected } of frozen) {
      assert.deepEqual(contents(old), expected)
      assert.deepEqual(contents(old, true), expected.toReversed())
      for (const [key, value] of expected.slice(0, 50)) assert.equal(getFrom(old, keyOf(Buffer.from(key, 'hex'))), value)
    }
  })
}

test('OrderedTree empties completely and can be filled again', () => {
  const tree = new OrderedTree()
  const keys = Array.from({ length: 10_000 }, (_, index) => keyOf([index >> 8, index & 255]))
  for (const key of keys) tree.put(key, 'x')
  for (const key of keys) tree.delete(key)
  assert.deepEqual(contents(tree.freeze()), [])
  tree.put(keyOf([7]), 'again')
  assert.deepEqual(contents(tree.freeze()), [['07', 'again']])
})

test('OrderedTree goes back to what was frozen', () => {
  const tree = new OrderedTree()
  for (let byte = 0; byte < 200; byte += 1) tree.put(keyOf([byte]), 'before')
  const frozen = tree.freeze()
  const expected = contents(frozen)
  for (let byte = 0; byte < 200; byte += 1) tree.delete(keyOf([byte]))
  tree.put(keyOf([1, 2]), 'after')
  tree.restore(frozen)
  tree.put(keyOf([3]), 'after')
  assert.deepEqual(contents(frozen), expected)
  assert.equal(tree.get(keyOf([3])), 'after')
  assert.equal(tree.get(keyOf([1, 2])), undefined)
})
