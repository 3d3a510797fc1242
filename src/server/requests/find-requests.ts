/** Which of the requests in the feed somebody wants to see, a piece at a time or as they come. */
import { setImmediate } from 'node:timers/promises'
import { followedEveryMs, toldAtOnceMax } from '../limits.ts'
import type { AnsweredRequest, RequestReport } from './answered-request.ts'
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

/** The last ones. */
export function lastRequests(feed: RequestFeed, filter: RequestFilter, countMax: number): FoundRequests {
  const requests: RequestReport[] = []
  for (let number = feed.last; number >= feed.first && requests.length < countMax; number -= 1) {
    if (matches(feed.at(number), filter)) requests.push(...reportOf(feed, number))
  }
  return { requests: requests.reverse(), next: feed.last, missed: 0 }
}

/** The first ones behind the number of another; of all, when it is of no request of this process. */
export function requestsAfter(feed: RequestFeed, filter: RequestFilter, after: number, countMax: number): FoundRequests {
  const known = after > feed.last ? 0 : after
  const requests: RequestReport[] = []
  const missed = Math.max(0, feed.first - 1 - known)
  let next = known + missed
  while (next < feed.last && requests.length < countMax) {
    next += 1
    if (matches(feed.at(next), filter)) requests.push(...reportOf(feed, next))
  }
  return { requests, next, missed }
}

/** Server-sent events: one for each request from now on, or behind the number of another, until `gone` says that nobody listens. */
export async function* requestEvents(
  feed: RequestFeed,
  { filter, after }: { readonly filter: RequestFilter; readonly after: number },
  gone: AbortSignal,
): AsyncGenerator<string> {
  const bell = new Bell(gone)
  const unfollow = feed.follow(() => bell.ring())
  try {
    yield 'retry: 1000\n\n'
    let last = after
    while (!gone.aborted) {
      const { requests, next, missed } = requestsAfter(feed, filter, last, toldAtOnceMax)
      const isAll = next === feed.last
      if (missed > 0) yield `event: missed\ndata: {"missed":${missed}}\n\n`
      if (requests.length > 0) yield requests.map((report) => `id: ${report.number}\ndata: ${JSON.stringify(report)}\n\n`).join('')
      last = next
      if (!isAll) await setImmediate()
      else if (!(await bell.rung())) yield ':\n\n'
    }
  } finally {
    unfollow()
  }
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

function reportOf(feed: RequestFeed, number: number): readonly RequestReport[] {
  const report = feed.reportOf(number)
  return report === undefined ? [] : [report]
}

function matches(asked: AnsweredRequest | undefined, { operation, table, caller, error, slowerThanMs = 0 }: RequestFilter): boolean {
  if (asked === undefined || asked.durationMs < slowerThanMs) return false
  if (operation !== undefined && asked.operation !== operation) return false
  if (caller !== undefined && asked.caller !== caller) return false
  if (table !== undefined && asked.items?.table?.name !== table && !asked.items?.otherTables?.some(({ name }) => name === table))
    return false
  return error === undefined || (error === 'any' ? asked.error !== undefined : asked.error?.exception === error)
}
