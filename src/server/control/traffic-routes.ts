/** What traffic there is, and where: heat over the hash space, hot keys, access patterns (docs/traffic.md). */

import type { Pace } from '../../base/pace.ts'
import { partitionMapOf } from '../../engine/catalog/catalog.ts'
import { type DataSpace, hashRange } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, KeySchema, Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { heatOfAll, hotKeysOfAll, patternsOfAll } from '../../metering/reports/traffic-of-all.ts'
import { describePattern, type PatternReport } from '../../metering/traffic/describe-pattern.ts'
import type { Heat } from '../../metering/traffic/heat-grid.ts'
import { type PartitionKey, partitionKeyOf } from '../../metering/traffic/partition-key.ts'
import type { HeavyKey, HeavyKeysOfAccess } from '../../metering/traffic/space-traffic.ts'
import { describedPatternsAtOnceMax, heatMinutesDefault } from '../limits.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Member } from './members.ts'
import { answersOthers, type WithOthers, withOthers } from './other-nodes.ts'
import { type InRegion, type OfTable, type Route, region, table } from './route.ts'
import { changeEngineSettings } from './run-time-settings.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

export interface OfSpace extends OfTable {
  /** A global index instead of the table. */
  readonly index?: string
}

export interface HeatInput extends OfSpace {
  /** From a query it comes as text. */
  readonly minutes?: number | `${number}`
}

export interface PartitionEdge {
  readonly id: number
  /** The first hash that belongs to it; further partitions may begin at the same. */
  readonly hash: number
}

export interface SpaceHeat extends Heat, WithOthers {
  readonly partitions: readonly PartitionEdge[]
}

export interface HotKey {
  /** By attribute, as attribute values; left out when it is too long to be remembered. */
  readonly key?: PartitionKey
  readonly hash: number
  /** Where one of its items lies: a divided item collection lies in more of them. */
  readonly partitionId?: number
  readonly units: number
  readonly unitsMin: number
  readonly unitsPerSecond: number
  readonly share: number
  readonly refused: number
}

export interface HotKeysOfAccess {
  readonly units: number
  readonly refused: number
  readonly keys: readonly HotKey[]
}

export interface HotKeys extends WithOthers {
  readonly fromMs: number
  readonly toMs: number
  readonly reads: HotKeysOfAccess
  readonly writes: HotKeysOfAccess
}

export interface PatternsInput extends InRegion {
  readonly table?: string
}

export interface PatternList extends WithOthers {
  readonly patterns: readonly PatternReport[]
}

export interface ForgottenTraffic {
  readonly forgotten: true
}

const index: Member = { kind: 'name', does: 'name of a global index; the table with its local indexes when it is left out' }
const minutes: Member = { kind: 'minutes', does: 'how many minutes back, the one that is going on included; 60 when it is left out' }

export const trafficRoutes: {
  readonly heat: Route<HeatInput, SpaceHeat>
  readonly hotKeys: Route<OfSpace, HotKeys>
  readonly patterns: Route<PatternsInput, PatternList>
  readonly forgetTraffic: Route<Readonly<Record<never, never>>, ForgottenTraffic>
} = {
  heat: {
    method: 'GET',
    path: `${controlRoot}/tables/:table/heat`,
    does: 'What was read, written and refused in each part of the hash space in each of the last minutes: docs/traffic.md.',
    answers:
      '`{ fromMs, columnMs, ranges, reads: [[units]], writes: [[units]], refused: [[events]], partitions: [{ id, hash }] }`; a row for each minute, a number for each range; ' +
      answersOthers,
    members: { table, index, minutes, region },
    run: async ({ engine }, input) => {
      const { space, map } = spaceAsked(engine, input)
      const heat = await heatOfAll(engine, space, Number(input.minutes ?? heatMinutesDefault))
      const partitions = map.partitions.map(({ id, start }) => ({ id, hash: start.hash }))
      return { ...heat, partitions, ...(await withOthers(engine)) }
    },
  },
  hotKeys: {
    method: 'GET',
    path: `${controlRoot}/tables/:table/hot-keys`,
    does: 'The partition keys that stand for a hundredth or more of the units or of the refused events of the last five to ten minutes.',
    answers:
      '`{ fromMs, toMs, reads, writes }`, each of the two `{ units, refused, keys: [{ key, hash, partitionId, units, unitsMin, unitsPerSecond, share, refused }] }`; ' +
      answersOthers,
    members: { table, index, region },
    run: ({ engine }, input) => hotKeys(engine, input),
  },
  patterns: {
    method: 'GET',
    path: `${controlRoot}/patterns`,
    does: 'How clients ask, values left out, and what it came to: requests, units, items, latency. Those with most units first.',
    answers:
      '`{ patterns: [{ operation, region, table, index, text, keyCondition, filter, projection, condition, update, statement, members, requests, errors, failedConditions, throttled, readUnits, writeUnits, evaluatedItems, returnedItems, answeredWithMore, continued, latencyMs: { p50, p90, p99 }, firstMs, lastMs }] }`; ' +
      answersOthers,
    members: { table: { kind: table.kind, does: 'name of a table; all of them when it is left out' }, region },
    run: async ({ engine }, input, pace) => ({ patterns: await patterns(engine, input, pace), ...(await withOthers(engine)) }),
  },
  forgetTraffic: {
    method: 'DELETE',
    path: `${controlRoot}/traffic`,
    does: 'Forgets heat, hot keys and access patterns: what comes from now on is counted anew.',
    answers: '`{ forgotten: true }`',
    members: {},
    run: async ({ engine }) => {
      const { leases, settings, metering } = engine
      if (leases === undefined) metering.traffic.forget()
      else await changeEngineSettings(engine, { trafficEpoch: settings.trafficEpoch + 1 })
      return { forgotten: true }
    },
  },
}

