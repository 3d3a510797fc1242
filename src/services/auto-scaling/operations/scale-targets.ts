/**
 * Auto scaling on the clock: once a minute each target is held against its policy, and its capacity is changed. It stands with the
 * operations and not with the engine's jobs because what it does is an UpdateTable like a client's.
 */
import { minuteMs } from '../../../base/clock.ts'
import { uuid } from '../../../base/random.ts'
import type { Engine } from '../../../engine/engine.ts'
import { readPoints } from '../../../metering/metrics/read-points.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'
import { placeName, type ScalingState } from '../targets/scalable-targets.ts'
import { bringInsideBounds } from './bring-inside-bounds.ts'
import { changeCapacity, settleActivity, withActivity } from './change-capacity.ts'
import { followCapacity } from './policy-alarms.ts'
import { runScheduledActions } from './run-scheduled-actions.ts'
import { findResource, type ScaledResource } from './scalable-resource.ts'
import { type Decision, decideScaling, trackedMs } from './target-tracking.ts'

/** Does what is due in all regions. Cheap when nothing is registered, or the minute was looked at. */
export async function stepScaling(engine: Engine, nowMs: number): Promise<void> {
  let regional = engine
  for (const target of engine.scaling.all()) {
    const { region } = target.place
    if (region !== regional.catalog.region) {
      regional = { ...engine, region: region || engine.region, catalog: engine.catalog.of(region) }
    }
    await stepTarget(regional, target, nowMs)
  }
}

/** A resource that is gone, on demand or being changed is left alone; a minute counts as done when it was looked at. */
async function stepTarget(engine: Engine, target: ScalableTarget, nowMs: number): Promise<void> {
  const { place } = target
  if (await settleActivity(engine, place)) return
  if (await hasChangedBounds(engine, target, nowMs)) return
  const [policy] = target.policies
  const minute = Math.floor(nowMs / minuteMs)
  if (policy === undefined || engine.scaling.evaluatedMinutes.get(placeName(place)) === minute) return
  const resource = findResource(engine, place)
  if (resource?.capacity === undefined || !resource.isActive) return
  await followCapacity(engine, { target, policy, resource, capacity: resource.capacity })
  const points = await readConsumed(engine, resource, nowMs)
  const decision = decideScaling({ target, policy, capacity: resource.capacity, points }, nowMs)
  if (await carryOut(engine, { target, policy, decision })) engine.scaling.evaluatedMinutes.set(placeName(place), minute)
}

/** Whether a schedule decides about the capacity in this round, and no policy. */
async function hasChangedBounds(engine: Engine, target: ScalableTarget, nowMs: number): Promise<boolean> {
  const second = Math.floor(nowMs / 1000)
  const name = placeName(target.place)
  const looked = engine.scaling.scheduledSeconds.get(name)
  if (target.scheduledActions.length > 0 && looked !== second) {
    const sinceMs = looked === undefined || looked > second ? 0 : looked * 1000
    await runScheduledActions(engine, target, { sinceMs, nowMs })
    engine.scaling.scheduledSeconds.set(name, second)
  }
  const current = engine.scaling.find(target.place)
  if (current?.boundsPending === undefined) return false
  if (await bringInsideBounds(engine, current)) {
    await engine.scaling.change(engine.store, target.place, (state) => {
      if (state.target === undefined) return state
      const { boundsPending: _, ...settled } = state.target
      return { ...state, target: settled }
    })
  }
  return true
}

function readConsumed(engine: Engine, { access, tableName, indexName }: ScaledResource, nowMs: number): ReturnType<typeof readPoints> {
  const name = access === 'read' ? 'ConsumedReadCapacityUnits' : 'ConsumedWriteCapacityUnits'
  const dimensions = {
    region: engine.catalog.region,
    TableName: tableName,
    ...(indexName !== undefined && { GlobalSecondaryIndexName: indexName }),
  }
  const endMs = Math.floor(nowMs / minuteMs) * minuteMs
  return readPoints(engine, name, dimensions, endMs - trackedMs, endMs)
}

interface Tracked {
  readonly target: ScalableTarget
  readonly policy: ScalingPolicy
  readonly decision: Decision
}

/** Resolves with false when it must be tried again. */
async function carryOut(engine: Engine, { target, policy, decision }: Tracked): Promise<boolean> {
  const { place } = target
  const triggered = (alarmName: string): string => `monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`
  switch (decision.kind) {
    case 'none':
      return true
    case 'out':
    case 'in': {
      const { kind, capacity } = decision
      const cause = triggered(kind === 'out' ? policy.alarmNames.high : policy.alarmNames.low)
      const scaledMs = engine.clock.now()
      return changeCapacity(engine, { place, capacity, cause, accepted: (state) => scaled(state, policy.name, kind, scaledMs) })
    }
    case 'atMaximum':
    case 'atMinimum': {
      const isMaximum = decision.kind === 'atMaximum'
      const cause = triggered(isMaximum ? policy.alarmNames.high : policy.alarmNames.low)
      const notScaled = isMaximum
        ? ({ code: 'AlreadyAtMaxCapacity', bound: target.maxCapacity } as const)
        : ({ code: 'AlreadyAtMinCapacity', bound: target.minCapacity } as const)
      const description = 'Attempting to scale due to alarm triggered'
      const activity = { id: uuid(engine.random), description, cause, startMs: engine.clock.now(), status: 'Failed', notScaled } as const
      await engine.scaling.change(engine.store, place, (state) => withActivity(state, activity))
      return true
    }
  }
}

/** Notes from when a policy cools down. Scaling out ends the cooldown after scaling in. */
function scaled(state: ScalingState, policyName: string, kind: 'out' | 'in', scaledMs: number): ScalingState {
  const { target } = state
  if (target === undefined) return state
  const policies = target.policies.map((policy) => {
    if (policy.name !== policyName) return policy
    const { scaledInMs: _, ...rest } = policy
    return kind === 'out' ? { ...rest, scaledOutMs: scaledMs } : { ...policy, scaledInMs: scaledMs }
  })
  return { ...state, target: { ...target, policies } }
}
