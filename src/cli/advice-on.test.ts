import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceOn } from './advice-on.ts'

test('Advice names what was meant, when something is near, and where to look', () => {
  const names = ['--port', '--host', 'load', 'cost']
  assert.equal(adviceOn('dump', names, 'stator'), 'see stator --help.')
  assert.equal(adviceOn('--prot', names, 'stator'), 'did you mean --port? See stator --help.')
})
