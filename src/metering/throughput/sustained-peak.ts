/**
 * The highest traffic so far of a table on demand, as far as it counts: DynamoDB serves twice the previous peak, and growth beyond
 * that within thirty minutes may be throttled (capacity.md §7.3). Here a peak is the average of a whole minute, and it counts once it
 * is thirty minutes old. [I]
 */
import { peakMaturesAfterMinutes } from '../../api/limits.ts'
import { minuteMs } from '../../base/clock.ts'

/** Units per second. Fixed memory. */
export class SustainedPeak {
  /** Sums of the last minutes, the minute `m` at `m % length`. */
  readonly #sums = new Float64Array(peakMaturesAfterMinutes + 1)
  #minute = Number.NEGATIVE_INFINITY
  #matured = 0

  note(units: number, nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs)
    if (minute !== this.#minute) this.#goTo(minute)
    const at = minute % this.#sums.length
    this.#sums[at] = (this.#sums[at] ?? 0) + units
  }

  /** The highest average of a minute that ended thirty minutes ago or earlier. */
  maturedUnits(nowMs: number): number {
    const minute = Math.floor(nowMs / minuteMs)
    if (minute > this.#minute) this.#goTo(minute)
    return this.#matured
  }

  /** Minutes leave the ring when they are old enough to count. */
  #goTo(minute: number): void {
    const passed = minute - this.#minute
    // A clock that was set back goes on in the minute that it shows, and what is in the ring waits for its time.
    if (passed < 0) {
      this.#minute = minute
      return
    }
    for (let step = 1; step <= Math.min(passed, this.#sums.length); step += 1) {
      const at = (this.#minute === Number.NEGATIVE_INFINITY ? minute : this.#minute + step) % this.#sums.length
      this.#matured = Math.max(this.#matured, (this.#sums[at] ?? 0) / 60)
      this.#sums[at] = 0
    }
    this.#minute = minute
  }
}
