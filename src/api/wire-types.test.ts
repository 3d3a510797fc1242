import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkInput } from './check-input.ts'
import { type OperationName, operations } from './operations.ts'

const start = 'Start of structure or map found where not expected'
const mapOfValues = 'java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>'

/** A member, and the message for each kind of JSON in it: true, false, 1, 1.5, "x", [], {}. Undefined: accepted. */
const rows: readonly (readonly [OperationName, string, readonly (string | undefined)[]])[] = [
  [
    'PutItem',
    'ConditionExpression',
    [
      'TRUE_VALUE cannot be converted to String',
      'FALSE_VALUE cannot be converted to String',
      'NUMBER_VALUE cannot be converted to String',
      'DECIMAL_VALUE cannot be converted to String',
      undefined,
      'Unrecognized collection type class java.lang.String',
      start,
    ],
  ],
  [
    'GetItem',
    'ConsistentRead',
    [
      undefined,
      undefined,
      'NUMBER_VALUE cannot be converted to Boolean',
      'DECIMAL_VALUE cannot be converted to Boolean',
      'Unexpected token received from parser',
      'Unrecognized collection type class java.lang.Boolean',
      start,
    ],
  ],
  [
    'Query',
    'Limit',
    [
      'TRUE_VALUE cannot be converted to Integer',
      'FALSE_VALUE cannot be converted to Integer',
      undefined,
      undefined,
      'STRING_VALUE cannot be converted to Integer',
      'Unrecognized collection type class java.lang.Integer',
      start,
    ],
  ],
  [
    'CreateTable',
    'ProvisionedThroughput.ReadCapacityUnits',
    [
      'TRUE_VALUE cannot be converted to Long',
      'FALSE_VALUE cannot be converted to Long',
      undefined,
      undefined,
      'STRING_VALUE cannot be converted to Long',
      'Unrecognized collection type class java.lang.Long',
      start,
    ],
  ],
  [
    'PutItem',
    'Item.pk.B',
    [
      'only base-64-encoded strings are convertible to bytes',
      'only base-64-encoded strings are convertible to bytes',
      'only base-64-encoded strings are convertible to bytes',
      'only base-64-encoded strings are convertible to bytes',
      'Base64 encoded length is expected a multiple of 4 bytes but found: 1',
      'Unrecognized collection type class java.nio.ByteBuffer',
      start,
    ],
  ],
  [
    'GetItem',
    'AttributesToGet',
    [
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      undefined,
      start,
    ],
  ],
  [
    'GetItem',
    'Key',
    [
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      `Unrecognized collection type ${mapOfValues}`,
      undefined,
    ],
  ],
  [
    'GetItem',
    'ExpressionAttributeNames',
    [
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>',
      undefined,
    ],
  ],
  [
    'CreateTable',
    'StreamSpecification',
    [
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unexpected field type',
      'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.StreamSpecification',
      undefined,
    ],
  ],
  [
    'PutItem',
    'Item.pk',
    [
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue',
      undefined,
    ],
  ],
  [
    'CreateTable',
    'KeySchema.0',
    [
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unexpected value type in payload',
      'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.KeySchemaElement',
      undefined,
    ],
  ],
]

for (const [operation, path, messages] of rows) {
  test(`${operation} tells the kinds of JSON in ${path} apart`, () => {
    const kinds = [true, false, 1, 1.5, 'x', [], {}]
    for (const [index, value] of kinds.entries()) {
      const message = serializationMessage(operation, bodyWith(path, value))
      assert.equal(message, messages[index], JSON.stringify(value))
    }
  })
}

test('a body that is no object is a SerializationException', () => {
  assert.equal(serializationMessage('GetItem', 'x'), 'Unexpected value type in payload')
  assert.equal(serializationMessage('GetItem', null), 'Unexpected value type in payload')
  assert.equal(serializationMessage('GetItem', []), 'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.GetItemInput')
})

test('base64 is checked for its length, its alphabet and stray bits', () => {
  const messageFor = (text: string): string | undefined => serializationMessage('PutItem', bodyWith('Item.pk.B', text))
  for (const text of ['', 'AA==', 'AAA=', 'AAAA', '/w==', '+/8=']) assert.equal(messageFor(text), undefined, text)
  assert.equal(messageFor('AAAAA'), 'Base64 encoded length is expected a multiple of 4 bytes but found: 5')
  assert.equal(messageFor('AB=='), 'Invalid last non-pad Base64 character dectected')
  assert.equal(messageFor('AAB='), 'Invalid last non-pad Base64 character dectected')
  assert.equal(messageFor('A*AA'), "Invalid base 64 character: '*'")
  assert.equal(messageFor('A==='), "Invalid base 64 character: '='")
})

test('the first fault in document order is the one that is told', () => {
  const first = serializationMessage('PutItem', { TableName: 1, Item: { pk: { S: true } } })
  const second = serializationMessage('PutItem', { Item: { pk: { S: true } }, TableName: 1 })
  assert.equal(first, 'NUMBER_VALUE cannot be converted to String')
  assert.equal(second, 'TRUE_VALUE cannot be converted to String')
})

test('null members are absent, unknown ones stay, decimals are truncated, words for booleans understood', () => {
  const body = {
    TableName: 'games',
    Limit: 3.9,
    ConsistentRead: 'yes',
    ScanIndexForward: 'false',
    FilterExpression: null,
    ExclusiveStartKey: { pk: { S: null, N: '1' } },
    Mystery: { deep: [] },
  }
  assert.deepEqual(checkInput(operations.Query, body), {
    TableName: 'games',
    Limit: 3,
    ConsistentRead: true,
    ScanIndexForward: false,
    ExclusiveStartKey: { pk: { N: '1' } },
    Mystery: { deep: [] },
  })
})

test('a null attribute value is an empty one, which the values floor refuses', () => {
  const body = JSON.parse('{"TableName":"games","Item":{"__proto__":null,"l":{"L":[null]}}}')
  const { Item } = checkInput(operations.PutItem, body)
  assert.deepEqual(Object.entries(Item), [
    ['__proto__', {}],
    ['l', { L: [{}] }],
  ])
})

test('a body nested a hundred thousand deep neither overflows the stack nor is refused here', () => {
  const depth = 100_000
  const value = `${'{"L":['.repeat(depth)}${']}'.repeat(depth)}`
  const body = JSON.parse(`{"TableName":"games","Item":{"pk":${value}},"ExpressionAttributeValues":{":v":${value}}}`)
  assert.doesNotThrow(() => checkInput(operations.PutItem, body))
})

test('types are checked down to the levels an attribute value can have', () => {
  const nested = (levels: number): unknown => JSON.parse(`${'{"L":['.repeat(levels)}{"S":1}${']}'.repeat(levels)}`)
  assert.equal(serializationMessage('PutItem', bodyWith('Item.pk', nested(31))), 'NUMBER_VALUE cannot be converted to String')
})

/** The SerializationException that the body gets, if it is one. */
function serializationMessage(operation: OperationName, body: unknown): string | undefined {
  try {
    checkInput(operations[operation], body)
  } catch (error) {
    assert.ok(error instanceof Error)
    if (error.name === 'SerializationException') return error.message
    assert.equal(error.name, 'ValidationException')
  }
  return undefined
}

/** A body with `value` at the path: `Item.pk.B` is `{Item: {pk: {B: value}}}`, a number is a place in a list. */
function bodyWith(path: string, value: unknown): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => (name === '0' ? [inner] : { [name]: inner }), value)
}
