/**
 * How a table stands in the store: JSON text of the Table with a format version in front, so that a newer Stator can read
 * what an older one wrote and an older one refuses what it does not know.
 *
 * | format | text                                     |
 * | ------ | ---------------------------------------- |
 * | 4      | `{"format":4,"table":<Table>}`: one with outboxes, a branch that is still being filled, or a replica of a global table; who does not append to them, read from its source, or tell the others, must not use the table |
 * | 3      | `{"format":3,"table":<Table, see table.ts>}`: one with a history, restored, or being imported; who does not keep it must not write to the table |
 * | 2      | the same, of all other tables            |
 * | 1      | the same, with what format/carry-over-from-1.ts adds still missing |
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { isFillingBranch } from './restore.ts'
import type { Table } from './table.ts'

const plainFormat = 2
const historyFormat = 3
const newestFormat = 4

/** Well-formed text without NUL, whatever names and tags hold: JSON escapes both. */
export function encodeTable(table: Table): string {
  return JSON.stringify({ format: formatOf(table), table })
}

function formatOf(table: Table): number {
  const { replication, outboxes, history, restore, importId } = table
  if (replication !== undefined || outboxes !== undefined || isFillingBranch(table)) return newestFormat
  return history === undefined && restore === undefined && importId === undefined ? plainFormat : historyFormat
}

const knownFormats: readonly number[] = [plainFormat, historyFormat, newestFormat]

/** The inverse of `encodeTable`. Another format is a failed assertion: what is older was carried over, what is newer not opened. */
export function decodeTable(record: StoredValue): Table {
  const { format: found, table } = parsed(record)
  assert(knownFormats.includes(found), 'unknown format of a table record', found)
  return withPolicy(table)
}

/** Before policies could be changed, that of CreateTable was kept as text alone. */
interface TableWithText extends Table {
  readonly resourcePolicy?: string
}

function withPolicy({ resourcePolicy: text, ...table }: TableWithText): Table {
  return text === undefined ? table : { ...table, policy: { text, revisionId: String(table.creationMs) } }
}

/** A table of format 1; undefined for one that is carried over already. */
export function decodeTableOf1(record: StoredValue): Table | undefined {
  const { format: found, table } = parsed(record)
  return found === 1 ? table : undefined
}

function parsed(record: StoredValue): { readonly format: number; readonly table: Table } {
  return JSON.parse(String(record)) as { readonly format: number; readonly table: Table }
}
