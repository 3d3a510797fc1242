/**
 * What auto scaling scales, and what it did, in memory: what is on disk and nothing else (law 3). `change` is the one way to
 * change it.
 */

import { keyAfter } from '../../../engine/keyspace/keys.ts'
import type { Store } from '../../../storage/store.ts'
import { scalingBudget } from '../contract/limits.ts'
import {
  decodeActivities,
  decodeTarget,
  encodeActivities,
  encodeTarget,
  type ScalableTarget,
  type ScalingActivity,
} from './scalable-target.ts'
import { allScalingRange, isActivitiesKey, type ScalingPlace, scalableTargetKey, scalingActivitiesKey } from './scaling-keys.ts'

/** All that is known of one place. */
export interface ScalingState {
  readonly target: ScalableTarget | undefined
  /** The latest first. */
  readonly activities: readonly ScalingActivity[]
}

const noActivities: readonly ScalingActivity[] = []

export class ScalableTargets {
  readonly #targets = new Map<string, ScalableTarget>()
  readonly #activities = new Map<string, { readonly place: ScalingPlace; readonly activities: readonly ScalingActivity[] }>()
  /** By place, the minute (since the epoch) whose measurements were looked at last. Nothing is lost when it is forgotten. */
  readonly evaluatedMinutes: Map<string, number> = new Map()
  /** By place, the second in which its schedules were looked at last. */
  readonly scheduledSeconds: Map<string, number> = new Map()

  /** Reads everything of every region: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let { start, end } = allScalingRange()
    for (;;) {
      const chunk = await snapshot.scan({ start, end }, scalingBudget)
      for (const { key, value } of chunk.entries) {
        if (isActivitiesKey(key)) {
          const record = decodeActivities(value)
          this.#activities.set(placeName(record.place), record)
        } else {
          const target = decodeTarget(value)
          this.#targets.set(placeName(target.place), target)
        }
      }
      const last = chunk.entries.at(-1)
      if (chunk.exhausted || last === undefined) return
      start = keyAfter(last.key)
    }
  }

  /** The targets of all regions. */
  all(): readonly ScalableTarget[] {
    return [...this.#targets.values()]
  }

  /** The targets of a region in the order of their resources, then of their dimensions. */
  ofRegion(region: string): readonly ScalableTarget[] {
    return [...this.#targets]
      .filter(([, { place }]) => place.region === region)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, target]) => target)
  }

  find(place: ScalingPlace): ScalableTarget | undefined {
    return this.#targets.get(placeName(place))
  }

  /** The latest first. */
  activitiesOf(place: ScalingPlace): readonly ScalingActivity[] {
    return this.#activities.get(placeName(place))?.activities ?? noActivities
  }

  /** All places of a region where something was done, also those that are no longer scaled. */
  activePlaces(region: string): readonly ScalingPlace[] {
    return [...this.#activities.values()].map(({ place }) => place).filter((place) => place.region === region)
  }

  /** Calls `decide` in a turn of the store. Resolves with the state after it, when that is durable; rejects with what `decide` throws. */
  async change(store: Store, place: ScalingPlace, decide: (before: ScalingState) => ScalingState): Promise<ScalingState> {
    const targetKey = scalableTargetKey(place)
    const activitiesKey = scalingActivitiesKey(place)
    const after = await store.write([targetKey, activitiesKey], (turn) => {
      const target = turn.get(targetKey)
      const activities = turn.get(activitiesKey)
      const before: ScalingState = {
        target: target === undefined ? undefined : decodeTarget(target),
        activities: activities === undefined ? noActivities : decodeActivities(activities).activities,
      }
      const decided = decide(before)
      if (decided.target === undefined) turn.delete(targetKey)
      else if (decided.target !== before.target) turn.put(targetKey, encodeTarget(decided.target))
      if (decided.activities.length === 0) turn.delete(activitiesKey)
      else if (decided.activities !== before.activities) {
        turn.put(activitiesKey, encodeActivities({ place, activities: decided.activities }))
      }
      return decided
    })
    // Turns resolve in the order in which they were taken.
    this.#keep(place, after)
    return after
  }

  /** Forgets what was done for places that are no longer scaled, when all of it was before that time. */
  async forgetActivities(store: Store, beforeMs: number): Promise<void> {
    for (const [name, { place, activities }] of this.#activities) {
      if (this.#targets.has(name) || activities.some(({ startMs }) => startMs >= beforeMs)) continue
      await this.change(store, place, (state) => (state.target === undefined ? { ...state, activities: noActivities } : state))
    }
  }

  #keep(place: ScalingPlace, { target, activities }: ScalingState): void {
    const name = placeName(place)
    if (target === undefined) {
      this.#targets.delete(name)
      this.evaluatedMinutes.delete(name)
      this.scheduledSeconds.delete(name)
    } else this.#targets.set(name, target)
    if (activities.length === 0) this.#activities.delete(name)
    else this.#activities.set(name, { place, activities })
  }
}

/** A name for maps in memory. */
export function placeName({ region, resourceId, dimension }: ScalingPlace): string {
  return `${region}\0${resourceId}\0${dimension}`
}
