/** The size of values and items in bytes, as capacity, limits and metering reckon it (data-model.md §5, exact). */

import type { AttributeMap, AttributeValue, Item } from './attribute-value.ts'
import { shortTextLengthMax } from './limits.ts'
import { numberSizeBytes } from './number.ts'

/** Bytes of an item: its names and values. */
export function itemSizeBytes(item: Item): number {
  return attributesSizeBytes(item, 0)
}

/** Bytes of a value, without the name it is stored under. */
export function valueSizeBytes(value: AttributeValue): number {
  if ('S' in value) return utf8SizeBytes(value.S)
  if ('N' in value) return numberSizeBytes(value.N)
  if ('B' in value) return binarySizeBytes(value.B)
  if ('BOOL' in value || 'NULL' in value) return 1
  if ('M' in value) return containerOverheadBytes + attributesSizeBytes(value.M, 1)
  if ('L' in value) {
    let sizeBytes = containerOverheadBytes
    for (const element of value.L) sizeBytes += 1 + valueSizeBytes(element)
    return sizeBytes
  }
  if ('SS' in value) return sum(value.SS, utf8SizeBytes)
  if ('NS' in value) return sum(value.NS, numberSizeBytes)
  return sum(value.BS, binarySizeBytes)
}

/** Bytes of a string in UTF-8. */
export function utf8SizeBytes(text: string): number {
  if (text.length > shortTextLengthMax) return Buffer.byteLength(text, 'utf8')
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text, 'utf8')
  return text.length
}

/** Bytes that canonical base64 stands for. */
export function binarySizeBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

export const containerOverheadBytes = 3

function attributesSizeBytes(attributes: AttributeMap, overheadBytes: number): number {
  let sizeBytes = 0
  for (const name in attributes) {
    // An own name, so that what is read by it is the map's own.
    const value = attributes[name]
    if (value !== undefined) sizeBytes += overheadBytes + utf8SizeBytes(name) + valueSizeBytes(value)
  }
  return sizeBytes
}

function sum(members: readonly string[], sizeOf: (member: string) => number): number {
  let sizeBytes = 0
  for (const member of members) sizeBytes += sizeOf(member)
  return sizeBytes
}
