/** Calls a `decide`, which has to be over when it returns. */
import { assert } from '../../base/assert.ts'
import type { WriteTurn } from '../store.ts'

/** Returns or throws as `decide` does. Throws AssertionFailure when it returned a promise, of which nobody hears any more. */
export function callDecide<T>(decide: (turn: WriteTurn) => T, turn: WriteTurn): T {
  const result = decide(turn)
  if (isThenable(result)) {
    result.then(ignore, ignore)
    assert(false, 'decide returned a promise')
  }
  return result
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function ignore(): void {}
