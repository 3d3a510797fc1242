import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { floatOf, floatText, floatVector, vectorValue } from './float-vector.ts'

const floats = fc.float({ noNaN: true, noDefaultInfinity: true })

test('floatText prints what the float is the nearest to, and nothing shorter is', () => {
  fc.assert(
    fc.property(floats, (float) => {
      const text = floatText(float)
      assert.equal(Math.fround(Number(text)), float + 0)
      const digits = Number(text).toExponential().replace(/e.*/, '').replace(/[-.]/g, '').length
      for (let fewer = 1; fewer < digits; fewer += 1) assert.notEqual(Math.fround(Number(float.toPrecision(fewer))), float)
    }),
    { numRuns: 3000, seed: 1 },
  )
})

test('floatText prints canonical numbers', () => {
  const printed: readonly (readonly [number, string])[] = [
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1.5, '-1.5'],
    [Math.fround(0.1), '0.1'],
    [16777216, '16777216'],
    [Math.fround(1e-7), '0.0000001'],
    [2 ** 32, '4294967300'],
    [Math.fround(3.4028234663852886e38), `34028235${'0'.repeat(31)}`],
    [2 ** -149, `0.${'0'.repeat(44)}1`],
  ]
  for (const [float, text] of printed) assert.equal(floatText(float), text)
})

test('a vector that is printed and read again is the same', () => {
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 8, noNaN: true, noDefaultInfinity: true }), (vector) => {
      const again = floatVector(vectorValue(vector), vector.length)
      assert.deepEqual(
        again,
        vector.map((float) => float + 0),
      )
    }),
    { seed: 1 },
  )
})

test('floatVector takes lists of so many numbers within the range of floats, and rounds them', () => {
  const list = (...numbers: readonly string[]) => ({ L: numbers.map((N) => ({ N })) })
  assert.deepEqual(floatVector(list('16777217', '0.1'), 2), Float32Array.of(16777216, 0.1))
  assert.equal(floatVector(list('1'), 2), undefined)
  assert.equal(floatVector(list('1', '2', '3'), 2), undefined)
  assert.equal(floatVector({ L: [{ N: '1' }, { S: '2' }] }, 2), undefined)
  assert.equal(floatVector({ NS: ['1', '2'] }, 2), undefined)
  assert.equal(floatVector(undefined, 2), undefined)
  assert.equal(floatOf({ N: '340282350000000000000000000000000000000' }), Math.fround(3.4028235e38))
  assert.equal(floatOf({ N: `1${'0'.repeat(39)}` }), undefined)
})
