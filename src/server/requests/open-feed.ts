/** The feed of a server, with those who follow it from the start. */
import { CallerCounts } from './caller-counts.ts'
import { type Follower, RequestFeed, type TraceMode } from './request-feed.ts'

export interface FeedOptions {
  /** Default keys. */
  readonly trace: TraceMode | undefined
  readonly onAnswered: Follower | undefined
  /** Whether the server knows who asks: then requests are counted by that, too. */
  readonly isCallerKnown: boolean
}

export function openFeed({ trace = 'keys', onAnswered, isCallerKnown }: FeedOptions): {
  readonly feed: RequestFeed
  readonly callers: CallerCounts | undefined
} {
  const callers = isCallerKnown ? new CallerCounts() : undefined
  const feed = new RequestFeed(trace, callers)
  if (onAnswered !== undefined) feed.follow(onAnswered)
  return { feed, callers }
}
