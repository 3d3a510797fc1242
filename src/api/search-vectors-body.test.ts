import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from './errors.ts'
import { checkSearchVectorsBody } from './search-vectors-body.ts'

function faultOf(text: string): string {
  try {
    checkSearchVectorsBody(JSON.parse(text), Buffer.from(text))
    return 'none'
  } catch (error) {
    assert.ok(error instanceof ServiceError)
    return `${error.exception}: ${error.message}`
  }
}

const whole = '"TableName":"T","IndexName":"i","SearchVector":[],"TopK":1'

test('a body with every member of its kind passes, and optional members may be null', () => {
  assert.equal(faultOf(`{${whole}}`), 'none')
  assert.equal(faultOf(`{${whole},"ProjectionExpression":null,"ExpressionAttributeNames":{},"Unknown":5}`), 'none')
})

test('a column counts what is read: a scalar to its end, a sequence or map to its start', () => {
  const faults: readonly (readonly [string, string])[] = [
    ['{"TableName":null}', 'invalid type: null, expected a string at line 1 column 17'],
    ['{"TableName":[1]}', 'invalid type: sequence, expected a string at line 1 column 13'],
    ['{"TableName":{"a":1}}', 'invalid type: map, expected a string at line 1 column 13'],
    ['{"TableName":true}', 'invalid type: boolean `true`, expected a string at line 1 column 17'],
    ['{"TableName":1.5}', 'invalid type: floating point `1.5`, expected a string at line 1 column 16'],
    ['{"TopK":"1"}', 'invalid type: string "1", expected i32 at line 1 column 11'],
    ['{"TopK":2147483648}', 'invalid value: integer `2147483648`, expected i32 at line 1 column 18'],
    ['{"SearchVector":"x"}', 'invalid type: string "x", expected a sequence at line 1 column 19'],
  ]
  for (const [text, message] of faults) assert.equal(faultOf(text), `SerializationException: ${message}`)
})

test('lines are counted, and what stands before the member is passed over whatever it holds', () => {
  const text = `{\n  "a": {"}": ["]", "\\"{"]},\n\t"T\\u0061bleName" :\n null , "IndexName": 5}`
  assert.equal(faultOf(text), 'SerializationException: invalid type: null, expected a string at line 4 column 5')
  assert.equal(faultOf('{"é":"é","TopK":null}'), 'SerializationException: invalid type: null, expected i32 at line 1 column 22')
})

test('the first missing member is told, behind the closing brace', () => {
  assert.equal(faultOf('{}'), 'ValidationException: missing field `TableName` at line 1 column 2')
  assert.equal(faultOf('{"TableName":"T","TopK":1}\n'), 'ValidationException: missing field `IndexName` at line 1 column 26')
})
