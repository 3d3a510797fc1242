/**
 * A number taken apart: sign, significant digits, place of the decimal point. The form in which a number is normalised,
 * rounded and encoded; everywhere else a number is its canonical text.
 *
 * Canonical text (data-model.md §2): plain decimal, never an exponent; no leading zeros but the one before the point, no
 * trailing zeros after it; `0` has no sign.
 */

/** The value is ±0.DIGITS × 10^point. No zero at either end of `digits`; the number zero has no digits. */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly point: number
}

/** Takes canonical text apart. */
export function decimalOf(text: string): Decimal {
  const negative = text.startsWith('-')
  const start = negative ? 1 : 0
  const dot = text.indexOf('.')
  if (dot < 0) {
    const digits = trimZeros(text, start, text.length)
    return { negative, digits, point: digits === '' ? 0 : text.length - start }
  }
  if (text.charCodeAt(start) !== zero) {
    return { negative, digits: text.slice(start, dot) + text.slice(dot + 1), point: dot - start }
  }
  const digits = trimZeros(text, dot + 1, text.length)
  return { negative, digits, point: digits.length - (text.length - dot - 1) }
}

/** The canonical text of a decimal. */
export function decimalText({ negative, digits, point }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** `digits` from `start` to `end` without the zeros at both ends. */
export function trimZeros(digits: string, start: number, end: number): string {
  let first = start
  while (first < end && digits.charCodeAt(first) === zero) first += 1
  let last = end
  while (last > first && digits.charCodeAt(last - 1) === zero) last -= 1
  return digits.slice(first, last)
}

const zero = 0x30
