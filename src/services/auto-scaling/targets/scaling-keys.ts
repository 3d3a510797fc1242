/**
 * The keys under which auto scaling lies (keys.ts has the table of all): a target by its region, resource and dimension, and right
 * behind it, under one more NUL, its activities, which outlive it. None of the names has a NUL in it.
 */

import { key, prefixRange, scalingTag } from '../../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../../storage/store.ts'

export interface ScalingPlace {
  /** Empty for tables that all regions share. */
  readonly region: string
  /** `table/T` or `table/T/index/I`. */
  readonly resourceId: string
  readonly dimension: string
}

export function scalableTargetKey(place: ScalingPlace): KeyBytes {
  return key(Buffer.from(placeText(place), 'utf8'))
}

export function scalingActivitiesKey(place: ScalingPlace): KeyBytes {
  return key(Buffer.from(`${placeText(place)}\0`, 'utf8'))
}

/** All targets and activities of all regions. */
export function allScalingRange(): KeyRange {
  return prefixRange(Uint8Array.of(scalingTag))
}

/** Whether a key of `allScalingRange` is that of activities. */
export function isActivitiesKey(scaling: KeyBytes): boolean {
  return scaling.at(-1) === 0
}

function placeText({ region, resourceId, dimension }: ScalingPlace): string {
  return `${String.fromCharCode(scalingTag)}${region}\0${resourceId}\0${dimension}`
}
