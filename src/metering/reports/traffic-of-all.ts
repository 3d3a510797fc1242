/**
 * The traffic of a database as all its nodes together know it: what this one has counted until now, and what the others told until their
 * last whole minute (shared-traffic.ts). A process that has its store to itself reads nothing for it.
 */
import { setImmediate } from 'node:timers/promises'
import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { reportedAtOnceMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { ThrottleCount } from '../throughput/throttle-counts.ts'
import { AccessPattern } from '../traffic/access-pattern.ts'
import { keyOf } from '../traffic/access-patterns.ts'
import type { Heat } from '../traffic/heat-grid.ts'
import type { HotKeysReport } from '../traffic/space-traffic.ts'
import { heatOfOthers, keysOfOthers, patternsOfOthers, toldThrottles } from './reports-of-others.ts'
import type { SharedTraffic, ToldNode } from './shared-traffic.ts'
import { joinedThrottles } from './throttles-report.ts'

/** The other nodes whose part is in such an answer; undefined where there can be none. */
export function othersOf({ metering: { sharedTraffic } }: MeteredEngine): Promise<readonly ToldNode[]> | undefined {
  return sharedTraffic?.others()
}

/** The last `minutes` minutes, 1 to `heatMinutesMax`, the one that is going on included. */
export async function heatOfAll(engine: MeteredEngine, space: DataSpace, minutes: number): Promise<Heat> {
  const { clock, metering } = engine
  const { traffic, sharedTraffic } = metering
  const elsewhere = sharedTraffic && (await heatOfOthers(sharedTraffic, space, { nowMs: clock.now(), minutes, epoch: traffic.epoch }))
  // Not the time from before: what is measured must not turn back to a minute that was over meanwhile.
  return traffic.space(space).heat(clock.now(), minutes, elsewhere)
}

export async function hotKeysOfAll(engine: MeteredEngine, space: DataSpace): Promise<HotKeysReport> {
  const { clock, metering } = engine
  const { traffic, sharedTraffic } = metering
  const elsewhere = sharedTraffic && (await keysOfOthers(sharedTraffic, space, clock.now(), traffic.epoch))
  return traffic.space(space).hotKeys(clock.now(), elsewhere)
}

/** Those that were met at least once, in no particular order; of tables that are there. Gives way where there are many. */
export async function patternsOfAll({ metering: { traffic, sharedTraffic }, catalog }: MeteredEngine): Promise<readonly AccessPattern[]> {
  const own = [...traffic.patterns.all()].filter(({ requests }) => requests > 0)
  const others = sharedTraffic && (await patternsOfOthers(sharedTraffic, traffic.epoch))
  if (others === undefined || others.length === 0) return own
  const joined = new Map<string, AccessPattern>()
  for (const [at, pattern] of [...own, ...others].entries()) {
    if (at % reportedAtOnceMax === reportedAtOnceMax - 1) await setImmediate()
    if (!pattern.name.tableIds.every((tableId) => catalog.hasTable(tableId))) continue
    const key = keyOf(pattern.name)
    const sum = joined.get(key) ?? new AccessPattern(pattern.id, pattern.name)
    sum.add(pattern)
    joined.set(key, sum)
  }
  return [...joined.values()]
}

/** Of a table, or of all; the most frequent first. Every node counts since it started. */
export async function throttlesOfAll({ metering, catalog }: MeteredEngine, table?: string): Promise<readonly ThrottleCount[]> {
  const { throttleCounts, sharedTraffic } = metering
  const own = throttleCounts.list(table)
  if (sharedTraffic === undefined) return own
  const isAsked = (count: ThrottleCount): boolean => (table === undefined || count.table === table) && isThere(count)
  // What a node has told may be of tables and indexes that were deleted since, and whose names others have.
  const isThere = ({ region, table: name, space }: ThrottleCount): boolean => {
    if (space === undefined) return name === ''
    const found = catalog.of(region).find(name)
    if (found === undefined) return false
    return [undefined, ...found.indexes].some((index) => spaceNumber(spaceOf(found, index)) === space)
  }
  const others = await toldThrottles(sharedTraffic, { withOwn: false })
  return joinedThrottles([own, ...others.map(({ counts }) => counts.filter(isAsked))])
}

/** What was throttled in a minute that is over, as all nodes told it; that a node did not tell in time is in its next minute. */
export async function throttlesInMinute(sharedTraffic: SharedTraffic, minute: number): Promise<readonly ThrottleCount[]> {
  const all = await toldThrottles(sharedTraffic, { withOwn: true })
  return joinedThrottles(all.filter((each) => each.minute === minute).map(({ latest }) => latest))
}
