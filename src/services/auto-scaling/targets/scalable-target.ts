/**
 * What auto scaling knows of one table or index in one dimension, as plain immutable data, and how it stands in the store: JSON
 * text with a format version in front.
 *
 * | record     | format | text                                                        |
 * | ---------- | ------ | ----------------------------------------------------------- |
 * | target     | 1      | `{"format":1,"target":<ScalableTarget>}`                      |
 * | activities | 1      | `{"format":1,"place":<ScalingPlace>,"activities":[<ScalingActivity> …]}` |
 */
import { assert } from '../../../base/assert.ts'
import type { StoredValue } from '../../../storage/store.ts'
import type { ScalingPlace } from './scaling-keys.ts'

/** Times are in milliseconds since the epoch. */
export interface ScalableTarget {
  readonly place: ScalingPlace
  /** The last part of its ARN. */
  readonly id: string
  /** Stands in the ARNs of its policies and scheduled actions. */
  readonly uuid: string
  readonly minCapacity: number
  readonly maxCapacity: number
  /** The capacity is still to be brought inside the bounds that a registration or a scheduled action set. */
  readonly boundsPending?: true
  readonly creationMs: number
  readonly suspended: SuspendedScaling
  readonly tags: readonly ScalingTag[]
  /** In the order of their names. */
  readonly policies: readonly ScalingPolicy[]
  readonly scheduledActions: readonly ScheduledAction[]
}

export interface SuspendedScaling {
  readonly scalingIn: boolean
  readonly scalingOut: boolean
  readonly scheduled: boolean
}

export interface ScalingTag {
  readonly key: string
  readonly value: string
}

/** Target tracking, the one kind there is for DynamoDB. */
export interface ScalingPolicy {
  readonly name: string
  readonly creationMs: number
  /** Stands in the ARN by which alarms name the policy. */
  readonly creatorUuid: string
  /** Consumed units should stay near so many percent of the provisioned ones. */
  readonly targetPercent: number
  readonly resourceLabel?: string
  readonly scaleOutCooldownSeconds?: number
  readonly scaleInCooldownSeconds?: number
  readonly disableScaleIn?: boolean
  readonly alarmNames: PolicyAlarmNames
  /** When it last scaled out and in. */
  readonly scaledOutMs?: number
  readonly scaledInMs?: number
  /** The minute (since the epoch) that somebody has last taken on to scale in: nobody else does. */
  readonly actedMinute?: number
}

export interface PolicyAlarmNames {
  readonly high: string
  readonly low: string
  readonly provisionedHigh: string
  readonly provisionedLow: string
}

export interface ScheduledAction {
  readonly name: string
  readonly creationMs: number
  readonly schedule: string
  readonly timezone?: string
  readonly startMs?: number
  readonly endMs?: number
  readonly minCapacity?: number
  readonly maxCapacity?: number
  /** Up to here it is settled which of its times have been acted on. */
  readonly doneUntilMs: number
}

export interface ScalingActivity {
  readonly id: string
  readonly description: string
  readonly cause: string
  readonly status: 'InProgress' | 'Successful' | 'Failed'
  readonly message?: string
  readonly startMs: number
  readonly endMs?: number
  /** Of one that changes capacity: which. */
  readonly capacity?: number
  /** Of one that was not even begun: why not. */
  readonly notScaled?: NotScaledReason
}

export interface NotScaledReason {
  readonly code: 'AlreadyAtMaxCapacity' | 'AlreadyAtMinCapacity'
  /** The maximum or minimum. */
  readonly bound: number
}

interface ActivitiesRecord {
  readonly place: ScalingPlace
  /** The latest first. */
  readonly activities: readonly ScalingActivity[]
}

const format = 1

export function encodeTarget(target: ScalableTarget): string {
  return JSON.stringify({ format, target })
}

export function decodeTarget(record: StoredValue): ScalableTarget {
  return (parsed(record) as { readonly target: ScalableTarget }).target
}

export function encodeActivities(record: ActivitiesRecord): string {
  return JSON.stringify({ format, ...record })
}

export function decodeActivities(record: StoredValue): ActivitiesRecord {
  return parsed(record) as ActivitiesRecord
}

function parsed(record: StoredValue): unknown {
  assert(typeof record === 'string', 'records of auto scaling are stored as text')
  const value = JSON.parse(record) as { readonly format: number }
  assert(value.format === format, 'unknown format of a record of auto scaling', value.format)
  return value
}
