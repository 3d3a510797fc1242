import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttributeMap } from '../values/attribute-value.ts'
import { Placeholders } from './placeholders.ts'
import { compileUpdate } from './update.ts'

const values: AttributeMap = {
  ':pad': { S: 'x'.repeat(100) },
  ':v': { S: 'vv' },
  ':n': { N: '123' },
  ':ss': { SS: ['aa', 'b'] },
  ':l': { L: [{ S: 'abc' }] },
}
const charge = (text: string): number => compileUpdate(text, new Placeholders({ '#long': 'longer' }, values)).chargeBytes

describe('Statement charge', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['SET b = :pad', 3 + 19 + 1 + 100],
    ['SET b = :v, c = :v', 3 + 2 * (19 + 1 + 2)],
    ['SET b = :v REMOVE r', 3 + 19 + 1 + 2 + 2],
    ['SET #long = :v', 3 + 19 + 6 + 2],
    ['SET m.k = :v', 3 + 19 + 1 + 4 + 1 + 2],
    ['SET l[123].#long = :v', 3 + 19 + 1 + 4 + 3 + 4 + 6 + 2],
    ['SET a = b', 3 + 19 + 1 + 1 + 14 + 1],
    ['SET a = b.cc[10]', 3 + 19 + 1 + 1 + 14 + 1 + 14 + 2 + 14 + 2],
    ['SET a = a + :n', 3 + 19 + 1 + 34 + 15 + 1 + 3],
    ['SET a = (a - :n)', 3 + 19 + 1 + 37 + 15 + 1 + 3],
    ['SET a = if_not_exists(a, :v)', 3 + 19 + 1 + 39 + 16 + 2],
    ['SET a = list_append(a, :l)', 3 + 19 + 1 + 37 + 16 + 3 + 1 + 3],
    ['SET a = list_append(if_not_exists(a, :l), :l)', 3 + 19 + 1 + 37 + (39 + 16 + 7) + 7],
    ['ADD a :n', 3 + 19 + 1 + 3],
    ['ADD a.b :ss', 3 + 19 + 1 + 4 + 1 + 3],
    ['DELETE a :ss', 3 + 1 + 1],
    ['REMOVE a, b[0]', 3 + 2 + 1 + 1 + 4 + 1],
  ]
  for (const [text, expected] of cases) test(text, () => assert.equal(charge(text), expected))

  test('leaves 409,581 bytes of item under the key pk = K with one attribute of one letter', () => {
    // The finished item has 3 bytes for the key and 1 + x for the attribute; the charge of x must be 409,600 at most.
    const overhead = charge('SET b = :pad') - 100
    const largest = 409_600 - overhead
    assert.equal(2 + 1 + 1 + largest, 409_581)
  })

  test('counts names in UTF-8', () => {
    assert.equal(compileUpdate('REMOVE #n', new Placeholders({ '#n': 'é' })).chargeBytes, 3 + 1 + 2)
  })
})
