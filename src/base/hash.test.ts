import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areDistinct, hash32 } from './hash.ts'

test('hash32 gives the published values of MurmurHash3 x86 32 with seed 0', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ]
  for (const [text, expected] of cases) assert.equal(hash32(Buffer.from(text)), expected, text)
})

test('hash32 spreads running numbers evenly over sixteen parts', () => {
  const counts = new Array<number>(16).fill(0)
  for (let key = 0; key < 16_000; key += 1) {
    const part = Math.floor(hash32(Buffer.from(`user#${key}`)) / 2 ** 28)
    counts[part] = (counts[part] ?? 0) + 1
  }
  assert.ok(
    counts.every((count) => count > 850 && count < 1150),
    counts.join(' '),
  )
})

test('areDistinct tells the same bytes from others, also from those with the same hash', () => {
  const byHash = new Map<number, Buffer>()
  let collision: readonly [Buffer, Buffer] | undefined
  for (let number = 0; collision === undefined; number += 1) {
    const bytes = Buffer.from(`key#${number}`)
    const other = byHash.get(hash32(bytes))
    if (other !== undefined) collision = [other, bytes]
    byHash.set(hash32(bytes), bytes)
  }
  const [one, another] = collision
  assert.equal(areDistinct([]), true)
  assert.equal(areDistinct([one, another]), true)
  assert.equal(areDistinct([one, another, Buffer.from(one)]), false)
  assert.equal(areDistinct([another, Buffer.from('x'), Buffer.from(another)]), false)
})
