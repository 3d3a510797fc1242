/** Tells whoever watches the log that the clock of the machine is wrong, once each time it is: Stator goes by the database's, other programs do not. */
import type { Log } from '../base/log.ts'
import { clockOffMsMax } from '../engine/limits.ts'

export class ClockWarning {
  readonly #log: Log
  #isTold = false

  constructor(log: Log) {
    this.#log = log
  }

  /** `machineAheadMs`: how far the machine's clock is ahead of the database's; negative when it is behind. */
  tell(machineAheadMs: number): void {
    const isOff = Math.abs(machineAheadMs) > clockOffMsMax
    if (isOff && !this.#isTold) {
      const seconds = (Math.abs(machineAheadMs) / 1000).toFixed(1)
      const where = machineAheadMs > 0 ? 'ahead of' : 'behind'
      this.#log(
        `The clock of this machine is ${seconds} s ${where} that of the database: Stator goes by the database's; set one of them right`,
      )
    }
    this.#isTold = isOff
  }
}
