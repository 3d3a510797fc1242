/**
 * Scaling itself: UpdateTable, asked as any client asks it, so that all its rules hold, and the scaling activity that tells of it.
 * The texts are those of AWS's examples.
 */

import { ServiceError } from '../../../api/errors.ts'
import type { InputOf } from '../../../api/operations.ts'
import { uuid } from '../../../base/random.ts'
import type { Table } from '../../../engine/schema/table.ts'
import { updateTableIf } from '../../../operations/tables/update-table.ts'
import { activitiesPerTargetMax, activityAgeMsMax } from '../contract/limits.ts'
import type { ScalableTarget, ScalingActivity } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'
import { findResource, type ScaledResource } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

export interface CapacityChange {
  readonly place: ScalingPlace
  readonly capacity: number
  readonly cause: string
  /** What becomes of the target in the same turn when the change was accepted. */
  readonly accepted?: (state: ScalingState) => ScalingState
}

/**
 * Asks for the capacity and notes what came of it. Resolves with false when somebody else is changing the table, took its capacity
 * away, or set bounds that do not allow it: then nothing is noted, and it may be tried again. Nothing is noted, either, when somebody else has made it what is asked for.
 */
export async function changeCapacity(context: ScalingContext, change: CapacityChange): Promise<boolean> {
  const { engine, targets } = context
  const { place, capacity, cause, accepted = (state) => state } = change
  // As it is by now: it may have been changed while the minutes were read.
  const resource = findResource(engine, place)
  if (resource?.capacity === undefined) return false
  const startMs = engine.clock.now()
  const units = `${resource.access} capacity units to ${capacity}`
  const refusal = await ask(context, place, resource, capacity)
  if (refusal !== undefined && findResource(engine, place)?.capacity === capacity) return true
  if (refusal?.exception === 'ResourceInUseException') return false
  const begun = { id: uuid(engine.random), description: `Setting ${units}.`, cause, startMs }
  if (refusal !== undefined) {
    // [I] The words: no example of AWS's shows a failure.
    const message = `Failed to set ${units}. Reason: ${refusal.message} (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ${refusal.exception})`
    const failed: ScalingActivity = { ...begun, status: 'Failed', message, endMs: startMs }
    await targets.change(place, (state) => withActivity(state, failed))
    return true
  }
  const waiting = `Successfully set ${units}. Waiting for change to be fulfilled by dynamodb.`
  const underWay: ScalingActivity = { ...begun, status: 'InProgress', message: waiting, capacity }
  await targets.change(place, (state) => accepted(withActivity(state, underWay)))
  await settleActivity(context, place)
  return true
}

/** What UpdateTable refuses the capacity with, if it does. */
async function ask(
  { engine, targets }: ScalingContext,
  place: ScalingPlace,
  resource: ScaledResource,
  capacity: number,
): Promise<ServiceError | undefined> {
  const { records } = targets
  try {
    await updateTableIf(engine, capacityUpdate(resource, capacity), {
      records,
      isAsSupposed: (table) => isInside(targets.find(place), capacity) && hasSameOther(resource, table),
    })
    return undefined
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

/** The other kind of units stays what it is. */
function capacityUpdate({ table, index, access }: ScaledResource, capacity: number): InputOf<'UpdateTable'> {
  const { readUnits = 1, writeUnits = 1 } = (index ?? table).provisioned ?? {}
  const ProvisionedThroughput = {
    ReadCapacityUnits: access === 'read' ? capacity : readUnits,
    WriteCapacityUnits: access === 'write' ? capacity : writeUnits,
  }
  if (index === undefined) return { TableName: table.name, ProvisionedThroughput }
  return { TableName: table.name, GlobalSecondaryIndexUpdates: [{ Update: { IndexName: index.name, ProvisionedThroughput } }] }
}

/** Another process may have set other bounds since the capacity was decided on, and seen to them. */
function isInside(target: ScalableTarget | undefined, capacity: number): boolean {
  return target !== undefined && capacity >= target.minCapacity && capacity <= target.maxCapacity
}

/** The request names both kinds of units: another process may have changed the other one since it was looked at. */
function hasSameOther({ table: before, index, access }: ScaledResource, table: Table): boolean {
  const other = access === 'read' ? 'writeUnits' : 'readUnits'
  if (index === undefined) return table.provisioned?.[other] === before.provisioned?.[other]
  const now = table.indexes.find(({ name }) => name === index.name)
  return now?.kind === 'global' && now.provisioned?.[other] === index.provisioned?.[other]
}

/** Ends the activity that is in progress at this place, if its change is done. Resolves with whether one is still in progress. */
export async function settleActivity({ engine, targets }: ScalingContext, place: ScalingPlace): Promise<boolean> {
  if (targets.activitiesOf(place)[0]?.status !== 'InProgress') return false
  const resource = findResource(engine, place)
  if (resource !== undefined && !resource.isActive) return true
  const endMs = engine.clock.now()
  await targets.change(place, (state) => {
    const [latest, ...earlier] = state.activities
    if (latest?.status !== 'InProgress') return state
    const ended: ScalingActivity =
      resource === undefined
        ? { ...latest, status: 'Failed', endMs, message: `${latest.description} Reason: the resource is gone.` }
        : { ...latest, status: 'Successful', endMs, message: fulfilled(latest.message) }
    return { ...state, activities: [ended, ...earlier] }
  })
  return false
}

function fulfilled(message = ''): string {
  return message.replace('Waiting for change to be', 'Change successfully')
}

/**
 * The state after one more activity. One that failed like the latest did, for the same reason, adds nothing: it is tried every
 * minute. Those that are too old, or too many, go.
 */
export function withActivity(state: ScalingState, activity: ScalingActivity): ScalingState {
  const latest = state.activities[0]
  if (activity.status === 'Failed' && latest !== undefined && isRepetition(latest, activity)) return state
  const kept = state.activities.filter(({ startMs }) => startMs > activity.startMs - activityAgeMsMax)
  return { ...state, activities: [activity, ...kept].slice(0, activitiesPerTargetMax) }
}

function isRepetition(latest: ScalingActivity, activity: ScalingActivity): boolean {
  return (
    latest.status === activity.status &&
    latest.description === activity.description &&
    latest.cause === activity.cause &&
    latest.message === activity.message &&
    latest.notScaled?.code === activity.notScaled?.code
  )
}
