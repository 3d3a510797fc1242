/**
 * What a view is to be, as people write it (docs/views.md), read and checked: a member that nobody knows or that makes no sense is one
 * sentence. Pure.
 */
import { isObject } from '../../base/is-object.ts'
import { getOwn } from '../../base/own.ts'
import type { AttributeValue, ScalarType } from '../../values/attribute-value.ts'
import { valueOfPlain } from '../../values/files/plain-json.ts'
import type { DocumentPath } from '../../values/path.ts'
import { measuresMax, shownLengthMax, viewNameBytesMax, viewTextMax } from '../limits.ts'

/** What was written is no view. The message is one sentence. */
export class ViewFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'ViewFault'
  }
}

/** What an attribute of a row is made of. */
export type ViewValue =
  | { readonly kind: 'path'; readonly path: DocumentPath; readonly type?: ScalarType }
  /** Texts, and what stands in the item between them. */
  | { readonly kind: 'template'; readonly parts: readonly (string | DocumentPath)[] }
  /** The first characters of a text. */
  | { readonly kind: 'start'; readonly path: DocumentPath; readonly length: number }
  | { readonly kind: 'value'; readonly value: AttributeValue }

export type ViewMeasure =
  | { readonly kind: 'count'; readonly path?: DocumentPath }
  | { readonly kind: 'sum' | 'min' | 'max'; readonly path: DocumentPath }
  | { readonly kind: 'first' | 'last'; readonly path: DocumentPath; readonly by: DocumentPath }

export interface ViewDefinition {
  readonly name: string
  readonly from: string
  /** A condition of PartiQL. */
  readonly where?: string
  /** One or two attributes: partition key and sort key of the view's table. */
  readonly key: readonly (readonly [name: string, value: ViewValue])[]
  readonly shows:
    | { readonly kind: 'groups'; readonly compute: readonly (readonly [name: string, measure: ViewMeasure])[] }
    /** `item` undefined: all attributes as they are. */
    | { readonly kind: 'items'; readonly item: readonly (readonly [name: string, value: ViewValue])[] | undefined }
}

/** Throws ViewFault. */
export function readView(given: unknown): ViewDefinition {
  if (!isObject(given)) throw new ViewFault('A view is an object with the members name, from, and groupBy with compute or key with item.')
  const { name, from, where, groupBy, compute, key, item, ...others } = given
  if (typeof name !== 'string' || !tableName.test(name)) {
    throw new ViewFault(`A view has the name of a table, 3 to 255 letters, digits, dots, hyphens and underscores, not ${shown(name)}.`)
  }
  const say: Say = (sentence) => new ViewFault(`View ${name}: ${sentence}`)
  const [other] = Object.keys(others)
  if (other !== undefined) throw say(`there is no member ${other}; there are name, from, where, groupBy, compute, key and item.`)
  if (typeof from !== 'string' || !tableName.test(from)) throw say(`from is the name of a table, not ${shown(from)}.`)
  if (from === name) throw say('from is another table than that of the view.')
  if (where !== undefined && (typeof where !== 'string' || where.length > viewTextMax)) {
    throw say(`where is a condition of PartiQL of up to ${viewTextMax} characters.`)
  }
  if ((groupBy === undefined) === (key === undefined)) throw say('it has either groupBy, with compute, or key, with item.')
  if (groupBy === undefined && compute !== undefined) throw say('compute goes with groupBy.')
  if (key === undefined && item !== undefined) throw say('item goes with key.')
  const keys = readKeys(say, groupBy === undefined ? 'key' : 'groupBy', groupBy ?? key)
  const names = keys.map(([attribute]) => attribute)
  const shows = groupBy === undefined ? readItem(say, item, names) : readCompute(say, compute, names)
  return { name, from, ...(where !== undefined && { where }), key: keys, shows }
}

/** Makes an error of what is wrong. */
export type Say = (sentence: string) => Error

function readKeys(say: Say, member: string, given: unknown): ViewDefinition['key'] {
  if (!isObject(given)) throw say(`${member} is an object: names of attributes, and what each is made of.`)
  const entries = Object.entries(given)
  if (entries.length < 1 || entries.length > 2) {
    throw say(`${member} has one attribute or two, the partition key and the sort key of the view's table, not ${entries.length}.`)
  }
  return entries.map(([name, value]) => [
    checkAttribute(say, name),
    checkScalar(say, `${member}.${name}`, readValue(say, `${member}.${name}`, value)),
  ])
}

function checkScalar(say: Say, at: string, value: ViewValue): ViewValue {
  if (value.kind === 'value' && !('S' in value.value || 'N' in value.value || 'B' in value.value)) {
    throw say(`${at} stands in a key: its value is a string or a number.`)
  }
  return value
}

function readItem(say: Say, given: unknown, keys: readonly string[]): ViewDefinition['shows'] {
  const item = readShown(say, given)
  if (item !== undefined) checkNoKeys(say, 'item', item, keys)
  return { kind: 'items', item }
}

/** What is shown of an item, and what each attribute is made of; undefined: all of it. */
export function readShown(say: Say, given: unknown): readonly (readonly [name: string, value: ViewValue])[] | undefined {
  if (given === '*' || given === undefined) return undefined
  if (Array.isArray(given) && given.every((each) => typeof each === 'string')) {
    return readShown(say, Object.fromEntries(given.map((name) => [name, [name]])))
  }
  if (!isObject(given))
    throw say('item is "*", a list of names of attributes, or an object: names of attributes, and what each is made of.')
  return Object.entries(given).map(([name, value]) => [checkAttribute(say, name), readValue(say, `item.${name}`, value)] as const)
}

