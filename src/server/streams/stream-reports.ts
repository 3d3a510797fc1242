/** Streams with all who read them: programs, as far as this process was asked, and consumers of the store's own. */
import type { Pace } from '../../base/pace.ts'
import { eachConsumer, type KnownConsumer } from '../../engine/consumers/list-consumers.ts'
import { type ConsumerLag, lagsOf, type PlaceInShard } from '../../engine/consumers/shard-lag.ts'
import { StreamConsumer } from '../../engine/consumers/stream-consumer.ts'
import { type Shard, type Stream, shardIdOf } from '../../engine/schema/stream.ts'
import { sequenceNumber } from '../../engine/streams/sequence-number.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { arnOf } from '../../operations/streams/stream-address.ts'
import { toldConsumersMax } from '../limits.ts'
import type { ReadPlace, StreamReader, StreamReaders } from './stream-readers.ts'

export interface ShardReport {
  readonly shard: string
  readonly parent?: string
  readonly isOpen: boolean
}

export interface PlaceReport {
  readonly shard: string
  /** Of the record that is read next; left out while it is the oldest that there is. */
  readonly nextSequenceNumber?: string
  /** The shard is closed, and all of it is read. */
  readonly isEnd: boolean
  /** How many records are behind this, at the most. */
  readonly recordsBehind: number
  /** How old the first of them is; 0 when there is none. */
  readonly iteratorAgeMs: number
  /** When it was read last, by the server's clock; nobody knows it of the store's own. */
  readonly lastReadMs?: number
}

export interface ConsumerReport {
  /** A program that asks with GetRecords, or one of the store's own. */
  readonly kind: 'program' | 'own'
  /** Of the store's own. */
  readonly id?: string
  /** Of a program. */
  readonly identity?: string
  readonly sourceAddress?: string
  readonly userAgent?: string
  /** When it was started, or first seen. */
  readonly sinceMs: number
  readonly lastReadMs?: number
  readonly recordsBehind: number
  readonly iteratorAgeMs: number
  /** Of a program those that it has read. */
  readonly places: readonly PlaceReport[]
}

export interface StreamReport {
  readonly region: string
  readonly table: string
  readonly label: string
  readonly arn: string
  readonly viewType: Stream['viewType']
  readonly isEnabled: boolean
  readonly shards: readonly ShardReport[]
  /** Those that are furthest behind first. */
  readonly consumers: readonly ConsumerReport[]
  /** How many consumers of the store's own are not told of. */
  readonly untoldCount: number
}

interface Known {
  readonly readers: StreamReaders | undefined
  readonly pace: Pace
}

/** The store's own by the table and the label of their streams. */
export type OwnConsumers = ReadonlyMap<string, readonly KnownConsumer[]>

/** Of these streams. */
export async function ownConsumersOf({ store }: MeteredEngine, streams: readonly Stream[], pace: Pace): Promise<OwnConsumers> {
  const wanted = new Set(streams.map(nameOf))
  const found = new Map<string, KnownConsumer[]>()
  for await (const page of eachConsumer(store)) {
    for (const consumer of page) {
      const name = nameOf(consumer)
      if (!wanted.has(name)) continue
      const known = found.get(name)
      if (known === undefined) found.set(name, [consumer])
      else known.push(consumer)
    }
    await pace.pause()
  }
  return found
}

function nameOf({ tableId, labelMs }: Pick<Stream, 'tableId' | 'labelMs'>): string {
  return `${tableId} ${labelMs}`
}

export async function streamReport(
  engine: MeteredEngine,
  stream: Stream,
  { readers, pace, own }: Known & { readonly own: OwnConsumers },
): Promise<StreamReport> {
  const arn = arnOf(engine, stream)
  const programs: ConsumerReport[] = []
  for (const reader of readers?.of(arn) ?? []) programs.push(await programReport(engine, stream, reader, { readers, pace }))
  const ours = own.get(nameOf(stream)) ?? []
  const told: ConsumerReport[] = []
  for (const { id } of ours.slice(0, toldConsumersMax)) told.push(...(await ownReport(engine, stream, id, pace)))
  return {
    region: engine.region,
    table: stream.tableName,
    label: stream.label,
    arn,
    viewType: stream.viewType,
    isEnabled: stream.disabledMs === undefined,
    shards: stream.shards.map(shardReport),
    consumers: [...told, ...programs].sort((a, b) => b.iteratorAgeMs - a.iteratorAgeMs || b.recordsBehind - a.recordsBehind),
    untoldCount: Math.max(0, ours.length - toldConsumersMax),
  }
}

function shardReport(shard: Shard): ShardReport {
  const { parentId, closed } = shard
  return { shard: shardIdOf(shard), ...(parentId !== undefined && { parent: parentId }), isOpen: closed === undefined }
}

async function programReport(
  engine: MeteredEngine,
  stream: Stream,
  reader: StreamReader,
  { readers, pace }: Known,
): Promise<ConsumerReport> {
  const shards = new Map(stream.shards.map((shard) => [shard.number, shard]))
  readers?.forgetPlaces(reader, (number) => shards.has(number))
  const { identity, address, userAgent, firstMs, lastMs } = reader
  const places = [...reader.places.values()].flatMap((place) => {
    const shard = shards.get(place.shardNumber)
    return shard === undefined ? [] : [{ shard, position: place, read: place }]
  })
  return {
    kind: 'program',
    identity,
    ...(address !== '' && { sourceAddress: address }),
    ...(userAgent !== '' && { userAgent }),
    sinceMs: firstMs,
    lastReadMs: lastMs,
    ...(await progressOf(engine, stream, places, pace)),
  }
}

/** None when it was forgotten meanwhile. */
async function ownReport(engine: MeteredEngine, stream: Stream, id: string, pace: Pace): Promise<readonly ConsumerReport[]> {
  const consumer = await StreamConsumer.open(engine, id)
  if (consumer === undefined) return []
  const places = stream.shards.map((shard) => ({ shard, position: consumer.positionOf(shard.number) }))
  return [{ kind: 'own', id, sinceMs: consumer.record.startMs, ...(await progressOf(engine, stream, places, pace)) }]
}

async function progressOf(
  engine: MeteredEngine,
  stream: Stream,
  places: readonly (PlaceInShard & { readonly read?: ReadPlace })[],
  pace: Pace,
): Promise<Pick<ConsumerReport, 'recordsBehind' | 'iteratorAgeMs' | 'places'>> {
  const lags = await lagsOf(engine, stream, places, () => pace.pause())
  const told = places.map((place, at) => placeReport(place, lags[at])).sort((a, b) => (a.shard < b.shard ? -1 : 1))
  return {
    recordsBehind: told.reduce((sum, { recordsBehind }) => sum + recordsBehind, 0),
    iteratorAgeMs: told.reduce((max, { iteratorAgeMs }) => Math.max(max, iteratorAgeMs), 0),
    places: told,
  }
}

function placeReport({ shard, position, read }: PlaceInShard & { readonly read?: ReadPlace }, lag: ConsumerLag | undefined): PlaceReport {
  return {
    shard: shardIdOf(shard),
    ...(position.next > 0 && { nextSequenceNumber: sequenceNumber(position.next) }),
    isEnd: position.isEnd,
    recordsBehind: lag?.recordsMax ?? 0,
    iteratorAgeMs: lag?.ageMs ?? 0,
    ...(read && { lastReadMs: read.lastMs }),
  }
}
