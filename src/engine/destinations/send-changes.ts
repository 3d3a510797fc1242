/**
 * Sends the next changes of a table to a data stream. Of the changes of one item none is sent before the stream has taken the one before it, whatever
 * it refuses: so each of them arrives at least once, and for the first time in order.
 */
import type { DataRecord, DataStream } from '../../outbound/data-stream.ts'
import { putBytesMax, putRecordsMax, streamRecordBytesMax } from '../../outbound/limits.ts'
import type { NumberedEntry } from '../outboxes/read-outbox.ts'
import { captureUnits, changeRecord, type RecordSource } from './change-record.ts'

export interface Sent {
  /** Of these the destination knows, or will never know more: they go. */
  readonly done: readonly NumberedEntry[]
  /** AWS's change data capture units of those that were taken. */
  readonly units: number
  /** Records that the stream was too busy for, each time. */
  readonly throttled: number
  /** Records that are too large for any stream. */
  readonly unfit: number
  /** Something is still to be sent: what was wrong last, in a sentence. */
  readonly trouble: string | undefined
}

interface Waiting {
  readonly entry: NumberedEntry
  readonly record: DataRecord
  readonly bytes: number
}

/** Does not reject for what the stream does. `entries`: in their order, from the oldest that is left on. */
export async function sendChanges(stream: DataStream, source: RecordSource, entries: readonly NumberedEntry[]): Promise<Sent> {
  const counts = { units: 0, throttled: 0, unfit: 0 }
  const done: NumberedEntry[] = []
  let waiting: readonly Waiting[] = entries.flatMap((entry) => {
    const fitting = entry.isWithoutEffect ? undefined : waitingOf(source, entry)
    if (fitting !== undefined) return [fitting]
    if (!entry.isWithoutEffect) counts.unfit += 1
    done.push(entry)
    return []
  })
  const held = new Set<string>()
  let trouble: string | undefined
  for (;;) {
    const batch = nextBatch(waiting, held, stream)
    if (batch.length === 0) return { done, ...counts, trouble }
    const outcome = await put(stream, batch)
    if (typeof outcome === 'string') return { done, ...counts, trouble: outcome }
    const taken = new Set<Waiting>()
    for (const [at, each] of batch.entries()) {
      const failure = outcome.get(at)
      if (failure === undefined) {
        taken.add(each)
        done.push(each.entry)
        counts.units += captureUnits(each.entry)
        continue
      }
      held.add(each.record.partitionKey)
      if (failure === 'throttled') counts.throttled += 1
      trouble = failure === 'throttled' ? 'the stream is busy' : 'the stream did not take all records'
    }
    waiting = waiting.filter((each) => !taken.has(each))
  }
}

/** Undefined when it is too large. */
function waitingOf(source: RecordSource, entry: NumberedEntry): Waiting | undefined {
  const record = changeRecord(source, entry)
  const bytes = Buffer.byteLength(record.data) + record.partitionKey.length
  return bytes > streamRecordBytesMax ? undefined : { entry, record, bytes }
}

/** The next records in their order, as many as one put takes: of an item one alone, unless the put takes all or nothing. */
function nextBatch(waiting: readonly Waiting[], held: ReadonlySet<string>, { isAllOrNothing }: DataStream): readonly Waiting[] {
  const batch: Waiting[] = []
  const keys = new Set<string>()
  let bytes = 0
  for (const each of waiting) {
    const { partitionKey } = each.record
    if (held.has(partitionKey) || (!isAllOrNothing && keys.has(partitionKey))) continue
    if (batch.length >= putRecordsMax || bytes + each.bytes > putBytesMax) break
    keys.add(partitionKey)
    batch.push(each)
    bytes += each.bytes
  }
  return batch
}

/** Which were not taken, or why nobody knows. A sink that is somebody else's function may throw anything. */
async function put(stream: DataStream, batch: readonly Waiting[]): Promise<ReadonlyMap<number, 'throttled' | 'failed'> | string> {
  try {
    return (await stream.put(batch.map(({ record }) => record))).failed
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
