/** The heat of partitions as all nodes together made it: the one that judges it adds what the others told to what it measured itself. */
import { minuteMs } from '../../base/clock.ts'
import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { HeatSample, MinuteHeat, SampledHeat } from '../../engine/partitions/choose-split.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { type HeatById, heatOfPartitions } from '../throughput/heat-of-partitions.ts'
import type { PartitionHeat } from '../throughput/partition-heat.ts'
import { partitionsOfOthers, type ToldPartition } from './reports-of-others.ts'

/** As `heatOfPartitions`, of whole minutes: of the one that is going on the others have told nothing. */
export async function partitionHeatOfAll(engine: MeteredEngine): Promise<(space: DataSpace) => HeatById> {
  const { metering, clock, catalog } = engine
  const { meters, sharedTraffic } = metering
  const own = heatOfPartitions(meters)
  if (sharedTraffic === undefined) return own
  const nowMs = clock.now()
  const told = Map.groupBy(await partitionsOfOthers(sharedTraffic, nowMs), ({ space }) => spaceNumber(space))
  const untilMs = Math.floor(nowMs / minuteMs) * minuteMs
  return (space) => {
    const [measured, ofSpace] = [own(space), told.get(spaceNumber(space))]
    if (ofSpace === undefined) return measured
    const byId = Map.groupBy(ofSpace, ({ partitionId }) => partitionId)
    // The number of an index may have been another's: what was told before there was the partition is not of it.
    const partitions = catalog.partitionMap(space)?.partitions ?? []
    const joined = partitions.map(({ id, sinceMs }) => {
      const elsewhere = (byId.get(id) ?? []).filter(({ minute }) => (minute + 1) * minuteMs > sinceMs)
      return [id, new JoinedHeat(measured.get(id), elsewhere, untilMs)] as const
    })
    return new Map<number, SampledHeat>([...measured, ...joined])
  }
}

class JoinedHeat implements SampledHeat {
  readonly #own: PartitionHeat | undefined
  readonly #told: readonly ToldPartition[]
  readonly #untilMs: number

  constructor(own: PartitionHeat | undefined, told: readonly ToldPartition[], untilMs: number) {
    this.#own = own
    this.#told = told
    this.#untilMs = untilMs
  }

  minute(access: Access, minute: number): MinuteHeat {
    let { units, refused } = this.#own?.minute(access, minute) ?? { units: 0, refused: 0 }
    for (const each of this.#told) {
      if (each.minute !== minute) continue
      units += each[access].units
      refused += each[access].refused
    }
    return { units, refused }
  }

  /** Of times of which all samples are there, so that no node weighs more than it did. */
  samples(access: Access, fromMs: number): readonly HeatSample[] {
    const sinceMs = Math.max(fromMs, this.#own?.sampledFromMs(access) ?? 0)
    const told = this.#told.flatMap((each) => each[access].samples)
    return [...(this.#own?.samples(access, sinceMs) ?? []), ...told]
      .filter(({ atMs }) => atMs >= sinceMs && atMs < this.#untilMs)
      .sort((a, b) => a.atMs - b.atMs)
  }
}
