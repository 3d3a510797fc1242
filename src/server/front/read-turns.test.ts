import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { longReadBytesMin, readersPerTurnMax, readPerTurnBytesMax } from '../limits.ts'
import { ReadTurns } from './read-turns.ts'

test('Short reads wait for nobody', () => {
  const turns = new ReadTurns()
  const reader = { readOn: () => assert.fail('it did not wait') }
  for (let count = 0; count < 1000; count += 1) assert(turns.mayReadOn(reader, longReadBytesMin - 1))
})

test('Once so much has been read in a turn, whoever reads more waits for the next, and is asked in order, some in each', async () => {
  const turns = new ReadTurns()
  const asked: number[] = []
  const readers = Array.from({ length: readersPerTurnMax + 2 }, (_, number) => ({ readOn: () => asked.push(number) }))
  const [first = { readOn: () => {} }, second = first] = readers
  assert(turns.mayReadOn(first, readPerTurnBytesMax - 1))
  for (const reader of readers) assert(!turns.mayReadOn(reader, longReadBytesMin))
  turns.leave(second)
  await nextTurn()
  assert.deepEqual(asked, [0, ...Array.from({ length: readersPerTurnMax - 1 }, (_, number) => number + 2)])
  assert(!turns.mayReadOn(first, longReadBytesMin), 'others still wait')
  await nextTurn()
  assert.deepEqual(asked.slice(readersPerTurnMax), [readersPerTurnMax + 1, 0])
  assert(turns.mayReadOn(first, longReadBytesMin))
})
