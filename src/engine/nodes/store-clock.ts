/**
 * What time it is for all who share a store: the store's own, asked for with every beat, and in between as far on as this machine's
 * steady clock. What time of day the machine shows is of no importance: it may be off by hours, or be set while the node runs. It is looked
 * at for one thing: a machine that was suspended shows it by its two clocks going on differently, and until the store is asked again
 * nobody knows by how much this one is behind.
 *
 * It is right within half the time that the store takes to answer, and goes back only when the store's does, by more than
 * `clockOffMsMax`; for less it waits.
 */
import type { Clock } from '../../base/clock.ts'
import { clockLookEveryMs, clockOffMsMax, clockUnheldMsMax } from '../limits.ts'

interface Anchor {
  /** What time it was for the store, */
  readonly storeMs: number
  /** by which reading of the steady clock, and of the machine's. */
  readonly steadyMs: number
  readonly machineMs: number
}

export interface StoreClockParts {
  /** Asks the store. */
  readonly ask: () => Promise<number>
  /** The time of day of this machine. */
  readonly machine: Clock
  readonly steady: Clock
}

export class StoreClock implements Clock {
  readonly #parts: StoreClockParts
  #anchor: Anchor
  /** By the steady clock: when the store answered last in time to be held against. */
  #heldMs = Number.NEGATIVE_INFINITY
  #nextMs = Number.NEGATIVE_INFINITY
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(parts: StoreClockParts) {
    this.#parts = parts
    const { machine, steady } = parts
    this.#anchor = { storeMs: machine.now(), machineMs: machine.now(), steadyMs: steady.now() }
  }

  now(): number {
    const nowMs = Math.floor(this.#at(this.#parts.steady.now()))
    if (nowMs < this.#toldMs && this.#toldMs - nowMs <= clockOffMsMax) return this.#toldMs
    this.#toldMs = nowMs
    return nowMs
  }

  /** How far the machine's own clock is ahead of the store's, negative when it is behind: whole milliseconds, as it was found last. */
  get machineAheadMs(): number {
    return Math.round(this.#anchor.machineMs - this.#anchor.storeMs)
  }

  /** Why this clock may be off by more than `clockOffMsMax`, in one sentence; undefined while it cannot be. */
  get doubt(): string | undefined {
    const { machine, steady } = this.#parts
    const steadyMs = steady.now()
    if (steadyMs - this.#heldMs > clockUnheldMsMax) {
      return Number.isFinite(this.#heldMs)
        ? `The database has not said what time it is for ${Math.round((steadyMs - this.#heldMs) / 1000)} s`
        : 'The database has not said yet what time it is'
    }
    const skewMs = machine.now() - this.#anchor.machineMs - (steadyMs - this.#anchor.steadyMs)
    if (Math.abs(skewMs) <= clockOffMsMax) return undefined
    return `The clock of this machine moved by ${(skewMs / 1000).toFixed(1)} s, and is to be held against that of the database again`
  }

  /** When it is time for it, or there is a doubt: asks the store. Rejects as the store does. */
  async look(): Promise<void> {
    const { ask, machine, steady } = this.#parts
    const askedMs = steady.now()
    if (askedMs < this.#nextMs && this.doubt === undefined) return
    this.#nextMs = askedMs + clockLookEveryMs
    const answerMs = await ask()
    const steadyMs = steady.now()
    const errorMs = (steadyMs - askedMs) / 2
    const isFirst = !Number.isFinite(this.#heldMs)
    // An answer that was long on its way says less than what is known already.
    if (errorMs > clockOffMsMax && !isFirst) return
    const middleMs = answerMs + errorMs
    // What is known and does not disagree is as likely as what was heard now, and stays: time is to go on evenly.
    const agrees = !isFirst && Math.abs(this.#at(steadyMs) - middleMs) <= errorMs
    this.#anchor = { storeMs: agrees ? this.#at(steadyMs) : middleMs, steadyMs, machineMs: machine.now() }
    if (errorMs <= clockOffMsMax) this.#heldMs = steadyMs
  }

  #at(steadyMs: number): number {
    return this.#anchor.storeMs + steadyMs - this.#anchor.steadyMs
  }
}
