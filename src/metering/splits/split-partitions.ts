/**
 * Partitions come to be and are split by themselves: a table's first ones are written down, more throughput makes more of them,
 * sustained heat divides the hot one where its keys say, size divides what has grown too large (capacity.md §7.1). The shards of
 * the table's stream follow. Nothing is ever merged.
 */

import type { Table } from '../../engine/catalog/table.ts'
import type { Engine } from '../../engine/engine.ts'
import { chooseSplit, dividedMap, grownMap, hotAccesses, samplesFromMs } from '../../engine/partitions/choose-split.ts'
import { partitionCount } from '../../engine/partitions/partition-count.ts'
import type { PartitionMap, PartitionRange, Position } from '../../engine/partitions/partition-map.ts'
import { changePartitionMap } from '../../engine/partitions/partition-maps.ts'
import { hasLocalIndexes, type PartitionedSpace, partitionedSpaces, spaceOf } from '../../engine/partitions/partitioned-space.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { followPartitions } from '../../engine/streams/follow-partitions.ts'
import { splitTablesAtOnceMax } from '../limits.ts'
import { type HeatById, heatOfPartitions } from '../throughput/heat-of-partitions.ts'
import type { PartitionHeat } from '../throughput/partition-heat.ts'
import { beginMeasurement, stepMeasurement } from './measure-partitions.ts'

/** Looks at all partitions when it is time to, or measures a piece of one. Resolves with whether there is more to do now. */
export async function stepPartitions(engine: Engine, nowMs: number): Promise<boolean> {
  const { watch } = engine.partitionMaps
  const { measurement } = watch
  if (measurement !== undefined) {
    const region = enginesWithWork(engine).find(({ catalog }) => catalog.region === measurement.region) ?? engine
    await stepMeasurement(region, measurement, nowMs)
    return true
  }
  if (!watch.isDue(nowMs)) return false
  const isNewMinute = watch.look(nowMs)
  const heatOf = isNewMinute ? heatOfPartitions(engine) : undefined
  for (const region of enginesWithWork(engine)) {
    const tables = [...region.catalog.durable.tables()].filter(({ status }) => status !== 'DELETING')
    for (let from = 0; from < tables.length; from += splitTablesAtOnceMax) {
      await Promise.all(tables.slice(from, from + splitTablesAtOnceMax).map((table) => lookAt(region, table, heatOf, nowMs)))
    }
    if (isNewMinute) for (const target of tables.flatMap(partitionedSpaces)) await beginMeasurement(region, target)
  }
  return watch.measurement !== undefined
}

/** Without `heatOf` heat is not judged. */
async function lookAt(engine: Engine, table: Table, heatOf: ReturnType<typeof heatOfPartitions> | undefined, nowMs: number): Promise<void> {
  const targets = partitionedSpaces(table)
  await Promise.all(targets.map((target) => split(engine, target, heatOf?.(spaceOf(table, target.index)) ?? noHeat, nowMs)))
  const map = engine.partitionMaps.of(spaceOf(table, undefined))
  if (map !== undefined) await followPartitions(engine, table.tableId, map)
}

const noHeat: HeatById = new Map()

async function split(engine: Engine, target: PartitionedSpace, heat: HeatById, nowMs: number): Promise<void> {
  const stored = engine.partitionMaps.of(spaceOf(target.table, target.index))
  const planned = (map: PartitionMap): PartitionMap => plannedMap(engine, target, { map, heat, nowMs })
  if (stored === undefined || planned(stored) !== stored) await changePartitionMap(engine, target, planned)
}

interface Situation {
  readonly map: PartitionMap
  readonly heat: HeatById
  readonly nowMs: number
}

/** The map as it should be; the same value when it is. */
function plannedMap({ settings }: Engine, target: PartitionedSpace, { map, heat, nowMs }: Situation): PartitionMap {
  let planned = grownMap(map, partitionCount(target.index ?? target.table), nowMs)
  for (const [partitionId, heatOfOne] of heat) {
    const accesses = hotAccesses(heatOfOne, settings.partitionLimits, nowMs)
    const place = accesses.length === 0 ? -1 : planned.placeOf(partitionId)
    if (place < 0) continue
    const choices = accesses.map((access) => observedSplit(target, planned.rangeAt(place), heatOfOne.samples(access, samplesFromMs(nowMs))))
    planned = dividedMap(planned, partitionId, choices.find((at) => at.length > 0) ?? [], { reason: 'heat', nowMs })
  }
  return planned
}

function observedSplit(
  target: PartitionedSpace,
  range: PartitionRange,
  samples: ReturnType<PartitionHeat['samples']>,
): readonly Position[] {
  return chooseSplit(range, samples, { hasLocalIndexes: hasLocalIndexes(target) })
}
