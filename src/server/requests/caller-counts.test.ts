import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rootArn } from '../../policies/caller.ts'
import { countedCallersMax } from '../limits.ts'
import type { AnsweredRequest } from './answered-request.ts'
import { CallerCounts } from './caller-counts.ts'

function answered(account: string | undefined, status: number, exception?: string): AnsweredRequest {
  return {
    requestId: '',
    atMs: 0,
    durationMs: 0,
    service: 'dynamodb',
    operation: 'GetItem',
    region: 'us-east-1',
    status,
    error: exception === undefined ? undefined : { exception, message: '' },
    caller: account === undefined ? undefined : rootArn(account),
    accessKeyId: undefined,
    sourceAddress: undefined,
    userAgent: undefined,
    faults: undefined,
  }
}

test('Requests are counted by who asked and what came of them', () => {
  const counts = new CallerCounts()
  counts.note(answered('1', 200))
  counts.note(answered('1', 400, 'AccessDeniedException'))
  counts.note(answered('1', 400, 'ValidationException'))
  counts.note(answered('1', 500, 'InternalServerError'))
  counts.note(answered(undefined, 400, 'UnrecognizedClientException'))
  assert.deepEqual(
    [...counts.entries()],
    [
      ['arn:aws:iam::1:root', { answered: 1, denied: 1, refused: 1, failed: 1 }],
      ['nobody', { answered: 0, denied: 0, refused: 1, failed: 0 }],
    ],
  )
})

test('Those whom there is no room for are counted together', () => {
  const counts = new CallerCounts()
  for (let account = 0; account < countedCallersMax + 5; account += 1) counts.note(answered(String(account), 200))
  const all = new Map(counts.entries())
  assert.deepEqual([all.size, all.get('others')?.answered], [countedCallersMax + 1, 5])
})
