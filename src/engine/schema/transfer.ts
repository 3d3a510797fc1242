/**
 * An export, import or bulk operation, as a value and as its record (keyspace 0x23): JSON with a format version in front. It says what was
 * asked for, how far it has come, and in the end what came of it.
 */
import type { InputOf } from '../../api/operations.ts'
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { TransferKind, TransferName } from '../keyspace/transfer-keys.ts'
import type { Moment } from './history.ts'
import type { KeySchema } from './table.ts'

export interface TransferBase<Kind extends TransferKind, Request> {
  readonly kind: Kind
  /** `<ms, 14 digits>-<8 hexadecimal digits>`: in the order of creation. */
  readonly id: string
  readonly tableName: string
  readonly tableId: number
  /** TableId on the wire. */
  readonly tableUuid: string
  readonly startMs: number
  readonly endMs?: number
  /** As it was asked for. */
  readonly request: Request
  readonly failure?: TransferFailure
}

/** FailureCode and FailureMessage. */
export interface TransferFailure {
  readonly code: string
  readonly message: string
}

export interface TableExport extends TransferBase<'export', InputOf<'ExportTableToPointInTime'>> {
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  /** ExportTime; of an incremental export the end, exclusive. Milliseconds since the epoch. */
  readonly toMs: number
  /** The beginning of an incremental export. */
  readonly fromMs?: number
  readonly key: KeySchema
  /** The table is exported as of this moment. */
  readonly cut: Moment
  /** Of an incremental export: with what was changed after this moment. */
  readonly since?: Moment
  /** Under which number it stands among what copies tables. */
  readonly copyId: number
  /** Where the partitions begin, by hash; ascending from 0. */
  readonly partitions: readonly number[]
  readonly progress: ExportProgress
}

export interface ExportProgress {
  /** Data files that are there. */
  readonly files: number
  /** Which partition is being exported, and the key of its last item that is in a file, hexadecimal. */
  readonly partition: number
  readonly after?: string
  readonly itemCount: number
  /** Of all items that were looked at. */
  readonly sizeBytes: number
}

export interface TableImport extends TransferBase<'import', InputOf<'ImportTable'>> {
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly progress: LoadProgress
}

/** How far objects have been read. */
export interface LoadProgress {
  /** How many there are, and how large as they lie in their bucket, once that is known. */
  readonly objects?: number
  readonly objectBytes?: number
  /** The last object that is done, and how many are. */
  readonly doneKey?: string
  readonly objectsDone: number
  /** How many records of the next one are done. */
  readonly records: number
  /** Uncompressed: of the objects that are done, and of the next one. */
  readonly doneBytes: number
  readonly bytes: number
  /** Of records: all that were looked at, those that were put, those that could not be. */
  readonly itemCount: number
  readonly goodCount: number
  readonly faultCount: number
}

export const nothingLoaded: LoadProgress = {
  objectsDone: 0,
  records: 0,
  doneBytes: 0,
  bytes: 0,
  itemCount: 0,
  goodCount: 0,
  faultCount: 0,
}

export interface BulkPut extends TransferBase<'bulk', InputOf<'StartBulkPutItems'>> {
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'CANCELLING' | 'CANCELLED' | 'FAILED'
  readonly progress: BulkProgress
}

export interface BulkProgress extends LoadProgress {
  /** Records whose condition did not hold: neither put nor faults. */
  readonly unmetCount: number
  readonly usage: BulkUsage
}

/** Bytes that were put, by the names of indexes. */
export interface BulkUsage {
  readonly table: number
  readonly indexes: { readonly [name: string]: number }
  readonly vectors: { readonly [name: string]: number }
}

export type Transfer = TableExport | TableImport | BulkPut

const format = 1

export function encodeTransfer(transfer: Transfer): string {
  return JSON.stringify({ format, transfer })
}

export function decodeTransfer(record: StoredValue): Transfer {
  const { format: found, transfer } = JSON.parse(String(record)) as { readonly format: number; readonly transfer: Transfer }
  assert(found === format, 'unknown format of a record of an export or import', found)
  return transfer
}

interface Named {
  readonly kind: TransferKind
  readonly tableName: string
  readonly id: string
}

/** Bulk operations are listed by their time, whatever their tables are. */
export function transferPath({ kind, tableName, id }: Named): string {
  return kind === 'bulk' ? id : `${tableName}/${id}`
}

export function nameOfTransfer(region: string, named: Named): TransferName {
  return { region, kind: named.kind, path: transferPath(named) }
}
