import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../api/errors.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { rootOf } from '../../policies/caller.ts'
import type { RequestRecord } from '../request-record.ts'
import { AuditTrail } from './audit-trail.ts'

const record: RequestRecord = {
  timeMs: 1_795_341_600_000,
  durationMs: 1,
  requestId: 'R',
  service: 'dynamodb',
  apiVersion: '2012-08-10',
  operation: 'DeleteTable',
  kind: 'management',
  isRead: false,
  caller: rootOf('123456789012'),
  region: 'us-east-1',
  sourceAddress: '::ffff:10.0.0.1',
  userAgent: undefined,
  isEncrypted: false,
  host: undefined,
  resources: [],
  parameters: undefined,
  response: undefined,
  error: undefined,
}

/** A trail, what was kept of it append by append, and a hand that lets the appends go on or fail. */
function trail({ includesData = false } = {}) {
  const kept: string[][] = []
  const events: { readonly [name: string]: unknown }[] = []
  const log: string[] = []
  let failure: string | undefined
  let gate: Promise<void> | undefined
  const sink = {
    append: async (lines: string): Promise<void> => {
      await gate
      if (failure !== undefined) throw new Error(failure)
      const parsed = lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
      events.push(...parsed)
      kept.push(parsed.map(({ requestID }) => requestID))
    },
  }
  const clock = new ManualClock(1_795_341_600_000)
  const home = { account: '123456789012', region: 'us-east-1', clock, random: seededRandom(1) }
  const audit = new AuditTrail({ sink, includesData }, home, (text) => log.push(text))
  return {
    audit,
    clock,
    kept,
    events,
    log,
    hear: (requestId: string) => audit.heard({ ...record, requestId }),
    fail: (reason: string | undefined) => (failure = reason),
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = undefined
        resolve()
      }
    },
  }
}

test('What comes while lines are being kept is kept together behind them, and nobody is told before his line is', async () => {
  const { hear, hold, kept } = trail()
  const letGo = hold()
  const told: string[] = []
  const first = hear('a').then(() => told.push('a'))
  await Promise.resolve()
  await Promise.resolve()
  const others = ['b', 'c', 'd'].map((id) => hear(id).then(() => told.push(id)))
  await Promise.resolve()
  assert.deepEqual(told, [])
  letGo()
  await Promise.all([first, ...others])
  assert.deepEqual(kept, [['a'], ['b', 'c', 'd']])
})

test('While it cannot be written nothing is to be done, and lines that were lost are written first, once', async () => {
  const { audit, hear, fail, kept, log } = trail()
  assert.equal(audit.ready(), undefined)
  fail('no space left on device')
  const lost = {
    name: 'ServiceUnavailable',
    message: 'What was asked for is done, but the audit trail cannot be written: no space left on device',
  }
  await assert.rejects(hear('a'), lost)
  await assert.rejects(hear('b'), lost)
  const refused = audit.heard({ ...record, requestId: 'x', error: { exception: 'ValidationException', message: '' } })
  await assert.rejects(refused, { message: /^What was asked for was refused, but/ })
  await assert.rejects(async () => audit.ready(), {
    name: 'ServiceUnavailable',
    message: 'The audit trail cannot be written, and nothing is done meanwhile that must be in it: no space left on device',
  })
  assert.deepEqual(kept, [])
  fail(undefined)
  await audit.ready()
  assert.equal(audit.ready(), undefined)
  await hear('c')
  assert.deepEqual(kept, [['a', 'b'], ['c']])
  assert.deepEqual(log, [
    'The audit trail cannot be written, and nothing is done that must be in it: no space left on device',
    'The audit trail is written again',
  ])
})

test('Requests for items are wanted only when they are asked for', () => {
  assert.deepEqual(
    (['management', 'data'] as const).map((kind) => trail().audit.wants(kind)),
    [true, false],
  )
  assert.deepEqual(
    (['management', 'data'] as const).map((kind) => trail({ includesData: true }).audit.wants(kind)),
    [true, true],
  )
})

test('Of requests that are not let in there are sixty lines a minute, which nobody waits for, and the next one tells how many are missing', async () => {
  const { audit, clock, events, fail, hear } = trail()
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIAUNKNOWN/20261122/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
  const headers = {
    authorization,
    'x-amz-date': '20261122T100000Z',
    'x-amz-target': 'DynamoDB_20120810.DeleteTable',
    'user-agent': 'x'.repeat(999),
  }
  const request = { method: 'POST', path: '/', query: '', headers, remoteAddress: '::ffff:10.0.0.9', sentBody: Buffer.of() }
  const error = new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.')
  const refuse = (): void => audit.refused({ service: 'dynamodb', request, error })
  for (let at = 0; at < 10_000; at += 1) refuse()
  await hear('a')
  assert.equal(events.length, 61)
  const { eventID, ...event } = events[0] ?? {}
  assert.match(String(eventID), /^[0-9a-f-]{36}$/)
  assert.deepEqual(event, {
    eventVersion: '1.11',
    userIdentity: { type: 'Unknown', accountId: '123456789012', accessKeyId: 'AKIAUNKNOWN' },
    eventTime: '2026-11-22T10:00:00Z',
    eventSource: 'dynamodb.amazonaws.com',
    eventName: 'DeleteTable',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '10.0.0.9',
    userAgent: 'x'.repeat(200),
    errorCode: 'UnrecognizedClientException',
    errorMessage: 'The security token included in the request is invalid.',
    requestParameters: null,
    responseElements: null,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '123456789012',
    eventCategory: 'Management',
  })
  clock.advance(minuteMs)
  refuse()
  refuse()
  await hear('b')
  assert.deepEqual(
    events.slice(61).map(({ additionalEventData }) => additionalEventData),
    [{ refusedWithoutRecord: 9940 }, undefined, undefined],
  )
  // While it can't be written they are counted.
  fail('no space left on device')
  refuse()
  await assert.rejects(hear('c'), { name: 'ServiceUnavailable' })
  refuse()
  fail(undefined)
  await audit.ready()
  clock.advance(minuteMs)
  refuse()
  await hear('d')
  assert.deepEqual(
    events.slice(64).map(({ requestID, additionalEventData }) => [requestID, additionalEventData]),
    [
      ['c', undefined],
      [undefined, { refusedWithoutRecord: 1 }],
      ['d', undefined],
    ],
  )
})

test('What a request that was not let in says of itself is told as far as no secret can be in it', async () => {
  const { audit, events, hear } = trail()
  const request = {
    method: 'GET',
    path: '/metrics',
    query: '',
    headers: { authorization: 'AWS4-HMAC-SHA256 my secret' },
    sentBody: Buffer.of(),
  }
  const error = new ServiceError('IncompleteSignatureException', 'Authorization=AWS4-HMAC-SHA256 my secret')
  audit.refused({ service: 'stator', request, error })
  await hear('a')
  const { userIdentity, eventSource, eventName, errorCode } = events[0] ?? {}
  assert.deepEqual(
    [userIdentity, eventSource, eventName, errorCode],
    [{ type: 'Unknown', accountId: '123456789012' }, 'stator', 'GET /metrics', 'IncompleteSignatureException'],
  )
  assert.ok(!JSON.stringify(events).includes('secret'))
})
