/** Reading a shard: everything durable from a record number on, a page at a time. */
import { streamPageRecordsMax, streamPageSizeBytesMax } from '../../api/limits.ts'
import { type KeyRange, logEntryNumber, logRange, type Store } from '../../storage/store.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { recordLog, recordRange } from '../keyspace/stream-keys.ts'
import { trimBudget } from '../limits.ts'
import type { Shard, StreamId } from '../schema/stream.ts'
import { creationMsOf, decodeRecord, type StoredRecord } from './stored-record.ts'

export interface NumberedRecord extends StoredRecord {
  readonly number: number
}

export interface RecordPage {
  readonly records: readonly NumberedRecord[]
  /** True when nothing follows, and nothing ever will. */
  readonly isEnd: boolean
}

/**
 * At most `recordsMax` records with `fromNumber` or a greater number, and not more than 1 MB of them; a page is empty only if
 * nothing follows now. `shard` is what the catalog says: one that is closed has all its records on disk.
 */
export async function readRecords(
  { store }: { readonly store: Store },
  stream: StreamId,
  shard: Shard,
  { fromNumber, recordsMax = streamPageRecordsMax }: { readonly fromNumber: number; readonly recordsMax?: number | undefined },
): Promise<RecordPage> {
  const range = logRange(recordLog(stream, shard.number), fromNumber)
  const { entries, exhausted } = await store.view(async (view) => view.scan(range, { entries: recordsMax, bytes: streamPageSizeBytesMax }))
  const records: NumberedRecord[] = []
  let sizeBytes = 0
  for (const { key, value } of entries) {
    const record = decodeRecord(value)
    sizeBytes += record.sizeBytes
    if (records.length > 0 && sizeBytes > streamPageSizeBytesMax) return { records, isEnd: false }
    records.push({ ...record, number: logEntryNumber(key) })
  }
  return { records, isEnd: exhausted && shard.closed !== undefined }
}

/**
 * The number after that of the newest durable record; of a shard without records that with which the next may come. `seenMs`: records that
 * were created later are not there yet.
 */
export function numberAfterNewest(
  { store }: { readonly store: Store },
  stream: StreamId,
  shard: Shard,
  seenMs: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  return store.view(async (view) => {
    for (let rest: KeyRange = { ...recordRange(stream, shard.number), reverse: true }; ; ) {
      const { entries, exhausted } = await view.scan(rest, seenMs === Number.POSITIVE_INFINITY ? { entries: 1, bytes: 1 } : trimBudget)
      const newest = entries.find(({ value }) => creationMsOf(value) <= seenMs)
      if (newest !== undefined) return logEntryNumber(newest.key) + 1
      const last = entries.at(-1)
      if (exhausted || last === undefined) return (shard.trimmedNumber ?? shard.firstNumber - 1) + 1
      rest = rangeBeyond(rest, last.key)
    }
  })
}

/** The page without the first record that was created later, and what follows it. */
export function seenRecords({ records, isEnd }: RecordPage, seenMs: number): RecordPage {
  const first = records.findIndex(({ creationMs }) => creationMs > seenMs)
  return first < 0 ? { records, isEnd } : { records: records.slice(0, first), isEnd: false }
}

/** The number of the shard's last record, trimmed or not; the one before its first when it had none. */
export async function lastNumber({ store }: { readonly store: Store }, stream: StreamId, shard: Shard): Promise<number> {
  if (shard.closed !== undefined) return shard.closed.lastNumber
  const [last] = await store.view(async (view) => view.lasts([recordLog(stream, shard.number)]))
  return Math.max(last ?? 0, shard.firstNumber - 1)
}
