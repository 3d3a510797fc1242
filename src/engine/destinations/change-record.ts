/**
 * What a data stream is told of a change (global-tables-and-kinesis.md §7): one line of JSON, whose members are those of AWS in their order. Whoever
 * gets a record twice finds the same `eventID` in it.
 */
import { md5, sha256Hex } from '../../base/digest.ts'
import type { DataRecord } from '../../outbound/data-stream.ts'
import { parseItem } from '../../values/item-text.ts'
import { itemSizeBytes } from '../../values/size.ts'
import type { NumberedEntry } from '../outboxes/read-outbox.ts'
import type { TimePrecision } from '../schema/kinesis-destination.ts'
import type { Table } from '../schema/table.ts'

export interface RecordSource {
  readonly table: Pick<Table, 'name' | 'uuid'>
  readonly region: string
  readonly outboxId: number
  readonly precision?: TimePrecision | undefined
}

/** The record, and a partition key that all changes of an item have in common: 32 hexadecimal digits, of what is a guess. */
export function changeRecord(source: RecordSource, entry: NumberedEntry): DataRecord {
  const { keyText, oldItem, newItem, isByTimeToLive } = entry
  const eventName = oldItem === undefined ? 'INSERT' : newItem === undefined ? 'REMOVE' : 'MODIFY'
  const images = `"Keys":${keyText}${newItem === undefined ? '' : `,"NewImage":${newItem.text}`}${oldItem === undefined ? '' : `,"OldImage":${oldItem.text}`}`
  const sizeBytes = itemSizeBytes(parseItem(keyText)) + (newItem?.sizeBytes ?? 0) + (oldItem?.sizeBytes ?? 0)
  const dynamodb = `"ApproximateCreationDateTime":${timeText(entry, source)},${images},"SizeBytes":${sizeBytes}${precisionText(source)}`
  const userIdentity = isByTimeToLive ? '{"type":"Service","principalId":"dynamodb.amazonaws.com"}' : 'null'
  const event = `"awsRegion":${JSON.stringify(source.region)},"eventID":"${eventId(source, entry)}","eventName":"${eventName}","userIdentity":${userIdentity}`
  const table = `"recordFormat":"application/json","tableName":${JSON.stringify(source.table.name)}`
  return {
    partitionKey: partitionKeyOf(source, keyText),
    data: `{${event},${table},"dynamodb":{${dynamodb}},"eventSource":"aws:dynamodb"}`,
  }
}

/** What AWS charges for telling of a change: a unit for each started KB of the larger image. */
export function captureUnits({ oldItem, newItem }: Pick<NumberedEntry, 'oldItem' | 'newItem'>): number {
  return Math.max(1, Math.ceil(Math.max(oldItem?.sizeBytes ?? 0, newItem?.sizeBytes ?? 0) / 1024))
}

function partitionKeyOf({ table }: RecordSource, keyText: string): string {
  return Buffer.from(md5(`${table.uuid} ${keyText}`))
    .toString('hex')
    .toUpperCase()
}

function timeText({ changedUs }: NumberedEntry, { precision }: RecordSource): number {
  return precision === 'MICROSECOND' ? changedUs : Math.floor(changedUs / 1000)
}

function precisionText({ precision }: RecordSource): string {
  return precision === 'MICROSECOND' ? ',"ApproximateCreationDateTimePrecision":"MICROSECOND"' : ''
}

/** In the form of a UUID. */
function eventId({ table, outboxId }: RecordSource, { number }: NumberedEntry): string {
  const hex = sha256Hex(`${table.uuid} ${outboxId} ${number}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
