import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { ServiceError } from '../api/errors.ts'
import type { Wording } from '../api/wording.ts'
import { compareUnits, numbers, unitsOf, writtenNumbers } from './arbitrary-values.test.ts'
import { compareNumbers, numberSizeBytes, parseNumber } from './number.ts'

const overflow = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
const underflow = 'Number underflow. Attempting to store a number with magnitude smaller than supported range'
const tooPrecise = 'Attempting to store more than 38 significant digits in a Number'
const wordings: readonly Wording[] = ['current', 'older']

const canonicalOf: readonly (readonly [string, string])[] = [
  ['1.5E2', '150'],
  ['1E125', `1${'0'.repeat(125)}`],
  ['-1e125', `-1${'0'.repeat(125)}`],
  ['1E-130', `0.${'0'.repeat(129)}1`],
  ['1.5e-130', `0.${'0'.repeat(129)}15`],
  ['9.9999999999999999999999999999999999999E+125', `${'9'.repeat(38)}${'0'.repeat(88)}`],
  ['1.0', '1'],
  ['0042.1200', '42.12'],
  ['-0', '0'],
  ['-0.00', '0'],
  ['+0', '0'],
  ['+0.0', '0'],
  ['.5', '0.5'],
  ['+.5', '0.5'],
  ['-.5', '-0.5'],
  ['+5', '5'],
  ['5.', '5'],
  ['1.', '1'],
  ['1.e5', '100000'],
  ['00042', '42'],
  ['1E+2', '100'],
  ['+1e2', '100'],
  ['+1e-2', '0.01'],
  ['1.5E+3', '1500'],
  ['1.23E10', '12300000000'],
  ['+1.5', '1.5'],
  ['0e125', '0'],
  ['0e-130', '0'],
  ['0.000000001e134', `1${'0'.repeat(125)}`],
  ['1000e-133', `0.${'0'.repeat(129)}1`],
  ['1e00000000000000000000000000000002', '100'],
  ['1e-0', '1'],
  [`${'0'.repeat(50)}1${'0'.repeat(100)}.${'0'.repeat(50)}`, `1${'0'.repeat(100)}`],
  ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ['-0.12345678901234567890123456789012345678', '-0.12345678901234567890123456789012345678'],
]

test('parseNumber normalises every accepted form to plain decimal', () => {
  for (const wording of wordings) for (const [text, canonical] of canonicalOf) assert.equal(parseNumber(text, wording), canonical, text)
})

test('parseNumber rejects what is not in the grammar and repeats it verbatim', () => {
  const rejected =
    '+|-|.|+.|-.|++5|+-5|-+5|+e2|e2|1e|1e+|1e-|1+2|+1+2|1.2.3|+1.2.3|1.2e3.4|1..2|0x5|0x10|1_000|NaN|Infinity|-Infinity|1,5|٣| 1|1 |1 2|\t1|1\n| |1e5 |1e5e5|-0x'
  for (const wording of wordings) {
    for (const text of rejected.split('|')) {
      assertRejects(text, wording, `The parameter cannot be converted to a numeric value: ${text}`)
    }
  }
})

test('parseNumber tells of an empty text in the words of the layer', () => {
  assertRejects('', 'current', 'The parameter cannot be converted to a numeric value: ')
  assertRejects('', 'older', 'The parameter cannot be converted to a numeric value')
})

test('parseNumber checks the magnitude, then the digits', () => {
  for (const wording of wordings) {
    for (const text of ['1e126', '-1e126', '1E+126', `1${'0'.repeat(126)}`, '10e125', `${'1'.repeat(39)}e100`, '0e126', '-0e126']) {
      assertRejects(text, wording, overflow)
    }
    for (const text of ['1e-131', '-1e-131', '0.1e-130', `0.${'0'.repeat(130)}1`, `${'1'.repeat(39)}e-170`, '0e-131']) {
      assertRejects(text, wording, underflow)
    }
    for (const text of ['1'.repeat(39), '1'.repeat(40), `0.${'1'.repeat(39)}`, `1${'0'.repeat(37)}1`, `-1.${'0'.repeat(37)}1`]) {
      assertRejects(text, wording, tooPrecise)
    }
  }
})

test('parseNumber reads huge exponents as the layer does', () => {
  const notNumeric = (text: string): string => `The parameter cannot be converted to a numeric value: ${text}`
  const table: readonly (readonly [string, string, string])[] = [
    ['1e2147483646', overflow, overflow],
    ['1e2147483647', overflow, underflow],
    ['0e2147483647', overflow, underflow],
    ['1e2147483648', overflow, notNumeric('1e2147483648')],
    ['1e99999999999', overflow, notNumeric('1e99999999999')],
    ['-1e99999999999', overflow, notNumeric('-1e99999999999')],
    ['1e9223372036854775807', overflow, notNumeric('1e9223372036854775807')],
    ['1e9223372036854775808', notNumeric('1e9223372036854775808'), notNumeric('1e9223372036854775808')],
    ['1e-2147483647', underflow, underflow],
    ['1.5e-2147483647', underflow, notNumeric('1.5e-2147483647')],
    ['1e-2147483648', underflow, notNumeric('1e-2147483648')],
    ['1e-99999999999', underflow, notNumeric('1e-99999999999')],
    ['1e-9223372036854775808', underflow, notNumeric('1e-9223372036854775808')],
    ['1e-9223372036854775809', notNumeric('1e-9223372036854775809'), notNumeric('1e-9223372036854775809')],
    [`1e${'9'.repeat(1000)}`, notNumeric(`1e${'9'.repeat(1000)}`), notNumeric(`1e${'9'.repeat(1000)}`)],
  ]
  for (const [text, current, older] of table) {
    assertRejects(text, 'current', current)
    assertRejects(text, 'older', older)
  }
})