function readCompute(say: Say, given: unknown, keys: readonly string[]): ViewDefinition['shows'] {
  if (!isObject(given)) throw say('compute is an object: names of attributes, and what each is reckoned from.')
  const compute = Object.entries(given).map(([name, value]) => [checkAttribute(say, name), readMeasure(say, name, value)] as const)
  if (compute.length === 0 || compute.length > measuresMax) throw say(`compute has 1 to ${measuresMax} attributes, not ${compute.length}.`)
  checkNoKeys(say, 'compute', compute, keys)
  return { kind: 'groups', compute }
}

function checkNoKeys(say: Say, member: string, attributes: readonly (readonly [string, unknown])[], keys: readonly string[]): void {
  const twice = attributes.find(([name]) => keys.includes(name))
  if (twice !== undefined) throw say(`${member} has an attribute ${twice[0]}, which the key has.`)
}

function readMeasure(say: Say, name: string, given: unknown): ViewMeasure {
  if (given === 'count') return { kind: 'count' }
  const kinds = 'compute.NAME is "count", or an object with count, sum, min, max, first and by, or last and by'
  if (!isObject(given)) throw say(`${kinds.replace('NAME', name)}.`)
  const { by, ...rest } = given
  const [[kind, path] = [], ...more] = Object.entries(rest)
  if (kind === undefined || more.length > 0) throw say(`${kinds.replace('NAME', name)}.`)
  const at = `compute.${name}.${kind}`
  if (kind === 'first' || kind === 'last') {
    if (by === undefined) throw say(`compute.${name} has a member by: the attribute by which items are ordered.`)
    return { kind, path: readPath(say, at, path), by: readPath(say, `compute.${name}.by`, by) }
  }
  if (by !== undefined) throw say(`compute.${name}.by goes with first and last.`)
  if (kind !== 'count' && kind !== 'sum' && kind !== 'min' && kind !== 'max') throw say(`${kinds.replace('NAME', name)}.`)
  return { kind, path: readPath(say, at, path) }
}

function readValue(say: Say, at: string, given: unknown): ViewValue {
  if (typeof given === 'string' || Array.isArray(given)) return { kind: 'path', path: readPath(say, at, given) }
  if (!isObject(given)) throw say(`${at} ${forms}.`)
  const names = Object.keys(given).sort().join(' ')
  switch (names) {
    case 'path':
    case 'path type': {
      const type = getOwn(given, 'type')
      if (type !== undefined && type !== 'S' && type !== 'N' && type !== 'B') throw say(`${at}.type is S, N or B, not ${shown(type)}.`)
      return { kind: 'path', path: readPath(say, `${at}.path`, given.path), ...(type !== undefined && { type }) }
    }
    case 'template':
      return { kind: 'template', parts: readTemplate(say, `${at}.template`, given.template) }
    case 'length start': {
      const { length } = given
      if (!Number.isInteger(length) || Number(length) < 1 || Number(length) > viewTextMax) {
        throw say(`${at}.length is a whole number from 1 to ${viewTextMax}, not ${shown(length)}.`)
      }
      return { kind: 'start', path: readPath(say, `${at}.start`, given.start), length: Number(length) }
    }
    case 'value':
      return { kind: 'value', value: valueOfPlain(given.value) }
    default:
      throw say(`${at} ${forms}.`)
  }
}

const forms = 'is a path such as "customer.id", or an object: { path, type }, { template }, { start, length } or { value }'

function readTemplate(say: Say, at: string, given: unknown): readonly (string | DocumentPath)[] {
  if (typeof given !== 'string' || given === '' || given.length > viewTextMax) throw say(`${at} is a text such as "ORDER#{id}".`)
  const parts: (string | DocumentPath)[] = []
  for (const [, text, path] of given.matchAll(/([^{}]+)|\{([^{}]*)\}|[{}]/g)) {
    if (text === undefined && path === undefined) throw say(`${at} has a brace without its other: paths stand in braces.`)
    parts.push(text ?? readPath(say, at, path))
  }
  if (!parts.some((part) => typeof part !== 'string')) throw say(`${at} has no path in braces, such as {id}.`)
  return parts
}

const element = /^[^.[\]]+/

/** `a.b[0]`, or its elements one by one for names with dots and brackets. */
function readPath(say: Say, at: string, given: unknown): DocumentPath {
  if (Array.isArray(given) && given.length > 0 && typeof given[0] === 'string' && given.every(isElement)) return given
  if (typeof given !== 'string' || given.length > viewTextMax) throw say(`${at} is a path such as "customer.id" or "lines[0].price".`)
  const path: (string | number)[] = []
  for (let rest = `.${given}`; rest !== ''; ) {
    const index = /^\[(\d{1,9})\]/.exec(rest)
    const name = rest.startsWith('.') ? element.exec(rest.slice(1)) : null
    if (index !== null && path.length > 0) path.push(Number(index[1]))
    else if (name !== null) path.push(name[0])
    else throw say(`${at} is a path such as "customer.id" or "lines[0].price", not ${shown(given)}.`)
    rest = rest.slice(index !== null ? index[0].length : (name?.[0].length ?? 0) + 1)
  }
  return path
}

function isElement(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (Number.isInteger(value) && Number(value) >= 0)
}

function checkAttribute(say: Say, name: string): string {
  if (name === '' || Buffer.byteLength(name) > viewNameBytesMax) throw say(`names of attributes have 1 to ${viewNameBytesMax} bytes.`)
  return name
}

export const tableName: RegExp = /^[a-zA-Z0-9_.-]{3,255}$/

export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)?.slice(0, shownLengthMax)
}
