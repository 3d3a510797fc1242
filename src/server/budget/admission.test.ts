/** Who may begin, who waits, and who is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begunPerTurnMax, largeRequestBytesMin, restingTurnsAfterLong } from '../limits.ts'
import { Admission } from './admission.ts'
import { Newcomers } from './newcomers.ts'

const wanted = { isWanted: () => true }
const limits = { workBytesMax: 100, waitingBytesMax: 50 }

/** What has become of those that wait. */
function noting(entered: boolean | Promise<boolean>, into: boolean[]): void {
  assert(entered instanceof Promise)
  void entered.then((isAdmitted) => into.push(isAdmitted))
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('Requests begin while they fit, the next ones in the order they came', async () => {
  const admission = new Admission(limits, () => 0)
  assert.equal(admission.enter(60, 1, wanted), true)
  assert.equal(admission.enter(40, 1, wanted), true)
  const second: boolean[] = []
  const third: boolean[] = []
  noting(admission.enter(50, 1, wanted), second)
  // It would fit sooner, and does not overtake.
  noting(admission.enter(1, 1, wanted), third)
  admission.leave(40)
  await turn()
  assert.deepEqual([second, third], [[], []])
  admission.leave(60)
  await turn()
  assert.deepEqual([second, third], [[true], [true]])
  assert.deepEqual(admission.counts, { working: 2, waiting: 0, refused: 0 })
  admission.leave(50)
  admission.leave(1)
})

test('One that is larger than all there is begins alone', async () => {
  const admission = new Admission(limits, () => 0)
  assert.equal(admission.enter(1000, 1, wanted), true)
  const next: boolean[] = []
  noting(admission.enter(1, 1, wanted), next)
  admission.leave(1000)
  await turn()
  assert.deepEqual(next, [true])
  admission.leave(1)
})

test('Who finds no place among those that wait is refused at once', async () => {
  const admission = new Admission(limits, () => 0)
  admission.enter(100, 1, wanted)
  const waiting: boolean[] = []
  noting(admission.enter(1, 40, wanted), waiting)
  assert.equal(admission.enter(1, 11, wanted), false)
  noting(admission.enter(1, 10, wanted), waiting)
  assert.deepEqual(admission.counts, { working: 1, waiting: 2, refused: 1 })
  admission.leave(100)
  await turn()
  assert.deepEqual(waiting, [true, true])
})

test('Who has gone away while he waited is not begun for', async () => {
  const admission = new Admission(limits, () => 0)
  admission.enter(100, 1, wanted)
  let isThere = true
  const asker = { isWanted: () => isThere }
  const gone: boolean[] = []
  const next: boolean[] = []
  noting(admission.enter(100, 1, asker), gone)
  noting(admission.enter(100, 1, wanted), next)
  isThere = false
  admission.leave(100)
  await turn()
  assert.deepEqual([gone, next], [[false], [true]])
})

test('Who has waited for too long is refused', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let nowMs = 0
  const admission = new Admission(limits, () => nowMs)
  admission.enter(100, 1, wanted)
  const first: boolean[] = []
  const later: boolean[] = []
  noting(admission.enter(1, 1, wanted), first)
  nowMs = 2000
  noting(admission.enter(1, 1, wanted), later)
  nowMs = 3000
  t.mock.timers.tick(3000)
  await turn()
  assert.deepEqual([first, later], [[false], []])
  nowMs = 5000
  t.mock.timers.tick(2000)
  await turn()
  assert.deepEqual(later, [false])
  assert.equal(admission.counts.refused, 2)
})

test('So many begin in one turn of the event loop, the rest in later ones', async () => {
  const admission = new Admission({ workBytesMax: 1e9, waitingBytesMax: 1e9 }, () => 0)
  for (let count = 0; count < begunPerTurnMax; count += 1) assert.equal(admission.enter(1, 1, wanted), true)
  const later: boolean[] = []
  for (let count = 0; count < begunPerTurnMax + 1; count += 1) noting(admission.enter(1, 1, wanted), later)
  await turn()
  assert.equal(later.length, begunPerTurnMax)
  await turn()
  assert.equal(later.length, begunPerTurnMax + 1)
})

test('A large body has a turn of its own', async () => {
  const admission = new Admission({ workBytesMax: 1e9, waitingBytesMax: 1e9 }, () => 0)
  const megabytes = 16 * 1024 * 1024
  assert.equal(admission.enter(1, megabytes, wanted), true)
  const next: boolean[] = []
  noting(admission.enter(1, megabytes, wanted), next)
  noting(admission.enter(1, megabytes, wanted), next)
  await turn()
  assert.deepEqual(next, [true])
  await turn()
  assert.deepEqual(next, [true, true])
})

test('Where requests take long, fewer begin in one turn of the event loop', async () => {
  let nowMs = 0
  const admission = new Admission({ workBytesMax: 1e9, waitingBytesMax: 1e9 }, () => nowMs)
  const enter = (): boolean | Promise<boolean> => {
    const entered = admission.enter(1, 1, wanted)
    nowMs += 5
    return entered
  }
  const entered = Array.from({ length: 12 }, enter)
  assert.deepEqual(
    entered.map((each) => each === true),
    [...Array(8).fill(true), ...Array(4).fill(false)],
  )
  const later: boolean[] = []
  for (const each of entered.slice(8)) noting(each, later)
  // Eight took forty milliseconds: one in ten, and a rest of some turns before it.
  await turn()
  assert.equal(later.length, 0)
  for (let turns = 0; turns < restingTurnsAfterLong; turns += 1) await turn()
  assert.equal(later.length, 1)
})

test('Large requests wait while connections are let in, small ones do not', async () => {
  const newcomers = new Newcomers()
  const admission = new Admission({ workBytesMax: 1e9, waitingBytesMax: 1e9, newcomers }, () => 0)
  newcomers.note()
  assert.equal(admission.enter(largeRequestBytesMin - 1, 1, wanted), true)
  const large: boolean[] = []
  noting(admission.enter(largeRequestBytesMin, 1, wanted), large)
  for (let turns = 0; turns < 5; turns += 1) {
    newcomers.note()
    await turn()
  }
  assert.deepEqual(large, [])
  await turn()
  await turn()
  assert.deepEqual(large, [true])
})
