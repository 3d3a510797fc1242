/**
 * What a Stator says of a run: which of its partitions were hot, and what it let through that AWS would have throttled. It is asked
 * before and after, and the difference is the run's. All of it may be absent (another DynamoDB, an older Stator, a closed control
 * endpoint), and then the summary does without.
 */
import { minuteMs } from '../../base/clock.ts'
import { getOwn } from '../../base/own.ts'
import { hotPartitionsMax, viewedMinutesMax, viewedRangesMax } from '../limits.ts'
import { isMembers, type Members, numberIn, parseMembers, textIn } from './answers.ts'
import type { HttpClient } from './http-client.ts'
import type { Target } from './item-template.ts'

/** What was asked of one Stator at one moment. */
export interface StatorReading {
  readonly heat: Members
  readonly throttles: readonly CountedThrottle[]
}

export interface StatorView {
  /** Those with most to do first. */
  readonly partitions: readonly HotPartition[]
  /** By reason: what would have been throttled but was let through, because nothing is enforced. */
  readonly letThrough: readonly LetThrough[]
}

export interface HotPartition {
  /** Ids. Several where heat, which is known by 64ths of the hash space, can't tell them apart. */
  readonly partitions: readonly number[]
  readonly readUnits: number
  readonly writeUnits: number
  /** Of the units of all partitions, from 0 to 1. */
  readonly share: number
  /** Refused for want of capacity, of whatever kind; or what would have been. */
  readonly refused: number
}

export interface LetThrough {
  readonly of: string
  readonly reason: string
  readonly count: number
}

interface CountedThrottle {
  readonly of: string
  readonly reason: string
  readonly observed: number
}

/** Undefined when the endpoint is no Stator, or does not say so. `minutes` is how far back its heat is read. */
export async function readStator(client: HttpClient, { keys, index }: Target, minutes: number): Promise<StatorReading | undefined> {
  // Whatever AWS would answer, it is not asked.
  if (client.endpoint.url.hostname.endsWith('.amazonaws.com')) return undefined
  const ask = async (path: string): Promise<Members> => {
    const answer = await client.get(`/_stator/${path}`).catch(() => undefined)
    return answer?.status === 200 ? parseMembers(answer.body) : {}
  }
  const { name, regions } = await ask('info')
  if (name !== 'Stator') return undefined
  const common = regions === 'isolated' ? { region: client.endpoint.region } : {}
  const space = index?.isGlobal ? { index: index.name } : {}
  const heatQuery = new URLSearchParams({ ...common, ...space, minutes: String(minutes) })
  const heat = await ask(`tables/${keys.tableName}/heat?${heatQuery}`)
  const { throttles } = await ask(`throttles?${new URLSearchParams({ ...common, table: keys.tableName })}`)
  return { heat, throttles: membersList(throttles).map(throttleOf) }
}

/** How many minutes a reading must go back to see all of a run, as far as it is remembered. */
export function minutesOfRun(elapsedMs: number): number {
  return Math.min(viewedMinutesMax, Math.ceil(elapsedMs / minuteMs) + 1)
}

/** What came between two readings, the first of which reads the one minute that was going on. */
export function viewOfRun(before: StatorReading, after: StatorReading): StatorView {
  return { partitions: hotPartitions(before.heat, after.heat), letThrough: letThrough(before.throttles, after.throttles) }
}

function throttleOf(members: Members): CountedThrottle {
  return {
    of: textIn(members, 'index') || textIn(members, 'table'),
    reason: textIn(members, 'reason'),
    observed: numberIn(members, 'observed'),
  }
}

function letThrough(before: readonly CountedThrottle[], after: readonly CountedThrottle[]): readonly LetThrough[] {
  return after
    .map(({ of, reason, observed }) => {
      const earlier = before.find((each) => each.of === of && each.reason === reason)
      return { of, reason, count: observed - (earlier?.observed ?? 0) }
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
}

function hotPartitions(before: Members, after: Members): readonly HotPartition[] {
  const [reads, writes, refused] = ['reads', 'writes', 'refused'].map((kind) => unitsOfRun(kind, before, after))
  const owners = partitionsOfRanges(after)
  const groups = new Map<string, { partitions: readonly number[]; readUnits: number; writeUnits: number; refused: number }>()
  for (const [range, partitions] of owners.entries()) {
    const name = partitions.join()
    const group = groups.get(name) ?? { partitions, readUnits: 0, writeUnits: 0, refused: 0 }
    group.readUnits += reads?.[range] ?? 0
    group.writeUnits += writes?.[range] ?? 0
    group.refused += refused?.[range] ?? 0
    groups.set(name, group)
  }
  const all = [...groups.values()]
  const sum = all.reduce((total, { readUnits, writeUnits }) => total + readUnits + writeUnits, 0)
  return all
    .map((group) => ({ ...group, share: sum > 0 ? (group.readUnits + group.writeUnits) / sum : 0 }))
    .filter(({ share, refused: count }) => share > 0 || count > 0)
    .sort((a, b) => b.share - a.share || b.refused - a.refused)
    .slice(0, hotPartitionsMax)
}

/** For each range of hashes, the sum over the minutes since the first reading, less what that minute had then. */
function unitsOfRun(kind: string, before: Members, after: Members): readonly number[] {
  const columnMs = numberIn(after, 'columnMs')
  const fromMs = numberIn(after, 'fromMs')
  // Before there was any traffic, a reading has no columns and begins in the middle of one.
  const startMs = Math.floor(numberIn(before, 'fromMs') / columnMs) * columnMs
  // Of a run longer than what is remembered, the first minute is gone.
  const sums = fromMs > startMs ? [] : numbers(rows(before, kind)[0]).map((units) => -units)
  for (const [at, row] of rows(after, kind).entries()) {
    if (fromMs + at * columnMs < startMs) continue
    for (const [range, units] of numbers(row).entries()) sums[range] = (sums[range] ?? 0) + units
  }
  return sums.map((units) => Math.max(0, units))
}

/** For each range of hashes, the ids of the partitions that have a part of it. */
function partitionsOfRanges(heat: Members): readonly (readonly number[])[] {
  const ranges = Math.min(viewedRangesMax, Math.max(0, numberIn(heat, 'ranges')))
  const partitions = membersList(getOwn(heat, 'partitions')).map((each) => ({ id: numberIn(each, 'id'), hash: numberIn(each, 'hash') }))
  const width = 2 ** 32 / ranges
  return Array.from({ length: ranges }, (_, range) => {
    const start = range * width
    const inside = partitions.filter(({ hash }) => hash > start && hash < start + width)
    const first = partitions.findLast(({ hash }) => hash <= start)
    return [...(first === undefined ? [] : [first]), ...inside].map(({ id }) => id)
  })
}

function rows(heat: Members, kind: string): readonly unknown[] {
  const found = getOwn(heat, kind)
  return Array.isArray(found) ? found : []
}

function numbers(row: unknown): readonly number[] {
  return Array.isArray(row) ? row.map((each) => (typeof each === 'number' ? each : 0)) : []
}

function membersList(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isMembers) : []
}
