import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { binaries, bytes, compareUnits, numbers, strings, unitsOf } from './arbitrary-values.test.ts'
import { compareBinaries, compareStrings, compareValues } from './order.ts'

test('compareStrings is the order of UTF-8 bytes', () => {
  fc.assert(
    fc.property(strings, strings, (a, b) => {
      assert.equal(Math.sign(compareStrings(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 2000 },
  )
})

test('compareStrings puts code points beyond U+FFFF last, unlike UTF-16', () => {
  assert.ok('\u{10000}' < '\uffff')
  assert.ok(compareStrings('\u{10000}', '\uffff') > 0)
  assert.ok(compareStrings('\ue000', '\ud7ff') > 0)
  assert.ok(compareStrings('', 'a') < 0)
})

test('compareBinaries is the order of the bytes', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const textA = Buffer.from(a).toString('base64')
      const textB = Buffer.from(b).toString('base64')
      assert.equal(Math.sign(compareBinaries(textA, textB)), Buffer.compare(a, b))
    }),
    { numRuns: 2000 },
  )
  const everyByte = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]).toString('base64'))
  assert.deepEqual(everyByte.toReversed().sort(compareBinaries), everyByte)
})

test('compareValues orders two strings, two numbers or two binaries', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      assert.equal(Math.sign(compareValues({ N: a }, { N: b })), compareUnits(unitsOf(a), unitsOf(b)))
    }),
  )
  fc.assert(fc.property(strings, strings, (a, b) => assert.equal(compareValues({ S: a }, { S: b }), compareStrings(a, b))))
  fc.assert(fc.property(binaries, binaries, (a, b) => assert.equal(compareValues({ B: a }, { B: b }), compareBinaries(a, b))))
  assert.throws(() => compareValues({ S: '1' }, { N: '1' }), { message: 'values to compare are two strings, two numbers or two binaries' })
  assert.throws(() => compareValues({ BOOL: true }, { BOOL: true }), {
    message: 'values to compare are two strings, two numbers or two binaries',
  })
})
