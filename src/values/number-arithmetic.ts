/** Exact decimal addition and subtraction of canonical numbers, as SET and ADD of an update expression need them. */
import { invalid } from '../api/errors.ts'
import { numberDigitsMax, numberPointMax, numberPointMin } from '../api/limits.ts'
import { decimalOf, decimalText, trimZeros } from './decimal.ts'

/**
 * The sum of two canonical numbers, canonical. Throws `invalid` when it needs more than 38 digits or its magnitude is out of range
 * (faults/statements.md §1).
 */
export function addNumbers(a: string, b: string): string {
  if (isShortInteger(a) && isShortInteger(b)) return String(BigInt(a) + BigInt(b))
  const left = scaledOf(a)
  const right = scaledOf(b)
  // At most some 300 digits: between the largest and the smallest magnitude, and 38 more.
  const exponent = Math.min(left.exponent, right.exponent)
  return exactText(unitsAt(left, exponent) + unitsAt(right, exponent), exponent)
}

/** `a` less `b`: see addNumbers. */
export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, negated(b))
}

/** Two of them add up to 38 digits at most. */
function isShortInteger(text: string): boolean {
  return text.length < numberDigitsMax && !text.includes('.')
}

function negated(text: string): string {
  if (text === '0') return text
  return text.startsWith('-') ? text.slice(1) : `-${text}`
}

/** The value is units × 10^exponent. */
export interface Scaled {
  readonly units: bigint
  readonly exponent: number
}

export function scaledOf(text: string): Scaled {
  const { negative, digits, point } = decimalOf(text)
  const units = BigInt(digits)
  return { units: negative ? -units : units, exponent: point - digits.length }
}

export function unitsAt({ units, exponent }: Scaled, smallerExponent: number): bigint {
  return units * 10n ** BigInt(exponent - smallerExponent)
}

function exactText(units: bigint, exponent: number): string {
  const negative = units < 0n
  const all = String(negative ? -units : units)
  const point = all.length + exponent
  const digits = units === 0n ? '' : trimZeros(all, 0, all.length)
  if (digits.length > numberDigitsMax || (digits !== '' && point > numberPointMax)) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range')
  }
  if (digits !== '' && point < numberPointMin) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range')
  }
  return decimalText({ negative, digits, point })
}
