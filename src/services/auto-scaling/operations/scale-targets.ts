/**
 * Auto scaling on the clock: once a minute each target is held against its policy, and its capacity is changed. It stands with the
 * operations and not with the engine's jobs because what it does is an UpdateTable like a client's.
 */

import { isDeepStrictEqual } from 'node:util'
import { minuteMs, secondMs } from '../../../base/clock.ts'
import { uuid } from '../../../base/random.ts'
import { stepFirst } from '../../../engine/jobs/run-due-jobs.ts'
import { engineOfCatalog } from '../../../engine/regions.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { readPoints, settledMs } from '../../../metering/metrics/read-points.ts'
import type { Guard } from '../../../storage/store.ts'
import { scheduleOverlapMs } from '../contract/limits.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'
import { settleBounds } from './bring-inside-bounds.ts'
import { changeCapacity, settleActivity, withActivity } from './change-capacity.ts'
import { followCapacity } from './policy-alarms.ts'
import { runScheduledActions } from './run-scheduled-actions.ts'
import { findResource, type ScaledResource } from './scalable-resource.ts'
import { leasedScaling, type ScalingContext } from './scaling-context.ts'
import { type Decision, decideScaling, trackedMs } from './target-tracking.ts'

const roundJob = 'scale targets'

export class ScalingRounds {
  readonly #context: ScalingContext
  /** The versions of the records by which the last round went. */
  #seen: string | undefined

  constructor(context: ScalingContext) {
    const { engine, targets } = context
    this.#context = context
    targets.onGone(({ id }) => engine.schedule.forget(jobsOf(id)))
  }

