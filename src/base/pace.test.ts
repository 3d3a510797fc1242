import assert from 'node:assert/strict'
import test from 'node:test'
import { inSlices, Pace } from './pace.ts'

test('a slice is over after five milliseconds, as is seen once something has been done', () => {
  let nowMs = 0
  const pace = new Pace(() => nowMs)
  assert.ok(!pace.isOver(1000))
  nowMs = 4.9
  assert.ok(!pace.isOver(1000))
  nowMs = 5
  assert.ok(!pace.isOver(1))
  assert.ok(pace.isOver(64))
})

test('others have their turn in a pause, and a new slice begins behind it', async () => {
  let nowMs = 0
  const pace = new Pace(() => nowMs)
  nowMs = 7
  assert.ok(pace.isOver(64))
  let others = 0
  setImmediate(() => {
    others += 1
  })
  await pace.pause()
  assert.equal(others, 1)
  assert.ok(!pace.isOver(64))
  nowMs = 12
  assert.ok(pace.isOver(64))
})

test('the time is not looked at for each little thing', () => {
  let looks = 0
  const pace = new Pace(() => {
    looks += 1
    return 0
  })
  for (let item = 0; item < 640; item += 1) pace.isOver(1)
  assert.equal(looks, 1 + 10)
})

test('long work is done in its order, and others have their turn after every slice of it', async () => {
  let nowMs = 0
  const pace = new Pace(() => nowMs)
  const done: number[] = []
  const turns: number[] = []
  const other = (): void => {
    turns.push(done.length)
    if (done.length < 100) setImmediate(other)
  }
  setImmediate(other)
  await inSlices(
    Array.from({ length: 100 }, (_, at) => at),
    () => 64,
    (at) => {
      done.push(at)
      nowMs += 1
    },
    pace,
  )
  assert.deepEqual(done, [...done.keys()])
  assert.equal(done.length, 100)
  assert.deepEqual(turns.slice(0, 3), [5, 10, 15])
})
