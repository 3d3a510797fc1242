/**
 * Items out of a file that somebody dropped: lines or a list of JSON, DynamoDB's (`{"Item": …}` or bare) or plain, or CSV with names in its first line. Of
 * plain values numbers stay numbers in JSON; in CSV everything is text but key attributes, which have the types of the table.
 */
import type { TableDescription } from '../../server/tables.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { itemOf } from '../item/item-text.ts'

export interface ReadItems {
  readonly items: readonly Item[]
  /** What is no item, each with its place. */
  readonly faults: readonly string[]
}

export function readItems(name: string, text: string, table: TableDescription): ReadItems {
  return name.toLowerCase().endsWith('.csv') ? itemsOfCsv(text, table) : itemsOfJson(text)
}

function itemsOfJson(text: string): ReadItems {
  const trimmed = text.trim()
  const whole = trimmed.startsWith('[') ? attempt(() => JSON.parse(trimmed) as unknown) : undefined
  const texts = Array.isArray(whole) ? whole.map((each) => JSON.stringify(each)) : trimmed.split('\n').filter((line) => line.trim() !== '')
  return collected(texts.map((line) => () => itemOfJson(line)))
}

/** Rows as every export of DynamoDB has them, or the item itself in either form. */
function itemOfJson(line: string): Item {
  const parsed = JSON.parse(line) as { readonly Item?: unknown }
  const bare =
    typeof parsed === 'object' && parsed !== null && typeof parsed.Item === 'object' && Object.keys(parsed).length === 1
      ? parsed.Item
      : parsed
  const text = JSON.stringify(bare)
  return attempt(() => itemOf(text, 'dynamodb')) ?? itemOf(text, 'plain')
}

/** RFC 4180: quotes around what holds commas, line breaks or quotes, which are doubled there. */
function itemsOfCsv(text: string, { AttributeDefinitions }: TableDescription): ReadItems {
  const [head = [], ...rows] = rowsOf(text)
  const typeOf = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]))
  const typedCell = (name: string, cell: string): AttributeValue => ({ [typeOf.get(name) ?? 'S']: cell }) as AttributeValue
  return collected(
    rows.map((row) => () => {
      if (row.length !== head.length) throw new Error(`it has ${row.length} cells, the first line ${head.length}`)
      return Object.fromEntries(head.flatMap((name, at) => (row[at] === '' ? [] : [[name, typedCell(name, row[at] ?? '')]])))
    }),
  )
}

function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  const cells = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g
  for (const [whole, cell = '', end] of text.trimEnd().matchAll(cells)) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === '' || whole === '') break
    if (end !== ',') rows.push([])
  }
  return rows
}

function collected(makers: readonly (() => Item)[]): ReadItems {
  const items: Item[] = []
  const faults: string[] = []
  for (const [at, make] of makers.entries()) {
    try {
      items.push(make())
    } catch (error) {
      faults.push(`Item ${at + 1}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { items, faults }
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
