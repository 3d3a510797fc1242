import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyBytes, StoredValue } from '../store.ts'
import { Guards } from './guards.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function openGuards(): { readonly guards: Guards; readonly reads: string[]; readonly rows: Map<string, StoredValue> } {
  const rows = new Map<string, StoredValue>()
  const reads: string[] = []
  const get = (of: KeyBytes): StoredValue | undefined => rows.get(Buffer.from(of).toString())
  const getDurable = (of: KeyBytes): StoredValue | undefined => {
    reads.push(Buffer.from(of).toString())
    return get(of)
  }
  return { guards: new Guards({ get, getDurable }), reads, rows }
}

test('Guards reads a key when it is shown for the first time, and then is told of its changes', () => {
  const { guards, reads } = openGuards()
  // Of many lengths, so that changes of all of them are told apart.
  const names = Array.from({ length: 70 }, (_, at) => 'k'.repeat(at))
  for (const name of names) assert.ok(guards.holdDurably([{ key: key(name), value: undefined }]))
  for (const name of names) {
    guards.applied([
      { key: key(`${name}x`), value: 'other' },
      { key: key(name), value: name },
    ])
    assert.ok(guards.holdInTurn([{ key: key(name), value: name }]))
    assert.ok(guards.holdDurably([{ key: key(name), value: undefined }]))
  }
  guards.committed()
  for (const name of names) assert.ok(guards.holdDurably([{ key: key(name), value: name }]))
  assert.deepEqual(reads, names)
})

test('Guards forgets what it watches when it is too much, and looks again', () => {
  const { guards, reads, rows } = openGuards()
  for (let at = 0; at < 3000; at += 1) assert.ok(guards.holdInTurn([{ key: key(`k${at}`), value: undefined }]))
  rows.set('k0', 'x')
  assert.ok(guards.holdInTurn([{ key: key('k0'), value: 'x' }]))
  assert.equal(reads.length, 3001)
})
