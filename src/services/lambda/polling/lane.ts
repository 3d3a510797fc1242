/**
 * What a lane of a shard does next, and what becomes of it then (lambda-triggers.md §4, §5): batches are closed, invoked, tried again,
 * bisected, cut behind what succeeded, and given up. Pure: of the clock and of chance it is told. A lane works at one batch at a time; what
 * is behind it waits, so that the records of an item are handled in their order whatever fails.
 */

import { secondMs } from '../../../base/clock.ts'
import { backOffMsMax, backOffMsMin, eventBytesMax, retentionMs, windowStateBytesMax } from '../contract/limits.ts'
import type { MappingSettings } from '../records/mapping.ts'

/** A record on its way: its event, as the function is given it. */
export interface LaneRecord {
  readonly number: number
  readonly creationMs: number
  /** When it was read here. */
  readonly readMs: number
  /** JSON. */
  readonly event: string
  /** Of the event, in UTF-8. */
  readonly sizeBytes: number
}

/** A batch, or what is left of one: so many of the next records of the lane. */
export interface Attempt {
  readonly count: number
  /** How often just these records were given to the function, and it failed. */
  readonly failures: number
  /** How often it was tried since something went well: what the wait grows with. */
  readonly tries: number
  /** Not before; and since when it waits, so that a clock that is set back lets nobody wait for longer. */
  readonly notBeforeMs: number
  readonly waitsSinceMs: number
  /** It is given up, as soon as that is told. */
  readonly givenUp?: GivenUp
}

export interface GivenUp {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
  readonly invocations: number
  /** Null: the function said so itself. Undefined: it was never asked. */
  readonly functionError?: string | null
}

/** A tumbling window that goes on. */
export interface OpenWindow {
  readonly startMs: number
  /** JSON of an object: what the function returned last. */
  readonly state: string
  /** The state is too large: the window ends now. */
  readonly isEarly?: true
}

export interface Lane {
  /** What is to be done next, the first at first. */
  readonly attempts: readonly Attempt[]
  /** When the last invocation ended; undefined: there was none. */
  readonly lastEndMs?: number
  readonly window?: OpenWindow
}

export const idleLane: Lane = { attempts: [] }

/** What an invocation is told of its window. */
export interface WindowCall {
  readonly startMs: number
  readonly endMs: number
  readonly state: string
  readonly isFinal: boolean
  readonly isEarly: boolean
}

export type LaneDecision =
  /** Until more is read. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'invoke'; readonly count: number; readonly window?: WindowCall }
  | { readonly kind: 'give up'; readonly count: number; readonly givenUp: GivenUp }

export interface LaneView {
  /** The next records of the lane: a batch of them, if there are so many. */
  readonly records: readonly LaneRecord[]
  /** No others come: the shard is read to its end. */
  readonly isEnd: boolean
  readonly nowMs: number
}

/** What is next; the lane that is returned is to be kept. */
export function decideLane(
  lane: Lane,
  view: LaneView,
  settings: MappingSettings,
): { readonly lane: Lane; readonly decision: LaneDecision } {
  const { nowMs } = view
  const [first, ...others] = lane.attempts
  if (first === undefined) return begin(lane, view, settings)
  if (isWaiting(first, nowMs)) return { lane, decision: { kind: 'wait', untilMs: first.notBeforeMs } }
  if (first.givenUp !== undefined) return { lane, decision: { kind: 'give up', count: first.count, givenUp: first.givenUp } }
  const expired = expiredCount(view, first.count, settings)
  if (expired > 0) {
    const givenUp: GivenUp = { condition: 'RecordAgeExceeded', invocations: first.failures }
    const rest = first.count > expired ? [{ ...first, count: first.count - expired }] : []
    const attempts = [{ ...first, count: expired, givenUp }, ...rest, ...others]
    return { lane: { ...lane, attempts }, decision: { kind: 'give up', count: expired, givenUp } }
  }
  const window = windowCall(lane, view, first, settings)
  return { lane, decision: { kind: 'invoke', count: first.count, ...(window !== undefined && { window }) } }
}

