/**
 * Order-preserving bytes of key attribute values, so that the order of the store is the order of keys. Each encoding ends
 * itself: none is a prefix of another of its type, so that several in a row compare from left to right. A key attribute
 * has one type, so that the type is not encoded.
 *
 * | type | bytes |
 * | ---- | ----- |
 * | S, B | the (UTF-8) bytes with 00 written as 00 ff, then 00 00 |
 * | N    | zero: 02 |
 * |      | positive: 03, point + 129, pairs of digits as 1 + 0..99, 00 |
 * |      | negative: 01, then all that follows in a positive number inverted |
 *
 * `point` and digits are those of decimal.ts; an odd number of digits is filled up with 0.
 */

import { numberDigitsMax, numberPointMin } from '../api/limits.ts'
import { assert } from '../base/assert.ts'
import { noBytes } from '../base/bytes.ts'
import type { AttributeValue, ScalarType } from './attribute-value.ts'
import { decimalText, trimZeros } from './decimal.ts'
import { keyScratchBytes } from './limits.ts'
import { binarySizeBytes } from './size.ts'

/** The bytes of one value. Encodings of values of one type order as compareValues does. */
export function encodeScalar(value: AttributeValue): Uint8Array {
  return encodeKeyBytes(noBytes, [value])
}

/** `prefix` and then the encodings of the values, one after the other. */
export function encodeKeyBytes(prefix: Uint8Array, values: readonly AttributeValue[]): Uint8Array {
  let bytesMax = prefix.length
  for (const value of values) bytesMax += encodedBytesMax(value)
  const target = bytesMax <= scratch.length ? scratch : Buffer.allocUnsafeSlow(bytesMax)
  target.set(prefix)
  let end = prefix.length
  for (const value of values) end = writeScalar(target, end, value)
  const key = Buffer.allocUnsafe(end)
  target.copy(key, 0, 0, end)
  return key
}

/**
 * The bytes with which the encodings of exactly those values begin that begin with `value`, a string or a binary
 * (`begins_with`).
 */
export function encodeScalarPrefix(value: AttributeValue): Uint8Array {
  assert('S' in value || 'B' in value, 'only strings and binaries have a beginning')
  return encodeScalar(value).subarray(0, -terminatorBytes)
}

/** The value whose encoding begins at `offset`, and where it ends. */
export function decodeScalar(bytes: Uint8Array, offset: number, type: ScalarType): { value: AttributeValue; nextOffset: number } {
  if (type === 'N') return decodeNumber(bytes, offset)
  let end = bytes.indexOf(0, offset)
  while (end >= 0 && bytes[end + 1] === escapedZero) end = bytes.indexOf(0, end + 2)
  assert(end >= 0 && bytes[end + 1] === 0, 'an encoded value has an end', { offset, type })
  const content = unescaped(bytes, offset, end)
  const value: AttributeValue = type === 'S' ? { S: content.toString('utf8') } : { B: content.toString('base64') }
  return { value, nextOffset: end + terminatorBytes }
}

const terminatorBytes = 2
const escapedZero = 0xff
const signNegative = 1
const signZero = 2
const signPositive = 3

/** Where an encoding is written before its length is known. Nothing stays in it: every use ends before the next begins. */
const scratch = Buffer.allocUnsafeSlow(keyScratchBytes)

function encodedBytesMax(value: AttributeValue): number {
  if ('S' in value) return value.S.length * 3 + terminatorBytes
  if ('B' in value) return binarySizeBytes(value.B) * 2 + terminatorBytes
  return 2 + numberDigitsMax / 2 + 1
}

function writeScalar(target: Uint8Array, start: number, value: AttributeValue): number {
  if ('S' in value) return writeString(target, start, value.S)
  if ('N' in value) return writeNumber(target, start, value.N)
  assert('B' in value, 'a key attribute is a string, a number or a binary')
  return writeBinary(target, start, Buffer.from(value.B, 'base64'))
}

/** UTF-8 by hand: one pass that escapes as well, without a copy in between. `text` is well-formed. */
function writeString(target: Uint8Array, start: number, text: string): number {
  let end = start
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) {
      target[end++] = unit
      if (unit === 0) target[end++] = escapedZero
    } else if (unit < 0x800) {
      target[end++] = 0xc0 | (unit >> 6)
      target[end++] = 0x80 | (unit & 0x3f)
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[end++] = 0xe0 | (unit >> 12)
      target[end++] = 0x80 | ((unit >> 6) & 0x3f)
      target[end++] = 0x80 | (unit & 0x3f)
    } else {
      const codePoint = text.codePointAt(at) ?? 0
      at += 1
      target[end++] = 0xf0 | (codePoint >> 18)
      target[end++] = 0x80 | ((codePoint >> 12) & 0x3f)
      target[end++] = 0x80 | ((codePoint >> 6) & 0x3f)
      target[end++] = 0x80 | (codePoint & 0x3f)
    }
  }
  target[end++] = 0
  target[end++] = 0
  return end
}

function writeBinary(target: Uint8Array, start: number, bytes: Uint8Array): number {
  let end = start
  for (const byte of bytes) {
    target[end++] = byte
    if (byte === 0) target[end++] = escapedZero
  }
  target[end++] = 0
  target[end++] = 0
  return end
}

/** `text` is canonical: its digits are read where they stand. */
function writeNumber(target: Uint8Array, start: number, text: string): number {
  let end = start
  if (text === '0') {
    target[end++] = signZero
    return end
  }
  const negative = text.charCodeAt(0) === minus
  const inverted = negative ? 0xff : 0
  const wholeStart = negative ? 1 : 0
  const dot = text.indexOf('.')
  const wholeEnd = dot < 0 ? text.length : dot
  let first = wholeStart
  while (text.charCodeAt(first) <= zero) first += 1
  let last = text.length
  while (text.charCodeAt(last - 1) === zero) last -= 1
  const point = first < wholeEnd ? wholeEnd - first : wholeEnd + 1 - first

  target[end++] = negative ? signNegative : signPositive
  target[end++] = (point - numberPointMin) ^ inverted
  let tens = -1
  for (let at = first; at < last; at += 1) {
    if (at === dot) continue
    const digit = text.charCodeAt(at) - zero
    if (tens < 0) tens = digit
    else {
      target[end++] = (1 + tens * 10 + digit) ^ inverted
      tens = -1
    }
  }
  if (tens >= 0) target[end++] = (1 + tens * 10) ^ inverted
  target[end++] = inverted
  return end
}

function unescaped(bytes: Uint8Array, start: number, end: number): Buffer {
  const content = Buffer.allocUnsafe(end - start)
  let length = 0
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    content[length++] = byte
    if (byte === 0) at += 1
  }
  return content.subarray(0, length)
}

function decodeNumber(bytes: Uint8Array, offset: number): { value: AttributeValue; nextOffset: number } {
  const sign = bytes[offset]
  if (sign === signZero) return { value: { N: '0' }, nextOffset: offset + 1 }
  const inverted = sign === signNegative ? 0xff : 0
  const point = ((bytes[offset + 1] ?? 0) ^ inverted) + numberPointMin
  let pairs = ''
  let at = offset + 2
  while (bytes[at] !== inverted) {
    const byte = bytes[at]
    assert(byte !== undefined, 'an encoded number has an end', { offset })
    pairs += String((byte ^ inverted) - 1).padStart(2, '0')
    at += 1
  }
  const digits = trimZeros(pairs, 0, pairs.length)
  return { value: { N: decimalText({ negative: inverted !== 0, digits, point }) }, nextOffset: at + 1 }
}

const minus = 0x2d
const zero = 0x30
