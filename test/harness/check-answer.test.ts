/** The check of every answer is itself checked: what deviates fails the test that asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { Answer } from '../../src/index.ts'
import { checkAnswer } from './check-answer.ts'

const contentType = 'application/x-amz-json-1.0'

function answer(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  const text = JSON.stringify(body)
  const signed = { 'x-amz-crc32': String(crc32(text)), 'x-amzn-requestid': 'A'.repeat(52), 'content-type': contentType }
  return { status, headers: { ...signed, ...headers }, body: text }
}

function check(operation: string, given: Answer): unknown {
  return checkAnswer(operation, given, contentType).body
}

const notFound = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'Requested resource not found' }

test('an answer as it should be passes', () => {
  assert.deepEqual(check('GetItem', answer(200, { Item: { pk: { S: 'a' } } })), { Item: { pk: { S: 'a' } } })
  assert.deepEqual(check('GetItem', answer(400, notFound)), notFound)
})

const deviations: readonly (readonly [string, Answer])[] = [
  ['a member that the shape does not have', answer(200, { Items: [] })],
  ['a member of another type', answer(200, { Item: [] })],
  ['an attribute value of two types', answer(200, { Item: { pk: { S: 'a', N: '1' } } })],
  ['a name that is a number', answer(200, { ConsumedCapacity: { TableName: 1 } })],
  ['a checksum of something else', answer(200, {}, { 'x-amz-crc32': '1' })],
  ['a request id that is none', answer(200, {}, { 'x-amzn-requestid': '1' })],
  ['another content type', answer(200, {}, { 'content-type': 'text/html' })],
  ['an error without a type', answer(400, { message: 'no' })],
  ['an exception that is not in the catalogue', answer(400, { ...notFound, __type: 'com.amazonaws.dynamodb.v20120810#Nonsense' })],
  ['the name of a method of every object', answer(400, { ...notFound, __type: 'com.amazonaws.dynamodb.v20120810#toString' })],
  ['an exception in the wrong namespace', answer(400, { ...notFound, __type: 'com.amazon.coral.service#ResourceNotFoundException' })],
  ['an exception with another status', answer(500, notFound)],
]

for (const [deviation, given] of deviations) {
  test(`${deviation} fails`, () => {
    assert.throws(() => check('GetItem', given), { name: 'AssertionError' })
  })
}
