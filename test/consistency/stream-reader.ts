/**
 * Readers of a stream that poll while others write, each in one of the ways programs do. They write down what they are given, in
 * the order in which it came, and judge nothing: check-stream.ts does.
 */
import { type Ask, type DescribedShard, describeShards, type StreamRecord } from '../harness/stream-consumer.ts'
import type { Item } from './model.ts'
import { itemIn, keyIn } from './requests.ts'

export interface ReadRecord {
  readonly shardId: string
  readonly sequenceNumber: string
  readonly eventName: string
  readonly key: string
  readonly oldItem: Item | null
  readonly newItem: Item | null
}

export interface Reading {
  readonly reader: string
  readonly records: readonly ReadRecord[]
}

/**
 * Where the next page of a shard is asked for. `chained`: with the iterator that came with the last one, first TRIM_HORIZON. `latest`:
 * the same, first LATEST in shards that are there when the reader begins. `reopened`: behind the last sequence number. `repeated`: at
 * the last sequence number, whose record comes again and is left out.
 */
export type ReadingWay = 'chained' | 'latest' | 'reopened' | 'repeated'

interface Progress {
  /** Undefined at the end of the shard. */
  iterator: string | undefined
  lastSequence: string | undefined
}

export class StreamReader {
  readonly #ask: Ask
  readonly #streamArn: string
  readonly #way: ReadingWay
  readonly #pageMax: number
  readonly #records: ReadRecord[] = []
  readonly #progress = new Map<string, Progress>()

  constructor(ask: Ask, streamArn: string, { way, pageMax }: { readonly way: ReadingWay; readonly pageMax: number }) {
    this.#ask = ask
    this.#streamArn = streamArn
    this.#way = way
    this.#pageMax = pageMax
  }

  get reading(): Reading {
    return { reader: `${this.#way}, ${this.#pageMax} at a time`, records: this.#records }
  }

  /** Polls until everything is read that was there when `isOver` first said so. */
  async follow(isOver: () => boolean): Promise<void> {
    for (let isLast = false; !isLast; ) {
      isLast = isOver()
      await this.poll()
    }
  }

  /** Goes through all shards once, parents before their children, each up to an empty page or its end. */
  async poll(): Promise<void> {
    const isFirst = this.#progress.size === 0
    for (const shard of await describeShards(this.#ask, this.#streamArn)) {
      const parent = this.#progress.get(shard.ParentShardId ?? '')
      if (parent !== undefined && parent.iterator !== undefined) continue
      await this.#read(shard, isFirst && this.#way === 'latest' ? 'LATEST' : 'TRIM_HORIZON')
    }
  }

  async #read({ ShardId: shardId }: DescribedShard, begin: 'LATEST' | 'TRIM_HORIZON'): Promise<void> {
    const progress = this.#progress.get(shardId) ?? {
      iterator: await this.#iterator({ ShardId: shardId, ShardIteratorType: begin }),
      lastSequence: undefined,
    }
    this.#progress.set(shardId, progress)
    while (progress.iterator !== undefined) {
      const page = await this.#ask('GetRecords', { ShardIterator: progress.iterator, Limit: this.#pageMax })
      const records = (page.Records as readonly StreamRecord[]).filter(
        ({ dynamodb }) => this.#way !== 'repeated' || dynamodb.SequenceNumber !== progress.lastSequence,
      )
      this.#records.push(...records.map((record) => readRecord(shardId, record)))
      progress.lastSequence = records.at(-1)?.dynamodb.SequenceNumber ?? progress.lastSequence
      const next = page.NextShardIterator as string | undefined
      progress.iterator = next && (await this.#next(shardId, progress.lastSequence, next))
      if (records.length === 0) return
    }
  }

  async #next(shardId: string, lastSequence: string | undefined, chained: string): Promise<string> {
    if (lastSequence === undefined || this.#way === 'chained' || this.#way === 'latest') return chained
    const ShardIteratorType = this.#way === 'reopened' ? 'AFTER_SEQUENCE_NUMBER' : 'AT_SEQUENCE_NUMBER'
    return this.#iterator({ ShardId: shardId, ShardIteratorType, SequenceNumber: lastSequence })
  }

  async #iterator(place: object): Promise<string> {
    const { ShardIterator } = await this.#ask('GetShardIterator', { StreamArn: this.#streamArn, ...place })
    return String(ShardIterator)
  }
}

function readRecord(shardId: string, { eventName, dynamodb }: StreamRecord): ReadRecord {
  const { SequenceNumber, Keys, OldImage, NewImage } = dynamodb
  return { shardId, sequenceNumber: SequenceNumber, eventName, key: keyIn(Keys), oldItem: itemIn(OldImage), newItem: itemIn(NewImage) }
}
