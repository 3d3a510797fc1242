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

/** The name of the place that a key of `allScalingRange` is about. */
export function placeNameIn(scaling: KeyBytes): string {
  const end = isActivitiesKey(scaling) ? scaling.length - 1 : scaling.length
  return Buffer.from(scaling.buffer, scaling.byteOffset, scaling.length).toString('utf8', 1, end)
}

/** A name for maps in memory. */
export function placeName({ region, resourceId, dimension }: ScalingPlace): string {
  return `${region}\0${resourceId}\0${dimension}`
}

function placeText(place: ScalingPlace): string {
  return `${String.fromCharCode(scalingTag)}${placeName(place)}`
}
