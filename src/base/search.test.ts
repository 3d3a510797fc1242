import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytesInclude, textIncludes } from './search.ts'

/** Of few letters, so that much of it looks like the rest. */
const repetitive = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\ude00'), maxLength: 200 })
const part = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\ude00'), maxLength: 60 })

test('textIncludes finds what is there and nothing else', () => {
  fc.assert(
    fc.property(repetitive, part, repetitive, (before, looked, behind) => {
      assert.equal(textIncludes(before + behind, looked), (before + behind).includes(looked))
      assert.ok(textIncludes(before + looked + behind, looked))
    }),
  )
})

test('bytesInclude finds what is there and nothing else', () => {
  const bytes = (max: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ max: 2, maxLength: max })
  fc.assert(
    fc.property(bytes(200), bytes(60), bytes(200), (before, looked, behind) => {
      const without = Buffer.concat([before, behind])
      assert.equal(bytesInclude(without, looked), without.includes(looked))
      assert.ok(bytesInclude(Buffer.concat([before, looked, behind]), looked))
    }),
  )
})

test('half a surrogate pair is a unit like any other', () => {
  const looked = `${'a'.repeat(40)}\ud83d`
  assert.ok(textIncludes(`b${'a'.repeat(40)}\ud83d\ude00`, looked))
})

test('a part as long as it may be is found in a text of half a megabyte that looks like it everywhere, without going over it again and again', () => {
  const text = 'a'.repeat(400_000)
  const looked = `${'a'.repeat(100_000)}b${'a'.repeat(100_000)}`
  // By the product of both this is 4 * 10^10 comparisons: the time limit of the tests would end it.
  for (let round = 0; round < 20; round += 1) {
    assert.ok(!textIncludes(text, looked))
    assert.ok(!bytesInclude(Buffer.from(text), Buffer.from(looked)))
  }
})