/** What an invocation came to. */
export type Outcome =
  /** `state`: of a window. */
  | { readonly kind: 'done'; readonly state?: string }
  /** The records before `from` are done. `functionError`: null when the function said so itself. */
  | { readonly kind: 'failed'; readonly from: number; readonly functionError: string | null; readonly state?: string }
  /** It was not asked: that is no try of the records. */
  | { readonly kind: 'refused' }

export interface Afterwards {
  readonly lane: Lane
  /** How many records are behind. */
  readonly doneCount: number
}

/** `chance`: from 0 to 1, for waits that do not all end at once. */
export function afterInvocation(
  lane: Lane,
  outcome: Outcome,
  settings: MappingSettings,
  { nowMs, chance, window }: { readonly nowMs: number; readonly chance: number; readonly window?: WindowCall | undefined },
): Afterwards {
  const [first, ...others] = lane.attempts
  if (first === undefined) return { lane, doneCount: 0 }
  const ended = { ...lane, lastEndMs: nowMs }
  if (outcome.kind === 'refused') {
    return { lane: { ...ended, attempts: [later(first, first.failures, { nowMs, chance }), ...others] }, doneCount: 0 }
  }
  const next = window === undefined ? ended : withWindow(ended, window, outcome.state)
  if (outcome.kind === 'done') return { lane: { ...next, attempts: others }, doneCount: first.count }
  const rest = retried(first, outcome, settings, { nowMs, chance })
  // A window's last call is nothing but the call: it is not over before it has succeeded.
  const kept = window?.isFinal === true ? ended : next
  return { lane: { ...kept, attempts: [...rest, ...others] }, doneCount: outcome.from }
}

/** It was told that the batch is given up; that of a window's last call goes with the window. */
export function afterGivingUp(lane: Lane): Afterwards {
  const [first, ...others] = lane.attempts
  const { window, ...rest } = lane
  const isWindowOver = window === undefined || first?.count === 0
  return { lane: { ...rest, ...(!isWindowOver && { window }), attempts: others }, doneCount: first?.count ?? 0 }
}

/** It could not be told yet: nothing is lost, and the batch waits. */
export function afterFailedDelivery(lane: Lane, { nowMs, chance }: { readonly nowMs: number; readonly chance: number }): Lane {
  const [first, ...others] = lane.attempts
  return first === undefined ? lane : { ...lane, attempts: [later(first, first.failures, { nowMs, chance }), ...others] }
}

function begin(lane: Lane, view: LaneView, settings: MappingSettings): { readonly lane: Lane; readonly decision: LaneDecision } {
  const { records, isEnd, nowMs } = view
  const windowMs = settings.tumblingSeconds * secondMs
  if (windowMs > 0 && lane.window !== undefined && isWindowOver(lane.window, view, windowMs)) {
    return decideLane({ ...lane, attempts: [attempt(0)] }, view, settings)
  }
  const [first] = records
  if (first === undefined) {
    if (lane.window === undefined || windowMs === 0) return { lane, decision: { kind: 'nothing' } }
    return { lane, decision: { kind: 'wait', untilMs: lane.window.startMs + windowMs } }
  }
  const endMs = windowMs === 0 ? Number.POSITIVE_INFINITY : (lane.window?.startMs ?? windowStart(first, windowMs)) + windowMs
  const { count, isFull } = batchOf(records, settings.batchSize, endMs)
  if (!isFull && !isEnd && settings.windowSeconds > 0) {
    const sinceMs = Math.min(nowMs, Math.max(lane.lastEndMs ?? first.readMs, first.readMs))
    const untilMs = sinceMs + settings.windowSeconds * secondMs
    if (nowMs < untilMs) return { lane, decision: { kind: 'wait', untilMs } }
  }
  return decideLane({ ...lane, attempts: [attempt(count)] }, view, settings)
}

function attempt(count: number): Attempt {
  return { count, failures: 0, tries: 0, notBeforeMs: 0, waitsSinceMs: 0 }
}

