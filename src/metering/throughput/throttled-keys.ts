/**
 * Which partition keys were throttled most, in fixed memory: the Space-Saving sketch (Metwally, Agrawal and El Abbadi, 2005). A key that is
 * new takes the place of the one with the least, and its count: so counts are never too low, and a key with more than an eighth of
 * all is always among them. Keys with equal hashes are one.
 */

import { copyOfKey, hashOf, hasPartitionKey } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { throttledKeysMax } from '../limits.ts'

interface Counted {
  hash: number
  key: KeyBytes
  count: number
}

export interface ThrottledKey {
  /** A store key with this partition key. */
  readonly key: KeyBytes
  /** At most so many. */
  readonly count: number
}

export class ThrottledKeys {
  readonly #counted: Counted[] = []

  /** A key that is no item's, where a Scan begins, counts for none. */
  note(key: KeyBytes): void {
    if (!hasPartitionKey(key)) return
    const hash = hashOf(key)
    let least: Counted | undefined
    for (const counted of this.#counted) {
      if (counted.hash === hash) {
        counted.count += 1
        return
      }
      if (least === undefined || counted.count < least.count) least = counted
    }
    if (least === undefined || this.#counted.length < throttledKeysMax) {
      this.#counted.push({ hash, key: copyOfKey(key), count: 1 })
      return
    }
    least.hash = hash
    least.key = copyOfKey(key)
    least.count += 1
  }

  /** The most frequent first. */
  list(): readonly ThrottledKey[] {
    return this.#counted.toSorted((a, b) => b.count - a.count).map(({ key, count }) => ({ key, count }))
  }

  clear(): void {
    this.#counted.length = 0
  }
}
