import assert from 'node:assert/strict'
import test from 'node:test'
import type { AttributeValue } from './attribute-value.ts'
import { checkIndexKeyValue, checkKeyLength, checkKeyValue } from './key-check.ts'

const hashTooLong = 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'
const rangeTooLong =
  'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes'

test('checkKeyValue refuses empty strings and binaries', () => {
  for (const role of ['HASH', 'RANGE'] as const) {
    assertFault(
      () => checkKeyValue({ S: '' }, { name: 'pk', role }),
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    )
    assertFault(
      () => checkKeyValue({ B: '' }, { name: '__proto__', role }),
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: __proto__',
    )
  }
})

test('checkKeyValue measures bytes, 2048 for HASH and 1024 for RANGE', () => {
  for (const [role, bytesMax, message] of [
    ['HASH', 2048, hashTooLong],
    ['RANGE', 1024, rangeTooLong],
  ] as const) {
    const ofBytes = (length: number): readonly AttributeValue[] => [
      { S: 'a'.repeat(length) },
      { S: 'é'.repeat(length >> 1) + 'a'.repeat(length & 1) },
      { B: Buffer.alloc(length).toString('base64') },
    ]
    for (const value of ofBytes(bytesMax)) checkKeyValue(value, { name: 'k', role })
    for (const value of ofBytes(bytesMax + 1)) assertFault(() => checkKeyValue(value, { name: 'k', role }), message)
    checkKeyValue({ N: '1'.repeat(38) }, { name: 'k', role })
  }
})

test('checkKeyLength adds up RANGE values, but not HASH values', () => {
  const half: AttributeValue = { S: 'a'.repeat(512) }
  checkKeyLength([half, half], 'RANGE')
  checkKeyLength([half, half, { N: '1' }], 'RANGE')
  assertFault(() => checkKeyLength([half, half, { S: 'a' }], 'RANGE'), rangeTooLong)
  const full: AttributeValue = { S: 'a'.repeat(2048) }
  checkKeyLength([full, full], 'HASH')
  assertFault(() => checkKeyLength([full, { S: 'a'.repeat(2049) }], 'HASH'), hashTooLong)
})

test('checkIndexKeyValue names index and key on a put, neither on an update', () => {
  const attribute = { indexName: 'g1', name: 'gk' }
  const start = 'One or more parameter values are not valid. '
  const putText = `${start}A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty`
  const updateText = `${start}The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty`
  for (const [value, kind] of [
    [{ S: '' }, 'string'],
    [{ B: '' }, 'binary'],
  ] as const) {
    const put = () => checkIndexKeyValue(value, { ...attribute, change: 'put' })
    assertFault(put, `${putText} ${kind} value. IndexName: g1, IndexKey: gk`)
    assertFault(() => checkIndexKeyValue(value, { ...attribute, change: 'update' }), `${updateText} ${kind} value.`)
  }
  for (const value of [{ S: 'a' }, { N: '0' }, { B: 'AA==' }]) checkIndexKeyValue(value, { ...attribute, change: 'put' })
})

function assertFault(act: () => void, message: string): void {
  assert.throws(act, { exception: 'ValidationException', message, inRequest: false })
}
