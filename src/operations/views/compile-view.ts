/** From what a view is to be to the functions that say of an item what it is in it. Pure; nothing throws once it is compiled. */
import { ServiceError } from '../../api/errors.ts'
import { itemSizeBytesMax } from '../../api/limits.ts'
import { setOwn } from '../../base/own.ts'
import type { KeyAttribute, KeySchema } from '../../engine/schema/table.ts'
import type { CompiledView, Contribution, Measure, Part } from '../../engine/views/contribution.ts'
import { bindStatement } from '../../expressions/partiql/bind-statement.ts'
import { parseStatement } from '../../expressions/partiql/parse-statement.ts'
import { filterOf } from '../../expressions/partiql/where-terms.ts'
import type { AttributeValue, Item, ScalarType } from '../../values/attribute-value.ts'
import { itemText } from '../../values/item-text.ts'
import { isKeyValue } from '../../values/key-check.ts'
import { resolvePath } from '../../values/path.ts'
import { binarySizeBytes, itemSizeBytes, utf8SizeBytes } from '../../values/size.ts'
import { orderedBytesMax, shownBytesMax } from '../limits.ts'
import { type Say, type ViewDefinition, ViewFault, type ViewMeasure, type ViewValue } from './view-definition.ts'

/** The key of the table with the rows, where the source defines these attributes. */
export function keyOfView({ key }: ViewDefinition, defined: readonly KeyAttribute[]): readonly KeyAttribute[] {
  return key.map(([name, value]) => ({ name, type: typeOfKey(value, defined) }))
}

/** The keys of the table that it is of, and of the one with its rows. */
export interface ViewKeys {
  readonly source: KeySchema
  readonly target: KeySchema
}

/** Throws ViewFault for a `where` that is no condition. */
export function compileView(definition: ViewDefinition, { source, target }: ViewKeys): CompiledView {
  const isMeant = compileWhere((sentence) => new ViewFault(`View ${definition.name}: ${sentence}`), definition.where)
  const keyOf = keyReader(definition, [...target.hash, ...target.range])
  const { shows } = definition
  if (shows.kind === 'groups') {
    const measures = shows.compute.map(([name, measure]) => measureOf(name, measure))
    const contributionOf = (item: Item): Contribution | undefined => {
      const key = isMeant(item) ? keyOf(item) : undefined
      return key && { key, parts: shows.compute.map(([name, measure]) => partOf(name, measure, item)) }
    }
    return { measures, contributionOf }
  }
  const rowOf = rowReader(shows.item)
  const isOneToOne = tellsApart(definition, source)
  const contributionOf = (item: Item): Contribution | undefined => {
    const key = isMeant(item) ? keyOf(item) : undefined
    const row = key && rowOf(item, key)
    if (key === undefined || row === undefined || itemSizeBytes(row) > itemSizeBytesMax) return undefined
    return isOneToOne ? { key, parts: [], row } : { key, parts: [{ kind: 'ordered', text: itemText(row) }] }
  }
  return { measures: isOneToOne ? [] : [{ kind: 'last' }], contributionOf }
}

