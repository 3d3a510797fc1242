/** What can be set while the server runs, as the control endpoint shows and changes it. It ends with the process, but on a shared store. */

import { withoutUnset } from '../../base/without-unset.ts'
import { changeStoredSettings } from '../../engine/catalog/change-settings.ts'
import { followIndexLags } from '../../engine/jobs/apply-index-queues.ts'
import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import { enginesWithTables } from '../../engine/regions.ts'
import type { GlobalIndex } from '../../engine/schema/table.ts'
import { applySettings, type EngineSettings, type EngineSettingsChange, indexLagMs, type ThroughputMode } from '../../engine/settings.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { ControlError } from './control-error.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

/** What holds for everything, as a server is started with it. */
export interface GeneralSettings {
  /** Whether throughput is metered, and what it has not is refused. */
  readonly throughput: ThroughputMode
  /** What one partition can do. */
  readonly partitionReadUnitsPerSecondMax: number
  readonly partitionWriteUnitsPerSecondMax: number
  readonly partitionSizeBytesMax: number
  /** How long tables stay CREATING, UPDATING or DELETING. */
  readonly tableStateDelayMs: number
  /** How long writes take to show in global indexes that have no lag of their own. */
  readonly indexLagMs: number
  /** How large the item collections of tables with local indexes may grow. */
  readonly itemCollectionSizeBytesMax: number
  /** How long expired items may stay before they are swept. */
  readonly ttlSweepIntervalMs: number
  /** How long shards of streams stay open before they are rotated; 0: for ever. */
  readonly shardRotationMs: number
}

export interface RunTimeSettings extends GeneralSettings {
  /** The indexes that have a lag of their own. */
  readonly indexLags: readonly NamedIndexLag[]
}

export interface NamedIndexLag {
  readonly region: string
  readonly table: string
  readonly index: string
  readonly indexLagMs: number
}

export interface IndexLag {
  readonly indexLagMs: number
  /** Whether it is the index's own, not the one of all. */
  readonly own: boolean
}

export interface IndexAddress {
  readonly table: string
  readonly index: string
  readonly region?: string
}

export function runTimeSettings(engine: MeteredEngine): RunTimeSettings {
  return { ...generalSettings(engine.settings), indexLags: ownLags(engine) }
}

export function generalSettings(all: EngineSettings): GeneralSettings {
  const { throughput, partitionLimits, tableStateDelayMs, indexLagMs, itemCollectionSizeBytesMax, ttlSweepIntervalMs, shardRotationMs } =
    all
  return {
    throughput,
    partitionReadUnitsPerSecondMax: partitionLimits.readUnitsPerSecondMax,
    partitionWriteUnitsPerSecondMax: partitionLimits.writeUnitsPerSecondMax,
    partitionSizeBytesMax: partitionLimits.sizeBytesMax,
    tableStateDelayMs,
    indexLagMs,
    itemCollectionSizeBytesMax,
    ttlSweepIntervalMs,
    shardRotationMs,
  }
}

export interface SettingsChange {
  readonly throughput?: ThroughputMode
  readonly partitionReadUnitsPerSecondMax?: number
  readonly partitionWriteUnitsPerSecondMax?: number
  readonly partitionSizeBytesMax?: number
  readonly tableStateDelayMs?: number
  readonly indexLagMs?: number
  readonly itemCollectionSizeBytesMax?: number
  readonly ttlSweepIntervalMs?: number
  readonly shardRotationMs?: number
}

/** Resolves when every later request goes by it, on every node of a shared store. */
export async function changeSettings(engine: MeteredEngine, change: SettingsChange): Promise<RunTimeSettings> {
  const { partitionReadUnitsPerSecondMax, partitionWriteUnitsPerSecondMax, partitionSizeBytesMax, ...plain } = change
  const partitionLimits = withoutUnset({
    readUnitsPerSecondMax: partitionReadUnitsPerSecondMax,
    writeUnitsPerSecondMax: partitionWriteUnitsPerSecondMax,
    sizeBytesMax: partitionSizeBytesMax,
  })
  await changeEngineSettings(engine, { ...withoutUnset(plain), partitionLimits })
  return runTimeSettings(engine)
}

/** The same for everything that can be set. */
export async function changeEngineSettings(engine: MeteredEngine, change: EngineSettingsChange): Promise<void> {
  if (engine.leases === undefined) {
    applySettings(engine.settings, change)
    engine.metering.meters.limitsChanged()
  } else await changeStoredSettings(engine, change)
  if (change.indexLagMs !== undefined || change.indexLagsMs !== undefined) await followLags(engine)
}

export function indexLagOf(engine: MeteredEngine, address: IndexAddress): IndexLag {
  const space = askedIndex(engine, address)
  return { indexLagMs: indexLagMs(engine.settings, space), own: engine.settings.indexLagsMs.has(spaceNumber(space)) }
}

/** `lagMs` undefined: from now on the index has the lag of all. Resolves when every later write goes by it. */
export async function setIndexLag(engine: MeteredEngine, address: IndexAddress, lagMs: number | undefined): Promise<IndexLag> {
  await changeEngineSettings(engine, { indexLagsMs: { [spaceNumber(askedIndex(engine, address))]: lagMs ?? null } })
  return indexLagOf(engine, address)
}

function askedIndex(engine: MeteredEngine, { table: tableName, index: indexName, region }: IndexAddress): DataSpace {
  const table = tableNamed(regionalEngine(engine, region), tableName)
  const index = table.indexes.find(({ name }) => name === indexName)
  if (index === undefined) throw new ControlError(404, `Table ${JSON.stringify(tableName)} has no index ${JSON.stringify(indexName)}.`)
  if (index.kind === 'local') throw new ControlError(400, `${JSON.stringify(indexName)} is a local index: those never lag.`)
  return { tableId: table.tableId, indexId: index.indexId }
}

function ownLags(engine: MeteredEngine): readonly NamedIndexLag[] {
  const { indexLagsMs } = engine.settings
  if (indexLagsMs.size === 0) return []
  return globalIndexes(engine).flatMap(({ region, table, tableId, index: { name, indexId } }) => {
    const lagMs = indexLagsMs.get(spaceNumber({ tableId, indexId }))
    return lagMs === undefined ? [] : [{ region, table, index: name, indexLagMs: lagMs }]
  })
}

/** In every region at once: their turns go into one commit. */
async function followLags(engine: MeteredEngine): Promise<void> {
  await Promise.all(enginesWithTables(engine).map(followIndexLags))
}

interface FoundIndex {
  readonly region: string
  readonly table: string
  readonly tableId: number
  readonly index: GlobalIndex
}

function globalIndexes(engine: MeteredEngine): readonly FoundIndex[] {
  return enginesWithTables(engine).flatMap(({ region, catalog }) =>
    [...catalog.tables()].flatMap(({ name, tableId, indexes }) =>
      indexes.flatMap((index) => (index.kind === 'global' ? [{ region, table: name, tableId, index }] : [])),
    ),
  )
}
