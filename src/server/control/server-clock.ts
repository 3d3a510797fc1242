/**
 * The engine's clock as the control endpoint shows and moves it. How it was moved ends with the process, but on a shared store; timers
 * of the machine go on as they are.
 */

import { type MovableClock, parseTime } from '../../base/clock.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { settableTimeMsMax } from '../limits.ts'
import { ControlError } from './control-error.ts'

export interface ClockReading {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number
  /** The same in ISO 8601. */
  readonly now: string
  /** Whether it stands still until it is moved or let go. */
  readonly frozen: boolean
  /** What was due and is still being done; left out: nothing. */
  readonly underWay?: readonly string[]
}

export interface ClockSetting {
  /** In ISO 8601, or in milliseconds since the Unix epoch. */
  readonly now?: string | number
  readonly frozen?: boolean
}

export interface ClockAdvance {
  readonly byMs: number
}

export function clockReading({ clock }: MeteredEngine, underWay: readonly string[] = []): ClockReading {
  const nowMs = clock.now()
  return { nowMs, now: new Date(nowMs).toISOString(), frozen: clock.isFrozen, ...(underWay.length > 0 && { underWay }) }
}

export function setClock(clock: MovableClock, { now, frozen }: ClockSetting): void {
  const timeMs = timeMsOf(now)
  // Frozen first: a clock that is set and then goes on may be a millisecond later when it is frozen.
  if (frozen === true) clock.freeze()
  if (timeMs !== undefined) clock.set(timeMs)
  if (frozen === false) clock.unfreeze()
}

export function advanceClock(clock: MovableClock, { byMs }: ClockAdvance): void {
  if (!isSettable(clock.now() + byMs)) throw new ControlError(400, 'The clock goes to the end of the year 9999 and no further.')
  clock.advance(byMs)
}

/** Milliseconds since the epoch, if the clock can be set to that. */
export function timeMsOf(time: unknown): number | undefined {
  const timeMs = typeof time === 'string' ? parseTime(time) : time
  return typeof timeMs === 'number' && isSettable(timeMs) ? timeMs : undefined
}

function isSettable(timeMs: number): boolean {
  return Number.isInteger(timeMs) && timeMs >= 0 && timeMs <= settableTimeMsMax
}