  /**
   * Does what is due in all regions, and resolves when no more is left. Cheap within a second in which neither targets nor tables
   * changed. A target that fails keeps no other from its turn, and all of them are looked at again then.
   */
  async step(nowMs: number, lease?: Guard): Promise<false> {
    const { engine, targets, alarms } = this.#context
    const { schedule } = engine
    if (schedule.isDue(roundJob, nowMs)) await Promise.all([targets.catchUp(), alarms.catchUp()])
    else if (this.#seen === this.#versions()) return false
    this.#seen = undefined
    const seen = this.#versions()
    const context = leasedScaling(this.#context, lease)
    await stepFirst(targets.all(), async (target) => {
      await stepTarget({ ...context, engine: engineOfCatalog(context.engine, target.place.region) }, target, nowMs)
      return false
    })
    this.#seen = seen
    schedule.ran(roundJob, nowMs, (Math.floor(nowMs / secondMs) + 1) * secondMs)
    return false
  }

  #versions(): string {
    return `${this.#context.targets.version} ${this.#context.engine.catalog.version}`
  }
}

/** Begins the names of what the schedule remembers of a target. */
function jobsOf(targetId: string): string {
  return `${roundJob} ${targetId} `
}

/** A resource that is gone, on demand or being changed is left alone; a minute counts as done when it was looked at. */
async function stepTarget(context: ScalingContext, { place }: ScalableTarget, nowMs: number): Promise<void> {
  const { engine, targets } = context
  if (await settleActivity(context, place)) return
  if (await hasChangedBounds(context, place, nowMs)) return
  const target = targets.find(place)
  const policy = target?.policies[0]
  if (target === undefined || policy === undefined) return
  const job = `${jobsOf(target.id)}by policy`
  if (!engine.schedule.isDue(job, nowMs)) return
  // The minute that is over for all nodes.
  const endMs = settledMs(engine, nowMs)
  const minute = Math.floor(endMs / minuteMs)
  if (policy.actedMinute !== minute) {
    const resource = findResource(engine, place)
    if (resource?.capacity === undefined || !resource.isActive) return
    await followCapacity(context, { target, policy, resource, capacity: resource.capacity })
    const points = await readConsumed(engine, resource, endMs)
    const decision = decideScaling({ target, policy, capacity: resource.capacity, points }, endMs)
    if (!(await carryOut(context, { target, policy, decision }, minute))) return
  }
  engine.schedule.ran(job, nowMs, (minute + 1) * minuteMs + (nowMs - endMs))
}

/** Whether a schedule decides about the capacity in this round, and no policy. */
async function hasChangedBounds(context: ScalingContext, place: ScalingPlace, nowMs: number): Promise<boolean> {
  const { engine, targets } = context
  const { schedule } = engine
  const target = targets.find(place)
  if (target === undefined) return false
  const job = `${jobsOf(target.id)}by schedule`
  if (target.scheduledActions.length > 0 && schedule.isDue(job, nowMs)) {
    const lastMs = schedule.lastRunMs(job, nowMs)
    await runScheduledActions(context, target, { sinceMs: lastMs === undefined ? 0 : lastMs - scheduleOverlapMs, nowMs })
    schedule.ran(job, nowMs, (Math.floor(nowMs / secondMs) + 1) * secondMs)
  }
  const current = targets.find(place)
  if (current?.boundsPending === undefined) return false
  await settleBounds(context, current)
  return true
}

function readConsumed(
  engine: MeteredEngine,
  { access, tableName, indexName }: ScaledResource,
  nowMs: number,
): ReturnType<typeof readPoints> {
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
async function carryOut(context: ScalingContext, tracked: Tracked, minute: number): Promise<boolean> {
  const { engine, targets } = context
  const { target, policy, decision } = tracked
  const { place } = target
  const triggered = (alarmName: string): string => `monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`
  switch (decision.kind) {
    case 'none':
      return true
    case 'out':
    case 'in': {
      const { kind, capacity } = decision
      const cause = triggered(kind === 'out' ? policy.alarmNames.high : policy.alarmNames.low)
      // As what is held against it: by the minutes that are over for all nodes.
      const scaledMs = settledMs(engine, engine.clock.now())
      const accepted = (state: ScalingState): ScalingState => scaled(state, policy.name, kind, scaledMs)
      return inOwnMinute(context, tracked, minute, () => changeCapacity(context, { place, capacity, cause, accepted }))
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
      await targets.change(place, (state) => withActivity(state, activity))
      return true
    }
  }
}

/**
 * Calls `act` when nobody else has taken the minute on, and the target still is as it was when it was decided upon. When nothing comes
 * of it the minute is free again; when this process dies in between, the next minute sees to it.
 */
async function inOwnMinute(
  { targets }: ScalingContext,
  { target, policy }: Tracked,
  minute: number,
  act: () => Promise<boolean>,
): Promise<boolean> {
  const { isOwn } = await targets.change(target.place, (state) => {
    if (!isDeepStrictEqual(state.target, target)) return { ...state, isOwn: false }
    return { ...withPolicy(state, policy.name, (each) => ({ ...each, actedMinute: minute })), isOwn: true }
  })
  if (!isOwn) return false
  let isDone = false
  try {
    isDone = await act()
  } finally {
    if (!isDone) await targets.change(target.place, (state) => withPolicy(state, policy.name, (each) => withoutMinute(each, minute)))
  }
  return isDone
}

function withPolicy(state: ScalingState, name: string, change: (policy: ScalingPolicy) => ScalingPolicy): ScalingState {
  const { target } = state
  if (target === undefined) return state
  return { ...state, target: { ...target, policies: target.policies.map((policy) => (policy.name === name ? change(policy) : policy)) } }
}

function withoutMinute(policy: ScalingPolicy, minute: number): ScalingPolicy {
  const { actedMinute, ...rest } = policy
  return actedMinute === minute ? rest : policy
}

/** Notes from when a policy cools down. Scaling out ends the cooldown after scaling in. */
function scaled(state: ScalingState, policyName: string, kind: 'out' | 'in', scaledMs: number): ScalingState {
  return withPolicy(state, policyName, (policy) => {
    const { scaledInMs: _, ...rest } = policy
    return kind === 'out' ? { ...rest, scaledOutMs: scaledMs } : { ...policy, scaledInMs: scaledMs }
  })
}
