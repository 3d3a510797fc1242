/** What can be asked of streams: their shards, all records, and the places that a consumer may have kept. */
import type { Asked } from './asked.ts'

interface Shard {
  readonly ShardId: string
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string }
}

interface StreamRecord {
  readonly dynamodb: { readonly SequenceNumber: string }
}

interface Page {
  readonly Records?: readonly StreamRecord[]
  readonly NextShardIterator?: string
}

export async function askStreams(asked: Asked): Promise<void> {
  const { Streams } = await asked.ask<{ readonly Streams: readonly { readonly StreamArn: string }[] }>('all', 'streams', 'ListStreams', {})
  for (const { StreamArn } of Streams) {
    const name = StreamArn.slice(StreamArn.indexOf(':table/') + 7)
    const { StreamDescription } = await asked.ask<{ readonly StreamDescription: { readonly Shards: readonly Shard[] } }>(
      name,
      'streams',
      'DescribeStream',
      { StreamArn },
    )
    for (const shard of StreamDescription.Shards) await askShard(asked, { StreamArn, name, shard })
  }
}

interface ShardOfStream {
  readonly StreamArn: string
  readonly name: string
  readonly shard: Shard
}

async function askShard(asked: Asked, { StreamArn, name, shard }: ShardOfStream): Promise<void> {
  const { ShardId, SequenceNumberRange } = shard
  const label = `${name} ${ShardId.slice(-8)}`
  const from = async (ShardIteratorType: string, SequenceNumber?: string): Promise<readonly StreamRecord[]> => {
    const place = `${label} ${ShardIteratorType}${SequenceNumber === undefined ? '' : ` ${SequenceNumber}`}`
    const input = { StreamArn, ShardId, ShardIteratorType, SequenceNumber }
    const { ShardIterator } = await asked.ask<{ readonly ShardIterator?: string }>(place, 'streams', 'GetShardIterator', input)
    return ShardIterator === undefined ? [] : readFrom(asked, place, ShardIterator, SequenceNumber === undefined ? undefined : 1)
  }
  const records = await from('TRIM_HORIZON')
  await from('LATEST')
  const kept = [records[0], records[records.length >> 1], records.at(-1)].flatMap((record) => record?.dynamodb.SequenceNumber ?? [])
  const { StartingSequenceNumber: start, EndingSequenceNumber: end = start } = SequenceNumberRange
  for (const SequenceNumber of new Set([start, ...kept, end])) {
    await from('AT_SEQUENCE_NUMBER', SequenceNumber)
    await from('AFTER_SEQUENCE_NUMBER', SequenceNumber)
  }
}

/** All that is behind the iterator, or one page of so many. */
async function readFrom(asked: Asked, place: string, iterator: string, limit: number | undefined): Promise<readonly StreamRecord[]> {
  const found: StreamRecord[] = []
  let next: string | undefined = iterator
  for (let page = 1; next !== undefined; page += 1) {
    const { Records = [], NextShardIterator }: Page = await asked.ask<Page>(`${place} page ${page}`, 'streams', 'GetRecords', {
      ShardIterator: next,
      ...(limit !== undefined && { Limit: limit }),
    })
    found.push(...Records)
    if (Records.length === 0 || limit !== undefined) break
    next = NextShardIterator
  }
  return found
}