interface AskedSpace {
  readonly space: DataSpace
  readonly key: KeySchema
  readonly map: ReturnType<typeof partitionMapOf>
}

function spaceAsked(engine: MeteredEngine, input: OfSpace): AskedSpace {
  const regional = regionalEngine(engine, input.region)
  const asked = tableNamed(regional, input.table)
  const globalIndex = input.index === undefined ? undefined : globalIndexNamed(asked, input.index)
  return {
    space: spaceOf(asked, globalIndex),
    key: globalIndex?.key ?? asked.key,
    map: partitionMapOf(regional.catalog, asked, globalIndex),
  }
}

function globalIndexNamed({ name: tableName, indexes }: Table, name: string): GlobalIndex {
  const found = indexes.find((each) => each.name === name)
  if (found?.kind === 'global') return found
  if (found?.kind === 'local') throw new ControlError(400, `${JSON.stringify(name)} is a local index: it counts for its table.`)
  throw new ControlError(404, `There is no global index ${JSON.stringify(name)} on ${JSON.stringify(tableName)}.`)
}

async function hotKeys(engine: MeteredEngine, input: OfSpace): Promise<HotKeys> {
  const asked = spaceAsked(engine, input)
  const { fromMs, toMs, read, write } = await hotKeysOfAll(engine, asked.space)
  const seconds = Math.max(1, (toMs - fromMs) / 1000)
  return { fromMs, toMs, reads: ofAccess(asked, read, seconds), writes: ofAccess(asked, write, seconds), ...(await withOthers(engine)) }
}

function ofAccess(asked: AskedSpace, { units, refused, keys }: HeavyKeysOfAccess, seconds: number): HotKeysOfAccess {
  return { units, refused, keys: keys.map((key) => hotKey(asked, key, seconds)) }
}

function hotKey({ space, key, map }: AskedSpace, { example, hash, units, ...rest }: HeavyKey, seconds: number): HotKey {
  const partition = map.partitions[map.indexOf(example ?? hashRange(space, hash, hash + 1).start)]
  return {
    ...(example !== undefined && { key: partitionKeyOf(example, key.hash) }),
    hash,
    ...(partition !== undefined && { partitionId: partition.id }),
    units,
    unitsPerSecond: units / seconds,
    ...rest,
  }
}

async function patterns(engine: MeteredEngine, input: PatternsInput, pace: Pace): Promise<readonly PatternReport[]> {
  const regional = regionalEngine(engine, input.region)
  const tableId = input.table === undefined ? undefined : tableNamed(regional, input.table).tableId
  const isAsked = (tableIds: readonly number[]) => tableId === undefined || tableIds.includes(tableId)
  const asked = (await patternsOfAll(engine))
    .filter(({ name }) => isAsked(name.tableIds) && (input.region === undefined || name.region === input.region))
    .sort((a, b) => unitsOf(b) - unitsOf(a) || b.requests - a.requests || a.firstMs - b.firstMs || a.id - b.id)
  const described: PatternReport[] = []
  for (const pattern of asked) {
    described.push(describePattern(pattern))
    if (described.length % describedPatternsAtOnceMax === 0) await pace.pause()
  }
  return described
}

function unitsOf({ readUnits, writeUnits }: { readonly readUnits: number; readonly writeUnits: number }): number {
  return readUnits + writeUnits
}