test('parseNumber reads texts of megabytes in one pass', () => {
  const zeros = '0'.repeat(2_000_000)
  assert.equal(parseNumber(`${zeros}7.${zeros}`, 'current'), '7')
  assert.equal(parseNumber(`0.${zeros}7e2000001`, 'current'), '7')
  assert.equal(parseNumber(`7${zeros}e-2000000`, 'older'), '7')
  assert.equal(parseNumber(`1e${zeros}1`, 'current'), '10')
  assertRejects(`1${zeros}x`, 'current', `The parameter cannot be converted to a numeric value: 1${zeros}x`)
})

test('parseNumber keeps the value, and its output is canonical', () => {
  fc.assert(
    fc.property(writtenNumbers, fc.constantFrom(...wordings), (text, wording) => {
      const canonical = parseNumber(text, wording)
      assert.equal(unitsOf(canonical), unitsOf(text))
      assert.match(canonical, /^(?:0|-?(?:[1-9][0-9]*|0(?=\.))(?:\.[0-9]*[1-9])?)$/)
      assert.equal(parseNumber(canonical, wording), canonical)
    }),
  )
})

test('parseNumber accepts a short text exactly when the grammar does', () => {
  const grammar = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
  const texts = fc.array(fc.constantFrom('0', '0', '1', '9', '.', '-', '+', 'e', ' '), { maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      const inGrammar = grammar.test(text)
      const result = outcome(() => parseNumber(text, 'current'))
      if (typeof result === 'string') assert.equal(unitsOf(result), unitsOf(text))
      assert.equal(!String(result).includes('cannot be converted'), inGrammar, text)
    }),
    { numRuns: 2000 },
  )
})

test('compareNumbers orders by value', () => {
  const closeNumbers = fc.oneof(
    numbers,
    fc.constantFrom('0', '1', '-1', '1.5', '10', '9', '-9', '-10', '0.5', '0.05', '-0.5', '-0.05', '99', '100', '100.1'),
  )
  fc.assert(
    fc.property(closeNumbers, closeNumbers, (a, b) => {
      assert.equal(Math.sign(compareNumbers(a, b)), compareUnits(unitsOf(a), unitsOf(b)))
    }),
    { numRuns: 1000 },
  )
})

test('numberSizeBytes counts what AWS counts', () => {
  const table: readonly (readonly [string, number])[] = [
    ['0', 1],
    ['-0', 1],
    ['1', 2],
    ['12', 2],
    ['123', 3],
    ['1234', 3],
    ['123456', 4],
    ['1'.repeat(38), 20],
    ['100', 2],
    ['1010', 3],
    ['0.0000001', 2],
    ['1E125', 2],
    ['1.5', 3],
    ['1.234', 4],
    ['3.14159', 5],
    ['100.5', 4],
    ['0.15', 2],
    ['-42', 3],
    ['-0.15', 3],
    ['1.05', 3],
  ]
  for (const [written, sizeBytes] of table) assert.equal(numberSizeBytes(parseNumber(written, 'current')), sizeBytes, written)
})

test('numberSizeBytes is half the digits on each side of the point, rounded up', () => {
  fc.assert(
    fc.property(numbers, (text) => {
      const [whole = '', fraction = ''] = text.replace('-', '').split('.')
      const wholeDigits = fraction === '' ? whole.replace(/0+$/, '') : whole.replace(/^0$/, '')
      const fractionDigits = wholeDigits === '' ? fraction.replace(/^0+/, '') : fraction
      const expected = 1 + Math.ceil(wholeDigits.length / 2) + Math.ceil(fractionDigits.length / 2) + (text.startsWith('-') ? 1 : 0)
      assert.equal(numberSizeBytes(text), expected, text)
    }),
  )
})

function outcome(act: () => string): string | Error {
  try {
    return act()
  } catch (error) {
    return error as Error
  }
}

function assertRejects(text: string, wording: Wording, message: string): void {
  assert.throws(
    () => parseNumber(text, wording),
    (error: ServiceError) => {
      assert.equal(error.message, message)
      assert.equal(error.exception, 'ValidationException')
      assert.equal(error.inRequest, true)
      return true
    },
    text.slice(0, 50),
  )
}
