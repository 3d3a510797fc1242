/** What may be set while the database runs: one mutable object, shared by everybody who has the engine. Nothing of it is stored. */
import { itemCollectionSizeBytesMax as itemCollectionDefaultMax, shardAgeMsMax } from '../api/limits.ts'
import { type DataSpace, spaceName } from './keyspace/keys.ts'

export interface EngineSettings {
  /** How long CREATING, UPDATING and DELETING last. 0: the next request already sees the new state. */
  tableStateDelayMs: number
  /** How long writes take to show in global indexes that have no lag of their own. 0: with the write itself. */
  indexLagMs: number
  /** The lags of single indexes, under the name that `spaceName` gives them. Empty unless somebody asked for one. */
  readonly indexLagsMs: Map<number, number>
  /** How large the item collections of tables with local indexes may grow (10 GB on AWS). */
  itemCollectionSizeBytesMax: number
  /** How long expired items may stay before they are swept; a longer one makes fewer sweeps. */
  ttlSweepIntervalMs: number
  /** How long a stream's shard takes records before another takes its place. 0: for ever. */
  shardRotationMs: number
}

export interface EngineSettingsOptions {
  readonly tableStateDelayMs?: number
  readonly indexLagMs?: number
  readonly itemCollectionSizeBytesMax?: number
  /** Default a minute. */
  readonly ttlSweepIntervalMs?: number
  /** Default four hours. */
  readonly shardRotationMs?: number
}

const defaultSweepIntervalMs = 60_000

export function engineSettings(options: EngineSettingsOptions): EngineSettings {
  const { tableStateDelayMs = 0, indexLagMs = 0, itemCollectionSizeBytesMax = itemCollectionDefaultMax } = options
  const { ttlSweepIntervalMs = defaultSweepIntervalMs, shardRotationMs = shardAgeMsMax } = options
  return { tableStateDelayMs, indexLagMs, indexLagsMs: new Map(), itemCollectionSizeBytesMax, ttlSweepIntervalMs, shardRotationMs }
}

/** The lag of a global index: its own, or that of all. */
export function indexLagMs(settings: EngineSettings, index: DataSpace): number {
  if (settings.indexLagsMs.size === 0) return settings.indexLagMs
  return settings.indexLagsMs.get(spaceName(index)) ?? settings.indexLagMs
}
