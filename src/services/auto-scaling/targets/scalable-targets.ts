/**
 * What auto scaling scales, and what it did, as everything durable says it: a cache of these records, true as of their version
 * (engine/records). `change` is the one way to change them.
 */

import { compareBytes } from '../../../base/bytes.ts'
import { versionedRecordsIds } from '../../../engine/keyspace/keys.ts'
import { type RecordCache, type RecordChange, type RecordTurn, VersionedRecords } from '../../../engine/records/versioned-records.ts'
import type { KeyBytes, KeyRange, Store, StoreDamaged, WriteTurn } from '../../../storage/store.ts'
import {
  decodeActivities,
  decodeTarget,
  encodeActivities,
  encodeTarget,
  type ScalableTarget,
  type ScalingActivity,
} from './scalable-target.ts'
import {
  allScalingRange,
  isActivitiesKey,
  placeName,
  placeNameIn,
  type ScalingPlace,
  scalableTargetKey,
  scalingActivitiesKey,
} from './scaling-keys.ts'

/** All that is known of one place. */
export interface ScalingState {
  readonly target: ScalableTarget | undefined
  /** The latest first. */
  readonly activities: readonly ScalingActivity[]
}

const noActivities: readonly ScalingActivity[] = []

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadScalableTargets(store: Store): Promise<ScalableTargets> {
  const targets = ScalableTargets.open(store)
  await targets.load()
  return targets
}

export class ScalableTargets {
  readonly #store: Store
  readonly #cache: ScalingRecords
  readonly #versioned: VersionedRecords

  private constructor(store: Store, cache: ScalingRecords, versioned: VersionedRecords) {
    this.#store = store
    this.#cache = cache
    this.#versioned = versioned
  }

  static open(store: Store): ScalableTargets {
    const cache = new ScalingRecords()
    return new ScalableTargets(store, cache, new VersionedRecords(versionedRecordsIds.scalableTargets, cache))
  }

  /** The same targets, changed by another way to the store: one that adds something to what is asked of it. */
  by(store: Store): ScalableTargets {
    return new ScalableTargets(store, this.#cache, this.#versioned)
  }

  /** Reads everything of every region: once, before anything else. */
  load(): Promise<void> {
    return this.#versioned.load(this.#store)
  }

  /** Others change them, too: when this resolves, memory is as the store was at a moment after the call. */
  async catchUp(): Promise<void> {
    await this.#versioned.catchUp(this.#store)
  }

  /** Another number whenever anything of them is another. */
  get version(): number {
    return this.#versioned.version
  }

  /** For turns of other records that rest on these. */
  get records(): VersionedRecords {
    return this.#versioned
  }

  /** `listener` is told of every target that is gone, whoever removed it. */
  onGone(listener: (target: ScalableTarget) => void): void {
    this.#cache.listeners.push(listener)
  }

  /** The targets of all regions. */
  all(): readonly ScalableTarget[] {
    return [...this.#cache.targets.values()]
  }

  /** The targets of a region in the order of their resources, then of their dimensions. */
  ofRegion(region: string): readonly ScalableTarget[] {
    return [...this.#cache.targets]
      .filter(([, { place }]) => place.region === region)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, target]) => target)
  }

  /** Throws StoreDamaged for a target that is there and damaged. */
  find(place: ScalingPlace): ScalableTarget | undefined {
    const found = this.#cache.targets.get(placeName(place))
    if (found === undefined) this.#cache.requireSound(scalableTargetKey(place))
    return found
  }

  /** The latest first. */
  activitiesOf(place: ScalingPlace): readonly ScalingActivity[] {
    return this.#cache.activities.get(placeName(place))?.activities ?? noActivities
  }

