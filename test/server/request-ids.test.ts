/** The form of request ids (errors.md §1). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { RequestIds } from '../../src/protocols/request-ids.ts'

test('Request ids are 52 upper-case base-32 digits and never the same', () => {
  const ids = new RequestIds(systemRandom)
  const seen = new Set<string>()
  for (let count = 0; count < 1000; count += 1) {
    const id = ids.next()
    assert.match(id, /^[0-9A-V]{52}$/)
    seen.add(id)
  }
  assert.equal(seen.size, 1000)
})

test('Request ids follow from the seed and use every digit', () => {
  const [one, other] = [new RequestIds(seededRandom(7)), new RequestIds(seededRandom(7))]
  const digits = new Set<string>()
  for (let count = 0; count < 100; count += 1) {
    const id = one.next()
    assert.equal(other.next(), id)
    for (const digit of id) digits.add(digit)
  }
  assert.equal(digits.size, 32)
})
