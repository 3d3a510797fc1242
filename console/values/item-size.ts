/** How large an item is as DynamoDB counts it, and what it costs to read and write it (the guide's page on item sizes; numbers are estimated as there). */
import type { AttributeValue, Item } from './attribute-value.ts'

const encoder = new TextEncoder()

export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + utf8Bytes(name) + valueBytes(value), 0)
}

function valueBytes(value: AttributeValue): number {
  if ('S' in value) return utf8Bytes(value.S)
  if ('N' in value) return numberBytes(value.N)
  if ('B' in value) return binaryBytes(value.B)
  if ('M' in value) return 3 + Object.entries(value.M).reduce((sum, [name, each]) => sum + 1 + utf8Bytes(name) + valueBytes(each), 0)
  if ('L' in value) return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0)
  if ('SS' in value) return value.SS.reduce((sum, each) => sum + utf8Bytes(each), 0)
  if ('NS' in value) return value.NS.reduce((sum, each) => sum + numberBytes(each), 0)
  if ('BS' in value) return value.BS.reduce((sum, each) => sum + binaryBytes(each), 0)
  return 1
}

function utf8Bytes(text: string): number {
  return encoder.encode(text).length
}

function binaryBytes(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4)
}

/** Two significant digits to a byte, one more, and one for a sign. */
function numberBytes(number: string): number {
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '').length
  return Math.ceil(Math.max(digits, 1) / 2) + 1 + (number.startsWith('-') ? 1 : 0)
}

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024))
}
