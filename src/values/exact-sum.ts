/**
 * A sum of numbers that loses no digit, however large and small they are, so that taking numbers out again leaves what was there before
 * they were put in. Numbers reach from 10^-130 to 10^126 with 38 digits, so it has three hundred digits and a few more. Pure.
 *
 *   text = <units> "e" <exponent>      both decimal integers: the sum is units × 10^exponent
 */
import { numberDigitsMax, numberPointMax, numberPointMin } from '../api/limits.ts'
import { decimalText, trimZeros } from './decimal.ts'
import { type Scaled, scaledOf, unitsAt } from './number-arithmetic.ts'

export const emptySum: Scaled = { units: 0n, exponent: 0 }

/** The sum and a number, which is canonical text. */
export function addedTo(sum: Scaled, number: string): Scaled {
  return added(sum, scaledOf(number))
}

/** The sum without a number. */
export function takenFrom(sum: Scaled, number: string): Scaled {
  const { units, exponent } = scaledOf(number)
  return added(sum, { units: -units, exponent })
}

/** Two sums as one. */
export function added(one: Scaled, other: Scaled): Scaled {
  const exponent = Math.min(one.exponent, other.exponent)
  const units = unitsAt(one, exponent) + unitsAt(other, exponent)
  return units === 0n ? emptySum : { units, exponent }
}

export function sumText({ units, exponent }: Scaled): string {
  return `${units}e${exponent}`
}

/** The inverse of `sumText`. */
export function parseSum(text: string): Scaled {
  const end = text.indexOf('e')
  return { units: BigInt(text.slice(0, end)), exponent: Number(text.slice(end + 1)) }
}

/**
 * The sum as canonical number text: exact with up to 38 digits, otherwise rounded to 38, half away from zero; 0 when it is smaller than
 * any number. Undefined when it is larger than any.
 */
export function numberOfSum({ units, exponent }: Scaled): string | undefined {
  const negative = units < 0n
  const all = String(negative ? -units : units)
  const excess = Math.max(0, trimZeros(all, 0, all.length).length - numberDigitsMax)
  const dropped = excess === 0 ? 0 : all.length - numberDigitsMax
  const rounded = dropped === 0 ? all : String((BigInt(all) + 5n * 10n ** BigInt(dropped - 1)) / 10n ** BigInt(dropped))
  const digits = trimZeros(rounded, 0, rounded.length)
  const point = rounded.length + dropped + exponent
  if (digits === '' || point < numberPointMin) return '0'
  return point > numberPointMax ? undefined : decimalText({ negative, digits, point })
}
