/**
 * The order of key attribute values and of comparisons: strings by their UTF-8 bytes, binaries by their bytes, numbers by
 * value. Compared as they are stored, without encoding anything.
 */
import { assert } from '../base/assert.ts'
import type { AttributeValue } from './attribute-value.ts'
import { compareNumbers } from './number.ts'

/** Negative, zero or positive, as `a` sorts before, with or after `b`. Both are S, both are N or both are B. */
export function compareValues(a: AttributeValue, b: AttributeValue): number {
  if ('S' in a && 'S' in b) return compareStrings(a.S, b.S)
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N)
  assert('B' in a && 'B' in b, 'values to compare are two strings, two numbers or two binaries')
  return compareBinaries(a.B, b.B)
}

/** Compares well-formed strings in the order of their UTF-8 bytes, which is the order of code points. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const unitA = a.charCodeAt(at)
    const unitB = b.charCodeAt(at)
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB)
  }
  return a.length - b.length
}

/** Compares canonical base64 texts in the order of the bytes they stand for: text positions are groups of six bits. */
export function compareBinaries(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const unitA = a.charCodeAt(at)
    const unitB = b.charCodeAt(at)
    if (unitA !== unitB) return sixBits(unitA) - sixBits(unitB)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others, though units from U+E000 on are greater numbers. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** -1 for padding: what ends there sorts before what goes on. */
function sixBits(unit: number): number {
  if (unit >= 0x61) return unit - 0x61 + 26
  if (unit >= 0x41) return unit - 0x41
  if (unit === 0x3d) return -1
  if (unit >= 0x30) return unit - 0x30 + 52
  return unit === 0x2b ? 62 : 63
}
