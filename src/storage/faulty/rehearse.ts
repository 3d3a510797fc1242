/**
 * A first attempt at a write that comes to nothing, as stores of several machines make them: `decide` is called, and what its turn
 * did is dropped.
 */
import { AssertionFailure } from '../../base/assert.ts'
import type { Guard, KeyBytes, Store, TurnFollower, WriteTurn } from '../store.ts'

/**
 * Resolves when the attempt is dropped, whatever became of it. Its followers hear of that before anything else is decided, as they do
 * where a store decides again: what an attempt has taken is there for the next one. Rejects only when `decide` broke the contract.
 */
export async function rehearse(
  store: Store,
  reads: readonly KeyBytes[],
  decide: (turn: WriteTurn) => unknown,
  guards?: readonly Guard[],
): Promise<void> {
  const attempt = (turn: WriteTurn): unknown => {
    const followers: TurnFollower[] = []
    let result: unknown
    try {
      result = decide(withFollow(turn, (follower) => followers.push(follower)))
    } finally {
      for (const follower of followers) drop(follower)
    }
    // The store says what it thinks of a promise.
    if (typeof result === 'object' && result !== null && 'then' in result) return result
    throw new Rehearsed()
  }
  try {
    await store.write(reads, attempt, guards)
  } catch (error) {
    if (error instanceof AssertionFailure) throw error
  }
}

class Rehearsed extends Error {}

function drop(follower: TurnFollower): void {
  try {
    follower.dropped?.()
  } catch (error) {
    throw new AssertionFailure('a follower of a turn threw', { error })
  }
}

/** The same turn, but for who follows it. */
export function withFollow(turn: WriteTurn, follow: (follower: TurnFollower) => void): WriteTurn {
  return {
    get: (key) => turn.get(key),
    put: (key, value) => turn.put(key, value),
    delete: (key) => turn.delete(key),
    add: (counter, amounts) => turn.add(counter, amounts),
    clear: (counter) => turn.clear(counter),
    append: (log, value) => turn.append(log, value),
    open: (log, lastNumber) => turn.open(log, lastNumber),
    last: (log) => turn.last(log),
    close: (log) => turn.close(log),
    drop: (log) => turn.drop(log),
    makesRoom: () => turn.makesRoom(),
    follow,
  }
}
