/** What a value must fulfil to be the value of a key attribute, beyond having the declared type: not empty, not too long. */
import { invalid } from '../api/errors.ts'
import { keyHashBytesMax, keyRangeBytesMax } from '../api/limits.ts'
import type { AttributeValue } from './attribute-value.ts'
import { binarySizeBytes, utf8SizeBytes } from './size.ts'

export interface KeyAttribute {
  readonly name: string
  readonly role: 'HASH' | 'RANGE'
}

/** Throws `invalid` for an empty or overlong value of a table key attribute (data-model.md §3, §7). */
export function checkKeyValue(value: AttributeValue, { name, role }: KeyAttribute): void {
  const empty = emptyKind(value)
  if (empty !== undefined) {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`,
    )
  }
  checkKeyLength([value], role)
}

export interface IndexKeyAttribute {
  readonly indexName: string
  readonly name: string
  /** How the value comes into the item: an update is told so in other words. */
  readonly change: 'put' | 'update'
}

/** Throws `invalid` for an empty value of an index key attribute (data-model.md §7). For its length see checkKeyLength. */
export function checkIndexKeyValue(value: AttributeValue, { indexName, name, change }: IndexKeyAttribute): void {
  const empty = emptyKind(value)
  if (empty === undefined) return
  if (change === 'update') {
    throw invalid(
      `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${empty} value.`,
    )
  }
  throw invalid(
    `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${indexName}, IndexKey: ${name}`,
  )
}

/**
 * Throws `invalid` when a value of a HASH attribute, or all values of the RANGE attributes together, are too long
 * (data-model.md §3). Numbers never are.
 */
export function checkKeyLength(values: readonly AttributeValue[], role: KeyAttribute['role']): void {
  let rangeBytes = 0
  for (const value of values) {
    const lengthBytes = keyLengthBytes(value)
    if (role === 'RANGE') rangeBytes += lengthBytes
    else if (lengthBytes > keyHashBytesMax) {
      throw invalid('One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes')
    }
  }
  if (rangeBytes > keyRangeBytesMax) {
    throw invalid('One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes')
  }
}

/** Whether checkKeyValue would let these values of all HASH or all RANGE attributes pass. */
export function isKeyValue(values: readonly AttributeValue[], role: KeyAttribute['role']): boolean {
  let rangeBytes = 0
  for (const value of values) {
    const lengthBytes = keyLengthBytes(value)
    if (emptyKind(value) !== undefined || (role === 'HASH' && lengthBytes > keyHashBytesMax)) return false
    rangeBytes += lengthBytes
  }
  return role === 'HASH' || rangeBytes <= keyRangeBytesMax
}

function emptyKind(value: AttributeValue): 'string' | 'binary' | undefined {
  if ('S' in value) return value.S === '' ? 'string' : undefined
  if ('B' in value) return value.B === '' ? 'binary' : undefined
  return undefined
}

function keyLengthBytes(value: AttributeValue): number {
  if ('S' in value) return utf8SizeBytes(value.S)
  return 'B' in value ? binarySizeBytes(value.B) : 0
}
