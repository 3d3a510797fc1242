import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { jobRoundsMax } from '../limits.ts'
import { type Job, runDueJobs, stepFirst } from './run-due-jobs.ts'

const clock = new ManualClock(7)

/** A job with so many steps to do, told by its name in `done`. */
function jobOf(name: string, steps: number, done: string[], extra: Partial<Job> = {}): Job {
  let left = steps
  return {
    name,
    step: async () => {
      if (left === 0) return false
      left -= 1
      done.push(name)
      return true
    },
    ...extra,
  }
}

function failing(name: string, done: string[], reason: string): Job {
  return {
    name,
    step: async () => {
      done.push(name)
      throw new Error(reason)
    },
  }
}

test('every job has its step in every round, until none has anything to do', async () => {
  const done: string[] = []
  assert.equal(await runDueJobs([jobOf('a', 3, done), jobOf('b', 1, done), jobOf('c', 2, done)], clock), false)
  assert.deepEqual(done, ['a', 'b', 'c', 'a', 'c', 'a'])
})

test('a step is told the time that it is then', async () => {
  const moving = new ManualClock(0)
  const times: number[] = []
  const job: Job = {
    name: 'a',
    step: async (nowMs) => {
      times.push(nowMs)
      moving.advance(10)
      return times.length < 3
    },
  }
  await runDueJobs([job], moving)
  assert.deepEqual(times, [0, 10, 20])
})

test('a job that fails keeps no other from its steps, has none itself for the time being, and is told of at the end', async () => {
  const done: string[] = []
  const jobs = [jobOf('a', 2, done), failing('bad', done, 'disk full'), jobOf('c', 3, done)]
  await assert.rejects(runDueJobs(jobs, clock), (error: Error) => {
    assert.equal(error.message, 'The job bad failed')
    assert.ok(error.cause instanceof Error)
    assert.equal(error.cause.message, 'disk full')
    return true
  })
  assert.deepEqual(done, ['a', 'bad', 'c', 'a', 'c', 'c'])
})

test('a job that failed is tried again in the next call', async () => {
  const done: string[] = []
  let isBroken = true
  const job: Job = {
    name: 'a',
    step: async () => {
      if (isBroken) throw new Error('not yet')
      done.push('a')
      return false
    },
  }
  await assert.rejects(runDueJobs([job], clock), /The job a failed/)
  isBroken = false
  assert.equal(await runDueJobs([job], clock), false)
  assert.deepEqual(done, ['a'])
})

test('of several that fail the first is told of', async () => {
  const done: string[] = []
  await assert.rejects(runDueJobs([failing('one', done, 'x'), failing('two', done, 'y')], clock), /The job one failed/)
  assert.deepEqual(done, ['one', 'two'])
})

test('a job that always has something to do lets others in after so many rounds, and more is known to be left', async () => {
  const done: string[] = []
  const told: string[] = []
  const endless = jobOf('endless', Number.POSITIVE_INFINITY, done, { settled: () => told.push('endless') })
  assert.equal(await runDueJobs([endless, jobOf('b', 1, done)], clock), true)
  assert.equal(done.length, jobRoundsMax + 1)
  assert.deepEqual(told, [])
})

test('all jobs are told when there was nothing left to do for any', async () => {
  const told: string[] = []
  const settled = (name: string) => (nowMs: number) => told.push(`${name} ${nowMs}`)
  const jobs = [jobOf('a', 2, [], { settled: settled('a') }), jobOf('b', 0, [], { settled: settled('b') })]
  await runDueJobs(jobs, clock)
  assert.deepEqual(told, ['a 7', 'b 7'])
})

test('a step that fails on one thing goes on with the next, and ends with the first that had something to do', async () => {
  const tried: number[] = []
  const step = async (item: number): Promise<boolean> => {
    tried.push(item)
    if (item === 1) throw new Error('one is broken')
    return item === 3
  }
  assert.equal(await stepFirst([0, 1, 2, 3, 4], step), true)
  assert.deepEqual(tried, [0, 1, 2, 3])
  await assert.rejects(stepFirst([0, 1, 2], step), /one is broken/)
  assert.equal(await stepFirst([0, 2], step), false)
})
