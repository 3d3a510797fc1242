/**
 * Partitions are split by themselves: more throughput makes more of them,
 * sustained heat divides the hot one where its keys say, size divides what has grown too large (capacity.md §7.1). The shards of
 * the table's stream follow. Nothing is ever merged.
 */

import { changePartitionMap } from '../../engine/catalog/change-partition-map.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import { type Job, stepFirst } from '../../engine/jobs/run-due-jobs.ts'
import type { DataSpace } from '../../engine/keyspace/keys.ts'
import type { DataPlace } from '../../engine/keyspace/partition-keys.ts'
import { chooseSplit, dividedMap, grownMap, type HeatSample, hotAccesses, samplesFromMs } from '../../engine/partitions/choose-split.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { partitionCount } from '../../engine/schema/partition-count.ts'
import type { PartitionMap, PartitionRange } from '../../engine/schema/partition-map.ts'
import { hasLocalIndexes, type PartitionedSpace, partitionedSpaces, spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { Table } from '../../engine/schema/table.ts'
import { followPartitions } from '../../engine/streams/follow-partitions.ts'
import { reportGraceMs } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { partitionHeatOfAll } from '../reports/partition-heat-of-all.ts'
import type { HeatById } from '../throughput/heat-of-partitions.ts'
import { beginMeasurement, stepMeasurement } from './measure-partitions.ts'

export function splitPartitionsJob(engine: MeteredEngine): Job {
  return { name: 'partitions', step: (nowMs, lease) => stepPartitions(leasedEngine(engine, lease), nowMs) }
}

/** Looks at all partitions when it is time to, or measures a piece of one. Resolves with whether there is more to do now. */
async function stepPartitions(engine: MeteredEngine, nowMs: number): Promise<boolean> {
  const { watch } = engine.metering
  const { measurement } = watch
  if (measurement !== undefined) {
    const region = enginesWithWork(engine).find(({ catalog }) => catalog.region === measurement.region) ?? engine
    await stepMeasurement(region, measurement, nowMs)
    return true
  }
  if (!watch.isDue(nowMs)) return false
  // Of a minute that ended just now the other nodes may not have told yet.
  const judgedMs = engine.metering.sharedTraffic === undefined ? nowMs : nowMs - reportGraceMs
  const isNewMinute = watch.beginLook(nowMs, judgedMs)
  const heatOf = isNewMinute ? await partitionHeatOfAll(engine) : undefined
  for (const region of enginesWithWork(engine)) {
    const tables = [...region.catalog.tables()].filter(({ status }) => status !== 'DELETING')
    await stepFirst(tables, async (table) => {
      await lookAt(region, table, { heatOf, nowMs, judgedMs })
      return false
    })
    if (isNewMinute) for (const target of tables.flatMap(partitionedSpaces)) await beginMeasurement(region, target)
  }
  return watch.measurement !== undefined
}

interface Look {
  /** Undefined: heat is not judged. */
  readonly heatOf: ((space: DataSpace) => HeatById) | undefined
  readonly nowMs: number
  /** The whole minutes before this time are those that heat is judged by. */
  readonly judgedMs: number
}

async function lookAt(engine: MeteredEngine, table: Table, look: Look): Promise<void> {
  for (const target of partitionedSpaces(table)) await split(engine, target, look)
  const map = engine.catalog.partitionMap(spaceOf(table, undefined))
  if (map !== undefined) await followPartitions(engine, table.tableId, map)
}

const noHeat: HeatById = new Map()

async function split(engine: MeteredEngine, target: PartitionedSpace, { heatOf, nowMs, judgedMs }: Look): Promise<void> {
  const space = spaceOf(target.table, target.index)
  const stored = engine.catalog.partitionMap(space)
  const heat = heatOf?.(space) ?? noHeat
  const planned = (map: PartitionMap): PartitionMap => plannedMap(engine, target, { map, heat, nowMs, judgedMs })
  if (stored !== undefined && planned(stored) !== stored) await changePartitionMap(engine, target, planned)
}

interface Situation {
  readonly map: PartitionMap
  readonly heat: HeatById
  readonly nowMs: number
  readonly judgedMs: number
}

/** The map as it should be; the same value when it is. */
function plannedMap({ settings }: MeteredEngine, target: PartitionedSpace, { map, heat, nowMs, judgedMs }: Situation): PartitionMap {
  let planned = grownMap(map, partitionCount(target.index ?? target.table), nowMs)
  for (const [partitionId, heatOfOne] of heat) {
    const accesses = hotAccesses(heatOfOne, settings.partitionLimits, judgedMs)
    const place = accesses.length === 0 ? -1 : planned.placeOf(partitionId)
    if (place < 0) continue
    const choices = accesses.map((access) =>
      observedSplit(target, planned.rangeAt(place), heatOfOne.samples(access, samplesFromMs(judgedMs))),
    )
    planned = dividedMap(planned, partitionId, choices.find((at) => at.length > 0) ?? [], { reason: 'heat', nowMs })
  }
  return planned
}

function observedSplit(target: PartitionedSpace, range: PartitionRange, samples: readonly HeatSample[]): readonly DataPlace[] {
  return chooseSplit(range, samples, { hasLocalIndexes: hasLocalIndexes(target) })
}
