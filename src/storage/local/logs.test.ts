import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyBytes, StoredValue } from '../store.ts'
import type { Change } from './buffered-turn.ts'
import { Logs } from './logs.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

const log = key('log')

/** Logs over rows that are counted when they are read. */
function openLogs(rows: { readonly [name: string]: StoredValue } = {}): { readonly logs: Logs; readonly reads: string[] } {
  const reads: string[] = []
  const logs = new Logs((of) => {
    reads.push(Buffer.from(of).toString())
    return rows[Buffer.from(of).toString()]
  })
  return { logs, reads }
}

function flushed(logs: Logs): readonly Change[] {
  const changes: Change[] = []
  logs.flush(changes)
  return changes
}

test('Logs reads a head once, and writes it once for each commit that changed it', () => {
  const { logs, reads } = openLogs({ log: '7' })
  const changes: Change[] = []
  for (let turn = 0; turn < 3; turn += 1) assert.ok(logs.take([{ kind: 'append', key: log, value: 'x' }], changes))
  assert.equal(changes.length, 3)
  assert.deepEqual(flushed(logs), [{ key: log, value: '10' }])
  assert.deepEqual(flushed(logs), [])
  assert.ok(logs.take([{ kind: 'append', key: key('log'), value: 'x' }], changes))
  assert.deepEqual(flushed(logs), [{ key: log, value: '11' }])
  assert.deepEqual(reads, ['log'])
})

test('Logs looks again after a commit that failed', () => {
  const { logs, reads } = openLogs({ log: '7 closed' })
  assert.equal(logs.take([{ kind: 'append', key: log, value: 'x' }], []), false)
  assert.ok(logs.take([{ kind: 'open', key: log, last: 20 }], []))
  logs.rolledBack()
  assert.deepEqual(flushed(logs), [])
  assert.equal(logs.heads().last(log), 7)
  assert.deepEqual(reads, ['log', 'log'])
})

test('Logs forgets heads when it knows too many, and is right about all of them', () => {
  const { logs, reads } = openLogs({ 'log 0': '5' })
  const names = Array.from({ length: 5000 }, (_, at) => `log ${at}`)
  for (const name of names) assert.ok(logs.take([{ kind: 'append', key: key(name), value: 'x' }], []))
  const changes = flushed(logs)
  assert.equal(changes.length, 5000)
  assert.deepEqual([changes[0]?.value, changes[1]?.value], ['6', '1'])
  assert.equal(reads.length, 5000)
  // It was forgotten, so it is read again: here the rows are as they were.
  assert.equal(logs.heads().last(key('log 0')), 5)
  assert.equal(reads.length, 5001)
})

test('Logs fails before it gives a number that no key can hold', () => {
  const { logs } = openLogs({ log: String(2 ** 48 - 2) })
  const changes: Change[] = []
  assert.ok(logs.take([{ kind: 'append', key: log, value: 'x' }], changes))
  assert.throws(() => logs.take([{ kind: 'append', key: log, value: 'x' }], changes), /a log is full/)
  assert.equal(changes.length, 1)
})
