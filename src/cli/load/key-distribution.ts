/**
 * Which key the next request is for: numbers from 0 to count-1 that come as often as a distribution says. Ranks (0 is the hottest) are
 * scrambled to key numbers, so that hot keys lie anywhere among the keys and not side by side.
 */
import type { SeededNumbers } from './seeded-numbers.ts'

export type KeyChoice =
  | { readonly kind: 'uniform' }
  | { readonly kind: 'zipf'; readonly exponent: number }
  | { readonly kind: 'hot'; readonly hotKeys: number; readonly hotShare: number }
  /** Each write takes the next number; a read takes one of the last `count`. */
  | { readonly kind: 'time' }

export interface KeyDistribution {
  forRead(): number
  forWrite(): number
}

export function createKeyDistribution(choice: KeyChoice, count: number, numbers: SeededNumbers): KeyDistribution {
  switch (choice.kind) {
    case 'uniform':
      return bothWays(() => numbers.below(count))
    case 'zipf': {
      const drawRank = zipfRanks(count, choice.exponent, numbers)
      return bothWays(scrambled(drawRank, count, numbers.word()))
    }
    case 'hot': {
      const { hotKeys, hotShare } = choice
      const drawRank = (): number => (numbers.fraction() < hotShare ? numbers.below(hotKeys) : hotKeys + numbers.below(count - hotKeys))
      return bothWays(scrambled(drawRank, count, numbers.word()))
    }
    case 'time':
      return timeOrdered(count, numbers)
  }
}

function bothWays(draw: () => number): KeyDistribution {
  return { forRead: draw, forWrite: draw }
}

function timeOrdered(count: number, numbers: SeededNumbers): KeyDistribution {
  let written = 0
  return {
    forRead: () => Math.max(0, written - 1 - numbers.below(Math.min(count, Math.max(1, written)))),
    forWrite: () => {
      written += 1
      return written - 1
    },
  }
}

/**
 * Ranks from 0 to count-1, rank r as often as 1 / (r+1)^exponent says, exactly and in constant time and memory: rejection-inversion
 * (W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", 1996). The
 * exponent may be any number from 0 on.
 */
export function zipfRanks(count: number, exponent: number, numbers: SeededNumbers): () => number {
  const top = integral(count + 0.5, exponent)
  const bottom = integral(1.5, exponent) - 1
  const alwaysBelow = 2 - inverseIntegral(integral(2.5, exponent) - 2 ** -exponent, exponent)
  return () => {
    for (;;) {
      const area = top + numbers.fraction() * (bottom - top)
      const x = inverseIntegral(area, exponent)
      const value = Math.min(count, Math.max(1, Math.floor(x + 0.5)))
      if (value - x <= alwaysBelow || area >= integral(value + 0.5, exponent) - value ** -exponent) return value - 1
    }
  }
}

/** Of x^-exponent, from 1 to x: (x^(1-exponent) - 1) / (1-exponent), or ln x, which it tends to when the exponent does to 1. */
function integral(x: number, exponent: number): number {
  const logX = Math.log(x)
  return logX * exponentialRatio((1 - exponent) * logX)
}

function inverseIntegral(area: number, exponent: number): number {
  // Rounding may lead out of the function's range.
  const inner = Math.max(-1, area * (1 - exponent))
  return Math.exp(area * logarithmRatio(inner))
}

/** (e^x - 1) / x, also near 0. */
function exponentialRatio(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2
}

/** ln(1 + x) / x, also near 0. */
function logarithmRatio(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2
}

function scrambled(drawRank: () => number, count: number, salt: number): () => number {
  const permute = permutation(count, salt)
  return () => permute(drawRank())
}

/**
 * A one-to-one map of 0 … count-1 onto itself, without a table: a Feistel network over the next even number of bits, walked until it
 * comes back below count. One-to-one matters: two ranks that fell on one key would change the distribution.
 */
export function permutation(count: number, salt: number): (number: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2))
  const half = 2 ** halfBits
  const round = (right: number, number: number): number => {
    let mixed = Math.imul(right ^ (salt + Math.imul(number, 0x9e3779b9)), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) & (half - 1)
  }
  const once = (number: number): number => {
    let left = Math.floor(number / half)
    let right = number % half
    for (let each = 1; each <= 4; each += 1) [left, right] = [right, left ^ round(right, each)]
    return left * half + right
  }
  return (number) => {
    let mapped = once(number)
    while (mapped >= count) mapped = once(mapped)
    return mapped
  }
}
