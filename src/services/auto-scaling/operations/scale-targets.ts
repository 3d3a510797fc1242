/**
 * Auto scaling on the clock: once a minute each target is held against its policy, and its capacity is changed. It stands with the
 * operations and not with the engine's jobs because what it does is an UpdateTable like a client's.
 */
import { uuid } from '../../../base/random.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { readPoints } from '../../../metering/metrics/read-points.ts'
import type { ScalableTarget, ScalingPolicy } from '../targets/scalable-target.ts'
import type { ScalingState } from '../targets/scalable-targets.ts'
import { bringInsideBounds } from './bring-inside-bounds.ts'
import { changeCapacity, settleActivity, withActivity } from './change-capacity.ts'
import { followCapacity } from './policy-alarms.ts'
import { runScheduledActions } from './run-scheduled-actions.ts'
import { findResource, type ScaledResource } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'
import { type Decision, decideScaling, trackedMs } from './target-tracking.ts'

const minuteMs = 60_000

/** What was looked at of one target. Nothing is lost when it is forgotten. */
interface LookedAt {
  /** The minute (since the epoch) whose measurements were looked at last. */
  minute?: number
  /** The second in which its schedules were looked at last. */
  second?: number
}

export class ScalingRounds {
  readonly #context: ScalingContext
  /** By the id of a target. */
  readonly #lookedAt = new Map<string, LookedAt>()

  constructor(context: ScalingContext) {
    this.#context = context
  }

  /** Does what is due in all regions, and resolves when no more is left. Cheap when nothing is registered, or the minute was looked at. */
  async step(nowMs: number): Promise<false> {
    const { engine, targets } = this.#context
    const all = targets.all()
    if (this.#lookedAt.size > all.length) this.#forgetAllBut(all)
    let regional = engine
    for (const target of all) {
      const { region } = target.place
      if (region !== regional.catalog.region) {
        regional = { ...engine, region: region || engine.region, catalog: engine.catalog.of(region) }
      }
      let lookedAt = this.#lookedAt.get(target.id)
      if (lookedAt === undefined) {
        lookedAt = {}
        this.#lookedAt.set(target.id, lookedAt)
      }
      await stepTarget({ ...this.#context, engine: regional }, target, lookedAt, nowMs)
    }
    return false
  }

  #forgetAllBut(targets: readonly ScalableTarget[]): void {
    const ids = new Set(targets.map(({ id }) => id))
    for (const id of this.#lookedAt.keys()) if (!ids.has(id)) this.#lookedAt.delete(id)
  }
}

/** A resource that is gone, on demand or being changed is left alone; a minute counts as done when it was looked at. */
async function stepTarget(context: ScalingContext, target: ScalableTarget, lookedAt: LookedAt, nowMs: number): Promise<void> {
  const { engine } = context
  const { place } = target
  if (await settleActivity(context, place)) return
  if (await hasChangedBounds(context, target, lookedAt, nowMs)) return
  const [policy] = target.policies
  const minute = Math.floor(nowMs / minuteMs)
  if (policy === undefined || lookedAt.minute === minute) return
  const resource = findResource(engine, place)
  if (resource?.capacity === undefined || !resource.isActive) return
  await followCapacity(context, { target, policy, resource, capacity: resource.capacity })
  const points = await readConsumed(engine, resource, nowMs)
  const decision = decideScaling({ target, policy, capacity: resource.capacity, points }, nowMs)
  if (await carryOut(context, { target, policy, decision })) lookedAt.minute = minute
}

/** Whether a schedule decides about the capacity in this round, and no policy. */
async function hasChangedBounds(context: ScalingContext, target: ScalableTarget, lookedAt: LookedAt, nowMs: number): Promise<boolean> {
  const { targets } = context
  const second = Math.floor(nowMs / 1000)
  const { second: looked } = lookedAt
  if (target.scheduledActions.length > 0 && looked !== second) {
    const sinceMs = looked === undefined || looked > second ? 0 : looked * 1000
    await runScheduledActions(context, target, { sinceMs, nowMs })
    lookedAt.second = second
  }
  const current = targets.find(target.place)
  if (current?.boundsPending === undefined) return false
  if (await bringInsideBounds(context, current)) {
    await targets.change(target.place, (state) => {
      if (state.target === undefined) return state
      const { boundsPending: _, ...settled } = state.target
      return { ...state, target: settled }
    })
  }
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
async function carryOut(context: ScalingContext, { target, policy, decision }: Tracked): Promise<boolean> {
  const { engine, targets } = context
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
      return changeCapacity(context, { place, capacity, cause, accepted: (state) => scaled(state, policy.name, kind, scaledMs) })
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
