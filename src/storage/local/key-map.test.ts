import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyBytes } from '../store.ts'
import { KeyMap } from './key-map.ts'

test('KeyMap finds by the bytes of a key, whichever object holds them', () => {
  const map = new KeyMap<string>()
  const key = Uint8Array.of(1, 0, 255) as KeyBytes
  map.set(key, 'found')
  const inside = Buffer.from([9, 1, 0, 255, 9]).subarray(1, 4) as Uint8Array as KeyBytes
  for (const same of [key, Uint8Array.from(key) as KeyBytes, inside, inside]) assert.equal(map.get(same), 'found')
  assert.equal(map.get(Uint8Array.of(1, 0) as KeyBytes), undefined)
  map.set(inside, 'changed')
  assert.deepEqual([map.get(key), map.get(inside), map.size], ['found', 'changed', 1])
})

test('KeyMap finds every key, also when more objects were shown than it remembers', () => {
  const map = new KeyMap<number>()
  const keyOf = (at: number): KeyBytes => Uint8Array.of(at >> 8, at & 255) as KeyBytes
  for (let at = 0; at < 10_000; at += 1) map.set(keyOf(at), at)
  for (let at = 0; at < 10_000; at += 1) assert.equal(map.get(keyOf(at)), at)
  assert.equal(map.size, 10_000)
  map.clear()
  assert.equal(map.size, 0)
  assert.equal(map.get(keyOf(1)), undefined)
})

test('KeyMap remembers a key that it is asked for when it has memory of its own, and no piece of a block', () => {
  const map = new KeyMap<string>()
  map.set(Uint8Array.of(1, 2) as KeyBytes, 'found')
  const own = Uint8Array.of(1, 2) as KeyBytes
  const piece = Buffer.alloc(8192).fill(Uint8Array.of(1, 2)).subarray(4096, 4098) as Uint8Array as KeyBytes
  for (const key of [own, piece]) assert.equal(map.get(key), 'found')
  // Only one that is remembered is found without a look at its bytes.
  for (const key of [own, piece]) key[0] = 3
  assert.deepEqual([map.get(own), map.get(piece)], ['found', undefined])
})
