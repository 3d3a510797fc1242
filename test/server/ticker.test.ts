/** The heartbeat of the background jobs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTicker } from '../../src/server/ticker.ts'

test('Rounds come one at a time, and a failed one is logged and followed by the next', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const log: unknown[][] = []
  let rounds = 0
  let finish: (failure?: Error) => void = () => {}
  const round = (): Promise<boolean> => {
    rounds += 1
    return new Promise((resolve, reject) => {
      finish = (failure) => (failure === undefined ? resolve(false) : reject(failure))
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

test('Asked for, rounds come after the one under way until nothing is left, and meanwhile none by itself', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const finish: ((isMore: boolean) => void)[] = []
  const round = (): Promise<boolean> => new Promise((resolve) => finish.push(resolve))
  const ticker = startTicker({ everyMs: 100, round, log: () => {} })
  t.mock.timers.tick(100)
  let isDone = false
  const running = ticker.runNow().then(() => {
    isDone = true
  })
  assert.equal(finish.length, 1)
  for (const [at, isMore] of [true, true].entries()) {
    finish[at]?.(isMore)
    await new Promise(setImmediate)
    t.mock.timers.tick(100)
    assert.equal(finish.length, at + 2)
    assert.equal(isDone, false)
  }
  finish[2]?.(false)
  await running
  await ticker.stop()
})

test('Without a time between them, rounds come only when asked for, and a failed one is told to who asked', async () => {
  const outcomes = [true, false, new Error('no disk'), false]
  const round = async (): Promise<boolean> => {
    const outcome = outcomes.shift() ?? assert.fail('one round too many')
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  const ticker = startTicker({ round, log: () => assert.fail('it was told already') })
  await ticker.runNow()
  assert.equal(outcomes.length, 2)
  await assert.rejects(ticker.runNow(), { message: 'no disk' })
  await ticker.runNow()
  await ticker.stop()
})

test('Rounds that fail one after the other are told of at once, then once a minute, and at once when one of them did well', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let lines = 0
  let isDamaged = true
  const round = async (): Promise<boolean> => {
    if (isDamaged) throw new Error('a row is damaged')
    return false
  }
  const ticker = startTicker({ everyMs: 100, round, log: () => (lines += 1) })
  const afterRounds = async (count: number): Promise<number> => {
    for (let done = 0; done < count; done += 1) {
      t.mock.timers.tick(100)
      await new Promise(setImmediate)
    }
    return lines
  }
  assert.equal(await afterRounds(1), 1)
  assert.equal(await afterRounds(599), 1)
  assert.equal(await afterRounds(1), 2)
  isDamaged = false
  await afterRounds(1)
  isDamaged = true
  assert.equal(await afterRounds(2), 3)
  await ticker.stop()
})

test('Asked for, rounds go on as long as something was under way that they began, and no longer than half a minute is waited for it', async () => {
  const events: string[] = []
  const busy = [true, true, false]
  const ticker = startTicker({
    round: async () => {
      events.push('round')
      return false
    },
    rest: async (withinMs) => {
      assert.ok(withinMs > 0 && withinMs <= 30_000)
      events.push('rest')
      return busy.shift() ?? false
    },
    log: () => {},
  })
  await ticker.runNow()
  assert.deepEqual(events, ['round', 'rest', 'round', 'rest', 'round', 'rest'])
})

test('What has not ended after half a minute is left to go on', async (t) => {
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  let rounds = 0
  const ticker = startTicker({
    round: async () => {
      rounds += 1
      return false
    },
    rest: async (withinMs) => {
      nowMs += withinMs
      return true
    },
    log: () => {},
  })
  await ticker.runNow()
  assert.equal(rounds, 2)
})
