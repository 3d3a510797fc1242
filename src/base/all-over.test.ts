import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allOver } from './all-over.ts'

test('allOver resolves with all results in order', async () => {
  const slow = Promise.withResolvers<string>()
  const both = allOver([slow.promise, Promise.resolve('fast')])
  slow.resolve('slow')
  assert.deepEqual(await both, ['slow', 'fast'])
})

test('allOver rejects when nothing goes on any more', async () => {
  const slow = Promise.withResolvers<string>()
  let isOver = false
  const both = allOver([Promise.reject(new Error('failed')), slow.promise.then(() => (isOver = true))])
  const rejected = assert.rejects(both, /failed/)
  await new Promise(setImmediate)
  assert.equal(isOver, false)
  slow.resolve('late')
  await rejected
  assert.equal(isOver, true)
})
