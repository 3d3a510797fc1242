/**
 * Items as rows of CSV. The columns are the attributes of the first items; an item that has another cannot be written, and says so. Texts and
 * numbers stand as they are, everything else as the JSON of the plain form.
 */
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { plainLine } from '../../values/files/plain-json.ts'

export function columnsOf(items: readonly Item[]): readonly string[] {
  return [...new Set(items.flatMap((item) => Object.keys(item)))]
}

export function csvHeader(columns: readonly string[]): string {
  return `${columns.map(field).join(',')}\n`
}

export function csvRows(items: readonly Item[], columns: readonly string[]): string {
  const known = new Set(columns)
  const rows = items.map((item) => {
    const odd = Object.keys(item).find((name) => !known.has(name))
    if (odd !== undefined)
      throw new Error(`An item has an attribute ${JSON.stringify(odd)} that the first items have not: use .jsonl for it.`)
    return `${columns.map((name) => field(cellOf(attributeOf(item, name)))).join(',')}\n`
  })
  return rows.join('')
}

function cellOf(value: AttributeValue | undefined): string {
  if (value === undefined) return ''
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  if ('B' in value) return value.B
  return plainLine({ value }).slice('{"value":'.length, -1)
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
