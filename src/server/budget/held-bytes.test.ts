/** Who loses what he holds when there is too much. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeldBytes, type Holder } from './held-bytes.ts'

function holders(names: string, lost: string[]): Holder[] {
  return [...names].map((name) => ({ letGo: () => void lost.push(name) }))
}

test('When there is too much, whoever has not moved for the longest time loses his', () => {
  const lost: string[] = []
  const held = new HeldBytes(100)
  const [a, b, c] = holders('abc', lost) as [Holder, Holder, Holder]
  held.set(a, 40)
  held.set(b, 40)
  held.set(a, 50)
  assert.deepEqual(lost, [])
  held.set(c, 20)
  assert.deepEqual([lost, held.bytes], [['b'], 70])
  held.set(c, 100)
  assert.deepEqual([lost, held.bytes, held.refused], [['b', 'a'], 100, 2])
})

test('One alone may hold what it likes, and what is given back is there for others', () => {
  const lost: string[] = []
  const held = new HeldBytes(100)
  const [a, b] = holders('ab', lost) as [Holder, Holder]
  held.set(a, 500)
  held.set(a, 0)
  held.set(a, 0)
  held.set(b, 100)
  assert.deepEqual([lost, held.bytes], [[], 100])
})

test('What is held no more is told, whoever let go of it', () => {
  const freed: number[] = []
  const held = new HeldBytes(100, (bytes) => freed.push(bytes))
  const [a, b] = holders('ab', []) as [Holder, Holder]
  held.set(a, 60)
  held.set(a, 50)
  held.set(b, 70)
  held.set(b, 0)
  held.set(b, 0)
  assert.deepEqual(freed, [10, 50, 70])
})

test('A large body begins to come only when there is room for it', () => {
  const held = new HeldBytes(1_000_000)
  const [a] = holders('a', []) as [Holder]
  held.set(a, 900_000)
  assert.equal(held.mayCome(200_000), false)
  assert.equal(held.mayCome(100_000), true)
  assert.equal(held.mayCome(1000), true)
  assert.equal(held.mayCome(Number.NaN), true)
  assert.equal(held.refused, 1)
})
