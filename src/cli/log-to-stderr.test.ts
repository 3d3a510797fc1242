import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outsideReason } from './log-to-stderr.ts'

function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode })
}

test('what a disk does is told in one sentence, from what failed to why', () => {
  const full = new Error('the commit failed', { cause: sqliteError('database or disk is full', 13) })
  assert.equal(outsideReason(full), 'the commit failed: database or disk is full')
  assert.equal(
    outsideReason(new Error('The job sweep failed', { cause: full })),
    'The job sweep failed: the commit failed: database or disk is full',
  )
  assert.equal(outsideReason(sqliteError('disk I/O error', 10 | (3 << 8))), 'disk I/O error')
})

test('faults of the program keep their stack', () => {
  for (const cause of [
    undefined,
    'text',
    new Error('x'),
    sqliteError('SQL logic error', 1),
    new Error('x', { cause: new TypeError('y') }),
  ]) {
    assert.equal(outsideReason(cause), undefined)
  }
})
