/**
 * What may be set while the database runs: one mutable object, shared by everybody who has the engine. A process that has its store to
 * itself keeps nothing of it; nodes of a shared store keep there what was changed, and go by it (catalog/change-settings.ts).
 */
import {
  itemCollectionSizeBytesMax as itemCollectionDefaultMax,
  partitionReadUnitsPerSecondMax,
  partitionSizeBytesMax,
  partitionWriteUnitsPerSecondMax,
  recoveryLagMs,
  shardAgeMsMax,
} from '../api/limits.ts'
import { type DataSpace, spaceNumber } from './keyspace/keys.ts'
import { ttlSweepIntervalMsDefault } from './limits.ts'

/** Off: nothing is metered. Observe: what AWS would refuse is counted and done all the same. Enforce: it is refused. */
export type ThroughputMode = 'off' | 'observe' | 'enforce'

/** What one partition can do (capacity.md §7.1). */
export interface PartitionLimits {
  readUnitsPerSecondMax: number
  writeUnitsPerSecondMax: number
  sizeBytesMax: number
}

export interface EngineSettings {
  /** For tables that have no mode of their own. */
  throughput: ThroughputMode
  /** The modes of single tables, by table id. */
  readonly tableThroughput: Map<number, ThroughputMode>
  readonly partitionLimits: PartitionLimits
  /** How long CREATING, UPDATING and DELETING last. 0: the next request already sees the new state. */
  tableStateDelayMs: number
  /** How long writes take to show in global indexes that have no lag of their own. 0: with the write itself. */
  indexLagMs: number
  /** The lags of single indexes, by the number that `spaceNumber` gives them. Empty unless somebody asked for one. */
  readonly indexLagsMs: Map<number, number>
  /** How large the item collections of tables with local indexes may grow (10 GB on AWS). */
  itemCollectionSizeBytesMax: number
  /** How long expired items may stay before they are swept; a longer one makes fewer sweeps. */
  ttlSweepIntervalMs: number
  /** How far behind now the latest second is to which tables can be restored; for tests. */
  pitrLagMs: number
  /** How long a stream's shard takes records before another takes its place. 0: for ever. */
  shardRotationMs: number
  /** With how many shards streams begin, which then do not follow the partitions of their table. 0: with one for each partition. */
  streamShards: number
  /** How changes go from one region to another, by the name that `linkName` gives the two. Empty unless somebody asked for something. */
  readonly replicaLinks: Map<string, ReplicaLinkSettings>
  /** By how much the clock of a region is ahead by which replicas order writes; below 0: behind. Empty unless somebody asked for one. */
  readonly clockOffsetsMs: Map<string, number>
  /** Of a shared store: how often all nodes were told to forget what they know of traffic. */
  trafficEpoch: number
}

/** How changes of global tables go from one region to another. */
export interface ReplicaLinkSettings {
  /** How long they take at least. */
  readonly lagMs: number
  /** They don't go at all, and wait. */
  readonly isCut: boolean
}

/** Neither region has a `>` in its name. */
export function linkName(from: string, to: string): string {
  return `${from}>${to}`
}

/** At once, unless somebody asked for something else. */
export function replicaLinkOf({ replicaLinks }: EngineSettings, from: string, to: string): ReplicaLinkSettings {
  return (replicaLinks.size === 0 ? undefined : replicaLinks.get(linkName(from, to))) ?? openLink
}

const openLink: ReplicaLinkSettings = { lagMs: 0, isCut: false }

export interface EngineSettingsOptions {
  /** Default observe. */
  readonly throughput?: ThroughputMode
  /** Default AWS's: 3,000 read units and 1,000 write units a second, 10 GB. */
  readonly partitionLimits?: Partial<PartitionLimits>
  readonly tableStateDelayMs?: number
  readonly indexLagMs?: number
  readonly itemCollectionSizeBytesMax?: number
  /** Default a minute. */
  readonly ttlSweepIntervalMs?: number
  /** Default five minutes. */
  readonly pitrLagMs?: number
  /** Default four hours. */
  readonly shardRotationMs?: number
  /** Default 0. */
  readonly streamShards?: number
}

/** What a process was started with: all that it can be, defaults as well. */
export type StartSettings = Required<EngineSettingsOptions>

const defaultPartitionLimits: PartitionLimits = {
  readUnitsPerSecondMax: partitionReadUnitsPerSecondMax,
  writeUnitsPerSecondMax: partitionWriteUnitsPerSecondMax,
  sizeBytesMax: partitionSizeBytesMax,
}

