/** The order of checks before an operation runs, and how errors are told (errors.md §1 and §2, steps 5 to 13). */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { invalid, invalidRequest, ServiceError } from '../../src/api/errors.ts'
import { assert as assertOurs } from '../../src/base/assert.ts'
import { JsonText } from '../../src/base/json-text.ts'
import { systemRandom } from '../../src/base/random.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { openMeteredEngine } from '../../src/metering/open-metered-engine.ts'
import { rootOf } from '../../src/policies/caller.ts'
import type { Answer } from '../../src/protocols/answer.ts'
import { RequestIds } from '../../src/protocols/request-ids.ts'
import type { RequestHeaders } from '../../src/protocols/service-request.ts'
import { type DispatchContext, handle } from '../../src/server/dispatch.ts'
import { RequestFeed } from '../../src/server/requests/request-feed.ts'
import { testStorage } from '../harness/test-storage.ts'
import { authorization } from './raw-connection.ts'

let engine: MeteredEngine
before(async () => {
  engine = await openMeteredEngine({ storage: testStorage() })
})
after(() => engine.close())

const signed = { authorization, 'x-amz-date': '20261122T120000Z', 'content-type': 'application/x-amz-json-1.0' }
const getItem = '{"TableName":"Tests","Key":{"pk":{"S":"a"}}}'
const putItem = '{"TableName":"Tests","Item":{"pk":{"S":"a"}}}'

interface Asked {
  readonly operation?: string
  readonly target?: string | undefined
  readonly headers?: RequestHeaders
  readonly body?: string | Uint8Array
}

/** Asks an operation that does `run`; keeps what was logged. */
async function ask(asked: Asked, run?: () => unknown): Promise<Answer & { log: unknown[][] }> {
  const { operation = 'GetItem', headers = signed, body = getItem } = asked
  const target = 'target' in asked ? asked.target : `DynamoDB_20120810.${operation}`
  const log: unknown[][] = []
  const context: DispatchContext = {
    engine,
    handlers: run === undefined ? {} : { [operation]: async () => run() },
    requestIds: new RequestIds(systemRandom),
    root: rootOf(engine.account),
    feed: new RequestFeed('keys'),
    log: (...entry) => log.push(entry),
  }
  return { ...(await handle(context, { target, headers, body: Buffer.from(body) })), log }
}

test('An answer carries its body, the type of the request, a request id and the checksum', async () => {
  const answer = await ask({}, () => ({ Item: new JsonText('{"pk":{"S":"é"}}'), ConsumedCapacity: undefined }))
  assert.equal(answer.status, 200)
  assert.equal(answer.body, '{"Item":{"pk":{"S":"é"}}}')
  assert.equal(answer.headers['Content-Type'], 'application/x-amz-json-1.0')
  assert.equal(answer.headers['x-amz-crc32'], String(crc32(Buffer.from(answer.body))))
  assert.match(answer.headers['x-amzn-RequestId'] ?? '', /^[0-9A-V]{52}$/)
  assert.deepEqual(answer.log, [])
})

test('The type of the answer mirrors that of the request, also when it is an error', async () => {
  for (const [sent, received] of [
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['application/x-amz-json-1.0; charset=utf-8', 'application/x-amz-json-1.0'],
    [undefined, 'application/x-amz-json-1.0'],
    ['text/plain', 'application/x-amz-json-1.0'],
  ]) {
    const headers = { ...signed, 'content-type': sent }
    assert.equal((await ask({ headers }, () => ({}))).headers['Content-Type'], received)
    assert.equal((await ask({ headers, body: 'x' })).headers['Content-Type'], received)
  }
})

test('The Streams prefix is served as well', async () => {
  const answer = await ask({ operation: 'ListStreams', target: 'DynamoDBStreams_20120810.ListStreams', body: '{}' }, () => ({
    Streams: [],
  }))
  assert.equal(answer.body, '{"Streams":[]}')
})

const notJson = '{"__type":"com.amazon.coral.service#SerializationException"}'
const unknownOperation = '{"__type":"com.amazon.coral.service#UnknownOperationException"}'
const noToken =
  '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}'

