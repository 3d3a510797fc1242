/**
 * When a partition is hot, and where it is divided so that its heat halves (capacity.md §7.1, internals.md §3). Pure functions of
 * what was measured: the job that splits partitions asks them, and so does the control endpoint.
 */
import { afterPrefix, compareBytes } from '../../base/bytes.ts'
import { minuteMs } from '../../base/clock.ts'
import type { DataPlace } from '../keyspace/partition-keys.ts'
import { ascendingShareMin, hotMinutesMin, hotShareMin, hottestItemShareMax, partitionsPerTableMax, splitSamplesMin } from '../limits.ts'
import {
  comparePlaces,
  hashCount,
  isOneCollection,
  middleOf,
  type PartitionMap,
  type PartitionRange,
  type SplitCause,
} from '../schema/partition-map.ts'
import type { PartitionLimits } from '../settings.ts'
import type { Access } from './capacity-units.ts'

export interface MinuteHeat {
  readonly units: number
  /** Requests that the partition's own limit refused, or would have. */
  readonly refused: number
}

/** A key, chosen by chance with the units that it consumed for its odds. */
export interface HeatSample {
  readonly hash: number
  /** What the store key has behind its hash, or the beginning of that. Empty: a range was read that goes over this hash. */
  readonly rest: Uint8Array
  /** How many samples it stands for: more than one after a request of many units. */
  readonly weight: number
  readonly atMs: number
}

/** How hot a partition was, as whoever measures it says. */
export interface MeasuredHeat {
  /** In one whole minute since the epoch. */
  minute(access: Access, minute: number): MinuteHeat
}

/** The same with the keys behind it. */
export interface SampledHeat extends MeasuredHeat {
  /** Those taken from this time on, in the order of time. */
  samples(access: Access, fromMs: number): readonly HeatSample[]
}

/** The accesses in which the partition was at its limit or near it in each of the last whole minutes. */
export function hotAccesses(heat: MeasuredHeat, limits: PartitionLimits, nowMs: number): readonly Access[] {
  const isHot = (access: Access, unitsPerSecondMax: number): boolean => {
    const current = Math.floor(nowMs / minuteMs)
    for (let minute = current - hotMinutesMin; minute < current; minute += 1) {
      const { units, refused } = heat.minute(access, minute)
      if (refused === 0 && units < hotShareMin * unitsPerSecondMax * 60) return false
    }
    return true
  }
  const accesses = [
    { access: 'write', isHot: isHot('write', limits.writeUnitsPerSecondMax) },
    { access: 'read', isHot: isHot('read', limits.readUnitsPerSecondMax) },
  ] as const
  return accesses.filter((one) => one.isHot).map(({ access }) => access)
}

/** From when on samples count for a decision now. */
export function samplesFromMs(nowMs: number): number {
  return (Math.floor(nowMs / minuteMs) - hotMinutesMin) * minuteMs
}

/**
 * Where to divide a partition with these samples, in the order of time; empty when no division would help. An item collection
 * with more than half of the heat gets a partition of its own. Within a collection it is sort keys that divide, never in a table
 * with local indexes.
 */
export function chooseSplit(
  range: PartitionRange,
  samples: readonly HeatSample[],
  { hasLocalIndexes }: { readonly hasLocalIndexes: boolean },
): readonly DataPlace[] {
  const isByItem = isOneCollection(range)
  const telling = isByItem ? samples.filter(({ rest }) => rest.length > 0) : samples
  if (telling.length < splitSamplesMin) return []
  if (isByItem && (hasLocalIndexes || isAscending(telling))) return []
  const places = weighedPlaces(telling, isByItem)
  const total = places.reduce((sum, { weight }) => sum + weight, 0)
  const heaviest = places.reduce((best, place) => (place.weight > best.weight ? place : best))
  if (isByItem && heaviest.weight >= total * hottestItemShareMax) return []
  const cuts = heaviest.weight > total / 2 ? [heaviest.start, heaviest.end] : [medianOf(places, total)]
  return cuts.filter((cut) => cut !== undefined).filter((cut) => isInside(range, cut))
}

