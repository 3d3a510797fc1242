/** The JSON of stream records, their images as they lie in the store: as GetRecords tells them, and as functions are given them. */
import { hash32 } from '../../base/hash.ts'
import type { Shard, Stream } from '../../engine/schema/stream.ts'
import type { NumberedRecord } from '../../engine/streams/read-records.ts'
import { sequenceNumber } from '../../engine/streams/sequence-number.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

/** For the records of one shard, as GetRecords tells them. */
export function recordTexts({ region }: MeteredEngine, stream: Stream, shard: Shard): (record: NumberedRecord) => string {
  const eventIdOf = eventIds(stream, shard)
  return (record) => {
    const identity = record.isByTimeToLive ? ',"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}' : ''
    const atSeconds = String(Math.floor(record.creationMs / 1000))
    return recordText({ region, stream, eventId: eventIdOf(record.number), atSeconds, ending: identity }, record)
  }
}

/** For the records of one shard, as Lambda gives them to functions (lambda-triggers.md §2): times as numbers with a point, names of identities in lower case. */
export function eventTexts(
  { region, streamArn }: { readonly region: string; readonly streamArn: string },
  stream: Stream,
  shard: Shard,
): (record: NumberedRecord) => string {
  const eventIdOf = eventIds(stream, shard)
  return (record) => {
    const identity = record.isByTimeToLive ? ',"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}' : ''
    const atSeconds = `${Math.floor(record.creationMs / 1000)}.0`
    const ending = `${identity},"eventSourceARN":${JSON.stringify(streamArn)}`
    return recordText({ region, stream, eventId: eventIdOf(record.number), atSeconds, ending }, record)
  }
}

interface RecordForm {
  readonly region: string
  readonly stream: Stream
  readonly eventId: string
  readonly atSeconds: string
  /** Further members. */
  readonly ending: string
}

function recordText({ region, stream, eventId, atSeconds, ending }: RecordForm, record: NumberedRecord): string {
  const { number, eventName, sizeBytes, images } = record
  return (
    `{"eventID":"${eventId}","eventName":"${eventName}","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
    `"awsRegion":${JSON.stringify(region)},"dynamodb":{"ApproximateCreationDateTime":${atSeconds},${images},` +
    `"SequenceNumber":"${sequenceNumber(number)}","SizeBytes":${sizeBytes},"StreamViewType":"${stream.viewType}"}${ending}}`
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
