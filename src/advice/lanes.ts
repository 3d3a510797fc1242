/**
 * Whose requests belong together (a lane), and how sure that is: by the trace id that they carry; else by identity, address and program,
 * if those never have two requests at once; else, mixed, by the same. With each lane goes what it did last.
 */
import type { Confidence } from './finding.ts'
import { lanesMax } from './limits.ts'
import { RecentTouches } from './recent-touches.ts'
import type { Sender } from './sender.ts'

export interface Lane {
  readonly id: string
  /** `low`: mixed. What follows from a sequence of its requests must be tied by what they carry. */
  readonly confidence: Confidence
  /** Before the call that is heard. */
  readonly touches: RecentTouches
}

interface KnownLane extends Lane {
  confidence: Confidence
  endedMs: number
}

/** When a call began and ended, by a clock that nobody moves. */
export interface CallTime {
  readonly beganMs: number
  readonly endedMs: number
}

/** Those used last, a bounded number of them. */
export class Lanes {
  readonly #known = new Map<string, KnownLane>()

  laneOf({ traceId, identity, address, userAgent }: Sender, { beganMs, endedMs }: CallTime): Lane {
    const id = traceId === undefined ? `by ${identity} ${address} ${userAgent}` : `trace ${traceId}`
    let lane = this.#known.get(id)
    if (lane === undefined) {
      lane = { id, confidence: traceId === undefined ? 'medium' : 'high', endedMs: 0, touches: new RecentTouches() }
      if (this.#known.size >= lanesMax) this.#forgetOldest()
    } else this.#known.delete(id)
    this.#known.set(id, lane)
    // Two at once: it is more than one flow of control.
    if (lane.confidence === 'medium' && beganMs < lane.endedMs) lane.confidence = 'low'
    lane.endedMs = Math.max(lane.endedMs, endedMs)
    return lane
  }

  forget(): void {
    this.#known.clear()
  }

  get size(): number {
    return this.#known.size
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
