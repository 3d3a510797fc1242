import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { fingerprintOf } from './fingerprint.ts'

/** The same value with the members of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

test('fingerprintOf does not depend on the order of members', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(fingerprintOf(value), fingerprintOf(reversed(value)))))
})

test('fingerprintOf tells different values apart', () => {
  const small = fc.jsonValue({ maxDepth: 2 })
  fc.assert(
    fc.property(small, small, (left, right) => {
      // JSON knows no -0.
      const [a, b] = [JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right))] as [unknown, unknown]
      assert.equal(fingerprintOf(a) === fingerprintOf(b), isDeepStrictEqual(a, b))
    }),
  )
})

test('fingerprintOf depends on the order of elements, on nesting and on names like any other', () => {
  const values = [
    [1, 2],
    [2, 1],
    [[1], 2],
    ['1', 2],
    { a: 1, b: 2 },
    { a: { b: 2 } },
    { 'a":1,"b': 2 },
    JSON.parse('{"__proto__":1}'),
    {},
    [],
    null,
    'null',
  ]
  assert.equal(new Set(values.map(fingerprintOf)).size, values.length)
  assert.equal(fingerprintOf({ a: 1, b: undefined }), fingerprintOf({ a: 1 }))
})
