/** Which of the requests in the feed somebody wants to see, a piece at a time or as they come. */
import { setImmediate } from 'node:timers/promises'
import { followedEveryMs, followedPieceLength, toldTextsLengthMax } from '../limits.ts'
import { type AnsweredRequest, describeRequest, type RequestReport } from './answered-request.ts'
import type { RequestFeed } from './request-feed.ts'

/** What is left out is any. */
export interface RequestFilter {
  readonly operation?: string
  readonly table?: string
  /** An ARN. */
  readonly caller?: string
  /** The name of an exception, or `any`. */
  readonly error?: string
  /** Those that took so long at the least. */
  readonly slowerThanMs?: number
}

export interface FoundRequests {
  /** In the order in which they were answered. */
  readonly requests: readonly RequestReport[]
  /** The number of the last one that was looked at. */
  readonly next: number
  /** How many were answered behind `after` and are not kept any more. */
  readonly missed: number
}

/** The last ones: fewer than asked for when there is much to tell of them. */
export function lastRequests(feed: RequestFeed, filter: RequestFilter, countMax: number): FoundRequests {
  const found = new Found(feed, countMax)
  for (let number = feed.last; number >= feed.first && !found.isEnough; number -= 1) found.look(number, filter)
  return { requests: found.requests.reverse(), next: feed.last, missed: 0 }
}

/** The first ones behind the number of another; of all, when it is of no request of this server. */
export function requestsAfter(feed: RequestFeed, filter: RequestFilter, after: number, countMax: number): FoundRequests {
  const known = after > feed.last ? 0 : after
  const missed = Math.max(0, feed.first - 1 - known)
  const found = new Found(feed, countMax)
  let next = known + missed
  while (next < feed.last && !found.isEnough) {
    next += 1
    found.look(next, filter)
  }
  return { requests: found.requests, next, missed }
}

class Found {
  readonly requests: RequestReport[] = []
  readonly #feed: RequestFeed
  readonly #countMax: number
  #textsLength = 0

  constructor(feed: RequestFeed, countMax: number) {
    this.#feed = feed
    this.#countMax = countMax
  }

  get isEnough(): boolean {
    return this.requests.length >= this.#countMax || this.#textsLength >= toldTextsLengthMax
  }

  look(number: number, filter: RequestFilter): void {
    const request = this.#feed.at(number)
    if (request === undefined || !matches(request, filter)) return
    const texts = this.#feed.textsOf(number)
    this.#textsLength += texts === undefined ? 0 : texts.request.length + texts.response.length
    this.requests.push(describeRequest(number, request, texts))
  }
}

/**
 * Server-sent events: one for each request from now on, or behind the number of another, until `gone` says that nobody listens. They come
 * without whole requests and answers: who follows and does not read costs a few kilobytes.
 */
export async function* requestEvents(
  feed: RequestFeed,
  { filter, after }: { readonly filter: RequestFilter; readonly after: number },
  gone: AbortSignal,
): AsyncGenerator<string> {
  const bell = new Bell(gone)
  const unfollow = feed.follow(() => bell.ring())
  try {
    yield 'retry: 1000\n\n'
    let last = after > feed.last ? 0 : after
    while (!gone.aborted) {
      const missed = Math.max(0, feed.first - 1 - last)
      last += missed
      let piece = missed > 0 ? `event: missed\ndata: {"missed":${missed}}\n\n` : ''
      for (; last < feed.last && piece.length < followedPieceLength; last += 1) piece += eventOf(feed, last + 1, filter)
      if (piece !== '') yield piece
      if (last < feed.last) await setImmediate()
      else if (!(await bell.rung())) yield ':\n\n'
    }
  } finally {
    unfollow()
  }
}

/** Empty when it does not match. */
function eventOf(feed: RequestFeed, number: number, filter: RequestFilter): string {
  const request = feed.at(number)
  if (request === undefined || !matches(request, filter)) return ''
  return `id: ${number}\ndata: ${JSON.stringify(describeRequest(number, request))}\n\n`
}

/** Wakes the one who waits for it. */
class Bell {
  #hasRung = false
  #wake: (hasRung: boolean) => void = () => {}

  constructor(gone: AbortSignal) {
    gone.addEventListener('abort', () => this.ring(), { once: true })
  }

  ring(): void {
    this.#hasRung = true
    this.#wake(true)
  }

  /** Resolves with false when it has not for a while. */
  async rung(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const hasRung = await new Promise<boolean>((resolve) => {
      this.#wake = resolve
      if (this.#hasRung) resolve(true)
      timer = setTimeout(resolve, followedEveryMs, false)
    })
    clearTimeout(timer)
    this.#hasRung = false
    // Those that come together are told together.
    await setImmediate()
    return hasRung
  }
}

function matches(asked: AnsweredRequest, { operation, table, caller, error, slowerThanMs = 0 }: RequestFilter): boolean {
  if (asked.durationMs < slowerThanMs) return false
  if (operation !== undefined && asked.operation !== operation) return false
  if (caller !== undefined && asked.caller !== caller) return false
  if (table !== undefined && !isOfTable(asked, table)) return false
  return error === undefined || (error === 'any' ? asked.error !== undefined : asked.error?.exception === error)
}

function isOfTable({ items }: AnsweredRequest, name: string): boolean {
  if (items === undefined) return false
  return (items.table?.name ?? items.tableName) === name || items.otherTables?.some((other) => other.name === name) === true
}
