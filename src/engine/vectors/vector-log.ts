/**
 * The logs of what changes in a vector index: who keeps rows of it in memory reads there which entries to look at again. Old entries
 * of a log are deleted (jobs/trim-vector-logs.ts), and numbers may be missing for other reasons, so a record beside each log says
 * where it begins.
 *
 * | record (keyspace 0x15)               | means                                                                              |
 * | ------------------------------------ | ---------------------------------------------------------------------------------- |
 * | none                                 | nothing was deleted, nobody has looked at the log                                  |
 * | `<trimmed> <seen> <seen at>`, decimal | entries up to this number are deleted; this was the last one when it was looked at, in ms |
 */

import { assert } from '../../base/assert.ts'
import { noBytes } from '../../base/bytes.ts'
import type { KeyBytes, StoredValue, View } from '../../storage/store.ts'
import { type DataSpace, hashOf } from '../keyspace/keys.ts'
import { vectorLog, vectorLogs, vectorTrimKey } from '../keyspace/vector-keys.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table, VectorIndex } from '../schema/table.ts'
import { hashAttributes, vectorPart } from './vector-entries.ts'

export interface VectorLogState {
  /** The number of the last entry, also when that is deleted. */
  readonly lastNumber: number
  /** Undefined until somebody looked at the log. */
  readonly trim: VectorLogTrim | undefined
}

export interface VectorLogTrim {
  /** Entries up to this one are deleted. */
  readonly trimmedNumber: number
  /** The last entry when the log was looked at, and when that was. */
  readonly seenNumber: number
  readonly seenMs: number
}

/** What these logs are in a view, in their order. */
export async function readVectorLogs(view: View, logs: readonly KeyBytes[]): Promise<readonly VectorLogState[]> {
  const lasts = await view.lasts(logs)
  const trims = await view.get(logs.map(vectorTrimKey))
  return logs.map((_, at) => ({ lastNumber: lasts[at] ?? 0, trim: decodeVectorTrim(trims[at]) }))
}

/** The logs that an index has: without HASH attributes all of it is one part, and has one. */
export function logsOfIndex(table: Pick<Table, 'tableId'>, index: VectorIndex): readonly KeyBytes[] {
  const space = spaceOf(table, index)
  return hashAttributes(index).length > 0 ? vectorLogs(space) : [vectorLog(space, hashOf(vectorPart(space, noBytes)))]
}

export function encodeVectorTrim({ trimmedNumber, seenNumber, seenMs }: VectorLogTrim): string {
  return `${trimmedNumber} ${seenNumber} ${seenMs}`
}

/** The look at the logs of an index, as the schedule knows it. */
export function vectorLogsName({ tableId, indexId }: DataSpace): string {
  return `vector logs ${tableId} ${indexId}`
}

function decodeVectorTrim(stored: StoredValue | undefined): VectorLogTrim | undefined {
  if (stored === undefined) return undefined
  const [trimmedNumber = 0, seenNumber = 0, seenMs = 0] = textOf(stored).split(' ').map(Number)
  return { trimmedNumber, seenNumber, seenMs }
}

/** The head of a log is its last number, with a word behind it when the log is closed. */
function textOf(stored: StoredValue): string {
  assert(typeof stored === 'string', 'trims of logs are stored as text')
  return stored
}
