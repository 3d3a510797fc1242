import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings } from '../records/mapping.ts'
import { judgeResult } from './judge-result.ts'
import type { WindowCall } from './lane.ts'

const sequenceNumbers = ['101', '102', '103']
const reporting = { ...defaultSettings, reportsItemFailures: true }
const window: WindowCall = { startMs: 0, endMs: 60_000, state: '{}', isFinal: false, isEarly: false }

function judged(payload: unknown, settings = reporting, of?: WindowCall): ReturnType<typeof judgeResult> {
  return judgeResult({ kind: 'answered', payload: JSON.stringify(payload), log: '' }, { settings, sequenceNumbers, window: of })
}

for (const payload of [null, {}, [], { batchItemFailures: [] }, { batchItemFailures: null }]) {
  test(`the answer ${JSON.stringify(payload)} is a success of all`, () => {
    assert.deepEqual(judged(payload), { kind: 'done' })
  })
}

const ofAll: readonly unknown[] = [
  { batchItemFailures: [{ itemIdentifier: '' }] },
  { batchItemFailures: [{ itemIdentifier: null }] },
  { batchItemFailures: [{ itemIdentifier: 102 }] },
  { batchItemFailures: [{ id: '102' }] },
  { batchItemFailures: [{ itemIdentifier: '102' }, { itemIdentifier: '999' }] },
  { batchItemFailures: 'x' },
  'text',
  5,
]
for (const payload of ofAll) {
  test(`the answer ${JSON.stringify(payload)} is a failure of all`, () => {
    assert.deepEqual(judged(payload), { kind: 'failed', from: 0, functionError: null })
  })
}

test('of several failures the first record counts', () => {
  const answer = { batchItemFailures: [{ itemIdentifier: '103' }, { itemIdentifier: '102' }] }
  assert.deepEqual(judged(answer), { kind: 'failed', from: 1, functionError: null })
  assert.deepEqual(judged(answer, defaultSettings), { kind: 'done' })
})

test('whatever a function answers is a success where nothing else is asked for', () => {
  for (const payload of [1, 'x', { batchItemFailures: [{ itemIdentifier: '' }] }])
    assert.deepEqual(judged(payload, defaultSettings), { kind: 'done' })
})

test('with a window an answer without a state is a failure, but for the last call', () => {
  assert.deepEqual(judged({}, defaultSettings, window), { kind: 'failed', from: 0, functionError: null })
  assert.deepEqual(judged({ state: [] }, defaultSettings, window), { kind: 'failed', from: 0, functionError: null })
  assert.deepEqual(judged({ state: { a: 1 } }, defaultSettings, window), { kind: 'done', state: '{"a":1}' })
  assert.deepEqual(judged(null, defaultSettings, { ...window, isFinal: true }), { kind: 'done' })
})

test('a function that failed fails the batch, and one that could not be asked does not', () => {
  const settings = { settings: defaultSettings, sequenceNumbers }
  assert.deepEqual(judgeResult({ kind: 'failed', how: 'Unhandled', payload: '{}', log: '' }, settings), {
    kind: 'failed',
    from: 0,
    functionError: 'Unhandled',
  })
  assert.deepEqual(judgeResult({ kind: 'throttled' }, settings), { kind: 'refused' })
  assert.deepEqual(judgeResult({ kind: 'unreachable', reason: 'x' }, settings), { kind: 'refused' })
})
