import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkpointEveryBytes, checkpointLeftBytesMax, checkpointRoundsMax, walKeptBytes, walWarnedFromBytes } from '../limits.ts'
import { CheckpointPolicy, type CheckpointStep, frameBytes } from './checkpoint-policy.ts'
import type { CheckpointResult } from './checkpoint-worker.ts'

const [short, long] = [Math.floor(walKeptBytes / frameBytes), Math.floor(walKeptBytes / frameBytes) + 1]
const idle: CheckpointStep = { phase: 'idle', warnings: [] }
const failure = 'checkpoint failed, the write-ahead log keeps growing: disk I/O error'

function copied(logFrames: number, copiedFrames: number = logFrames): CheckpointResult {
  return { logFrames, copiedFrames }
}

/** As the worker tells it. */
const failed: CheckpointResult = { logFrames: 0, copiedFrames: 0, failed: 'disk I/O error' }

/** One whose checkpoint beside the writes is under way. */
function begun(policy: CheckpointPolicy = new CheckpointPolicy()): CheckpointPolicy {
  assert.equal(policy.grew(checkpointEveryBytes), true)
  return policy
}

/** One whose writes wait. */
function alone(policy: CheckpointPolicy, logFrames: number): CheckpointPolicy {
  assert.deepEqual(begun(policy).finished(copied(logFrames), 0), { phase: 'alone', warnings: [] })
  return policy
}

describe('CheckpointPolicy', () => {
  test('begins when the log has grown by so much, and not again while one is under way', () => {
    const policy = new CheckpointPolicy()
    assert.equal(policy.grew(checkpointEveryBytes - 1), false)
    assert.equal(policy.grew(1), true)
    assert.equal(policy.grew(checkpointEveryBytes), false)
    assert.deepEqual(policy.finished(copied(short), 0), idle)
    assert.equal(policy.grew(0), true, 'what it grew by meanwhile counts')
  })

  test('has writes wait at once for a short log that is longer than the room for it', () => {
    const policy = begun()
    assert.equal(policy.grew(checkpointLeftBytesMax + 1), false)
    assert.deepEqual(policy.finished(copied(short), 0, short * frameBytes - 1), { phase: 'alone', warnings: [] })
    assert.deepEqual(begun().finished(copied(short), 0, short * frameBytes), idle)
  })

  test('has no writes wait for a short log, whatever is left and whoever holds it', () => {
    for (const held of [0, 3]) assert.deepEqual(begun().finished(copied(short, 0), held), idle)
  })

  test('has writes wait for a long log of which little is left', () => {
    assert.equal(begun().finished(copied(long), 0).phase, 'alone')
    const grown = begun()
    grown.grew(checkpointLeftBytesMax)
    assert.equal(grown.finished(copied(long), 0).phase, 'alone')
  })

  test('goes on beside the writes while much is left, so many times, and then has them wait', () => {
    const policy = new CheckpointPolicy()
    for (let time = 0; time < 2; time += 1) {
      begun(policy)
      for (let round = 0; round < checkpointRoundsMax; round += 1) {
        policy.grew(checkpointLeftBytesMax + 1)
        assert.equal(policy.finished(copied(long), 0).phase, 'beside')
      }
      policy.grew(checkpointLeftBytesMax + 1)
      assert.equal(policy.finished(copied(long), 0).phase, 'alone')
      assert.deepEqual(policy.finished(copied(long), 0), idle)
    }
  })

  test('has writes wait again as soon as the log is long, when it could be emptied', () => {
    const policy = alone(new CheckpointPolicy(), long)
    assert.deepEqual(policy.finished(copied(long), 0), idle)
    alone(policy, long)
  })

  for (const [why, result, held] of [
    ['a view is held', copied(long), 1],
    ['something is left', copied(long, long - 1), 0],
    ['it failed', failed, 0],
  ] as const) {
    test(`has writes wait only when the log is much longer, when it could not be emptied since ${why}`, () => {
      const policy = alone(new CheckpointPolicy(), long)
      assert.deepEqual(policy.finished(result, held), { ...idle, warnings: why === 'it failed' ? [failure] : [] })
      const muchLonger = Math.floor((Math.max(result.logFrames * frameBytes, walKeptBytes) + walKeptBytes) / frameBytes)
      assert.deepEqual(begun(policy).finished(copied(muchLonger), 0), idle)
      alone(policy, muchLonger + 1)
      policy.finished(copied(muchLonger + 1), 1)
      assert.deepEqual(begun(policy).finished(copied(muchLonger + 1), 0), idle)
      // It has begun afresh.
      assert.deepEqual(begun(policy).finished(copied(short), 0), idle)
      alone(policy, long)
    })
  }

  test('warns of a checkpoint that failed, and of a log that has grown large', () => {
    assert.deepEqual(begun().finished(failed, 0), { phase: 'idle', warnings: [failure] })
    const large = Math.ceil(walWarnedFromBytes / frameBytes)
    const policy = alone(new CheckpointPolicy(), large - 1)
    assert.deepEqual(policy.finished(copied(large - 1), 2), idle)
    const next = 2 * large
    alone(policy, next)
    const sizeMib = Math.round((next * frameBytes) / 1024 / 1024)
    assert.deepEqual(policy.finished(copied(next), 2), {
      phase: 'idle',
      warnings: [`the write-ahead log has grown to ${sizeMib} MiB and cannot be emptied: 2 view(s) are still held`],
    })
  })
})
