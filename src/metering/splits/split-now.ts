/** A split that somebody asks for, whether the partition is hot or large or not: where its keys say, or else in the middle. */
import { changePartitionMap } from '../../engine/catalog/change-partition-map.ts'
import type { DataPlace } from '../../engine/keyspace/partition-keys.ts'
import { chooseSplit, dividedMap, type SampledHeat, samplesFromMs } from '../../engine/partitions/choose-split.ts'
import { middleOf, type PartitionMap, type PartitionRange } from '../../engine/schema/partition-map.ts'
import { hasLocalIndexes, type PartitionedSpace, spaceOf } from '../../engine/schema/partitioned-space.ts'
import { followPartitions } from '../../engine/streams/follow-partitions.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { partitionHeatOfAll } from '../reports/partition-heat-of-all.ts'

/** A partition that is no more, and what took its place, by their ids. */
export interface SplitPartition {
  readonly partition: number
  readonly into: readonly number[]
}

/**
 * Splits one partition, or all of the table or index. Resolves, when that is durable and the stream of the table has followed,
 * with those that could be: a single item cannot, nor can partitions without end.
 */
export async function splitNow(
  engine: MeteredEngine,
  target: PartitionedSpace,
  partitionId: number | undefined,
): Promise<readonly SplitPartition[]> {
  const nowMs = engine.clock.now()
  const heat = (await partitionHeatOfAll(engine))(spaceOf(target.table, target.index))
  let before: PartitionMap | undefined
  const after = await changePartitionMap(engine, target, (latest) => {
    before = latest
    const wanted = latest.partitions.filter(({ id }) => partitionId === undefined || id === partitionId)
    return wanted.reduce((map, { id }) => {
      const at = positionsFor(target, map.rangeAt(map.placeOf(id)), heat.get(id), nowMs)
      return dividedMap(map, id, at, { reason: 'asked', nowMs })
    }, latest)
  })
  if (before === undefined || after === undefined) return []
  if (target.index === undefined) await followPartitions(engine, target.table.tableId, after)
  const gone = before.partitions.filter(({ id }) => after.placeOf(id) < 0)
  return gone.map(({ id }) => {
    return { partition: id, into: after.partitions.filter(({ parentId }) => parentId === id).map((child) => child.id) }
  })
}

function positionsFor(target: PartitionedSpace, range: PartitionRange, heat: SampledHeat | undefined, nowMs: number): readonly DataPlace[] {
  const fromMs = samplesFromMs(nowMs)
  const samples = heat === undefined ? [] : [...heat.samples('read', fromMs), ...heat.samples('write', fromMs)]
  const observed = chooseSplit(range, samples, { hasLocalIndexes: hasLocalIndexes(target) })
  if (observed.length > 0) return observed
  const middle = middleOf(range)
  return middle === undefined ? [] : [middle]
}
