import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import type { KeyBytes, StoredValue } from '../store.ts'
import { type CommitTarget, GroupCommit } from './group-commit.ts'

/** Keeps nothing, and calls this with each transaction that begins. */
function targetThat(begins: () => void): CommitTarget {
  return {
    hasForeignWrites: () => false,
    tightness: () => undefined,
    begin: begins,
    get: (): StoredValue | undefined => undefined,
    getDurable: (): StoredValue | undefined => undefined,
    apply: () => {},
    commit: () => {},
    rollback: () => true,
    probe: () => {},
  }
}

function commitsOn(target: CommitTarget): GroupCommit {
  return new GroupCommit({ target, clock: new ManualClock(0), retryAfterMs: 0, failCommit: undefined })
}

function put(commits: GroupCommit, decided: string[], name: string): Promise<void> {
  return commits.write([], (turn) => {
    decided.push(name)
    turn.put(Buffer.from(name) as Uint8Array as KeyBytes, name)
  })
}

test('writes that have waited wait on when the first of them begins another pause', async () => {
  let pauses = 0
  const commits: GroupCommit = commitsOn(
    targetThat(() => {
      pauses += 1
      if (pauses === 1) commits.pause()
    }),
  )
  const decided: string[] = []
  commits.pause()
  const all = ['a', 'b', 'c'].map((name) => put(commits, decided, name))
  commits.resume()
  assert.deepEqual(decided, ['a'])
  commits.resume()
  await Promise.all(all)
  assert.deepEqual(decided, ['a', 'b', 'c'])
})

test('what waits when it is closed is done, however often it pauses meanwhile', async () => {
  const commits: GroupCommit = commitsOn(targetThat(() => commits.pause()))
  const decided: string[] = []
  commits.pause()
  const all = ['a', 'b', 'c'].map((name) => put(commits, decided, name))
  commits.close()
  await Promise.all(all)
  assert.deepEqual(decided, ['a', 'b', 'c'])
})
