/**
 * What target tracking makes of a table's minutes (capacity.md §7.6), as pure arithmetic.
 *
 * AWS keeps two alarms on the sum of consumed units in a minute. With `p` units provisioned and a target of `t` percent:
 *
 * | alarm     | when                               | in how many minutes in a row |
 * | --------- | ---------------------------------- | ---------------------------- |
 * | AlarmHigh | consumed > 60 · p · t / 100        | 2                            |
 * | AlarmLow  | consumed < 60 · p · (t − 20) / 100 | 15                           |
 *
 * The thresholds are those of alarms that users have shown: 42 for 1 unit at 70 %, and 30 below; 360 below for 12 units at 70 %.
 * A minute in which nothing was consumed has no measurement, so it is in no row: of a table that nobody uses the capacity stays,
 * as AWS documents. The new capacity is what would have kept the busiest of these minutes at the target, rounded up (AWS's
 * example: 150 units a second at 70 % make 215); that it is the busiest, and not the last, is [I].
 */
import { minuteMs } from '../../../base/clock.ts'
import { scaleInMarginPercent, scaleInMinutes, scaleOutMinutes } from '../contract/limits.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'

/** Units consumed in a minute. */
export interface ConsumedMinute {
  readonly minuteMs: number
  readonly sum: number
}

export type Decision =
  | { readonly kind: 'none' }
  | { readonly kind: 'out' | 'in'; readonly capacity: number }
  /** The alarm is there, and a bound in the way. */
  | { readonly kind: 'atMaximum' | 'atMinimum' }

export interface TrackedTarget {
  readonly target: Pick<ScalableTarget, 'minCapacity' | 'maxCapacity' | 'suspended'>
  readonly policy: Pick<
    ScalingPolicy,
    'targetPercent' | 'scaleOutCooldownSeconds' | 'scaleInCooldownSeconds' | 'disableScaleIn' | 'scaledOutMs' | 'scaledInMs'
  >
  /** Units per second that are in force. */
  readonly capacity: number
  /** Ascending; those that are not over yet are not looked at. */
  readonly points: readonly ConsumedMinute[]
}

/** How far back `points` must go. */
export const trackedMs: number = scaleInMinutes * minuteMs

const nothing: Decision = { kind: 'none' }

export function decideScaling(tracked: TrackedTarget, nowMs: number): Decision {
  const { policy, capacity, points } = tracked
  const { high, low } = consumedThresholds(policy, capacity)
  const recent = lastMinutes(points, scaleOutMinutes, nowMs)
  if (recent?.every((sum) => sum > high)) return outward(tracked, Math.max(...recent), nowMs)
  const quiet = lastMinutes(points, scaleInMinutes, nowMs)
  if (quiet?.every((sum) => sum < low)) return inward(tracked, Math.max(...quiet), nowMs)
  return nothing
}

/** Units in a minute above which, and below which, a minute speaks for scaling. */
export function consumedThresholds(
  { targetPercent }: Pick<ScalingPolicy, 'targetPercent'>,
  capacity: number,
): { readonly high: number; readonly low: number } {
  return { high: (60 * capacity * targetPercent) / 100, low: (60 * capacity * (targetPercent - scaleInMarginPercent)) / 100 }
}

function outward({ target, policy, capacity }: TrackedTarget, consumed: number, nowMs: number): Decision {
  if (target.suspended.scalingOut || isCooling(policy.scaledOutMs, policy.scaleOutCooldownSeconds, nowMs)) return nothing
  const wanted = within(target, capacityFor(consumed, policy.targetPercent))
  if (wanted > capacity) return { kind: 'out', capacity: wanted }
  return capacity >= target.maxCapacity ? { kind: 'atMaximum' } : nothing
}

function inward({ target, policy, capacity }: TrackedTarget, consumed: number, nowMs: number): Decision {
  if (policy.disableScaleIn || target.suspended.scalingIn) return nothing
  if (isCooling(policy.scaledInMs, policy.scaleInCooldownSeconds, nowMs)) return nothing
  const wanted = within(target, capacityFor(consumed, policy.targetPercent))
  if (wanted < capacity) return { kind: 'in', capacity: wanted }
  return capacity <= target.minCapacity ? { kind: 'atMinimum' } : nothing
}

/** The sums of the last `count` whole minutes, if each of them has a measurement. */
function lastMinutes(points: readonly ConsumedMinute[], count: number, nowMs: number): readonly number[] | undefined {
  const endMs = Math.floor(nowMs / minuteMs) * minuteMs
  const startMs = endMs - count * minuteMs
  const sums = points.filter((point) => point.minuteMs >= startMs && point.minuteMs < endMs).map(({ sum }) => sum)
  return sums.length === count ? sums : undefined
}

/** Units per second of which `consumed` in a minute are `percent`; whole percents of whole units do not suffer from rounding. */
function capacityFor(consumed: number, percent: number): number {
  return Math.max(1, Math.ceil((consumed * 100) / (60 * percent)))
}

function within({ minCapacity, maxCapacity }: TrackedTarget['target'], capacity: number): number {
  return Math.max(minCapacity, Math.min(maxCapacity, capacity))
}

/** Not for a time that is still to come because the clock was set back. */
function isCooling(sinceMs: number | undefined, seconds = 0, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs >= sinceMs && nowMs < sinceMs + seconds * 1000
}
