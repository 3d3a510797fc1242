/**
 * What auto scaling scales, and what it did, in memory: what is on disk and nothing else (law 3). `change` is the one way to
 * change it.
 */

import { keyAfter } from '../../../engine/keyspace/keys.ts'
import type { Store } from '../../../storage/store.ts'
import { deltaOf, TurnCounts } from '../../turn-counts.ts'
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

const loadBudget = { entries: 100, bytes: 1 << 20 }
const noActivities: readonly ScalingActivity[] = []

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadScalableTargets(store: Store): Promise<ScalableTargets> {
  const targets = new ScalableTargets(store)
  await targets.load()
  return targets
}

export class ScalableTargets {
  readonly #store: Store
  readonly #targets = new Map<string, ScalableTarget>()
  readonly #activities = new Map<string, { readonly place: ScalingPlace; readonly activities: readonly ScalingActivity[] }>()
  readonly #counts = new TurnCounts()

  constructor(store: Store) {
    this.#store = store
  }

  /** Reads everything of every region: once, before anything else. */
  async load(): Promise<void> {
    using snapshot = this.#store.snapshot()
    let { start, end } = allScalingRange()
    for (;;) {
      const chunk = await snapshot.scan({ start, end }, loadBudget)
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

  /**
   * Calls `decide` in a turn of the store, with how many targets the region has then. Resolves with the state after it, when that is
   * durable; rejects with what `decide` throws.
   */
  change(place: ScalingPlace, decide: (before: ScalingState, count: number) => ScalingState): Promise<ScalingState> {
    const targetKey = scalableTargetKey(place)
    const activitiesKey = scalingActivitiesKey(place)
    return this.#counts.during(place.region, async (pending) => {
      const after = await this.#store.write([targetKey, activitiesKey], (turn) => {
        const target = turn.get(targetKey)
        const activities = turn.get(activitiesKey)
        const before: ScalingState = {
          target: target === undefined ? undefined : decodeTarget(target),
          activities: activities === undefined ? noActivities : decodeActivities(activities).activities,
        }
        const decided = decide(before, this.#count(place.region) + this.#counts.besides(pending))
        pending.delta = deltaOf(before.target, decided.target)
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
      pending.delta = 0
      return after
    })
  }

  /** Forgets what was done for places that are no longer scaled, when all of it was before that time. */
  async forgetActivities(beforeMs: number): Promise<void> {
    for (const [name, { place, activities }] of this.#activities) {
      if (this.#targets.has(name) || activities.some(({ startMs }) => startMs >= beforeMs)) continue
      await this.change(place, (state) => (state.target === undefined ? { ...state, activities: noActivities } : state))
    }
  }

  #count(region: string): number {
    let count = 0
    for (const { place } of this.#targets.values()) if (place.region === region) count += 1
    return count
  }

  #keep(place: ScalingPlace, { target, activities }: ScalingState): void {
    const name = placeName(place)
    if (target === undefined) this.#targets.delete(name)
    else this.#targets.set(name, target)
    if (activities.length === 0) this.#activities.delete(name)
    else this.#activities.set(name, { place, activities })
  }
}

/** A name for maps in memory. */
export function placeName({ region, resourceId, dimension }: ScalingPlace): string {
  return `${region}\0${resourceId}\0${dimension}`
}
