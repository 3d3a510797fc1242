/**
 * Numbers as the API knows them: decimals of 38 digits, kept as canonical text (decimal.ts). Reading what a client wrote,
 * comparing and measuring; never through a double. Arithmetic is in number-arithmetic.ts.
 */
import { invalidRequest, type ServiceError } from '../api/errors.ts'
import { numberDigitsMax, numberPointMax, numberPointMin } from '../api/limits.ts'
import type { Wording } from '../api/wording.ts'
import { decimalText, trimZeros } from './decimal.ts'

/**
 * The canonical text of the number a client wrote. Throws an `invalidRequest` for text that is no number, then for a
 * magnitude out of range, then for more than 38 digits (data-model.md §2).
 */
export function parseNumber(text: string, wording: Wording): string {
  if (isShortCanonical(text)) return text
  const written = scanNumber(text)
  if (written === undefined) throw notNumeric(text, wording)
  const { negative, whole, fraction } = written
  const exponent = exponentWithin(written, wording)
  if (exponent === undefined) throw notNumeric(text, wording)

  const all = whole + fraction
  const digits = trimZeros(all, 0, all.length)
  const point = digits === '' ? 0 : whole.length - leadingZeros(all) + exponent
  // Zero has no magnitude, but the exponent written with it is held to the range, as if it were 1 (data-model.md §2).
  const pointWritten = digits === '' ? exponent + 1 : point
  // The older layer reckons in 32 bits, so that 1e2147483647 wraps around and is told that it is too small.
  const pointReckoned = wording === 'older' ? pointWritten | 0 : pointWritten
  if (pointReckoned > numberPointMax) {
    throw invalidRequest('Number overflow. Attempting to store a number with magnitude larger than supported range')
  }
  if (pointReckoned < numberPointMin) {
    throw invalidRequest('Number underflow. Attempting to store a number with magnitude smaller than supported range')
  }
  if (digits.length > numberDigitsMax) throw invalidRequest('Attempting to store more than 38 significant digits in a Number')
  return decimalText({ negative, digits, point })
}

/** Negative, zero or positive, as canonical `a` is less than, equal to or greater than canonical `b`. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  const negative = a.charCodeAt(0) === minus
  if (negative !== (b.charCodeAt(0) === minus)) return negative ? -1 : 1
  return negative ? compareMagnitudes(b, a) : compareMagnitudes(a, b)
}

/** Bytes a number counts for in the size of an item (data-model.md §5). Takes canonical text. */
export function numberSizeBytes(text: string): number {
  if (text === '0') return 1
  const start = text.charCodeAt(0) === minus ? 1 : 0
  const dot = text.indexOf('.')
  let last = text.length
  if (dot < 0) while (text.charCodeAt(last - 1) === zero) last -= 1
  const whole = (dot < 0 ? last : dot) - start
  if (dot < 0) return 1 + start + Math.ceil(whole / 2)
  if (text.charCodeAt(start) !== zero) return 1 + start + Math.ceil(whole / 2) + Math.ceil((last - dot - 1) / 2)
  let first = dot + 1
  while (text.charCodeAt(first) === zero) first += 1
  return 1 + start + Math.ceil((last - first) / 2)
}

/** Both have the same sign, which is skipped. With equally long whole parts, the order of texts is the order of numbers. */
function compareMagnitudes(a: string, b: string): number {
  const wholeA = wholeEnd(a)
  const wholeB = wholeEnd(b)
  if (wholeA !== wholeB) return wholeA - wholeB
  return a < b ? -1 : 1
}

function wholeEnd(text: string): number {
  const dot = text.indexOf('.')
  return dot < 0 ? text.length : dot
}

/** Most numbers arrive as they are stored, and so short that neither digits nor magnitude can be too many. */
export function isShortCanonical(text: string): boolean {
  const length = text.length
  if (length > numberDigitsMax) return false
  const start = text.charCodeAt(0) === minus ? 1 : 0
  if (text.charCodeAt(start) === zero) {
    if (length === 1) return true
    if (text.charCodeAt(start + 1) !== decimalPoint) return false
  }
  let dot = -1
  for (let at = start; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === decimalPoint && dot < 0) dot = at
    else if (code < zero || code > nine) return false
  }
  if (dot < 0) return length > start
  const last = text.charCodeAt(length - 1)
  return dot > start && last !== zero && last !== decimalPoint
}

interface WrittenNumber {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
  /** Sign and digits without leading zeros; `0` when none was written. */
  readonly exponent: string
}

/**
 * [+-]? (digits [. digits*] | . digits) ([eE] [+-]? digits)?
 *
 * By hand and not by a regular expression, whose stack a text of megabytes could exhaust.
 */
function scanNumber(text: string): WrittenNumber | undefined {
  const wholeStart = afterSign(text, 0)
  const wholeStop = afterDigits(text, wholeStart)
  const fractionStart = text.charCodeAt(wholeStop) === decimalPoint ? wholeStop + 1 : wholeStop
  const fractionStop = fractionStart > wholeStop ? afterDigits(text, fractionStart) : wholeStop
  if (wholeStop === wholeStart && fractionStop === fractionStart) return undefined
  let exponent = '0'
  let end = fractionStop
  if (text[end] === 'e' || text[end] === 'E') {
    const digitsStart = afterSign(text, end + 1)
    end = afterDigits(text, digitsStart)
    if (end === digitsStart) return undefined
    const sign = text.charCodeAt(digitsStart - 1) === minus ? '-' : ''
    exponent = `${sign}${text.slice(afterZeros(text, digitsStart, end - 1), end)}`
  }
  if (end !== text.length) return undefined
  return {
    negative: text.charCodeAt(0) === minus,
    whole: text.slice(wholeStart, wholeStop),
    fraction: text.slice(fractionStart, fractionStop),
    exponent,
  }
}

/**
 * The exponent, or undefined when the layer cannot represent it: 64 bits in the current one, 32 in the older, which also
 * refuses digits that end further behind the point than 32 bits can say, as Java's BigDecimal does (data-model.md §2).
 */
function exponentWithin({ exponent, fraction }: WrittenNumber, wording: Wording): number | undefined {
  const digitsOfInt64 = 20
  if (exponent.length > digitsOfInt64) return undefined
  const exact = BigInt(exponent)
  if (wording === 'current') return BigInt.asIntN(64, exact) === exact ? Number(exact) : undefined
  const scale = BigInt(fraction.length) - exact
  return BigInt.asIntN(32, exact) === exact && BigInt.asIntN(32, scale) === scale ? Number(exact) : undefined
}

function notNumeric(text: string, wording: Wording): ServiceError {
  if (text === '' && wording === 'older') return invalidRequest('The parameter cannot be converted to a numeric value')
  return invalidRequest(`The parameter cannot be converted to a numeric value: ${text}`)
}

function afterSign(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code === plus || code === minus ? at + 1 : at
}

function afterDigits(text: string, start: number): number {
  let at = start
  for (let code = text.charCodeAt(at); code >= zero && code <= nine; code = text.charCodeAt(at)) at += 1
  return at
}

function afterZeros(text: string, start: number, end: number): number {
  let at = start
  while (at < end && text.charCodeAt(at) === zero) at += 1
  return at
}

function leadingZeros(digits: string): number {
  return afterZeros(digits, 0, digits.length)
}

const plus = 0x2b
const minus = 0x2d
const decimalPoint = 0x2e
const zero = 0x30
const nine = 0x39
