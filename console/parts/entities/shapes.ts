/**
 * The entities of a single-table design, found in its data: items whose keys begin alike (`CUST#…`, `ORDER#…`) are of one kind. Of a sample it is told which
 * kinds there are and which attributes they have.
 */
import { type AttributeValue, type Item, kindOf } from '../../values/attribute-value.ts'

export interface Entity {
  /** Such as `CUST#… / ORDER#…`: by it a name is kept. */
  readonly shape: string
  readonly count: number
  readonly attributes: readonly AttributeOfEntity[]
  readonly example: Item
  /** What the partition key and the sort key begin with; empty when they say nothing. */
  readonly prefixes: readonly string[]
}

export interface AttributeOfEntity {
  readonly name: string
  readonly kinds: readonly string[]
  /** Of how many of the items, from 0 to 1. */
  readonly share: number
}

/** The most frequent first. `key`: names of the attributes of the key. */
export function entitiesOf(items: readonly Item[], key: readonly string[]): readonly Entity[] {
  const kinds = Map.groupBy(items, (item) => key.map((name) => shapeOf(item[name])).join(' / '))
  return [...kinds]
    .map(([shape, all]) => ({
      shape,
      count: all.length,
      attributes: attributesOf(all),
      example: all[0] ?? {},
      prefixes: key.map((name) => prefixOf(all[0]?.[name])),
    }))
    .sort((one, other) => other.count - one.count)
}

/** Words before a separator stay, what differs from item to item is left out: `ORDER#2026-01#7` is `ORDER#…`. */
function shapeOf(value: AttributeValue | undefined): string {
  if (value === undefined) return '–'
  if (!('S' in value)) return `(${kindOf(value)})`
  const prefix = prefixOf(value)
  if (prefix !== '') return prefix === value.S ? prefix : `${prefix}…`
  return isWord(value.S) ? value.S : '…'
}

/** The words at its beginning, each with its separator: letters alone, as ids have digits. */
function prefixOf(value: AttributeValue | undefined): string {
  if (value === undefined || !('S' in value)) return ''
  return /^(?:[A-Za-z_]{1,24}[#:|/~])+/.exec(value.S)?.[0] ?? ''
}

/** One in capitals, such as PROFILE or METADATA. */
function isWord(text: string): boolean {
  return /^[A-Z][A-Z_]{1,24}$/.test(text)
}

function attributesOf(items: readonly Item[]): readonly AttributeOfEntity[] {
  const found = new Map<string, { readonly kinds: Set<string>; count: number }>()
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      const known = found.get(name) ?? { kinds: new Set(), count: 0 }
      known.kinds.add(kindOf(value))
      known.count += 1
      found.set(name, known)
    }
  }
  return [...found]
    .map(([name, { kinds, count }]) => ({ name, kinds: [...kinds].sort(), share: count / items.length }))
    .sort((one, other) => other.share - one.share)
}
