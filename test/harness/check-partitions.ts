/** What must hold of partitions and of the shards that follow them, whatever has happened before. */
import assert from 'node:assert/strict'
import { partitionMapOf } from '../../src/engine/catalog/catalog.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import { hashOf, hashSpace } from '../../src/engine/keyspace/keys.ts'
import { comparePlaces, type PartitionMap } from '../../src/engine/schema/partition-map.ts'
import { shardIdOf } from '../../src/engine/schema/stream.ts'
import type { Table } from '../../src/engine/schema/table.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import type { Item } from '../../src/values/attribute-value.ts'
import type { Ask, StreamRecord } from './stream-consumer.ts'

/** The partitions share the whole key space, and the splits that are told are theirs. */
export function assertWhole({ partitions, splits }: PartitionMap): void {
  assert.deepEqual(partitions[0]?.start, { hash: 0 })
  for (const [at, { start }] of partitions.entries()) {
    const end = partitions[at + 1]?.start ?? { hash: hashSpace }
    assert.ok(comparePlaces(start, end) < 0, 'ranges are in order and none is empty')
  }
  const ids = partitions.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const counted = Object.values(splits.counts).reduce((sum, count) => sum + count, 0)
  assert.equal(splits.recent.length, Math.min(counted, 50))
  for (const { id, parentId } of partitions) {
    if (parentId === undefined) continue
    assert.ok(parentId < id && !ids.includes(parentId), 'a partition that was split is no more')
    assert.ok(counted > 50 || splits.recent.some(({ partition, into }) => partition === parentId && into.includes(id)))
  }
}

export interface RecordedTable {
  readonly engine: MeteredEngine
  readonly table: Table
  readonly ask: Ask
  readonly streamArn: string
}

/**
 * All records in the order of their numbers. Each lies in the shard of its key, and open shards start where partitions do that are
 * whole item collections.
 */
export async function readFollowingShards({ engine, table, ask, streamArn }: RecordedTable): Promise<readonly StreamRecord[]> {
  const recording = engine.catalog.streams.recording(table.tableId)
  assert.ok(recording !== undefined)
  const starts = recording.shards.map(({ fromHash }) => fromHash)
  assert.deepEqual(starts, partitionMapOf(engine.catalog, table, undefined).startHashes)
  const records: StreamRecord[] = []
  for (const shard of recording.stream.shards) {
    for (const record of await recordsOf(ask, streamArn, shardIdOf(shard))) {
      const hash = hashOf(itemKey(table, record.dynamodb.Keys as Item))
      assert.ok(hash >= shard.fromHash && hash < shard.toHash, `${JSON.stringify(record.dynamodb.Keys)} is in the shard of its key`)
      records.push(record)
    }
  }
  return records.sort((a, b) => (a.dynamodb.SequenceNumber < b.dynamodb.SequenceNumber ? -1 : 1))
}

async function recordsOf(ask: Ask, StreamArn: string, ShardId: string): Promise<readonly StreamRecord[]> {
  const { ShardIterator: first } = await ask('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  const records: StreamRecord[] = []
  for (let ShardIterator = first; ShardIterator !== undefined; ) {
    const { Records, NextShardIterator } = await ask('GetRecords', { ShardIterator })
    const page = Records as readonly StreamRecord[]
    records.push(...page)
    ShardIterator = page.length === 0 ? undefined : NextShardIterator
  }
  return records
}
