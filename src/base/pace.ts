/** Long work in slices: whoever does much for one request lets others have their turn whenever a slice is over. */
import { setImmediate } from 'node:timers/promises'
import { stopwatchMs } from './clock.ts'
import { sliceMs, workPerLook } from './limits.ts'

/** Thrown between two slices when nobody waits any more for what is being done. */
export class NobodyWaits extends Error {}

export class Pace {
  readonly #stopwatch: () => number
  readonly #isWanted: () => boolean
  #untilMs: number
  #work = 0

  /** The first slice begins now. `isWanted`: whether somebody still waits for what is done so. */
  constructor(stopwatch: () => number = stopwatchMs, isWanted: () => boolean = () => true) {
    this.#stopwatch = stopwatch
    this.#isWanted = isWanted
    this.#untilMs = stopwatch() + sliceMs
  }

  /** Whether a slice is over, after `work` more: one unit is what an item of a few attributes takes, or a kilobyte. */
  isOver(work: number): boolean {
    this.#work += work
    if (this.#work < workPerLook) return false
    this.#work = 0
    return this.#stopwatch() >= this.#untilMs
  }

  /** Lets others have their turn; then the next slice begins. Rejects with NobodyWaits when none is needed. */
  async pause(): Promise<void> {
    await setImmediate()
    if (!this.#isWanted()) throw new NobodyWaits()
    this.#untilMs = this.#stopwatch() + sliceMs
  }
}

/** Calls `act` for each of them in order; others have their turn between slices. `workOf`: as `isOver` takes it. */
export async function inSlices<T>(
  all: readonly T[],
  workOf: (one: T) => number,
  act: (one: T) => void,
  pace: Pace = new Pace(),
): Promise<void> {
  for (const one of all) {
    if (pace.isOver(workOf(one))) await pace.pause()
    act(one)
  }
}

/** What `make` makes of each of them, each of which may be large: the time is looked at for each. */
export async function madeInSlices<T, Made>(all: readonly T[], make: (one: T, at: number) => Made, pace: Pace): Promise<Made[]> {
  const made: Made[] = []
  for (const [at, one] of all.entries()) {
    if (pace.isOver(workPerLook)) await pace.pause()
    made.push(make(one, at))
  }
  return made
}