/** Records up to the size of a batch, of 6 MB, and to the end of a window. Full: another record would be one too many. */
function batchOf(records: readonly LaneRecord[], batchSize: number, endMs: number): { readonly count: number; readonly isFull: boolean } {
  let sizeBytes = '{"Records":[]}'.length
  for (const [at, record] of records.entries()) {
    sizeBytes += record.sizeBytes + 1
    const isTooMuch = at === batchSize || record.creationMs >= endMs || sizeBytes > eventBytesMax
    // A record that is too large by itself goes alone, and fails.
    if (isTooMuch && at > 0) return { count: at, isFull: true }
  }
  return { count: records.length, isFull: records.length >= batchSize }
}

function isWaiting({ notBeforeMs, waitsSinceMs }: Attempt, nowMs: number): boolean {
  return nowMs < notBeforeMs && nowMs >= waitsSinceMs
}

/** How many of the first records are too old to be tried, or are not in the stream any more. */
function expiredCount({ records, nowMs }: LaneView, count: number, { recordAgeSecondsMax }: MappingSettings): number {
  const ageMsMax = recordAgeSecondsMax < 0 ? retentionMs : Math.min(retentionMs, recordAgeSecondsMax * secondMs)
  const fresh = records.slice(0, count).findIndex(({ creationMs }) => nowMs - creationMs <= ageMsMax)
  return fresh < 0 ? count : fresh
}

function retried(
  first: Attempt,
  { from, functionError }: Extract<Outcome, { readonly kind: 'failed' }>,
  { bisects, retriesMax }: MappingSettings,
  when: { readonly nowMs: number; readonly chance: number },
): readonly Attempt[] {
  const count = first.count - from
  // A split is no retry, and waits for nothing: a poisoned record is alone after few of them.
  if (bisects && from > 0) return [attempt(count)]
  if (bisects && count > 1) {
    const half = Math.floor(count / 2)
    return [attempt(half), attempt(count - half)]
  }
  // After a part of it succeeded, the retries are those of the rest [I].
  const failures = from > 0 ? 1 : first.failures + 1
  const again = { ...first, count, tries: from > 0 ? 0 : first.tries }
  if (retriesMax < 0 || failures <= retriesMax) return [later(again, failures, when)]
  return [{ ...again, failures, notBeforeMs: 0, givenUp: { condition: 'RetryAttemptsExhausted', invocations: failures, functionError } }]
}

/** After a wait that doubles, by up to a quarter shorter. AWS's are not published [I]. */
function later(first: Attempt, failures: number, { nowMs, chance }: { readonly nowMs: number; readonly chance: number }): Attempt {
  const longMs = Math.min(backOffMsMax, backOffMsMin * 2 ** first.tries)
  const waitMs = Math.ceil(longMs * (1 - chance / 4))
  return { ...first, failures, tries: first.tries + 1, waitsSinceMs: nowMs, notBeforeMs: nowMs + waitMs }
}

function windowStart({ creationMs }: LaneRecord, windowMs: number): number {
  return Math.floor(creationMs / windowMs) * windowMs
}

/** Its time is over, and nothing of it is left; or the shard is. */
function isWindowOver({ startMs, isEarly }: OpenWindow, { records, isEnd, nowMs }: LaneView, windowMs: number): boolean {
  const [first] = records
  if (isEarly === true) return true
  if (first !== undefined) return first.creationMs >= startMs + windowMs
  return isEnd || nowMs >= startMs + windowMs
}

function windowCall(lane: Lane, { records }: LaneView, first: Attempt, { tumblingSeconds }: MappingSettings): WindowCall | undefined {
  const windowMs = tumblingSeconds * secondMs
  const [record] = records
  if (windowMs === 0) return undefined
  const { window } = lane
  const startMs = window?.startMs ?? (record === undefined ? 0 : windowStart(record, windowMs))
  const isFinal = first.count === 0
  return { startMs, endMs: startMs + windowMs, state: window?.state ?? '{}', isFinal, isEarly: isFinal && window?.isEarly === true }
}

function withWindow(lane: Lane, { startMs, isFinal }: WindowCall, state: string | undefined): Lane {
  const { window, ...rest } = lane
  if (isFinal) return rest
  if (state === undefined) return lane
  const isEarly = Buffer.byteLength(state) > windowStateBytesMax
  return { ...rest, window: { startMs, state, ...(isEarly && { isEarly: true }) } }
}
