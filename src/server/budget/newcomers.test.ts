import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { turnsLettingInMax } from '../limits.ts'
import { Newcomers } from './newcomers.ts'

test('Newcomers are coming from when one is let in until a turn in which nobody is', async () => {
  const newcomers = new Newcomers()
  assert(!newcomers.areComing)
  newcomers.note()
  assert(newcomers.areComing)
  await nextTurn()
  newcomers.note()
  newcomers.note()
  await nextTurn()
  assert(newcomers.areComing)
  await nextTurn()
  assert(!newcomers.areComing)
  newcomers.note()
  assert(newcomers.areComing)
})

test('However many newcomers there are, one turn in so many is left to others', async () => {
  const newcomers = new Newcomers()
  const turnsOfOthers: number[] = []
  for (let turn = 0; turn < 3 * turnsLettingInMax; turn += 1) {
    newcomers.note()
    if (!newcomers.areComing) turnsOfOthers.push(turn)
    await nextTurn()
  }
  assert.deepEqual(turnsOfOthers, [turnsLettingInMax, 2 * turnsLettingInMax + 1])
})
