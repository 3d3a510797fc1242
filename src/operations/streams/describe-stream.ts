/** DescribeStream (operations.md §12): a stream and its shards, a page at a time, parents before their children. */
import { invalid } from '../../api/errors.ts'
import { streamsPageMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { describeKey } from '../../engine/catalog/describe.ts'
import { type Shard, type Stream, shardIdOf, shardNumberIn } from '../../engine/schema/stream.ts'
import { sequenceNumber } from '../../engine/streams/sequence-number.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { arnOf, shardDoesNotExist, streamWithArn } from './stream-address.ts'

type ShardDescription = NonNullable<NonNullable<OutputOf<'DescribeStream'>['StreamDescription']>['Shards']>[number]

export async function describeStream(engine: MeteredEngine, input: InputOf<'DescribeStream'>): Promise<OutputOf<'DescribeStream'>> {
  const { StreamArn, Limit = streamsPageMax, ExclusiveStartShardId, ShardFilter } = input
  const stream = streamWithArn(engine, StreamArn)
  const rest = shardsAfter(filteredShards(stream, ShardFilter), ExclusiveStartShardId)
  const page = rest.slice(0, Limit).map(describeShard)
  const last = page.at(-1)
  return {
    StreamDescription: {
      StreamArn: arnOf(engine, stream),
      StreamLabel: stream.label,
      StreamStatus: statusOf(engine, stream),
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.creationMs / 1000,
      TableName: stream.tableName,
      KeySchema: describeKey(stream.key),
      Shards: page,
      ...(last?.ShardId !== undefined && page.length < rest.length && { LastEvaluatedShardId: last.ShardId }),
    },
  }
}

/** [I] A stream is ENABLING while its table is created; later ones are ENABLED and DISABLED at once. */
function statusOf({ catalog }: MeteredEngine, { tableName, tableId, disabledMs }: Stream): 'ENABLING' | 'ENABLED' | 'DISABLED' {
  if (disabledMs !== undefined) return 'DISABLED'
  const table = catalog.find(tableName)
  return table?.tableId === tableId && table.status === 'CREATING' ? 'ENABLING' : 'ENABLED'
}

/** [I] A filter needs both its members; what has no children, because it is open or not there, filters out everything. */
function filteredShards({ shards }: Stream, filter: InputOf<'DescribeStream'>['ShardFilter']): readonly Shard[] {
  if (filter === undefined) return shards
  const { Type: type, ShardId: parentId } = filter
  if (type === undefined) throw invalid('ShardFilter must have a Type')
  if (parentId === undefined) throw invalid(`ShardFilter of type ${type} must have a ShardId`)
  return shards.filter((shard) => shard.parentId === parentId)
}

/** The page goes on behind a shard that was forgotten in the meantime, too. */
function shardsAfter(shards: readonly Shard[], startId: string | undefined): readonly Shard[] {
  if (startId === undefined) return shards
  const number = shardNumberIn(startId)
  if (number === undefined) throw shardDoesNotExist()
  return shards.filter((shard) => shard.number > number)
}

function describeShard(shard: Shard): ShardDescription {
  const { firstNumber, closed, parentId } = shard
  return {
    ShardId: shardIdOf(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(firstNumber),
      ...(closed && { EndingSequenceNumber: sequenceNumber(closed.lastNumber) }),
    },
    ...(parentId !== undefined && { ParentShardId: parentId }),
  }
}
