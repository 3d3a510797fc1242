/**
 * The heavy keys of the recent past: two sketches that take turns every five minutes of the clock, so that what is told is five to
 * ten minutes old at most and nothing has to be aged.
 */

import type { KeyBytes } from '../../storage/store.ts'
import { type Estimate, HeavyKeys } from './heavy-keys.ts'

export class RecentKeys {
  #current = new HeavyKeys()
  #previous = new HeavyKeys()
  #window: number

  constructor(window: number) {
    this.#window = window
  }

  /** The window that is going on: whole multiples of `hotKeysWindowMs` since the epoch. A clock set back forgets what was. */
  turnTo(window: number): void {
    if (window === this.#window) return
    const next = this.#previous
    this.#previous = this.#current
    this.#current = next
    this.#current.clear()
    if (window !== this.#window + 1) this.#previous.clear()
    this.#window = window
  }

  /** `hash` as a signed integer. */
  note(hash: number, key: KeyBytes, amount: number): void {
    this.#current.note(hash, key, amount)
  }

  /** The keys of this window; undefined unless it is the one that is going on or the one before. */
  inWindow(window: number): HeavyKeys | undefined {
    if (window === this.#window) return this.#current
    return window === this.#window - 1 ? this.#previous : undefined
  }

  get total(): number {
    return this.#current.total + this.#previous.total
  }

  /** At most twice `keyNamesBytesMax`. */
  get namesBytes(): number {
    return this.#current.namesBytes + this.#previous.namesBytes
  }

  estimate(hash: number): Estimate {
    const now = this.#current.estimate(hash)
    const before = this.#previous.estimate(hash)
    return { amountMin: now.amountMin + before.amountMin, amountMax: now.amountMax + before.amountMax }
  }

  candidates(): ReadonlySet<number> {
    return this.#current.candidates().union(this.#previous.candidates())
  }

  nameOf(hash: number): KeyBytes | undefined {
    return this.#current.nameOf(hash) ?? this.#previous.nameOf(hash)
  }
}
