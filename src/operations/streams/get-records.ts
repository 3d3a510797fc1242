/** GetRecords (operations.md §12): the next records of a shard, and from where the next call goes on. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { shardIteratorAgeMsMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { hash32 } from '../../base/hash.ts'
import { JsonText } from '../../base/json-text.ts'
import type { Shard, Stream } from '../../engine/schema/stream.ts'
import { type NumberedRecord, readRecords, seenRecords } from '../../engine/streams/read-records.ts'
import { sequenceNumber } from '../../engine/streams/sequence-number.ts'
import { decodeIterator, encodeIterator, type ShardIterator } from '../../engine/streams/shard-iterator.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { isTrimmed, newestSeenMs, readOfShard, streamWithArn, trimmed } from './stream-address.ts'

export async function getRecords(
  engine: MeteredEngine,
  input: InputOf<'GetRecords'>,
  usage: RequestUsage,
): Promise<OutputOf<'GetRecords'>> {
  const iterator = decodeIterator(input.ShardIterator)
  if (iterator === undefined) throw invalid('Invalid ShardIterator') // [I]
  const nowMs = engine.clock.now()
  checkAge(iterator, nowMs)
  const stream = streamWithArn(engine, iterator.streamArn)
  // What is closed now has all its records in every later view of the store.
  const shard = stream.shards.find(({ number }) => number === iterator.shardNumber)
  if (shard === undefined) throw new ServiceError('ResourceNotFoundException', 'Invalid ShardId in ShardIterator')
  if (isTrimmed(shard, iterator.fromNumber)) throw trimmed()
  if (usage.beforeDoing !== undefined) await usage.beforeDoing(readOfShard(stream, shard, true))

  const asked = { fromNumber: iterator.fromNumber, recordsMax: input.Limit }
  const { records, isEnd } = seenRecords(await readRecords(engine, stream, shard, asked), newestSeenMs(engine, usage))

  measure(engine, usage, stream, records)
  const eventIdOf = eventIds(stream, shard)
  const last = records.at(-1)
  const next = { ...iterator, fromNumber: last === undefined ? iterator.fromNumber : last.number + 1, creationMs: nowMs }
  return {
    Records: new JsonText(`[${records.map((record) => recordText(engine, stream, eventIdOf(record.number), record)).join(',')}]`),
    ...(!isEnd && { NextShardIterator: encodeIterator(next) }),
  }
}

/** Streams are metered by what they return; those of tables that are gone by nothing [I]. */
function measure(
  engine: MeteredEngine,
  usage: RequestUsage,
  { tableId, tableName, label }: Stream,
  records: readonly NumberedRecord[],
): void {
  const table = engine.catalog.find(tableName)
  if (table?.tableId !== tableId) return
  usage.touch(table)
  const { region } = engine.catalog
  const dimensions = { region, TableName: tableName, Operation: 'GetRecords', StreamLabel: label }
  const nowMs = engine.clock.now()
  engine.metering.metrics.series('ReturnedRecordsCount', dimensions).add(records.length, nowMs)
  const sizeBytes = records.reduce((sum, record) => sum + record.sizeBytes, 0)
  engine.metering.metrics.series('ReturnedBytes', dimensions).add(sizeBytes, nowMs)
}

function checkAge({ creationMs }: ShardIterator, nowMs: number): void {
  if (nowMs - creationMs <= shardIteratorAgeMsMax) return
  throw new ServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${spokenTime(creationMs)} while right now it is ${spokenTime(nowMs)} which is further in the future than the tolerated delay of ${shardIteratorAgeMsMax} milliseconds.`,
  )
}

/** As Java prints a date: `Sun Nov 22 10:00:00 UTC 2026` [I]. */
function spokenTime(timeMs: number): string {
  const [day = '', date, month, year, time] = new Date(timeMs).toUTCString().split(' ')
  return `${day.slice(0, 3)} ${month} ${date} ${time} UTC ${year}`
}

/** The JSON of a record, its images as they lie in the store. */
function recordText({ region }: MeteredEngine, stream: Stream, eventId: string, record: NumberedRecord): string {
  const { number, eventName, creationMs, sizeBytes, images, isByTimeToLive } = record
  const identity = isByTimeToLive ? ',"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}' : ''
  const atSeconds = Math.floor(creationMs / 1000)
  return (
    `{"eventID":"${eventId}","eventName":"${eventName}","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
    `"awsRegion":${JSON.stringify(region)},"dynamodb":{"ApproximateCreationDateTime":${atSeconds},${images},` +
    `"SequenceNumber":"${sequenceNumber(number)}","SizeBytes":${sizeBytes},"StreamViewType":"${stream.viewType}"}${identity}}`
  )
}

/**
 * What tells a record from all others, in 32 hex digits: stream, shard and record number. Those of format 1 keep the ids that
 * consumers know, of table, stream and a number among all records.
 */
function eventIds({ tableId, labelMs }: Stream, { number: shardNumber, format1LastNumber = 0 }: Shard): (number: number) => string {
  const known = `${hex(tableId, 8)}${hex(labelMs, 12)}`
  const start = `${hex(tableId, 4).slice(-4)}${hex(hash32(Buffer.from(known)), 8)}${hex(shardNumber, 8)}`
  return (number) => `${number <= format1LastNumber ? known : start}${hex(number, 12)}`
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}