/** A condition of PartiQL; without one it holds. Throws what `say` makes of what is wrong with it. */
export function compileWhere(say: Say, where: string | undefined): (item: Item) => boolean {
  if (where === undefined) return () => true
  try {
    const parsed = parseStatement(`SELECT * FROM "view" WHERE ${where}`)
    const bound = bindStatement(parsed, [], () => {})
    if (bound.kind === 'select' && bound.where !== undefined && bound.orderBy.length === 0 && parsed.parameterCount === 0) {
      const { matches } = filterOf(bound.where)
      return matches
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw say(`where is no condition of PartiQL: ${reasonOf(error)}.`)
  }
  throw say('where is a condition of PartiQL and nothing else.')
}

/** Without what it says of the statement around it. */
function reasonOf({ message }: ServiceError): string {
  return message.replace(/^Statement wasn't well formed, can't be processed: /, '').replace(/\.$/, '')
}

/** What is taken over from the source as it is has its type there, if the source says which. */
function typeOfKey(value: ViewValue, defined: readonly KeyAttribute[]): ScalarType {
  if (value.kind === 'path') {
    const { path, type } = value
    return type ?? (path.length === 1 ? defined.find(({ name }) => name === path[0])?.type : undefined) ?? 'S'
  }
  if (value.kind !== 'value') return 'S'
  return 'N' in value.value ? 'N' : 'B' in value.value ? 'B' : 'S'
}

/** Undefined for an item that lacks a part of it, or has one that cannot be in a key. */
function keyReader({ key }: ViewDefinition, schema: readonly KeyAttribute[]): (item: Item) => Item | undefined {
  return (item) => {
    const attributes: Record<string, AttributeValue> = {}
    for (const [at, [name, value]] of key.entries()) {
      const found = valueIn(value, item)
      if (found === undefined || !((schema[at]?.type ?? 'S') in found) || !isKeyValue([found], at === 0 ? 'HASH' : 'RANGE'))
        return undefined
      setOwn(attributes, name, found)
    }
    return attributes
  }
}

/** Makes of an item what is shown of it, with a key. */
export function rowReader(shown: readonly (readonly [string, ViewValue])[] | undefined): (item: Item, key: Item) => Item {
  return (item, key) => {
    if (shown === undefined) return { ...item, ...key }
    const row: Record<string, AttributeValue> = { ...key }
    for (const [name, value] of shown) {
      const found = valueIn(value, item)
      if (found !== undefined) setOwn(row, name, found)
    }
    return row
  }
}

/** Whether no two items of the source have the same row: its whole key stands in that of the view. */
function tellsApart({ key }: ViewDefinition, source: KeySchema): boolean {
  const whole = new Set(key.flatMap(([, value]) => (value.kind === 'path' && value.path.length === 1 ? value.path : [])))
  return [...source.hash, ...source.range].every(({ name }) => whole.has(name))
}

function valueIn(value: ViewValue, item: Item): AttributeValue | undefined {
  switch (value.kind) {
    case 'path':
      return resolvePath(item, value.path)
    case 'value':
      return value.value
    case 'start': {
      const text = textOf(resolvePath(item, value.path))
      return text === undefined ? undefined : { S: startOf(text, value.length) }
    }
    case 'template': {
      const texts = value.parts.map((part) => (typeof part === 'string' ? part : textOf(resolvePath(item, part))))
      return texts.includes(undefined) ? undefined : { S: texts.join('') }
    }
  }
}

/** So many characters, none of them half of one. */
function startOf(text: string, length: number): string {
  return text.length <= length ? text : [...text.slice(0, 2 * length)].slice(0, length).join('')
}

/** Undefined for what has no plain text. */
function textOf(value: AttributeValue | undefined): string | undefined {
  if (value === undefined) return undefined
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  return 'BOOL' in value ? String(value.BOOL) : undefined
}

function measureOf(name: string, { kind }: ViewMeasure): Measure {
  if (kind === 'count' || kind === 'sum') return { kind, name }
  return { kind: kind === 'min' || kind === 'first' ? 'first' : 'last' }
}

function partOf(name: string, measure: ViewMeasure, item: Item): Part {
  if (measure.kind === 'count') {
    const isThere = measure.path === undefined || resolvePath(item, measure.path) !== undefined
    return isThere ? { kind: 'count' } : undefined
  }
  const value = resolvePath(item, measure.path)
  if (value === undefined) return undefined
  if (measure.kind === 'sum') return 'N' in value ? { kind: 'sum', number: value.N } : undefined
  const by = 'by' in measure ? resolvePath(item, measure.by) : value
  const text = itemText(pieceOf(name, value))
  if (by === undefined || !isOrdered(by) || utf8SizeBytes(text) > shownBytesMax) return undefined
  return { kind: 'ordered', by, text }
}

function pieceOf(name: string, value: AttributeValue): Item {
  const piece: Record<string, AttributeValue> = {}
  setOwn(piece, name, value)
  return piece
}

/** Numbers, and strings and binaries that are not too long. */
function isOrdered(value: AttributeValue): boolean {
  if ('S' in value) return utf8SizeBytes(value.S) <= orderedBytesMax
  return 'N' in value || ('B' in value && binarySizeBytes(value.B) <= orderedBytesMax)
}
