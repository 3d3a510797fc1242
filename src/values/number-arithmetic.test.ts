import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { numbers, unitsOf } from './arbitrary-values.test.ts'
import { parseNumber } from './number.ts'
import { addNumbers, subtractNumbers } from './number-arithmetic.ts'

const overflow = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
const underflow = 'Number underflow. Attempting to store a number with magnitude smaller than supported range'

test('addNumbers and subtractNumbers are exact in decimal', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['0.1', '0.2', '0.3'],
    ['1', '-1', '0'],
    ['-0.5', '0.5', '0'],
    ['0', '0', '0'],
    ['0', '-3', '-3'],
    ['9007199254740993', '1', '9007199254740994'],
    ['999', '0.001', '999.001'],
    ['5', '95', '100'],
    ['9'.repeat(37), '1', `1${'0'.repeat(37)}`],
    ['1e125', '1e88', `1${'0'.repeat(36)}1${'0'.repeat(88)}`],
    ['1e125', '-1e88', `${'9'.repeat(37)}${'0'.repeat(88)}`],
  ]
  for (const [a, b, sum] of table.map((row) => row.map((text) => parseNumber(text, 'current')))) {
    assert.equal(addNumbers(a ?? '', b ?? ''), sum)
    assert.equal(subtractNumbers(sum ?? '', '0'), sum)
  }
  assert.equal(subtractNumbers('0', '0'), '0')
  assert.equal(subtractNumbers('0', '5'), '-5')
  assert.equal(subtractNumbers('1.5', '-1.5'), '3')
})

test('addNumbers refuses a sum of more than 38 digits', () => {
  const nines = '9'.repeat(38)
  const message = { message: overflow, exception: 'ValidationException', inRequest: false }
  for (const [a, b] of [
    [nines, '0.1'],
    [`-${nines}`, '-0.5'],
    [`1${'0'.repeat(37)}`, '0.5'],
    [`1${'0'.repeat(50)}`, '1'],
    [`1${'0'.repeat(50)}`, '-1'],
  ] as const) {
    assert.throws(() => addNumbers(a, b), message)
  }
  assert.equal(addNumbers(nines, '1'), `1${'0'.repeat(38)}`)
})

test('addNumbers refuses a sum out of range', () => {
  const largest = parseNumber('9.9999999999999999999999999999999999999e125', 'current')
  const message = (text: string) => ({ message: text, exception: 'ValidationException', inRequest: false })
  assert.throws(() => addNumbers(largest, parseNumber('1e88', 'current')), message(overflow))
  assert.throws(() => addNumbers(largest, parseNumber('5e87', 'current')), message(overflow))
  assert.throws(() => subtractNumbers(`-${largest}`, largest), message(overflow))
  assert.equal(subtractNumbers(largest, '0'), largest)
  assert.throws(() => subtractNumbers(parseNumber('1.5e-130', 'current'), parseNumber('1e-130', 'current')), message(underflow))
  assert.throws(() => subtractNumbers(parseNumber('1e-130', 'current'), parseNumber('1.5e-130', 'current')), message(underflow))
})

test('addNumbers and subtractNumbers agree with integers of 10^-400', () => {
  /** Around the least number there is: their sums and differences are often below it. */
  const least = fc.tuple(fc.constantFrom('', '-'), fc.integer({ min: 100, max: 400 }))
  const either = fc.oneof(
    numbers,
    least.map(([sign, units]) => parseNumber(`${sign}${units}e-132`, 'current')),
  )
  fc.assert(
    fc.property(either, either, (a, b) => {
      assertSum(unitsOf(a) + unitsOf(b), () => addNumbers(a, b))
      assertSum(unitsOf(a) - unitsOf(b), () => subtractNumbers(a, b))
    }),
    { numRuns: 500 },
  )
})

test('addNumbers does not care for the order of its operands', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) =>
      assert.equal(
        outcome(() => addNumbers(a, b)),
        outcome(() => addNumbers(b, a)),
      ),
    ),
  )
})

/** Independent of the code under test: digits by division, range by comparison. */
function assertSum(exact: bigint, act: () => string): void {
  const magnitude = exact < 0n ? -exact : exact
  const digits = String(magnitude).replace(/0+$/, '')
  const result = outcome(act)
  if (digits.length > 38 || magnitude >= 10n ** 526n) assert.equal(result, overflow)
  else if (magnitude > 0n && magnitude < 10n ** 270n) assert.equal(result, underflow)
  else {
    assert.equal(unitsOf(result), exact)
    assert.equal(parseNumber(result, 'current'), result)
  }
}

function outcome(act: () => string): string {
  try {
    return act()
  } catch (error) {
    return (error as Error).message
  }
}
