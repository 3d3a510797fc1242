/**
 * What a table or a global index consumes and whether it still may: its gates, and behind them its partitions with limits of their own
 * (capacity.md §7). Local indexes consume what the table has. A hot partition may use all that the table has free, up to the limit
 * of a partition; nothing is divided among partitions beforehand.
 */

import { type DataSpace, hashOf } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { Partition, PartitionMap } from '../../engine/schema/partition-map.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { PartitionLimits } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { SpaceContributors } from '../insights/space-contributors.ts'
import type { Series } from '../metrics/series.ts'
import type { SpaceTraffic } from '../traffic/space-traffic.ts'
import { type HashRange, PartitionHeat } from './partition-heat.ts'
import { type Spent, SpentSoFar, type SpentUnits } from './spent-units.ts'
import { SustainedPeak } from './sustained-peak.ts'
import type { ThrottleTally } from './throttle-counts.ts'
import { type ThrottleCause, ThroughputGate } from './throughput-gate.ts'
import { type BucketSize, TokenBucket } from './token-bucket.ts'

export interface PartitionMeter {
  readonly partition: Partition
  readonly heat: PartitionHeat
  readonly read: TokenBucket
  readonly write: TokenBucket
}

interface AccessMeter {
  readonly gate: ThroughputGate
  readonly peak: SustainedPeak
  readonly consumed: Series
}

/** What a refusal counts in. */
export interface RefusalCounters {
  readonly tally: ThrottleTally
  readonly events: Series
  readonly eventsOfCause: Series
}

/** What a meter is told when it is made. */
export interface MeterParts {
  readonly region: string
  readonly table: Table
  readonly index: GlobalIndex | undefined
  readonly space: DataSpace
  readonly traffic: SpaceTraffic
  readonly consumed: { readonly read: Series; readonly write: Series }
  /** Whether other nodes want to know what is taken here. */
  readonly isShared: boolean
}

/** How much of its limit a partition saves up: enough that the writes of one moment are not refused by chance. [I] */
const partitionBurstSeconds = 2

export class ThroughputMeter {
  readonly region: string
  readonly space: DataSpace
  readonly traffic: SpaceTraffic
  /** Kept here by those who count refusals. */
  readonly refusalCounters: { readonly [Of in Access]: Map<ThrottleCause, RefusalCounters> } = { read: new Map(), write: new Map() }
  /** Where Contributor Insights look at it. */
  contributors: SpaceContributors | undefined
  #table: Table
  #index: GlobalIndex | undefined
  #map: PartitionMap | undefined
  #partitions: readonly PartitionMeter[] = []
  readonly #read: AccessMeter
  readonly #write: AccessMeter
  readonly #spent: SpentSoFar | undefined

  constructor({ region, table, index, space, traffic, consumed, isShared }: MeterParts, nowMs: number) {
    this.region = region
    this.space = space
    this.traffic = traffic
    this.#table = table
    this.#index = index
    this.#read = { gate: new ThroughputGate('read', table.creationMs), peak: new SustainedPeak(), consumed: consumed.read }
    this.#write = { gate: new ThroughputGate('write', table.creationMs), peak: new SustainedPeak(), consumed: consumed.write }
    this.#spent = isShared ? new SpentSoFar() : undefined
    this.use(table, index, nowMs)
  }

  get table(): Table {
    return this.#table
  }

  get index(): GlobalIndex | undefined {
    return this.#index
  }

  get map(): PartitionMap | undefined {
    return this.#map
  }

  get partitions(): readonly PartitionMeter[] {
    return this.#partitions
  }

  /** From now on the table, or the index, is set like this. */
  use(table: Table, index: GlobalIndex | undefined, nowMs: number): void {
    this.#table = table
    this.#index = index
    const setting = index ?? table
    this.#read.gate.use(setting, nowMs)
    this.#write.gate.use(setting, nowMs)
  }

