import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

const names = ['--port', '--host', '--data-dir', '--in-memory', 'load', 'cost']

test('What differs by a letter or two from a name is taken for it', () => {
  const meant = ['--prot', '--prt', '--datadir', '--data-dirr', '--inmemory', 'laod', 'coast'].map((typed) => nearest(typed, names))
  assert.deepEqual(meant, ['--port', '--port', '--data-dir', '--data-dir', '--in-memory', 'load', 'cost'])
})

test('What is like none is not', () => {
  for (const typed of ['', 'x', '--verbose', 'dump', '--']) assert.equal(nearest(typed, names), undefined, typed)
})
