/**
 * How a table stands in the store: JSON text of the Table with a format version in front, so that a newer Stator can read
 * what an older one wrote and an older one refuses what it does not know.
 *
 * | format | text                                     |
 * | ------ | ---------------------------------------- |
 * | 1      | `{"format":1,"table":<Table, see table.ts>}` |
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { Table } from './table.ts'

const format = 1

/** Well-formed text without NUL, whatever names and tags hold: JSON escapes both. */
export function encodeTable(table: Table): string {
  return JSON.stringify({ format, table })
}

/** The inverse of `encodeTable`. An unknown format is a failed assertion: the store was written by a newer Stator. */
export function decodeTable(record: StoredValue): Table {
  const text = typeof record === 'string' ? record : Buffer.from(record).toString('utf8')
  const parsed = JSON.parse(text) as { readonly format: number; readonly table: Table }
  assert(parsed.format === format, 'unknown format of a table record', parsed.format)
  return parsed.table
}
