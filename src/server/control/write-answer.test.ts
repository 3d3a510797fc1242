import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnsDuring } from '../../../test/harness/turns-during.ts'
import { answeredAtOnceLength } from '../limits.ts'
import { writeAnswer } from './write-answer.ts'

test('an answer is the JSON that it is elsewhere', async () => {
  for (const value of [
    {},
    { a: 1, left: undefined, b: null, c: [] },
    { list: [1, 'two', { three: [3, { '"': undefined }] }, null], next: true },
  ]) {
    assert.equal(await writeAnswer(value), JSON.stringify(value))
  }
})

test('others have their turn while a long list is written', async () => {
  const list = Array.from({ length: 40 }, () => 'x'.repeat(answeredAtOnceLength / 4))
  const { turns, outcome: text } = await turnsDuring(async () => await writeAnswer({ list }))
  assert.equal(text, JSON.stringify({ list }))
  assert.ok(turns >= 9, `${turns}`)
})
