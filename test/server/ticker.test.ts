/** The heartbeat of the background jobs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTicker } from '../../src/server/ticker.ts'

test('Rounds come one at a time, and a failed one is logged and followed by the next', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const log: unknown[][] = []
  let rounds = 0
  let finish: (failure?: Error) => void = () => {}
  const round = (): Promise<void> => {
    rounds += 1
    return new Promise((resolve, reject) => {
      finish = (failure) => (failure === undefined ? resolve() : reject(failure))
    })
  }
  const ticker = startTicker({ everyMs: 100, round, log: (...entry) => log.push(entry) })
  t.mock.timers.tick(99)
  assert.equal(rounds, 0)
  t.mock.timers.tick(301)
  assert.equal(rounds, 1)
  finish(new Error('no disk'))
  await new Promise(setImmediate)
  assert.deepEqual(log, [['A background job failed; it is tried again', new Error('no disk')]])
  t.mock.timers.tick(100)
  assert.equal(rounds, 2)

  let stopped = false
  const stopping = ticker.stop().then(() => {
    stopped = true
  })
  await new Promise(setImmediate)
  assert.equal(stopped, false)
  finish()
  await stopping
  t.mock.timers.tick(1000)
  assert.equal(rounds, 2)
})
