/**
 * The requests that this process answered last, for whoever looks: `GET /_stator/requests`, a log, a test. It keeps no more of them than it
 * says, and of each no more than its key: values of other attributes only when all is asked for, and then so many bytes of them.
 */
import { keptRequestsMax, keptStrangersEveryMs, keptStrangersMax, keptTextsBytesMax } from '../limits.ts'
import type { AnsweredRequest, RequestTexts } from './answered-request.ts'
import type { CallerCounts } from './caller-counts.ts'
import { RequestRing } from './request-ring.ts'

/** Off: nothing is kept. Keys: no values of other attributes. Full: requests for items and their answers whole, the last ones. */
export type TraceMode = 'off' | 'keys' | 'full'

export type Follower = (request: AnsweredRequest, number: number) => void

export class RequestFeed {
  readonly mode: TraceMode
  readonly #kept: RequestRing | undefined
  readonly #texts = new Map<number, RequestTexts>()
  #textsBytes = 0
  #last = 0
  readonly #followers = new Set<Follower>()
  readonly #callers: CallerCounts | undefined
  /** Of the minute that began then. */
  #strangers = { sinceMs: Number.NEGATIVE_INFINITY, count: 0 }

  /** `callers`: counts all of them. */
  constructor(mode: TraceMode, callers?: CallerCounts) {
    this.mode = mode
    this.#callers = callers
    this.#kept = mode === 'off' ? undefined : new RequestRing(keptRequestsMax)
  }

  /** Whether anybody wants to know of requests. */
  get isWanted(): boolean {
    return this.mode !== 'off' || this.#followers.size > 0 || this.#callers !== undefined
  }

  get followerCount(): number {
    return this.#followers.size
  }

  /** The number of the last one: how many there were. */
  get last(): number {
    return this.#last
  }

  /** The number of the first one that is kept; one more than the last when none is. */
  get first(): number {
    return this.#last - (this.#kept?.size ?? 0) + 1
  }

  /** Undefined when it is not kept. */
  at(number: number): AnsweredRequest | undefined {
    return number < this.first || number > this.#last ? undefined : this.#kept?.get(number)
  }

  /** As it came and went, if that is kept. */
  textsOf(number: number): RequestTexts | undefined {
    return this.#texts.get(number)
  }

  /**
   * Notes a request, once its answer is known and before it leaves. `texts`: only in mode full. Of those that were not let in only so many
   * are kept in a minute: whoever sends many pushes out nobody else's.
   */
  add(request: AnsweredRequest, texts?: RequestTexts): void {
    this.#callers?.note(request)
    if (request.caller === undefined && this.#isOneStrangerTooMany(request.atMs)) return
    this.#last += 1
    this.#kept?.put(this.#last, request)
    if (texts !== undefined) this.#keepTexts(texts)
    for (const onAnswered of this.#followers) onAnswered(request, this.#last)
  }

  /** Calls `onAnswered` for each request from now on; it must not throw. Returns what ends that. */
  follow(onAnswered: Follower): () => void {
    this.#followers.add(onAnswered)
    return () => void this.#followers.delete(onAnswered)
  }

  #isOneStrangerTooMany(nowMs: number): boolean {
    if (Math.abs(nowMs - this.#strangers.sinceMs) >= keptStrangersEveryMs) this.#strangers = { sinceMs: nowMs, count: 0 }
    this.#strangers.count += 1
    return this.#strangers.count > keptStrangersMax
  }

  #keepTexts(texts: RequestTexts): void {
    this.#texts.set(this.#last, texts)
    this.#textsBytes += bytesOf(texts)
    for (const [number, oldest] of this.#texts) {
      if (this.#textsBytes <= keptTextsBytesMax && number >= this.first) return
      this.#texts.delete(number)
      this.#textsBytes -= bytesOf(oldest)
    }
  }
}

/** Of memory: two bytes a character at the most. */
function bytesOf({ request, response }: RequestTexts): number {
  return 2 * (request.length + response.length)
}
