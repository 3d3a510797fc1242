/** What the samples that partitions take of their heat tell of one hot key: whether its writes go to one item, or each behind the last. */
import { collectionPrefixBytes } from '../engine/keyspace/keys.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { heatOfPartitions } from '../metering/throughput/heat-of-partitions.ts'
import { decodeScalar } from '../values/key-bytes.ts'
import type { HeatedKey } from './heated-keys.ts'

export interface HotSamples {
  readonly count: number
  /** Of those that differ from the one before, how many stand behind it. */
  readonly ascending: number
  /** How many are of the item that has most. */
  readonly ofOneItem: number
}

/** Of the writes to a partition key of the table since this time. */
export function hotSamples({ metering: { meters } }: MeteredEngine, table: Table, { example }: HeatedKey, fromMs: number): HotSamples {
  const prefix = partitionBytes(example.subarray(collectionPrefixBytes), table)
  const heats = [...heatOfPartitions(meters)(spaceOf(table)).values()]
  const rests = heats
    .flatMap((heat) => heat.samples('write', fromMs))
    .filter(({ rest }) => rest.length >= prefix.length && Buffer.compare(rest.subarray(0, prefix.length), prefix) === 0)
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ rest }) => rest)
  const counts = new Map<string, number>()
  let [changes, ascents] = [0, 0]
  for (const [at, rest] of rests.entries()) {
    const item = Buffer.from(rest).toString('latin1')
    counts.set(item, (counts.get(item) ?? 0) + 1)
    const order = Buffer.compare(rest, rests[at - 1] ?? rest)
    if (order !== 0) changes += 1
    if (order > 0) ascents += 1
  }
  return { count: rests.length, ascending: changes === 0 ? 0 : ascents / changes, ofOneItem: Math.max(0, ...counts.values()) }
}

function partitionBytes(bytes: Uint8Array, { key: { hash } }: Table): Uint8Array {
  let length = 0
  for (const { type } of hash) length = decodeScalar(bytes, length, type).nextOffset
  return bytes.subarray(0, length)
}