test('Checks come in the order JSON, target, signature, empty body, input', async () => {
  const cases: [Asked, string][] = [
    [{ body: 'x', target: 'Nothing', headers: {} }, notJson],
    [{ body: '{}', target: 'Nothing', headers: {} }, unknownOperation],
    [{ body: '', target: undefined, headers: {} }, unknownOperation],
    [{ body: '', headers: {} }, noToken],
    [{ body: '{"TableName":1}', headers: {} }, noToken],
    [{ body: '' }, notJson],
  ]
  for (const [asked, expected] of cases) {
    const answer = await ask(asked, () => assert.fail('not reached'))
    assert.equal(answer.status, 400)
    assert.equal(answer.body, expected)
  }
  const mistyped = await ask({ body: '{"TableName":1}' }, () => assert.fail('not reached'))
  assert.equal(
    mistyped.body,
    '{"__type":"com.amazon.coral.service#SerializationException","Message":"NUMBER_VALUE cannot be converted to String"}',
  )
})

test('Targets that are nearly one are unknown', async () => {
  for (const target of [
    '',
    'GetItem',
    'DynamoDB_20120810',
    'DynamoDB_20120810.',
    'DynamoDB_20111205.GetItem',
    'DynamoDB_20120810.getItem',
  ]) {
    assert.equal((await ask({ target })).body, unknownOperation, target)
  }
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal((await ask({ operation: name })).body, unknownOperation, name)
  }
})

test('An operation that is not there yet says so', async () => {
  const answer = await ask({})
  assert.equal(answer.status, 400)
  assert.equal(
    answer.body,
    '{"__type":"com.amazon.coral.service#UnknownOperationException","message":"Stator does not offer GetItem yet."}',
  )
})

test('Exceptions use the namespace and the message member of their family, and bring their members along', async () => {
  const cases: [ServiceError, string][] = [
    [
      new ServiceError('ResourceNotFoundException', 'Requested resource not found'),
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}',
    ],
    [
      new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', {
        members: { Item: new JsonText('{"pk":{"S":"a"}}') },
      }),
      '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Message":"The conditional request failed","Item":{"pk":{"S":"a"}}}',
    ],
    [
      new ServiceError('TransactionCanceledException', 'Transaction cancelled', { members: { CancellationReasons: [{ Code: 'None' }] } }),
      '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled","CancellationReasons":[{"Code":"None"}]}',
    ],
    [new ServiceError('AccessDeniedException', 'No'), '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"No"}'],
    [invalid('Bad'), '{"__type":"com.amazon.coral.validate#ValidationException","message":"Bad"}'],
  ]
  for (const [error, expected] of cases) {
    const answer = await ask({}, () => {
      throw error
    })
    assert.equal(answer.status, 400)
    assert.equal(answer.body, expected)
    assert.equal(answer.headers['x-amz-crc32'], String(crc32(expected)))
    assert.deepEqual(answer.log, [])
  }
  const unavailable = await ask({}, () => {
    throw new ServiceError('ServiceUnavailable', 'Later')
  })
  assert.equal(unavailable.status, 503)
})

test('The envelope is put around what is wrong with the request alone, by the operations that have it, once', async () => {
  const cases: [string, string, ServiceError, string][] = [
    ['PutItem', putItem, invalidRequest('Bad'), '1 validation error detected: Bad'],
    ['PutItem', putItem, invalid('Bad'), 'Bad'],
    ['PutItem', putItem, invalidRequest('1 validation error detected: Bad'), '1 validation error detected: Bad'],
    ['PutItem', putItem, invalidRequest('12 validation errors detected: Bad'), '12 validation errors detected: Bad'],
    ['GetItem', getItem, invalidRequest('Bad'), 'Bad'],
  ]
  for (const [operation, body, error, expected] of cases) {
    const answer = await ask({ operation, body }, () => {
      throw error
    })
    assert.equal(JSON.parse(answer.body).message, expected)
  }
  const other = await ask({ operation: 'PutItem', body: putItem }, () => {
    throw new ServiceError('ResourceNotFoundException', 'Gone', { inRequest: true })
  })
  assert.equal(JSON.parse(other.body).message, 'Gone')
})

test('A fault of ours is an InternalServerError to the client and whole in the log', async () => {
  const expected =
    '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"The request processing has failed because of an unknown error, exception or failure."}'
  const fault = new TypeError('secret')
  const thrown = await ask({}, () => {
    throw fault
  })
  assert.equal(thrown.status, 500)
  assert.equal(thrown.body, expected)
  assert.deepEqual(thrown.log, [[`GetItem failed, request id ${thrown.headers['x-amzn-RequestId']}`, fault]])

  const asserted = await ask({}, () => assertOurs(false, 'size is known', { table: 'Tests' }))
  assert.equal(asserted.body, expected)
  assert.partialDeepStrictEqual(asserted.log[0]?.[1], { details: { table: 'Tests' } })

  const endless = await ask({}, () => {
    throw undefined
  })
  assert.equal(endless.body, expected)
})
