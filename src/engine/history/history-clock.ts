/**
 * At which moment a change is made, for tables that keep their past: by the clock, but never before what was changed already. A clock that
 * is set back stands still here until a new epoch has begun (begin-epochs.ts), one that is behind another node's until it has caught up
 * with the item; and all changes of one turn are made at the same time. What it remembers only ever delays, so an attempt that comes to
 * nothing does no harm.
 */
import type { Clock } from '../../base/clock.ts'
import { StoreUnavailable, type WriteTurn } from '../../storage/store.ts'
import { clockBackMsMax } from '../limits.ts'
import { currentEpoch, type History } from '../schema/history.ts'

/** When a change was made: µs since 1970, in an epoch of its table. */
export interface ChangeTime {
  readonly epoch: number
  readonly us: number
}

export class HistoryClock {
  readonly #clock: Clock
  /** The last time of a table, by table id. */
  readonly #lasts = new Map<number, ChangeTime>()
  /** What one turn has taken for the time so far. */
  readonly #turns = new WeakMap<WriteTurn, number>()
  /** Of tables that nothing can be said of before a new epoch has begun: the number of the one before it, by table id. */
  readonly #ended = new Map<number, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** No change is of the current epoch any more: nobody knows what the clock showed in it. */
  endEpoch(tableId: number, history: History): void {
    this.#ended.set(tableId, currentEpoch(history).number)
  }

  isEpochEnded(tableId: number, history: History): boolean {
    const ended = this.#ended.get(tableId)
    if (ended === undefined || ended === currentEpoch(history).number) return ended !== undefined
    this.#ended.delete(tableId)
    return false
  }

  /**
   * When the turn changes an item of this table that was changed at `last` before. StoreUnavailable while the table waits for a new
   * epoch: what could not be put then, the change could not be, either.
   */
  timeOf(turn: WriteTurn, tableId: number, history: History, last: ChangeTime | undefined): ChangeTime {
    if (this.#ended.size > 0 && this.isEpochEnded(tableId, history))
      throw new StoreUnavailable('the store has not yet taken what must come before changes of a table that keeps its past')
    const { number: epoch, sinceMs } = currentEpoch(history)
    const latest = this.#lasts.get(tableId)
    const us = Math.max(
      this.#turns.get(turn) ?? Math.round(this.#clock.now() * 1000),
      Math.round(sinceMs * 1000),
      latest?.epoch === epoch ? latest.us : 0,
      last?.epoch === epoch ? last.us : 0,
    )
    this.#turns.set(turn, us)
    const time = { epoch, us }
    this.#lasts.set(tableId, time)
    return time
  }

  /** Whether the clock is so far behind the changes of the table that it must have been set back. */
  isSetBack(tableId: number, history: History, nowMs: number): boolean {
    const latest = this.#lasts.get(tableId)
    return latest !== undefined && latest.epoch === currentEpoch(history).number && latest.us > (nowMs + clockBackMsMax) * 1000
  }

  forget(tableId: number): void {
    this.#ended.delete(tableId)
    this.#lasts.delete(tableId)
  }
}
