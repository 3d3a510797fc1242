/** What the control endpoint tells of throughput and sets of it: what was too much and why, and which tables enforce their limits. */

import { type ThroughputMode, throughputModeOf } from '../../engine/settings.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { throttlesOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { ThrottleCount } from '../../metering/throughput/throttle-counts.ts'
import { controlRoot } from './control-address.ts'
import type { Member } from './members.ts'
import { answersOthers, type WithOthers, withOthers } from './other-nodes.ts'
import { type InRegion, type OfTable, type Route, region, table } from './route.ts'
import { changeEngineSettings } from './run-time-settings.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

export interface TableThroughput {
  readonly throughput: ThroughputMode
  /** Whether it is the table's own, not the one of all. */
  readonly own: boolean
}

export interface NewTableThroughput extends OfTable {
  readonly throughput: ThroughputMode
}

export interface WhichThrottles extends InRegion {
  readonly table?: string
}

/** Names are enough for who asks: what bore them before is forgotten. */
type Throttles = Omit<ThrottleCount, 'space'>

export interface ThrottleList extends WithOthers {
  readonly throttles: readonly Throttles[]
}

export const throughputMember: Member = {
  kind: 'throughput mode',
  does: 'what becomes of requests that AWS would throttle: `off`, `observe` or `enforce`',
}

/** What a partition can do (capacity.md §7.1). */
export const partitionLimitMembers = {
  partitionReadUnitsPerSecondMax: { kind: 'units', does: 'how many read units a second one partition serves (3,000 on AWS)' },
  partitionWriteUnitsPerSecondMax: { kind: 'units', does: 'how many write units a second one partition serves (1,000 on AWS)' },
  partitionSizeBytesMax: { kind: 'bytes', does: 'how large a partition grows before it splits (10 GB on AWS)' },
} as const

const modePath = `${controlRoot}/tables/:table/throughput`
const answersMode = '`{ throughput, own }`; own says whether it is its own, not the one of all'

export const throughputRoutes: {
  readonly throttles: Route<WhichThrottles, ThrottleList>
  readonly tableThroughput: Route<OfTable, TableThroughput>
  readonly setTableThroughput: Route<NewTableThroughput, TableThroughput>
  readonly clearTableThroughput: Route<OfTable, TableThroughput>
} = {
  throttles: {
    method: 'GET',
    path: `${controlRoot}/throttles`,
    does: 'What was throttled since the process started, or would have been, by table, index and reason; the most frequent first.',
    answers:
      '`{ throttles: [{ region, table, index, reason, refused, observed, lastMs, keys: [{ key, count }] }] }`; `observed` were let through because nothing is enforced; `keys` are the partition keys that met it most, with counts that are never too low; ' +
      answersOthers,
    members: { table: { kind: 'name', does: 'name of a table; all of them when it is left out' }, region },
    run: async ({ engine }, input) => ({ throttles: await throttlesOf(engine, input), ...(await withOthers(engine)) }),
  },
  tableThroughput: {
    method: 'GET',
    path: modePath,
    does: 'What becomes of requests that are too much for one table.',
    answers: answersMode,
    members: { table, region },
    run: ({ engine }, input) => modeOf(engine, input),
  },
  setTableThroughput: {
    method: 'PUT',
    path: modePath,
    does: 'Gives one table a mode of its own, until the process ends; on a shared store for all its servers.',
    answers: answersMode,
    members: { table, throughput: { ...throughputMember, required: true }, region },
    run: async ({ engine }, input) => {
      await changeEngineSettings(engine, { tableThroughput: { [tableIdOf(engine, input)]: input.throughput } })
      return modeOf(engine, input)
    },
  },
  clearTableThroughput: {
    method: 'DELETE',
    path: modePath,
    does: 'Lets one table have the mode of all again.',
    answers: answersMode,
    members: { table, region },
    run: async ({ engine }, input) => {
      await changeEngineSettings(engine, { tableThroughput: { [tableIdOf(engine, input)]: null } })
      return modeOf(engine, input)
    },
  },
}

async function throttlesOf(engine: MeteredEngine, { table: name, region: named }: WhichThrottles): Promise<readonly Throttles[]> {
  const all = (await throttlesOfAll(engine, name)).map(({ space: _, ...shown }) => shown)
  // Regions that share their tables are known by the server's own.
  if (named === undefined) return all.map((count) => ({ ...count, region: count.region || engine.region }))
  const { catalog } = regionalEngine(engine, named)
  return all.filter((count) => count.region === catalog.region)
}

function modeOf(engine: MeteredEngine, address: OfTable): TableThroughput {
  const { settings } = engine
  const tableId = tableIdOf(engine, address)
  return { throughput: throughputModeOf(settings, tableId), own: settings.tableThroughput.has(tableId) }
}

function tableIdOf(engine: MeteredEngine, { table: name, region: named }: OfTable): number {
  return tableNamed(regionalEngine(engine, named), name).tableId
}
