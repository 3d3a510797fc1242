/** Reads on in the shards of a mapping's stream: records that no filter lets through are behind at once, the others are placed in lanes. */

import { laneOfRecord } from '../../../engine/consumers/shard-lanes.ts'
import type { StreamConsumer } from '../../../engine/consumers/stream-consumer.ts'
import type { Shard, Stream } from '../../../engine/schema/stream.ts'
import type { NumberedRecord } from '../../../engine/streams/read-records.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { eventTexts } from '../../../operations/streams/record-text.ts'
import type { EventTest } from '../../../patterns/event-pattern.ts'
import { mappingBytesMax, readAheadBytesMax, readAheadRecordsMax } from '../contract/limits.ts'
import { windowKey } from '../records/lambda-keys.ts'
import type { Mapping } from '../records/mapping.ts'
import { countEvents } from './mapping-metrics.ts'
import { type PlacedRecord, ShardWork } from './shard-work.ts'

export interface ReadingMapping {
  readonly engine: MeteredEngine
  readonly mapping: Mapping
  readonly streamArn: string
  /** Empty: everything is let through. */
  readonly filters: readonly EventTest[]
  /** By the number of the shard. */
  readonly works: Map<number, ShardWork>
}

/** A page of every shard that something follows in and that there is room for. Resolves with whether there was one. */
export async function readShards(reading: ReadingMapping, consumer: StreamConsumer): Promise<boolean> {
  const { works, mapping } = reading
  const { stream } = consumer
  const shards = await consumer.shardsWithMore(({ number }) => works.get(number)?.lanes.read ?? consumer.positionOf(number))
  // A window that was open when another process, or this one, ended is to be closed, whether anything follows or not.
  const isWindowed = mapping.settings.tumblingSeconds > 0
  for (const shard of isWindowed ? consumer.readableShards() : []) if (!works.has(shard.number)) await begun(reading, consumer, shard)
  let hasRead = false
  let heldBytes = [...works.values()].reduce((sum, { lanes }) => sum + lanes.sizeBytes, 0)
  for (const shard of stream === undefined ? [] : shards) {
    if (stream === undefined || !hasRoom(reading, shard, heldBytes)) continue
    const work = works.get(shard.number) ?? (await begun(reading, consumer, shard))
    const page = await consumer.read(shard, { from: work.lanes.read })
    const records = placed(reading, stream, page.shard, page.records)
    countEvents(reading.engine, mapping, 'polled', page.records.length)
    countEvents(reading.engine, mapping, 'filteredOut', page.records.length - records.length)
    countEvents(reading.engine, mapping, 'dropped', page.missedCount)
    heldBytes -= work.lanes.sizeBytes
    work.lanes.add(records, page.next, ({ lane }) => lane)
    heldBytes += work.lanes.sizeBytes
    hasRead = true
  }
  return hasRead
}

async function begun({ engine, mapping, works }: ReadingMapping, consumer: StreamConsumer, shard: Shard): Promise<ShardWork> {
  const { uuid, settings } = mapping
  const [window] = settings.tumblingSeconds > 0 ? await engine.store.get([windowKey(uuid, shard.number)]) : []
  const from = consumer.positionOf(shard.number)
  const work = new ShardWork(shard, settings.factor, { from, window: window === undefined ? undefined : String(window) })
  works.set(shard.number, work)
  return work
}

/** `heldBytes`: of all shards. */
function hasRoom({ works, mapping: { settings } }: ReadingMapping, { number }: Shard, heldBytes: number): boolean {
  const lanes = works.get(number)?.lanes
  if (lanes === undefined || lanes.count === 0) return true
  const recordsMax = settings.batchSize * settings.factor + readAheadRecordsMax
  return lanes.count < recordsMax && lanes.sizeBytes < readAheadBytesMax && heldBytes < mappingBytesMax
}

function placed(
  { engine, mapping, streamArn, filters }: ReadingMapping,
  stream: Stream,
  shard: Shard,
  records: readonly NumberedRecord[],
): readonly PlacedRecord[] {
  const eventOf = eventTexts({ region: mapping.region, streamArn }, stream, shard)
  const readMs = engine.clock.now()
  return records.flatMap((record) => {
    const event = eventOf(record)
    if (filters.length > 0) {
      const value: unknown = JSON.parse(event)
      if (!filters.some((matches) => matches(value))) return []
    }
    const { number, creationMs } = record
    const lane = laneOfRecord(record, stream.key, mapping.settings.factor)
    return [{ number, creationMs, readMs, event, sizeBytes: Buffer.byteLength(event), lane }]
  })
}