  /** All places of a region where something was done, also those that are no longer scaled. */
  activePlaces(region: string): readonly ScalingPlace[] {
    return [...this.#cache.activities.values()].map(({ place }) => place).filter((place) => place.region === region)
  }

  /**
   * Calls `decide` in a turn of the store, with what every earlier change decided, whoever made it, and with how many targets the
   * region has then. It may be asked again. Resolves with what it returned, when that is durable; rejects with what it throws. `reads`
   * are further keys that it looks at.
   */
  change<After extends ScalingState>(
    place: ScalingPlace,
    decide: (before: ScalingState, count: number, turn: Pick<WriteTurn, 'get'>) => After,
    reads: readonly KeyBytes[] = [],
  ): Promise<After> {
    return this.#versioned.change(
      this.#store,
      () => reads,
      (records) => {
        const before = { target: this.find(place), activities: this.activitiesOf(place) }
        const after = decide(before, this.#cache.countIn(place.region), records.turn)
        putTarget(records, place, before, after)
        putActivities(records, place, before, after)
        return after
      },
    )
  }

  /** Forgets what was done for places that are no longer scaled, when all of it was before that time. */
  async forgetActivities(beforeMs: number): Promise<void> {
    const isForgotten = ({ target, activities }: ScalingState): boolean =>
      target === undefined && !activities.some(({ startMs }) => startMs >= beforeMs)
    for (const { place, activities } of [...this.#cache.activities.values()]) {
      if (!isForgotten({ target: this.find(place), activities })) continue
      await this.change(place, (state) => (isForgotten(state) ? { ...state, activities: noActivities } : state))
    }
  }
}

function putTarget(records: RecordTurn, place: ScalingPlace, before: ScalingState, { target }: ScalingState): void {
  if (target === before.target) return
  const key = scalableTargetKey(place)
  if (target === undefined) records.delete(key)
  else records.put(key, encodeTarget(target))
}

function putActivities(records: RecordTurn, place: ScalingPlace, before: ScalingState, { activities }: ScalingState): void {
  if (activities === before.activities || (activities.length === 0 && before.activities.length === 0)) return
  const key = scalingActivitiesKey(place)
  if (activities.length === 0) records.delete(key)
  else records.put(key, encodeActivities({ place, activities }))
}

/** By the names of their places. */
class ScalingRecords implements RecordCache {
  readonly ranges: readonly KeyRange[] = [allScalingRange()]
  readonly targets: Map<string, ScalableTarget> = new Map()
  readonly activities: Map<string, { readonly place: ScalingPlace; readonly activities: readonly ScalingActivity[] }> = new Map()
  readonly listeners: ((gone: ScalableTarget) => void)[] = []

  #damage: readonly StoreDamaged[] = []

  /** Throws what the record was found to be, if it is damaged. */
  requireSound(key: KeyBytes): void {
    const found = this.#damage.find((error) => compareBytes(error.key, key) === 0)
    if (found !== undefined) throw found
  }

  damaged(errors: readonly StoreDamaged[]): void {
    this.#damage = errors
  }

  countIn(region: string): number {
    let count = 0
    for (const { place } of this.targets.values()) if (place.region === region) count += 1
    return count
  }

  apply(changes: readonly RecordChange[]): void {
    this.#applyAll(changes, [])
  }

  replace(all: readonly RecordChange[]): void {
    const before = [...this.targets.values()]
    this.targets.clear()
    this.activities.clear()
    this.#applyAll(all, before)
  }

  #applyAll(changes: readonly RecordChange[], removed: readonly ScalableTarget[]): void {
    const before = [...removed]
    for (const { key, value } of changes) {
      const name = placeNameIn(key)
      if (isActivitiesKey(key)) {
        if (value === undefined) this.activities.delete(name)
        else this.activities.set(name, decodeActivities(value))
        continue
      }
      const replaced = this.targets.get(name)
      if (replaced !== undefined) before.push(replaced)
      if (value === undefined) this.targets.delete(name)
      else this.targets.set(name, decodeTarget(value))
    }
    const gone = before.filter(({ place, id }) => this.targets.get(placeName(place))?.id !== id)
    for (const target of gone) for (const listener of this.listeners) listener(target)
  }
}
