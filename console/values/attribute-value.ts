/** Attribute values as DynamoDB's JSON has them, how they are shown in a line, and how they are read and written as plain JSON. */
import { cellTextMax } from '../limits.ts'

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item }
  | { readonly L: readonly AttributeValue[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }

export type Item = { readonly [attribute: string]: AttributeValue }

export type Kind = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS'

export const kindNames: { readonly [kind in Kind]: string } = {
  S: 'string',
  N: 'number',
  B: 'binary',
  BOOL: 'boolean',
  NULL: 'null',
  M: 'map',
  L: 'list',
  SS: 'set of strings',
  NS: 'set of numbers',
  BS: 'set of binaries',
}

export function kindOf(value: AttributeValue): Kind {
  return Object.keys(value)[0] as Kind
}

/** In one line, cut after `cellTextMax` letters. Line breaks and what cannot be seen are shown as signs. */
export function lineOf(value: AttributeValue): string {
  const text = textOf(value)
  const cut = text.length > cellTextMax ? `${text.slice(0, cellTextMax)}…` : text
  return visible(cut)
}

/** Control characters as their pictures; marks that turn the direction of a text as what they are. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (sign) => {
    const code = sign.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase()}⟩`
  })
}

function textOf(value: AttributeValue): string {
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  if ('BOOL' in value) return String(value.BOOL)
  if ('NULL' in value) return 'null'
  if ('B' in value) return `${value.B.slice(0, cellTextMax)}`
  return shortJson(plainOf(value))
}

/** No longer than somebody would look at. */
function shortJson(value: unknown): string {
  const parts: string[] = []
  let length = 0
  const add = (text: string): boolean => {
    parts.push(text)
    length += text.length
    return length <= cellTextMax
  }
  const walk = (each: unknown): boolean => {
    if (typeof each !== 'object' || each === null)
      return add(typeof each === 'string' ? JSON.stringify(each.slice(0, cellTextMax)) : String(each))
    const entries = Object.entries(each)
    const isList = Array.isArray(each)
    add(isList ? '[' : '{')
    for (const [at, [name, inner]] of entries.entries()) {
      if (at > 0) add(', ')
      if (!isList && !add(`${name}: `)) return false
      if (!walk(inner)) return false
    }
    return add(isList ? ']' : '}')
  }
  walk(value)
  return parts.join('')
}

/** As JSON would have it: numbers that JavaScript cannot hold, sets and binaries as texts and lists of texts. */
function plainOf(value: AttributeValue): unknown {
  if ('M' in value) return Object.fromEntries(Object.entries(value.M).map(([name, inner]) => [name, plainOf(inner)]))
  if ('L' in value) return value.L.map(plainOf)
  if ('N' in value) return isExact(value.N) ? Number(value.N) : value.N
  if ('NS' in value) return value.NS.map((each) => (isExact(each) ? Number(each) : each))
  if ('NULL' in value) return null
  return Object.values(value)[0]
}

/** Whether a number of JavaScript's is the same number. */
function isExact(number: string): boolean {
  return String(Number(number)) === number
}

/** Whether two are the same, whatever the order in sets and maps. */
export function isSame(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonical(one) === canonical(other)
}

function canonical(value: AttributeValue): string {
  if ('M' in value) {
    const names = Object.keys(value.M).sort()
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value.M[name] as AttributeValue)}`).join()}}`
  }
  if ('L' in value) return `[${value.L.map(canonical).join()}]`
  const [kind, inner] = Object.entries(value)[0] as [string, unknown]
  return `${kind}${JSON.stringify(Array.isArray(inner) ? [...inner].sort() : inner)}`
}

/** The attributes of these names alone, such as a key. */
export function partOf(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
}

/** Attribute values by name, as the types of the server have them: those are of another building. */
type Key = { readonly [attribute: string]: unknown }

/** All of a key in one line, such as `CUST#1 / ORDER#7`. */
export function wholeKeyText(key: Key): string {
  return keyText(key as Item, Object.keys(key))
}

/** The values of a key as an address has them, in their order. */
export function keyParts(key: Key): readonly string[] {
  return Object.values(key as Item).map((value) => String(Object.values(value)[0]))
}

/** What a key has as text, such as `CUST#1 / ORDER#7`. */
export function keyText(item: Item, attributes: readonly string[]): string {
  return attributes.flatMap((name) => (item[name] === undefined ? [] : [lineOf(item[name])])).join(' / ')
}
