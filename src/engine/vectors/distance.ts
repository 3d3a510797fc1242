/**
 * How far apart two vectors are, for the three distance functions (operations.md §2.10). All reckoning is in doubles over floats,
 * in one fixed order, so that equal vectors are exactly 0 apart and a search always gives the same scores.
 */
import { unreachable } from '../../base/assert.ts'
import type { VectorIndex } from '../schema/table.ts'

export type DistanceFunction = VectorIndex['distance']

/**
 * The rank of a vector: the lower, the better it matches. It stands at `start` in `vectors`; `square` is the square of its length,
 * which COSINE alone looks at.
 */
export type Rank = (vectors: Float32Array, start: number, square: number) => number

/** The ranks of vectors that are to match `sought`. The cosine to a vector of length 0 is taken for 0 [I]. */
export function rankBy(distance: DistanceFunction, soughtFloats: Float32Array): Rank {
  const sought = Float64Array.from(soughtFloats)
  switch (distance) {
    case 'COSINE': {
      const soughtSquare = dot(soughtFloats, 0, sought)
      return (vectors, start, square) => {
        const lengths = Math.sqrt(square * soughtSquare)
        return lengths === 0 ? 1 : within(1 - dot(vectors, start, sought) / lengths, 0, 2)
      }
    }
    case 'EUCLIDEAN':
      return (vectors, start) => Math.sqrt(squaredDistance(vectors, start, sought))
    case 'DOT_PRODUCT':
      return (vectors, start) => -dot(vectors, start, sought)
    default:
      return unreachable(distance)
  }
}

/** The score that a client sees: DOT_PRODUCT alone is the higher the better. */
export function scoreOf(distance: DistanceFunction, rank: number): number {
  return distance === 'DOT_PRODUCT' ? 0 - rank : rank
}

/** The square of the length of a vector. */
export function squareOf(vectors: Float32Array, start: number, dimensions: number): number {
  return dot(vectors, start, Float64Array.from(vectors.subarray(start, start + dimensions)))
}

/**
 * Four sums at once, for a sum that waits for itself is slow. The loops stay within bounds, which is not checked (`as number`):
 * a default for each number would cost more than all else.
 */
function dot(vectors: Float32Array, start: number, sought: Float64Array): number {
  const whole = sought.length - (sought.length % 4)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let at = 0, place = start; at < whole; at += 4, place += 4) {
    a += (vectors[place] as number) * (sought[at] as number)
    b += (vectors[place + 1] as number) * (sought[at + 1] as number)
    c += (vectors[place + 2] as number) * (sought[at + 2] as number)
    d += (vectors[place + 3] as number) * (sought[at + 3] as number)
  }
  for (let at = whole; at < sought.length; at += 1) a += (vectors[start + at] as number) * (sought[at] as number)
  return a + b + c + d
}

function squaredDistance(vectors: Float32Array, start: number, sought: Float64Array): number {
  const whole = sought.length - (sought.length % 4)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let at = 0, place = start; at < whole; at += 4, place += 4) {
    const inA = (vectors[place] as number) - (sought[at] as number)
    const inB = (vectors[place + 1] as number) - (sought[at + 1] as number)
    const inC = (vectors[place + 2] as number) - (sought[at + 2] as number)
    const inD = (vectors[place + 3] as number) - (sought[at + 3] as number)
    a += inA * inA
    b += inB * inB
    c += inC * inC
    d += inD * inD
  }
  for (let at = whole; at < sought.length; at += 1) {
    const rest = (vectors[start + at] as number) - (sought[at] as number)
    a += rest * rest
  }
  return a + b + c + d
}

function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
