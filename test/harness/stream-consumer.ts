/**
 * A consumer of a stream as programs write them: every shard from TRIM_HORIZON, parents before their children, each going on
 * behind the last sequence number it has seen. Everything a reader may rely on is asserted on the way.
 */
import assert from 'node:assert/strict'

/** Asks for something that must be answered with 200, and resolves with the body. */
export type Ask = (operation: string, input: object) => Promise<{ readonly [member: string]: unknown }>

export type Attributes = { readonly [name: string]: { readonly [type: string]: unknown } }

export interface StreamRecord {
  readonly eventID: string
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly eventVersion: string
  readonly eventSource: string
  readonly awsRegion: string
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number
    readonly Keys: Attributes
    readonly NewImage?: Attributes
    readonly OldImage?: Attributes
    readonly SequenceNumber: string
    readonly SizeBytes: number
    readonly StreamViewType: string
  }
  readonly userIdentity?: { readonly Type: string; readonly PrincipalId: string }
}

export interface DescribedShard {
  readonly ShardId: string
  readonly ParentShardId?: string
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string }
}

interface ShardProgress {
  lastSequence: string | undefined
  isDone: boolean
}

/** All shards, page by page. */
export async function describeShards(ask: Ask, streamArn: string, limit = 100): Promise<DescribedShard[]> {
  const shards: DescribedShard[] = []
  let start: string | undefined
  do {
    const { StreamDescription } = await ask('DescribeStream', {
      StreamArn: streamArn,
      Limit: limit,
      ...(start !== undefined && { ExclusiveStartShardId: start }),
    })
    const page = StreamDescription as { readonly Shards: readonly DescribedShard[]; readonly LastEvaluatedShardId?: string }
    shards.push(...page.Shards)
    start = page.LastEvaluatedShardId
  } while (start !== undefined)
  return shards
}

export class StreamConsumer {
  /** Everything seen so far. What one poll brings of a shard follows what earlier ones brought. */
  readonly records: StreamRecord[] = []
  readonly #streamArn: string
  readonly #recordsMax: number
  readonly #progress = new Map<string, ShardProgress>()

  constructor(streamArn: string, { recordsMax = 1000 }: { readonly recordsMax?: number } = {}) {
    this.#streamArn = streamArn
    this.#recordsMax = recordsMax
  }

  /** Reads what there is now. Resolves with how many shards are open. */
  async poll(ask: Ask): Promise<number> {
    const shards = await describeShards(ask, this.#streamArn)
    for (const shard of shards) {
      const parent = this.#progress.get(shard.ParentShardId ?? '')
      // Parents are listed before their children, so whatever the parent has is read by now.
      if (parent !== undefined && !parent.isDone) continue
      await this.#read(ask, shard)
    }
    return [...this.#progress.values()].filter(({ isDone }) => !isDone).length
  }

  async #read(ask: Ask, { ShardId, SequenceNumberRange: range }: DescribedShard): Promise<void> {
    const progress = this.#progress.get(ShardId) ?? { lastSequence: undefined, isDone: false }
    this.#progress.set(ShardId, progress)
    let iterator = progress.isDone ? undefined : await this.#iterator(ask, ShardId, progress.lastSequence)
    while (iterator !== undefined) {
      const page = await ask('GetRecords', { ShardIterator: iterator, Limit: this.#recordsMax })
      const records = page.Records as readonly StreamRecord[]
      for (const record of records) this.#take(record, progress, range)
      iterator = page.NextShardIterator as string | undefined
      progress.isDone = iterator === undefined
      if (records.length === 0) return
    }
  }

  async #iterator(ask: Ask, shardId: string, after: string | undefined): Promise<string> {
    const place =
      after === undefined ? { ShardIteratorType: 'TRIM_HORIZON' } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
    const { ShardIterator } = await ask('GetShardIterator', { StreamArn: this.#streamArn, ShardId: shardId, ...place })
    return String(ShardIterator)
  }

  #take(record: StreamRecord, progress: ShardProgress, range: DescribedShard['SequenceNumberRange']): void {
    const { SequenceNumber: sequence } = record.dynamodb
    assert.match(sequence, /^\d{21,40}$/)
    const number = BigInt(sequence)
    if (progress.lastSequence !== undefined) assert.ok(number > BigInt(progress.lastSequence), 'sequence numbers increase in a shard')
    assert.ok(number >= BigInt(range.StartingSequenceNumber), 'a record is in the range of its shard')
    if (range.EndingSequenceNumber !== undefined) assert.ok(number <= BigInt(range.EndingSequenceNumber))
    progress.lastSequence = sequence
    this.records.push(record)
  }
}

/** Every record there is. */
export async function readStream(ask: Ask, streamArn: string): Promise<readonly StreamRecord[]> {
  const consumer = new StreamConsumer(streamArn)
  await consumer.poll(ask)
  return consumer.records
}

/**
 * The table that the records make, by the JSON of its keys. Every record must change what the ones before it left, and say
 * truly what that was: so none is missing, none comes twice, and those of a key are in order.
 */
export function replay(records: readonly StreamRecord[]): Map<string, Attributes> {
  const items = new Map<string, Attributes>()
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length, 'event ids are unique')
  for (const { eventID, eventName, dynamodb } of records) {
    assert.match(eventID, /^[0-9a-f]{32}$/)
    const { Keys, OldImage, NewImage } = dynamodb
    const key = JSON.stringify(Keys)
    assert.deepEqual(OldImage, items.get(key), `the record before ${JSON.stringify(dynamodb)}`)
    assert.notDeepEqual(OldImage, NewImage, 'a record tells a change')
    assert.equal(eventName, OldImage === undefined ? 'INSERT' : NewImage === undefined ? 'REMOVE' : 'MODIFY')
    if (NewImage === undefined) items.delete(key)
    else items.set(key, NewImage)
  }
  return items
}
