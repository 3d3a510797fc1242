/**
 * Splits for size: a partition that may have grown beyond its limit is measured in bounded pieces, one partition at a time, and
 * divided where half of its bytes are (capacity.md §7.1). Before there is as much data as one partition holds nothing is measured.
 *
 * [I] Entries of local indexes are not counted, though on AWS they lie in the partitions of the table.
 */

import { partitionMapOf } from '../../engine/catalog/catalog.ts'
import { changePartitionMap } from '../../engine/catalog/change-partition-map.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { partitionsPerTableMax } from '../../engine/limits.ts'
import { dividedMap } from '../../engine/partitions/choose-split.ts'
import { isOneCollection } from '../../engine/schema/partition-map.ts'
import { hasLocalIndexes, type PartitionedSpace, spaceOf } from '../../engine/schema/partitioned-space.ts'
import { measuredBudget } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { MeasuredSize } from './partition-watch.ts'
import { SizeMeasurement } from './size-measurement.ts'

/** Begins to measure a partition of the table or index that may be too large, if there is one and no other is measured. */
export async function beginMeasurement(engine: MeteredEngine, target: PartitionedSpace): Promise<void> {
  const { watch } = engine.metering
  if (watch.measurement !== undefined) return
  const { sizeBytesMax } = engine.settings.partitionLimits
  const space = spaceOf(target.table, target.index)
  const totalBytes = await totalBytesOf(engine, target)
  watch.noteTotal(space, totalBytes)
  if (totalBytes <= sizeBytesMax) return
  const map = partitionMapOf(engine.catalog, target.table, target.index)
  const known = watch.sizesOf(space)
  if (map.partitions.length >= partitionsPerTableMax) return
  for (const [place, { id }] of map.partitions.entries()) {
    const range = map.rangeAt(place)
    if (isOneCollection(range) && hasLocalIndexes(target)) continue
    if (!mayBeTooLarge(known.get(id), totalBytes, sizeBytesMax)) continue
    watch.measurement = new SizeMeasurement({ region: engine.catalog.region, target, partitionId: id, range, sizeBytesMax })
    return
  }
}

/**
 * All that the table or index has grown since the partition was measured, or since it was at its least, may have been there. [I] One
 * that grows all the time is measured again after an eighth of its limit, so that it is not read without end; one that could not be
 * divided after a half.
 */
function mayBeTooLarge(measured: MeasuredSize | undefined, totalBytes: number, sizeBytesMax: number): boolean {
  if (measured === undefined) return true
  const { sizeBytes, isIndivisible = false } = measured
  const grownBytes = totalBytes - measured.leastTotalBytes
  if (sizeBytes > sizeBytesMax) return !isIndivisible || grownBytes > sizeBytesMax / 2
  return grownBytes > sizeBytesMax / 8 && sizeBytes + grownBytes > sizeBytesMax
}

/** Scans one bounded piece of the partition that is measured; at its end the partition is split if it must be. */
export async function stepMeasurement(engine: MeteredEngine, measurement: SizeMeasurement, nowMs: number): Promise<void> {
  const { entries, exhausted } = await engine.store.view(async (view) => view.scan(measurement.rest, measuredBudget))
  for (const { key, value } of entries) measurement.add(key, StoredItem.decode(value).sizeBytes)
  if (!exhausted) return
  const { watch } = engine.metering
  watch.measurement = undefined
  watch.hasten()
  await endMeasurement(engine, measurement, nowMs)
}

/** As TableSizeBytes and IndexSizeBytes count them. */
export async function totalBytesOf({ store }: Pick<MeteredEngine, 'store'>, { table, index }: PartitionedSpace): Promise<number> {
  const [counts] = await readCounts(store, [spaceOf(table, index)])
  return counts?.sizeBytes ?? 0
}

async function endMeasurement(engine: MeteredEngine, measurement: SizeMeasurement, nowMs: number): Promise<void> {
  const { target, partitionId, sizeBytes } = measurement
  const totalBytes = await totalBytesOf(engine, target)
  const { sizeBytesMax } = engine.settings.partitionLimits
  const split = sizeBytes > sizeBytesMax ? measurement.split() : undefined
  const map =
    split && (await changePartitionMap(engine, target, (latest) => dividedMap(latest, partitionId, split.at, { reason: 'size', nowMs })))
  const space = spaceOf(target.table, target.index)
  const latest = engine.catalog.partitionMap(space)
  // The table or the index may be gone by now, or the partition.
  if (latest === undefined) return
  const sizes = engine.metering.watch.sizesOf(space)
  const total = { totalBytes, leastTotalBytes: totalBytes }
  const children = map?.partitions.filter(({ parentId }) => parentId === partitionId) ?? []
  for (const [at, { id }] of children.entries()) sizes.set(id, { sizeBytes: split?.sizesBytes[at] ?? 0, ...total })
  if (latest.placeOf(partitionId) >= 0) sizes.set(partitionId, { sizeBytes, ...total, isIndivisible: sizeBytes > sizeBytesMax })
}