/** What is changed of them; what is left out stays. Null: a table or an index has no mode or lag of its own any more. */
export interface EngineSettingsChange extends EngineSettingsOptions {
  /** By table id. */
  readonly tableThroughput?: { readonly [tableId: string]: ThroughputMode | null }
  /** By the number that `spaceNumber` gives an index. */
  readonly indexLagsMs?: { readonly [space: string]: number | null }
  /** By `linkName`. */
  readonly replicaLinks?: { readonly [link: string]: ReplicaLinkSettings | null }
  /** By region. */
  readonly clockOffsetsMs?: { readonly [region: string]: number | null }
  readonly trafficEpoch?: number
}

/** The settings are so from now on. */
export function applySettings(settings: EngineSettings, change: EngineSettingsChange): void {
  const { partitionLimits, tableThroughput = {}, indexLagsMs = {}, replicaLinks = {}, clockOffsetsMs = {}, ...plain } = change
  Object.assign(settings, plain)
  Object.assign(settings.partitionLimits, partitionLimits)
  setAll(settings.tableThroughput, tableThroughput, Number)
  setAll(settings.indexLagsMs, indexLagsMs, Number)
  setAll(settings.replicaLinks, replicaLinks, String)
  setAll(settings.clockOffsetsMs, clockOffsetsMs, String)
}

function setAll<Key, Value>(map: Map<Key, Value>, entries: { readonly [name: string]: Value | null }, keyOf: (name: string) => Key): void {
  for (const [name, value] of Object.entries(entries)) {
    if (value === null) map.delete(keyOf(name))
    else map.set(keyOf(name), value)
  }
}

/** What makes of any settings these. */
export function wholeSettings(settings: EngineSettings): EngineSettingsChange {
  const { tableThroughput, indexLagsMs, partitionLimits, replicaLinks, clockOffsetsMs, ...plain } = settings
  return {
    ...plain,
    partitionLimits: { ...partitionLimits },
    tableThroughput: Object.fromEntries(tableThroughput),
    indexLagsMs: Object.fromEntries(indexLagsMs),
    replicaLinks: Object.fromEntries(replicaLinks),
    clockOffsetsMs: Object.fromEntries(clockOffsetsMs),
  }
}

/** One change after another, as one. */
export function joinedChanges(first: EngineSettingsChange, then: EngineSettingsChange): EngineSettingsChange {
  return {
    ...first,
    ...then,
    partitionLimits: { ...first.partitionLimits, ...then.partitionLimits },
    tableThroughput: { ...first.tableThroughput, ...then.tableThroughput },
    indexLagsMs: { ...first.indexLagsMs, ...then.indexLagsMs },
    replicaLinks: { ...first.replicaLinks, ...then.replicaLinks },
    clockOffsetsMs: { ...first.clockOffsetsMs, ...then.clockOffsetsMs },
  }
}

export function engineSettings(options: EngineSettingsOptions): EngineSettings {
  const { tableStateDelayMs = 0, indexLagMs = 0, itemCollectionSizeBytesMax = itemCollectionDefaultMax } = options
  const { ttlSweepIntervalMs = ttlSweepIntervalMsDefault, shardRotationMs = shardAgeMsMax, pitrLagMs = recoveryLagMs } = options
  const { streamShards = 0 } = options
  return {
    throughput: options.throughput ?? 'observe',
    tableThroughput: new Map(),
    partitionLimits: { ...defaultPartitionLimits, ...options.partitionLimits },
    tableStateDelayMs,
    indexLagMs,
    indexLagsMs: new Map(),
    itemCollectionSizeBytesMax,
    ttlSweepIntervalMs,
    pitrLagMs,
    shardRotationMs,
    streamShards,
    replicaLinks: new Map(),
    clockOffsetsMs: new Map(),
    trafficEpoch: 0,
  }
}

/** Without what belongs to single tables and indexes. */
export function startSettings(options: EngineSettingsOptions): StartSettings {
  const {
    tableThroughput: _,
    indexLagsMs: __,
    trafficEpoch: ___,
    replicaLinks: _links,
    clockOffsetsMs: _offsets,
    ...settings
  } = engineSettings(options)
  return settings
}

/** The lag of a global index: its own, or that of all. */
export function indexLagMs(settings: EngineSettings, index: DataSpace): number {
  if (settings.indexLagsMs.size === 0) return settings.indexLagMs
  return settings.indexLagsMs.get(spaceNumber(index)) ?? settings.indexLagMs
}

/** The mode of a table: its own, or that of all. */
export function throughputModeOf({ throughput, tableThroughput }: EngineSettings, tableId: number): ThroughputMode {
  return tableThroughput.size === 0 ? throughput : (tableThroughput.get(tableId) ?? throughput)
}
