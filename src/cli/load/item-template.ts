/**
 * Items to be sent, made ready: the JSON of each attribute as pieces of text, constant or made for each request, so that a request costs
 * a few joins of texts. A line of a sample is a template whose pieces are all constant.
 */
import { getOwn, setOwn } from '../../base/own.ts'
import type { AttributeJson, ItemJson } from './item-json.ts'
import { isConstant, type Piece, parsePlaceholders, renderPieces } from './placeholders.ts'
import type { KeyAttribute, KeySchema, TableKeys } from './table-keys.ts'
import { itemKeyOf } from './table-keys.ts'

export interface AttributeTemplate {
  readonly name: string
  /** Joined they are the DynamoDB JSON of its value. */
  readonly pieces: readonly Piece[]
}

export interface ItemTemplate {
  readonly attributes: readonly AttributeTemplate[]
  /** The attributes of the table's key; they are among `attributes`. */
  readonly itemKey: readonly AttributeTemplate[]
  /** The partition key of what is read and counted: the table's, or that of the index. They are among `attributes`. */
  readonly partitionKey: readonly AttributeTemplate[]
}

/** What load is sent to: a table, or one of its indexes. */
export interface Target {
  readonly keys: TableKeys
  readonly index?: TableKeys['indexes'][number]
}

function partitionKeyOf({ keys, index }: Target): readonly KeyAttribute[] {
  return (index ?? keys).partition
}

/** `source` names the item in messages. An item of a sample has no placeholders. Throws an error of one clear sentence. */
export function compileItem(
  item: ItemJson,
  source: string,
  target: Target,
  texts: 'placeholders' | 'as it is' = 'placeholders',
): ItemTemplate {
  const attributes = Object.entries(item).map(([name, value]) => ({
    name,
    pieces: texts === 'as it is' ? [JSON.stringify(value)] : joinConstants(compileAttribute(value, source)),
  }))
  const named = (wanted: readonly KeyAttribute[]): AttributeTemplate[] =>
    wanted.map(({ name }) => {
      const found = attributes.find((attribute) => attribute.name === name)
      if (found === undefined) throw new Error(`${source} has no attribute ${name}, which is the partition key of ${target.index?.name}.`)
      return found
    })
  return { attributes, itemKey: named(itemKeyOf(target.keys)), partitionKey: named(partitionKeyOf(target)) }
}

/**
 * The item for those who give none: every key of the table and of its indexes, so that a write costs what theirs would, and a number
 * that each write changes. With a global index as the target the drawn key is that of the index, and each of its items has a table
 * key of its own.
 */
export function defaultItem({ keys, index }: Target): ItemJson {
  const item: ItemJson = { n: { N: '${i}' } }
  const fill = (schema: KeySchema, texts: { readonly partition: string; readonly sort: string }): void => {
    for (const part of ['partition', 'sort'] as const) {
      for (const { name, type } of schema[part]) setOwn(item, name, keyValue(type, texts[part]))
    }
  }
  const drawn = { partition: '${key}', sort: '${sort 6}' }
  for (const other of keys.indexes) fill(other, drawn)
  fill(keys, index?.isGlobal ? { partition: '${item}', sort: '${sort 6}' } : drawn)
  if (index !== undefined) fill(index, drawn)
  return item
}

function keyValue(type: KeyAttribute['type'], placeholder: string): AttributeJson {
  const word = placeholder.slice(2).split(/[ }]/)[0]
  return type === 'N' ? { N: placeholder } : { [type]: `${word}-${placeholder}` }
}

/** The attribute that fills an item up to a size. */
const paddingName = 'padding'

/** An item that has about `sizeBytes` when its placeholders make what they make in `rendered`. Throws an error of one clear sentence. */
export function padItem(item: ItemJson, rendered: ItemJson, sizeBytes: number): ItemJson {
  const missing = sizeBytes - itemSize(rendered) - paddingName.length
  if (missing <= 0) return item
  if (getOwn(item, paddingName) !== undefined) {
    throw new Error(`--item-size fills items up with an attribute ${paddingName}, which this item has already.`)
  }
  return { ...item, [paddingName]: { S: 'x'.repeat(missing) } }
}

/** The JSON of an item's attributes, as it goes into a request. */
export function itemText(attributes: readonly { readonly name: string; readonly json: string }[]): string {
  return `{${attributes.map(({ name, json }) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}

/** By the rules of item sizes, a few bytes more or less for numbers. */
export function itemSize(item: ItemJson): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(attribute: AttributeJson): number {
  const [type = '', value] = Object.entries(attribute)[0] ?? []
  const leaves = Array.isArray(value) ? value : [value]
  switch (type[0]) {
    case 'S':
      return leaves.reduce((sum: number, text) => sum + Buffer.byteLength(String(text)), 0)
    case 'B':
      return type === 'BOOL' ? 1 : leaves.reduce((sum: number, text) => sum + Buffer.byteLength(String(text), 'base64'), 0)
    case 'L':
      return leaves.reduce((sum: number, each) => sum + 1 + valueSize(each as AttributeJson), 3)
    case 'M':
      return 3 + Object.keys(value as ItemJson).length + itemSize(value as ItemJson)
    default:
      return type === 'NULL' ? 1 : leaves.reduce((sum: number, text) => sum + Math.ceil(String(text).length / 2) + 1, 0)
  }
}

function compileAttribute(attribute: AttributeJson, source: string): readonly Piece[] {
  const [type = '', value] = Object.entries(attribute)[0] ?? []
  return ['{', `${JSON.stringify(type)}:`, ...compileValue(type, value, source), '}']
}

function compileValue(type: string, value: unknown, source: string): readonly Piece[] {
  if (typeof value === 'string') return ['"', ...compileText(type, value, source), '"']
  if (Array.isArray(value)) {
    // A set's members are texts of its own kind, a list's are attribute values.
    const members = value.map((each) => (type === 'L' ? compileAttribute(each, source) : compileValue(type.slice(0, 1), each, source)))
    return ['[', ...members.flatMap((pieces, at) => (at === 0 ? pieces : [',', ...pieces])), ']']
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, each]) => [`${JSON.stringify(name)}:`, ...compileAttribute(each, source)])
    return ['{', ...members.flatMap((pieces, at) => (at === 0 ? pieces : [',', ...pieces])), '}']
  }
  return [JSON.stringify(value)]
}

/** Inside the quotes. What stands for bytes is base64 already, unless it has placeholders: then it is text to be encoded. */
function compileText(type: string, text: string, source: string): readonly Piece[] {
  let pieces: readonly Piece[]
  try {
    pieces = parsePlaceholders(text)
  } catch (error) {
    throw new Error(`${source}: ${error instanceof Error ? error.message : String(error)}; see stator load --help.`)
  }
  if (type === 'B' && !isConstant(pieces)) return [(draw) => Buffer.from(renderPieces(pieces, draw)).toString('base64')]
  return pieces.map((piece) => (typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece))
}

function joinConstants(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else joined.push(piece)
  }
  return joined
}
