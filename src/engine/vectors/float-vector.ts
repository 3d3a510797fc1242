/**
 * The numbers of vectors: 32-bit floats, whatever precision the item keeps (indexes-streams-ttl-transactions.md §4.3). From
 * attribute values to floats, and back to the shortest decimals that mean them.
 */
import type { AttributeValue } from '../../values/attribute-value.ts'
import { parseNumber } from '../../values/number.ts'

/**
 * The nearest floats of a list of exactly `dimensions` numbers; undefined for anything else, also when a number is beyond what a
 * float can be. Numbers are rounded by way of doubles: where that is not the nearest float, it is the other of two neighbours
 * between which the number lies almost in the middle.
 */
export function floatVector(value: AttributeValue | undefined, dimensions: number): Float32Array | undefined {
  if (value === undefined || !('L' in value) || value.L.length !== dimensions) return undefined
  const vector = new Float32Array(dimensions)
  for (let at = 0; at < dimensions; at += 1) {
    const float = floatOf(value.L[at])
    if (float === undefined) return undefined
    vector[at] = float
  }
  return vector
}

/** Undefined for what is no number, or beyond what a float can be [I]. */
export function floatOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined || !('N' in value)) return undefined
  const float = Math.fround(Number(value.N))
  return Number.isFinite(float) ? float : undefined
}

/** The canonical text of the shortest decimal that is nearest to this float and no other. */
export function floatText(float: number): string {
  if (Number.isInteger(float) && Math.abs(float) <= exactIntegersMax) return String(float === 0 ? 0 : float)
  let digits = typicalDigits
  while (!isMeantBy(float, digits)) digits += 1
  while (digits > 1 && isMeantBy(float, digits - 1)) digits -= 1
  return parseNumber(String(Number(float.toPrecision(digits))), 'older')
}

/** The vector as an item has it. */
export function vectorValue(vector: Float32Array): AttributeValue {
  return { L: Array.from(vector, (float) => ({ N: floatText(float) })) }
}

/** Below this the shortest decimal of an integer is the integer. */
const exactIntegersMax = 2 ** 24
/** Most floats need seven or eight; nine always do. */
const typicalDigits = 7

function isMeantBy(float: number, digits: number): boolean {
  return Math.fround(Number(float.toPrecision(digits))) === float
}
