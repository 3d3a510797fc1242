/** The items of puts, taken as they stand in the body of the request wherever that can be. */
import { isAscii } from 'node:buffer'
import type { OperationName } from '../../api/operations.ts'
import type { Wording } from '../../api/wording.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesLookedAt } from '../../engine/schema/looked-at.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { AttributeMap } from '../../values/attribute-value.ts'
import { checkAttributes, type RawAttributes } from '../../values/check.ts'
import { isUsualText, ScannedItem, scanItem } from '../../values/scanned-item.ts'

/** What stands for the attributes of an item to be put. */
export type SentItem = RawAttributes | ScannedItem

type Json = { readonly [name: string]: unknown } | null | undefined

/** Where a body of an operation, of which nothing is known yet, has items. */
const holders: { readonly [Name in OperationName]?: (body: Json) => readonly Json[] } = {
  PutItem: (body) => [body],
  BatchWriteItem: (body) =>
    Object.values(body?.RequestItems ?? {})
      .flat()
      .map((request: Json) => request?.PutRequest as Json),
}

const member = '"Item"'
const opening = `${member}:{`

/**
 * The JSON value of a body in which items stand as ScannedItem. Undefined for a body that is to be parsed as a whole: of another
 * operation, without an item, with one that is not canonical as it stands, with anything unusual, or that is no JSON.
 */
export function parseAround(operation: OperationName | undefined, body: Uint8Array): unknown {
  const holdersIn = operation && holders[operation]
  if (holdersIn === undefined) return undefined
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const text = bytes.toString()
  const cut = isUsualText(text) ? cutItems(text, isAscii(bytes) ? bytes : undefined) : undefined
  if (cut === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(cut.rest)
    return putBack(holdersIn(parsed as Json), cut.items) ? parsed : undefined
  } catch {
    // Whoever parses it as a whole says what is wrong.
    return undefined
  }
}

interface Cut {
  readonly items: readonly ScannedItem[]
  /** With the place of each in `items` instead of it. */
  readonly rest: string
}

function cutItems(text: string, ascii: Buffer | undefined): Cut | undefined {
  const items: ScannedItem[] = []
  let rest = ''
  let from = 0
  for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, from)) {
    const start = at + opening.length - 1
    const item = scanItem(text, start, ascii)
    if (item === undefined) return undefined
    rest += `${text.slice(from, start)}${items.length}`
    items.push(item)
    from = start + item.text.length
  }
  rest += text.slice(from)
  // An item that is written in another way, or one of two in the same place, is none of these.
  return items.length > 0 && rest.split(member).length === items.length + 1 ? { items, rest } : undefined
}

/** False when some are nowhere where an item is looked for. */
function putBack(holdersFound: readonly Json[], items: readonly ScannedItem[]): boolean {
  let left = items.length
  for (const holder of holdersFound) {
    const item = typeof holder?.Item === 'number' ? items[holder.Item] : undefined
    if (item === undefined) continue
    ;(holder as { Item: unknown }).Item = item
    left -= 1
  }
  return left === 0
}

/** The item that is to be put. Throws as `checkAttributes` does. */
export function sentItem(sent: SentItem, wording: Wording): StoredItem {
  return sent instanceof ScannedItem ? StoredItem.ofScanned(sent) : StoredItem.of(checkAttributes(sent, wording))
}

/** The attributes as they would have been parsed. */
export function sentAttributes<Raw extends RawAttributes>(sent: Raw | ScannedItem): Raw {
  return sent instanceof ScannedItem ? (sent.attributes as AttributeMap as Raw) : sent
}

/** The attributes among which the key of what a request names stands: of an item that is put, or its `Key`. */
export function namedAttributes(
  { Key, Item }: { readonly Key?: unknown; readonly Item?: unknown },
  table: Table | undefined,
): RawAttributes | undefined {
  if (Item instanceof ScannedItem) return table && Item.having(attributesLookedAt(table))
  return (Key ?? Item) as RawAttributes | undefined
}

/** An input for those who look at every member of it. */
export function withParsedItems(operation: OperationName, input: unknown): unknown {
  for (const holder of holders[operation]?.(input as Json) ?? []) {
    if (holder?.Item instanceof ScannedItem) (holder as { Item: unknown }).Item = holder.Item.attributes
  }
  return input
}