  /** From now on the partitions are these. Those that stay keep what they have, new ones start full. */
  usePartitions(map: PartitionMap, limits: PartitionLimits, nowMs: number): void {
    const before = new Map(this.#partitions.map((meter) => [meter.partition.id, meter]))
    this.#map = map
    this.#partitions = map.partitions.map((partition) => {
      const known = before.get(partition.id)
      return known === undefined ? newPartitionMeter(partition, limits, nowMs) : { ...known, partition }
    })
  }

  /** From now on partitions have other limits. */
  resizePartitions(limits: PartitionLimits, nowMs: number): void {
    for (const { read, write } of this.#partitions) {
      read.resize(partitionSize(limits.readUnitsPerSecondMax), nowMs)
      write.resize(partitionSize(limits.writeUnitsPerSecondMax), nowMs)
    }
  }

  /** Why a request for this key would be refused now; undefined when it may pass. */
  refusal(access: Access, key: KeyBytes, nowMs: number): ThrottleCause | undefined {
    const gate = (access === 'read' ? this.#read : this.#write).gate
    const cause = gate.refusal(nowMs)
    if (cause !== undefined) return cause
    const partition = this.#partitionOf(key)
    if (partition === undefined || partition[access].hasUnits(nowMs)) return undefined
    return 'KeyRangeThroughputExceeded'
  }

  /** A request for this key was refused, or would have been. */
  noteRefused({ access, key, cause }: NotedRefusal, nowMs: number): void {
    this.traffic.noteRefused(access, key, nowMs)
    this.contributors?.noteRefused(key, nowMs)
    if (cause === 'KeyRangeThroughputExceeded') this.#partitionOf(key)?.heat.noteRefused(access, key, nowMs)
  }

  /** Takes what a request for one key costs from what is left. */
  take(access: Access, key: KeyBytes, units: number, nowMs: number): void {
    const { gate } = access === 'read' ? this.#read : this.#write
    gate.take(units, nowMs)
    const partition = this.#partitionOf(key)
    partition?.[access].take(units, nowMs)
    this.#spent?.add(access, partition?.partition.id ?? 0, units)
  }

  /** What was taken here since the last call; undefined when nothing was, or nobody wants to know. */
  takeSpent(nowMs: number): Spent | undefined {
    const spent = this.#spent
    if (spent === undefined || spent.isEmpty) return undefined
    const of = (access: Access): SpentUnits => {
      const { gate } = access === 'read' ? this.#read : this.#write
      return { byPartition: spent.takeOut(access), unitsLeft: gate.unitsLeft(nowMs) }
    }
    return { read: of('read'), write: of('write') }
  }

  /** Takes what another node has let through: it is gone for all. */
  takeElsewhere(access: Access, { byPartition, unitsLeft }: SpentUnits, nowMs: number): void {
    const { gate, peak } = access === 'read' ? this.#read : this.#write
    const partitions = new Map(this.#partitions.map((meter) => [meter.partition.id, meter]))
    for (const [partitionId, units] of byPartition) {
      gate.take(units, nowMs)
      if (units > 0) peak.note(units, nowMs)
      partitions.get(partitionId)?.[access].take(units, nowMs)
    }
    if (unitsLeft !== undefined) gate.lowerTo(unitsLeft, nowMs)
  }

  /** What was taken was not needed. */
  giveBack(access: Access, key: KeyBytes, units: number, nowMs: number): void {
    this.take(access, key, -units, nowMs)
  }

  /** Counts what a request for one key has cost. `isPaid` false: it would have been refused, so that nothing was taken for it. */
  note(access: Access, key: KeyBytes, units: number, { nowMs, isPaid }: Charge): void {
    const { peak, consumed } = access === 'read' ? this.#read : this.#write
    consumed.add(units, nowMs)
    if (isPaid) peak.note(units, nowMs)
    this.traffic.note(access, key, units, nowMs)
    this.contributors?.note(access, key, units, nowMs)
    this.#partitionOf(key)?.heat.note(access, key, units, nowMs)
  }

  /** Takes what a Scan has read from one key on to another: from every partition in between as much as it is wide. */
  chargeRange(from: KeyBytes, to: KeyBytes, units: number, { nowMs, isPaid }: Charge): void {
    const { gate, peak, consumed } = this.#read
    consumed.add(units, nowMs)
    if (isPaid) {
      gate.take(units, nowMs)
      peak.note(units, nowMs)
    }
    const map = this.#map
    if (map === undefined) {
      if (isPaid) this.#spent?.add('read', 0, units)
      return
    }
    const fromHash = hashOf(from)
    const toHash = hashOf(to)
    this.traffic.noteRange(fromHash, toHash, units, nowMs)
    const first = map.indexOf(from)
    const last = Math.max(first, map.indexOf(to))
    for (let at = first; at <= last; at += 1) {
      const partition = this.#partitions[at]
      if (partition === undefined) continue
      const part = partInside(map, at, { fromHash, toHash })
      const share = first === last ? 1 : Math.max(0, part.toHash - part.fromHash) / Math.max(1, toHash - fromHash)
      partition.heat.noteRange('read', part, units * share, nowMs)
      if (!isPaid) continue
      partition.read.take(units * share, nowMs)
      this.#spent?.add('read', partition.partition.id, units * share)
    }
  }

  /** Of reads or writes: the highest sustained traffic that counts for growth on demand. */
  maturedUnits(access: Access, nowMs: number): number {
    return (access === 'read' ? this.#read : this.#write).peak.maturedUnits(nowMs)
  }

  #partitionOf(key: KeyBytes): PartitionMeter | undefined {
    const map = this.#map
    return map === undefined ? undefined : this.#partitions[map.indexOf(key)]
  }
}

export interface NotedRefusal {
  readonly access: Access
  readonly key: KeyBytes
  readonly cause: ThrottleCause
}

export interface Charge {
  readonly nowMs: number
  readonly isPaid: boolean
}

function newPartitionMeter(partition: Partition, limits: PartitionLimits, nowMs: number): PartitionMeter {
  const { readUnitsPerSecondMax, writeUnitsPerSecondMax } = limits
  return {
    partition,
    heat: new PartitionHeat(limits, partition.id),
    read: new TokenBucket({ ...partitionSize(readUnitsPerSecondMax), units: readUnitsPerSecondMax * partitionBurstSeconds, nowMs }),
    write: new TokenBucket({ ...partitionSize(writeUnitsPerSecondMax), units: writeUnitsPerSecondMax * partitionBurstSeconds, nowMs }),
  }
}

function partitionSize(unitsPerSecond: number): BucketSize {
  return { unitsPerSecond, depth: unitsPerSecond * partitionBurstSeconds }
}

/** What of the range lies in the partition at this place; it ends where it begins, or before, when that is nothing. */
function partInside(map: PartitionMap, at: number, { fromHash, toHash }: HashRange): HashRange {
  const start = Math.max(fromHash, map.partitions[at]?.start.hash ?? 0)
  return { fromHash: start, toHash: Math.min(toHash, map.partitions[at + 1]?.start.hash ?? toHash) }
}
