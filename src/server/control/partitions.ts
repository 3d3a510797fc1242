/** What the control endpoint tells of partitions and their heat, and partitions that are split because somebody asks for it. */

import { minuteMs } from '../../base/clock.ts'
import { partitionMapOf } from '../../engine/catalog/catalog.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import { hashCount } from '../../engine/schema/partition-map.ts'
import type { PartitionSplit, SplitReason } from '../../engine/schema/partition-splits.ts'
import { type PartitionedSpace, partitionedSpaces, spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { partitionHeatOfAll } from '../../metering/reports/partition-heat-of-all.ts'
import { totalBytesOf } from '../../metering/splits/measure-partitions.ts'
import { estimatedSizeBytes } from '../../metering/splits/partition-watch.ts'
import { type SplitPartition, splitNow } from '../../metering/splits/split-now.ts'
import type { HeatById } from '../../metering/throughput/heat-of-partitions.ts'
import { ControlError } from './control-error.ts'
import { type WithOthers, withOthers } from './other-nodes.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

export interface TablePartitions extends WithOthers {
  /** Those of the table, then those of its global indexes, in the order of their ranges. */
  readonly partitions: readonly PartitionStatistics[]
  /** The last ones of the table and of each index, the newest first. */
  readonly splits: readonly SplitStatistics[]
}

export interface SplitStatistics {
  /** Absent: a partition of the table itself. */
  readonly index?: string
  readonly partition: number
  readonly into: readonly number[]
  readonly reason: SplitReason
  /** ISO 8601. */
  readonly at: string
}

export interface PartitionStatistics {
  /** Absent: a partition of the table itself. */
  readonly index?: string
  readonly id: number
  /** Eight hexadecimal digits, inclusive. */
  readonly fromHash: string
  /** Exclusive; `100000000` is the end of all hashes. */
  readonly toHash: string
  /** It begins between two sort keys of one item collection, so that the partition before has items of the first hash, too. */
  readonly startsInsideCollection: boolean
  /** The partition that was split. */
  readonly parent?: number
  /** ISO 8601. */
  readonly since: string
  readonly estimatedSizeBytes: number
  /** In the last whole minute. */
  readonly read: AccessStatistics
  readonly write: AccessStatistics
}

export interface AccessStatistics {
  readonly unitsPerSecond: number
  /** Of what a partition can do: 1 is the limit. */
  readonly shareOfLimit: number
  /** Requests refused for the limit of the partition, or that would have been. */
  readonly refused: number
}

export interface PartitionAddress {
  readonly table: string
  readonly index?: string
  readonly partition?: number
  readonly region?: string
}

export interface SplitPartitions {
  readonly splits: readonly SplitPartition[]
}

export async function tablePartitions(
  engine: MeteredEngine,
  address: { readonly table: string; readonly region?: string },
): Promise<TablePartitions> {
  const regional = regionalEngine(engine, address.region)
  const targets = partitionedSpaces(tableNamed(regional, address.table))
  const heatOf = await partitionHeatOfAll(regional)
  const lists = targets.map(async (target) => {
    const heat = heatOf(spaceOf(target.table, target.index))
    return statisticsOfPartitions(regional, target, await totalBytesOf(regional, target), heat)
  })
  const partitions = (await Promise.all(lists)).flat()
  const splits = targets.flatMap((target) => splitsOf(regional, target)).sort((a, b) => b.atMs - a.atMs)
  const told = splits.map(({ atMs, ...split }) => ({ ...split, at: new Date(atMs).toISOString() }))
  return { partitions, splits: told, ...(await withOthers(engine)) }
}

function splitsOf(
  { catalog }: MeteredEngine,
  { table, index }: PartitionedSpace,
): readonly (PartitionSplit & { readonly index?: string })[] {
  const { recent } = partitionMapOf(catalog, table, index).splits
  return recent.map((split) => ({ ...(index !== undefined && { index: index.name }), ...split })).reverse()
}

function statisticsOfPartitions(
  engine: MeteredEngine,
  target: PartitionedSpace,
  totalBytes: number,
  heat: HeatById,
): readonly PartitionStatistics[] {
  const map = partitionMapOf(engine.catalog, target.table, target.index)
  const { readUnitsPerSecondMax, writeUnitsPerSecondMax } = engine.settings.partitionLimits
  const minute = Math.floor(engine.clock.now() / minuteMs) - 1
  const sizes = engine.metering.watch.sizesOf(spaceOf(target.table, target.index))
  return map.partitions.map(({ id, parentId, sinceMs }, place) => {
    const range = map.rangeAt(place)
    const access = (name: Access, unitsPerSecondMax: number): AccessStatistics => {
      const { units, refused } = heat.get(id)?.minute(name, minute) ?? { units: 0, refused: 0 }
      return { unitsPerSecond: units / 60, shareOfLimit: units / 60 / unitsPerSecondMax, refused }
    }
    return {
      ...(target.index !== undefined && { index: target.index.name }),
      id,
      fromHash: hex(range.start.hash),
      toHash: hex(range.start.hash + hashCount(range)),
      startsInsideCollection: range.start.rest !== undefined,
      ...(parentId !== undefined && { parent: parentId }),
      since: new Date(sinceMs).toISOString(),
      estimatedSizeBytes: estimatedSizeBytes(sizes.get(id), range, totalBytes),
      read: access('read', readUnitsPerSecondMax),
      write: access('write', writeUnitsPerSecondMax),
    }
  })
}

function hex(hash: number): string {
  return hash.toString(16).padStart(8, '0')
}

/** Resolves when the parts are durable. Throws ControlError 404, or 400 when the one that is named cannot be split. */
export async function splitPartitions(engine: MeteredEngine, address: PartitionAddress): Promise<SplitPartitions> {
  const regional = regionalEngine(engine, address.region)
  const { partition } = address
  const target = addressedSpace(regional, address)
  const name = JSON.stringify(address.index ?? address.table)
  const isThere = partition === undefined || partitionMapOf(regional.catalog, target.table, target.index).placeOf(partition) >= 0
  if (!isThere) throw new ControlError(404, `${name} has no partition ${partition}.`)
  const splits = await splitNow(regional, target, partition)
  if (partition !== undefined && splits.length === 0) {
    throw new ControlError(
      400,
      `Partition ${partition} of ${name} cannot be divided: it is one item, or an item collection whose keys say no place, or there are too many partitions.`,
    )
  }
  return { splits }
}

function addressedSpace(engine: MeteredEngine, { table, index }: PartitionAddress): PartitionedSpace {
  const targets = partitionedSpaces(tableNamed(engine, table))
  const target = targets.find((each) => each.index?.name === index)
  if (target === undefined) throw new ControlError(404, `Table ${JSON.stringify(table)} has no global index ${JSON.stringify(index)}.`)
  return target
}
