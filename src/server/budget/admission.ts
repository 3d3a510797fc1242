/**
 * Which requests may begin: as many as fit into a number of bytes by what each may come to hold while it is at work (request-weight.ts).
 * The next ones wait in the order they came, for a moment; what does not fit among those that wait, or waits for too long, is refused
 * while refusing costs little. One at a time always fits. And only so much begins in one turn of the event loop that those who ask for
 * the server's health, whom nothing keeps waiting here, have their turn; nothing large begins while connections are let in (newcomers.ts).
 */
import { stopwatchMs } from '../../base/clock.ts'
import {
  admissionWaitMs,
  begunPerLook,
  begunPerTurnMax,
  begunTurnMs,
  bodyBytesPerBegun,
  largeRequestBytesMin,
  restingTurnsAfterLong,
  waitingRequestsMax,
} from '../limits.ts'
import { Line } from './line.ts'
import type { Newcomers } from './newcomers.ts'

export interface AdmissionLimits {
  /** What requests at work may hold together. */
  readonly workBytesMax: number
  /** What the bodies of those that wait may be together. */
  readonly waitingBytesMax: number
  /** While somebody comes, nothing large begins. Left out: nobody does. */
  readonly newcomers?: Newcomers
  /** Called with what a request may have held when it has ended. */
  readonly onFreed?: ((weightBytes: number) => void) | undefined
}

interface Waiting {
  readonly weightBytes: number
  readonly bodyBytes: number
  readonly untilMs: number
  readonly asker: Asker
  readonly settle: (isAdmitted: boolean) => void
}

/** Who waits may go away meanwhile. */
export interface Asker {
  isWanted(): boolean
}

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #stopwatch: () => number
  #workBytes = 0
  /** What began in this turn, or in a few that next to nothing began in. */
  #begun = 0
  /** When the turn began that is being looked at; undefined while none is. */
  #turnSinceMs: number | undefined
  #restingTurns = 0
  /** How much may begin in one: as much as the last turns had time for. */
  #begunMax = begunPerTurnMax
  #working = 0
  readonly #waiting = new Line<Waiting>()
  #waitingBytes = 0
  #refused = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limits: AdmissionLimits, stopwatch: () => number = stopwatchMs) {
    this.#limits = limits
    this.#stopwatch = stopwatch
  }

  /** How many have begun and not left, how many wait, and how many were ever refused. */
  get counts(): { readonly working: number; readonly waiting: number; readonly refused: number } {
    return { working: this.#working, waiting: this.#waiting.length, refused: this.#refused }
  }

  /** Whether a request may begin, now or when it is its turn; whoever does calls `leave` with the same weight once. */
  enter(weightBytes: number, bodyBytes: number, asker: Asker): boolean | Promise<boolean> {
    if (this.#waiting.length === 0 && this.#fits(weightBytes, bodyBytes)) {
      this.#begin(weightBytes, bodyBytes)
      return true
    }
    if (this.#waiting.length >= waitingRequestsMax || this.#waitingBytes + bodyBytes > this.#limits.waitingBytesMax) {
      this.#refused += 1
      return false
    }
    return new Promise((settle) => {
      const untilMs = this.#stopwatch() + admissionWaitMs
      this.#waiting.push({ weightBytes, bodyBytes, untilMs, asker, settle })
      this.#waitingBytes += bodyBytes
      this.#timer ??= setTimeout(this.#onTime, admissionWaitMs)
      this.#noticeTurn()
    })
  }

  leave(weightBytes: number): void {
    this.#workBytes -= weightBytes
    this.#working -= 1
    this.#limits.onFreed?.(weightBytes)
    if (this.#waiting.length > 0) this.#letIn()
  }

  #fits(weightBytes: number, bodyBytes: number): boolean {
    if (weightBytes >= largeRequestBytesMin && this.#limits.newcomers?.areComing === true) return false
    if (this.#begun > 0 && (this.#begun + effort(bodyBytes) > this.#begunMax || this.#isTurnLong())) return false
    return this.#workBytes + weightBytes <= this.#limits.workBytesMax || this.#working === 0
  }

  #begin(weightBytes: number, bodyBytes: number): void {
    this.#workBytes += weightBytes
    this.#working += 1
    this.#begun += effort(bodyBytes)
    if (this.#begun >= begunPerLook) this.#noticeTurn()
  }

  #noticeTurn(): void {
    if (this.#turnSinceMs !== undefined) return
    this.#turnSinceMs = this.#stopwatch()
    setImmediate(this.#onTurn)
  }

  /** Looks at the time now and then: what began before this was asked has been worked on. */
  #isTurnLong(): boolean {
    if (this.#turnSinceMs === undefined || this.#begun % begunPerLook !== 0) return false
    return this.#stopwatch() - this.#turnSinceMs >= begunTurnMs
  }

  readonly #onTurn = (): void => {
    const tookMs = this.#stopwatch() - (this.#turnSinceMs ?? 0)
    if (tookMs > begunTurnMs) this.#begunMax = Math.max(1, Math.floor((this.#begun * begunTurnMs) / tookMs))
    else this.#begunMax = Math.min(begunPerTurnMax, 2 * this.#begunMax)
    this.#restingTurns = tookMs > begunTurnMs ? restingTurnsAfterLong : 0
    this.#endTurn()
  }

  /** After a long turn come some in which nothing begins: asking for health takes several, and each would be as long. */
  readonly #endTurn = (): void => {
    if (this.#restingTurns > 0 && this.#waiting.length > 0) {
      this.#restingTurns -= 1
      setImmediate(this.#endTurn)
      return
    }
    this.#turnSinceMs = undefined
    this.#begun = 0
    if (this.#waiting.length > 0) this.#letIn()
  }

  #letIn(): void {
    for (let first = this.#waiting.first; first !== undefined; first = this.#waiting.first) {
      const { weightBytes, bodyBytes, asker, settle } = first
      const isWanted = asker.isWanted()
      if (isWanted && !this.#fits(weightBytes, bodyBytes)) break
      this.#waiting.shift()
      this.#waitingBytes -= bodyBytes
      if (isWanted) this.#begin(weightBytes, bodyBytes)
      settle(isWanted)
    }
    if (this.#waiting.length > 0) this.#noticeTurn()
  }

  /** Refuses those that have waited for too long, and looks again when the next one will have. */
  readonly #onTime = (): void => {
    const nowMs = this.#stopwatch()
    let { first } = this.#waiting
    for (; first !== undefined && first.untilMs <= nowMs; first = this.#waiting.first) {
      this.#waiting.shift()
      this.#waitingBytes -= first.bodyBytes
      this.#refused += 1
      first.settle(false)
    }
    this.#timer = first && setTimeout(this.#onTime, Math.max(1, first.untilMs - nowMs))
    this.#letIn()
  }
}

/** As many small requests as it is worth. */
function effort(bodyBytes: number): number {
  return 1 + Math.floor(bodyBytes / bodyBytesPerBegun)
}
