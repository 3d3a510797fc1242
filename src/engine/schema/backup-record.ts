/**
 * A backup of a table, as a value and as its record (keyspace 0x21): JSON of a Backup with a format version in front. Its items lie under an id
 * of the kind that tables have, like those of a table.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { Moment } from './history.ts'
import type { Table } from './table.ts'

export interface Backup {
  /** `<ms, 14 digits>-<8 hexadecimal digits>`: in the order of creation. */
  readonly id: string
  readonly name: string
  readonly type: 'USER' | 'SYSTEM'
  readonly status: 'CREATING' | 'AVAILABLE'
  readonly creationMs: number
  readonly expiryMs?: number
  /** The table as it was described then. */
  readonly table: Table
  /** Of the items; while it is being made those that the table had. */
  readonly sizeBytes: number
  readonly itemCount: number
  /** Under which table id the items lie. */
  readonly itemsId: number
  /** What is copied, while it is being made. */
  readonly cut?: Moment
}

/** What stands for a backup that is being made (keyspace 0x22), as JSON. */
export interface Copy {
  /** As tables know it. */
  readonly region: string
  /** Of the backup. */
  readonly id: string
  /** The table id of its source. */
  readonly sourceId: number
}

export function encodeCopy(copy: Copy): string {
  return JSON.stringify(copy)
}

export function decodeCopy(record: StoredValue): Copy {
  return JSON.parse(String(record)) as Copy
}

const format = 1

export function encodeBackup(backup: Backup): string {
  return JSON.stringify({ format, backup })
}

export function decodeBackup(record: StoredValue): Backup {
  const { format: found, backup } = JSON.parse(String(record)) as { readonly format: number; readonly backup: Backup }
  assert(found === format, 'unknown format of a backup record', found)
  return backup
}
