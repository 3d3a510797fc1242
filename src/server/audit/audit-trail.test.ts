import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  const log: string[] = []
  let failure: string | undefined
  let gate: Promise<void> | undefined
  const sink = {
    append: async (lines: string): Promise<void> => {
      await gate
      if (failure !== undefined) throw new Error(failure)
      kept.push(
        lines
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line).requestID),
      )
    },
  }
  const audit = new AuditTrail({ sink, includesData }, seededRandom(1), (text) => log.push(text))
  return {
    audit,
    kept,
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
