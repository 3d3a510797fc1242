/** The one source of time. Everything that depends on the time of day asks a Clock, so that it can be moved: by tests and by users. */

export const secondMs = 1000
export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** As far from 1970 as a date can be. */
export const dateSecondsMax = 8.64e12

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** For how long something took: milliseconds, with fractions, since some moment. Not the time of day, and nobody moves it. */
export function stopwatchMs(): number {
  return performance.now()
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  advance(byMs: number): void {
    this.#nowMs += byMs
  }
}

/** How a clock was moved. */
export interface ClockOffset {
  /** How far it is ahead of the clock that it goes with; negative when it is behind. */
  readonly aheadMs: number
  /** At which time it stands still. */
  readonly frozenMs?: number
}

/** Another clock, as far ahead of it or behind it as was asked for, or frozen. Times are whole milliseconds since the epoch. */
export class MovableClock implements Clock {
  readonly #base: Clock
  #aheadMs = 0
  #frozenMs: number | undefined

  constructor(base: Clock) {
    this.#base = base
  }

  now(): number {
    return this.#frozenMs ?? this.#base.now() + this.#aheadMs
  }

  get isFrozen(): boolean {
    return this.#frozenMs !== undefined
  }

  get offset(): ClockOffset {
    return { aheadMs: this.#aheadMs, ...(this.#frozenMs !== undefined && { frozenMs: this.#frozenMs }) }
  }

  /** As one that was moved so. */
  moveTo({ aheadMs, frozenMs }: ClockOffset): void {
    this.#aheadMs = aheadMs
    this.#frozenMs = frozenMs
  }

  /** One that goes with the same clock, and can be moved without this one. */
  copy(): MovableClock {
    const copy = new MovableClock(this.#base)
    copy.moveTo(this.offset)
    return copy
  }

  /** From now on it is this time. A frozen clock stays frozen. */
  set(timeMs: number): void {
    this.#aheadMs = timeMs - this.#base.now()
    if (this.isFrozen) this.#frozenMs = timeMs
  }

  /** Lets so much time pass at once. A frozen clock stays frozen. */
  advance(byMs: number): void {
    if (this.#frozenMs === undefined) this.#aheadMs += byMs
    else this.#frozenMs += byMs
  }

  freeze(): void {
    this.#frozenMs ??= this.now()
  }

  /** Goes on from the time at which it was frozen. */
  unfreeze(): void {
    if (this.#frozenMs === undefined) return
    this.#aheadMs = this.#frozenMs - this.#base.now()
    this.#frozenMs = undefined
  }

  /** Shows the time of the other clock again. */
  reset(): void {
    this.#aheadMs = 0
    this.#frozenMs = undefined
  }
}

const isoPattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/**
 * Milliseconds since the epoch of a time in ISO 8601: a date (midnight in UTC), or a date and a time with its zone. Undefined for
 * anything else.
 */
export function parseTime(text: string): number | undefined {
  const timeMs = isoPattern.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(timeMs)) return undefined
  // The parser makes 2 March of 30 February.
  const date = text.slice(0, 'YYYY-MM-DD'.length)
  return new Date(date).toISOString().startsWith(date) ? timeMs : undefined
}