/** The map with at least `count` partitions: the widest are divided in their middle until it has. */
export function grownMap(map: PartitionMap, count: number, nowMs: number): PartitionMap {
  let grown = map
  while (grown.partitions.length < Math.min(count, partitionsPerTableMax)) {
    const widths = grown.partitions.map((_, place) => hashCount(grown.rangeAt(place)))
    const widest = widths.indexOf(Math.max(...widths))
    const middle = middleOf(grown.rangeAt(widest))
    const partition = grown.partitions[widest]
    if (middle === undefined || partition === undefined) return grown
    grown = grown.split(partition.id, [middle], { reason: 'throughput', nowMs })
  }
  return grown
}

/**
 * The map after the partition was divided, or the map as it is: when there is no such partition any more, nothing to divide, or
 * there are too many already.
 */
export function dividedMap(map: PartitionMap, partitionId: number, at: readonly DataPlace[], cause: SplitCause): PartitionMap {
  const place = map.placeOf(partitionId)
  if (place < 0 || at.length === 0 || map.partitions.length + at.length > partitionsPerTableMax) return map
  const range = map.rangeAt(place)
  return at.every((position) => isInside(range, position)) ? map.split(partitionId, at, cause) : map
}

/** An item collection, or an item of one, with its share of the samples. */
interface WeighedPlace {
  readonly start: DataPlace
  /** The first place behind it, if there is one. */
  readonly end: DataPlace | undefined
  weight: number
}

/** In the order of their positions. */
function weighedPlaces(samples: readonly HeatSample[], isByItem: boolean): readonly WeighedPlace[] {
  const ordered = samples.toSorted((a, b) => a.hash - b.hash || (isByItem ? compareBytes(a.rest, b.rest) : 0))
  const places: WeighedPlace[] = []
  for (const { hash, rest, weight } of ordered) {
    const start = isByItem ? { hash, rest } : { hash }
    const last = places.at(-1)
    if (last !== undefined && comparePlaces(last.start, start) === 0) last.weight += weight
    else if (isByItem && beginsWith(rest, last?.start.rest)) places.splice(-1, 1, { start, end: behindItem(hash, rest), weight })
    else places.push({ start, end: isByItem ? behindItem(hash, rest) : { hash: hash + 1 }, weight })
  }
  return places
}

/**
 * No key is the beginning of another. What a key begins with is where a Query begins that was refused or found nothing: it is of no
 * item, and says nothing about a place to divide.
 */
function beginsWith(rest: Uint8Array, beginning: Uint8Array | undefined): boolean {
  return beginning !== undefined && beginning.length < rest.length && compareBytes(rest.subarray(0, beginning.length), beginning) === 0
}

/** What begins with a key is that item alone. */
function behindItem(hash: number, rest: Uint8Array): DataPlace | undefined {
  const behind = afterPrefix(rest)
  return behind && { hash, rest: behind }
}

/** Between the two places where the weight on both sides is most even. */
function medianOf(places: readonly WeighedPlace[], total: number): DataPlace | undefined {
  let cut: DataPlace | undefined
  let weightBefore = 0
  let least = Number.POSITIVE_INFINITY
  for (const [at, { start, weight }] of places.entries()) {
    const before = places[at - 1]
    const imbalance = Math.abs(weightBefore - total / 2)
    if (before !== undefined && imbalance < least) {
      least = imbalance
      cut = start.rest === undefined ? { hash: before.start.hash + Math.ceil((start.hash - before.start.hash) / 2) } : start
    }
    weightBefore += weight
  }
  return cut
}

function isAscending(samples: readonly HeatSample[]): boolean {
  let ascents = 0
  let changes = 0
  for (const [at, { rest }] of samples.entries()) {
    const order = compareBytes(rest, samples[at - 1]?.rest ?? rest)
    if (order !== 0) changes += 1
    if (order > 0) ascents += 1
  }
  return changes > 0 && ascents >= changes * ascendingShareMin
}

function isInside({ start, end }: PartitionRange, position: DataPlace): boolean {
  return comparePlaces(start, position) < 0 && comparePlaces(position, end) < 0
}
