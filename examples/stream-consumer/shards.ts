/** The shards of a stream, and in which order they may be read. */
import { DescribeStreamCommand, type DynamoDBStreamsClient, type Shard } from '@aws-sdk/client-dynamodb-streams'

/** All shards that the stream has: they come in pages. */
export async function shardsOf(streams: DynamoDBStreamsClient, StreamArn: string): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  let ExclusiveStartShardId: string | undefined
  do {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId }))
    shards.push(...(StreamDescription?.Shards ?? []))
    ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId
  } while (ExclusiveStartShardId !== undefined)
  return shards
}

/** Those that may be read now: a shard that was split goes on in its children, so these wait until it is read to its end. */
export function readable(shards: readonly Shard[], isDone: (shardId: string) => boolean): readonly string[] {
  const there = new Set(shards.map(({ ShardId }) => ShardId))
  return shards
    .filter(({ ParentShardId: parent }) => parent === undefined || !there.has(parent) || isDone(parent))
    .map(({ ShardId = '' }) => ShardId)
    .filter((id) => !isDone(id))
}
