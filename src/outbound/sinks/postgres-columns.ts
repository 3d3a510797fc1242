/**
 * Which columns a table in PostgreSQL has for items: those that were named, or one for each attribute as it comes, of the type of its first
 * value. A column that meets values of another type becomes text. What has no column of its own is in the column `_other`, as JSON. Pure.
 */
import { setOwn } from '../../base/own.ts'
import { type AttributeValue, type Item, typeOf } from '../../values/attribute-value.ts'
import { plainLine } from '../../values/files/plain-json.ts'
import { columnNameBytesMax, columnsMax } from '../limits.ts'

export type ColumnType = 'text' | 'numeric' | 'boolean' | 'bytea' | 'jsonb' | 'timestamptz'

/** By their names. */
export type Columns = ReadonlyMap<string, ColumnType>

export const otherColumn = '_other'

/** The type of the column that a value asks for; undefined: it asks for none. */
function typeFor(value: AttributeValue): ColumnType | undefined {
  switch (typeOf(value)) {
    case 'S':
      return 'text'
    case 'N':
      return 'numeric'
    case 'BOOL':
      return 'boolean'
    case 'B':
      return 'bytea'
    case 'NULL':
      return undefined
    default:
      return 'jsonb'
  }
}

/** The columns that these items need: those there are, new ones, and some that are text now. */
export function columnsFor(items: Iterable<Item>, before: Columns): Columns {
  const columns = new Map(before)
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      const type = typeFor(value)
      const known = columns.get(name)
      if (type === undefined) continue
      if (known === undefined) {
        if (columns.size < columnsMax && isName(name)) columns.set(name, type)
      } else if (known !== type && known !== 'text' && !(known === 'timestamptz' && type === 'text')) columns.set(name, 'text')
    }
  }
  return columns
}

function isName(name: string): boolean {
  return name !== otherColumn && !name.startsWith('_stator') && !name.includes('\0') && Buffer.byteLength(name) <= columnNameBytesMax
}

/** An item as a JSON object with a member for each of its columns, as json_to_recordset takes it. */
export function rowText(item: Item, columns: Columns): string {
  const members: string[] = []
  const other: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(item)) {
    const type = columns.get(name)
    if (type === undefined) setOwn(other, name, value)
    else members.push(`${JSON.stringify(name)}:${cellText(value, type)}`)
  }
  if (columns.has(otherColumn)) {
    members.push(`${JSON.stringify(otherColumn)}:${Object.keys(other).length === 0 ? 'null' : plainLine(other)}`)
  }
  return `{${members.join(',')}}`
}

function cellText(value: AttributeValue, type: ColumnType): string {
  if ('NULL' in value) return 'null'
  const plain = plainLine({ x: value }).slice('{"x":'.length, -1)
  if ('B' in value) return type === 'bytea' ? `"\\\\x${Buffer.from(value.B, 'base64').toString('hex')}"` : JSON.stringify(value.B)
  if (type === 'jsonb' || 'S' in value || 'N' in value || 'BOOL' in value)
    return type === 'text' && !('S' in value) ? JSON.stringify(plain) : plain
  return type === 'text' ? JSON.stringify(plain) : plain
}

/** An identifier of SQL. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
