/**
 * What was throttled on a node as JSON: since it started, and in the minute it told of last, which is what the line of the log is made
 * of. When there is too much of it, what was throttled least is left out.
 */
import type { StoredValue } from '../../storage/store.ts'
import { reportedThrottlesLengthMax, throttledKeysMax } from '../limits.ts'
import type { ThrottleCount } from '../throughput/throttle-counts.ts'

export interface ToldThrottles {
  readonly counts: readonly ThrottleCount[]
  /** Since the epoch: the last minute that was told. */
  readonly minute: number
  /** What came up in it. */
  readonly latest: readonly ThrottleCount[]
}

/** The most frequent first in both lists. */
export function encodeThrottles({ counts, minute, latest }: ToldThrottles): string {
  return JSON.stringify({ counts: fitting(counts), minute, latest: fitting(latest) })
}

export function decodeThrottles(value: StoredValue): ToldThrottles {
  const { counts, minute, latest } = JSON.parse(String(value)) as ToldThrottles
  return { counts: counts.map(withAll), minute, latest: latest.map(withAll) }
}

/**
 * Those of several nodes as one list, the most frequent first. Counts are added up, and so exact. Those of keys stay too high by an
 * eighth of all at most, and never too low: what a node does not name a key for, it may have met as often as the one it names last
 * (Agarwal et al., "Mergeable Summaries", PODS 2012). Every key with more than an eighth of all is among those named by one node, so all
 * of these stay.
 */
export function joinedThrottles(lists: readonly (readonly ThrottleCount[])[]): readonly ThrottleCount[] {
  const bySpace = Map.groupBy(lists.flat(), ({ region, space, reason }) => `${space ?? region}\0${reason}`)
  return [...bySpace.values()].flatMap(joinedCounts).sort((a, b) => timesOf(b) - timesOf(a))
}

/** Counts of one thing. */
function joinedCounts(same: readonly ThrottleCount[]): readonly ThrottleCount[] {
  const [first] = same
  if (first === undefined || same.length === 1) return same
  const sum = (of: 'refused' | 'observed') => same.reduce((before, count) => before + count[of], 0)
  const lastMs = Math.max(...same.map((count) => count.lastMs))
  return [{ ...first, refused: sum('refused'), observed: sum('observed'), lastMs, keys: joinedKeys(same) }]
}

function joinedKeys(same: readonly ThrottleCount[]): ThrottleCount['keys'] {
  const named = new Map(same.flatMap(({ keys }) => keys.map(({ key }) => [JSON.stringify(key), key] as const)))
  const countsOf = same.map(({ keys }) => new Map(keys.map(({ key, count }) => [JSON.stringify(key), count])))
  // A key that is not named was never met while there was room for more names.
  const unnamedMax = same.map(({ keys }) => (keys.length < throttledKeysMax ? 0 : (keys.at(-1)?.count ?? 0)))
  return [...named]
    .map(([name, key]) => ({ key, count: countsOf.reduce((sum, counts, at) => sum + (counts.get(name) ?? unnamedMax[at] ?? 0), 0) }))
    .sort((a, b) => b.count - a.count)
}

function timesOf({ refused, observed }: ThrottleCount): number {
  return refused + observed
}

function fitting(counts: readonly ThrottleCount[]): readonly ThrottleCount[] {
  let length = 0
  const tooLong = counts.findIndex((count) => {
    length += JSON.stringify(count).length + 1
    return length > reportedThrottlesLengthMax
  })
  return tooLong < 0 ? counts : counts.slice(0, tooLong)
}

/** JSON leaves out what is undefined. */
function withAll(count: ThrottleCount): ThrottleCount {
  return { ...count, index: count.index, space: count.space }
}
