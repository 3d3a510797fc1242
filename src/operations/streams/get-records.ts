/** GetRecords (operations.md §12): the next records of a shard, and from where the next call goes on. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { shardIteratorAgeMsMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { JsonText } from '../../base/json-text.ts'
import type { Stream } from '../../engine/schema/stream.ts'
import { type NumberedRecord, readRecords, seenRecords } from '../../engine/streams/read-records.ts'
import { decodeIterator, encodeIterator, type ShardIterator } from '../../engine/streams/shard-iterator.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { recordTexts } from './record-text.ts'
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
  const last = records.at(-1)
  const next = { ...iterator, fromNumber: last === undefined ? iterator.fromNumber : last.number + 1, creationMs: nowMs }
  return {
    Records: new JsonText(`[${records.map(recordTexts(engine, stream, shard)).join(',')}]`),
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
