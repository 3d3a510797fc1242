/** GetRecords (operations.md §12): the next records of a shard, and from where the next call goes on. */
import { invalid, ServiceError } from '../api/errors.ts'
import { shardIteratorAgeMsMax } from '../api/limits.ts'
import type { InputOf, OutputOf } from '../api/operations.ts'
import { JsonText } from '../base/json-text.ts'
import type { Engine } from '../engine/engine.ts'
import { type NumberedRecord, readRecords } from '../engine/streams/read-records.ts'
import { sequenceNumber } from '../engine/streams/record-numbers.ts'
import { decodeIterator, encodeIterator, type ShardIterator } from '../engine/streams/shard-iterator.ts'
import type { Stream } from '../engine/streams/stream.ts'
import { isTrimmed, streamWithArn, trimmed } from './stream-address.ts'

export async function getRecords(engine: Engine, input: InputOf<'GetRecords'>): Promise<OutputOf<'GetRecords'>> {
  const iterator = decodeIterator(input.ShardIterator)
  if (iterator === undefined) throw invalid('Invalid ShardIterator') // [I]
  const nowMs = engine.clock.now()
  checkAge(iterator, nowMs)
  const stream = streamWithArn(engine, iterator.streamArn)
  // What is closed now has all its records in every later view of the store.
  const shard = stream.shards.find(({ number }) => number === iterator.shardNumber)
  if (shard === undefined) throw new ServiceError('ResourceNotFoundException', 'Invalid ShardId in ShardIterator')
  if (isTrimmed(shard, iterator.fromNumber)) throw trimmed()

  const { records, isEnd } = await readRecords(engine, stream, shard, { fromNumber: iterator.fromNumber, recordsMax: input.Limit })

  const last = records.at(-1)
  const next = { ...iterator, fromNumber: last === undefined ? iterator.fromNumber : last.number + 1, creationMs: nowMs }
  return {
    Records: new JsonText(`[${records.map((record) => recordText(engine, stream, record)).join(',')}]`),
    ...(!isEnd && { NextShardIterator: encodeIterator(next) }),
  }
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
function recordText({ region }: Engine, stream: Stream, record: NumberedRecord): string {
  const { number, eventName, creationMs, sizeBytes, images, isByTimeToLive } = record
  const identity = isByTimeToLive ? ',"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}' : ''
  const atSeconds = Math.floor(creationMs / 1000)
  return (
    `{"eventID":"${eventId(stream, number)}","eventName":"${eventName}","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
    `"awsRegion":${JSON.stringify(region)},"dynamodb":{"ApproximateCreationDateTime":${atSeconds},${images},` +
    `"SequenceNumber":"${sequenceNumber(number)}","SizeBytes":${sizeBytes},"StreamViewType":"${stream.viewType}"}${identity}}`
  )
}

/** What tells the record from all others of this database, in 32 hex digits: table, stream and record number. */
function eventId({ tableId, labelMs }: Stream, number: number): string {
  return `${hex(tableId, 8)}${hex(labelMs, 12)}${hex(number, 12)}`
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}
