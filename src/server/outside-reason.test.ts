import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreContended, StoreUnavailable } from '../storage/store.ts'
import { outsideReason, storeTrouble } from './outside-reason.ts'

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

function databaseError(code: string): Error {
  return Object.assign(new Error('it says no'), { name: 'error', severity: 'ERROR', code })
}

test('what a database and the way to it do is told in one sentence, too', () => {
  const unreached = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })
  for (const [cause, sentence] of [
    [unreached, 'the commit failed: ECONNREFUSED'],
    [databaseError('53100'), 'the commit failed: it says no'],
    [new Error('Connection terminated unexpectedly'), 'the commit failed: Connection terminated unexpectedly'],
    [undefined, 'the commit failed'],
  ] as const) {
    const error = new StoreUnavailable('the commit failed', { cause })
    assert.equal(outsideReason(error), sentence)
    assert.equal(storeTrouble(new Error('The job sweep failed', { cause: error })), 'away')
  }
  const held = new StoreContended([], { cause: databaseError('55P03') })
  assert.equal(outsideReason(held), 'another process holds what the turn needs: it says no')
  assert.equal(storeTrouble(held), 'held')
  for (const cause of [databaseError('42601'), databaseError('23505'), new TypeError('y')]) {
    assert.equal(outsideReason(new StoreUnavailable('the commit failed', { cause })), undefined)
    assert.equal(outsideReason(cause), undefined)
  }
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
