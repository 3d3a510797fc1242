import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { answersAtOnceMax } from '../limits.ts'
import { AnswerRounds } from './answer-rounds.ts'

/** Rounds, and the numbers of the answers that were sent. */
function sending(): { readonly rounds: AnswerRounds; readonly sent: number[]; readonly add: (number: number) => void } {
  const rounds = new AnswerRounds()
  const sent: number[] = []
  return { rounds, sent, add: (number) => rounds.add({ send: () => sent.push(number) }) }
}

test('Answers to the input of one turn of the event loop are sent together when all of it has been read', async () => {
  const { rounds, sent, add } = sending()
  for (const number of [1, 2, 3]) {
    rounds.noteInput()
    add(number)
    await Promise.resolve()
    assert.deepEqual(sent, [])
  }
  await nextTurn()
  assert.deepEqual(sent, [1, 2, 3])
})

test('Answers that come without input wait for those that come with them, and for nothing else', async () => {
  const { sent, add } = sending()
  setImmediate(() => assert.deepEqual(sent, [1, 2, 3], 'before the event loop goes on'))
  for (const number of [1, 2, 3]) void Promise.resolve().then(() => add(number))
  await nextTurn()
  add(4)
  await nextTurn()
  assert.deepEqual(sent, [1, 2, 3, 4])
})

test('No more than so many wait', async () => {
  const { rounds, sent, add } = sending()
  rounds.noteInput()
  for (let number = 1; number <= answersAtOnceMax; number += 1) add(number)
  assert.equal(sent.length, answersAtOnceMax)
  add(0)
  assert.equal(sent.length, answersAtOnceMax)
  await nextTurn()
  assert.equal(sent.at(-1), 0)
})

test('An answer that is sent may bring the next one about', async () => {
  const { rounds, sent, add } = sending()
  rounds.add({
    send: () => {
      sent.push(1)
      add(2)
    },
  })
  await nextTurn()
  assert.deepEqual(sent, [1, 2])
})
