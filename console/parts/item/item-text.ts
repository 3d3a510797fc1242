/**
 * An item as text that people edit: DynamoDB's JSON, or plain JSON, in which what it cannot say (numbers beyond a double, sets, binaries) is said as a
 * tagged object, `{"$S"…}` never being needed: `{"$N": "1e100"}`, `{"$SS": ["a"]}`, `{"$B": "AAE="}`. Both read back what they wrote.
 */
import type { AttributeValue, Item } from '../../values/attribute-value.ts'

export type Form = 'plain' | 'dynamodb'

export function textOf(item: Item, form: Form): string {
  return JSON.stringify(
    form === 'dynamodb' ? item : Object.fromEntries(Object.entries(item).map(([name, value]) => [name, tagged(value)])),
    undefined,
    2,
  )
}

/** Throws an Error of one sentence that says where it is no item. */
export function itemOf(text: string, form: Form): Item {
  const parsed: unknown = JSON.parse(text)
  if (!isObject(parsed)) throw new Error('An item is an object with a member for each attribute.')
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, form === 'dynamodb' ? checked(value, name) : untagged(value, name)]),
  )
}

const tags = new Set(['$N', '$B', '$SS', '$NS', '$BS', '$M'])

function tagged(value: AttributeValue): unknown {
  if ('S' in value) return value.S
  if ('N' in value) return String(Number(value.N)) === value.N ? Number(value.N) : { $N: value.N }
  if ('BOOL' in value) return value.BOOL
  if ('NULL' in value) return null
  if ('L' in value) return value.L.map(tagged)
  if ('M' in value) {
    const members = Object.fromEntries(Object.entries(value.M).map(([name, each]) => [name, tagged(each)]))
    // A map of one member that looks like a tag is itself tagged.
    return isTagged(members) ? { $M: members } : members
  }
  const [kind, inner] = Object.entries(value)[0] as [string, unknown]
  return { [`$${kind}`]: inner }
}

function untagged(value: unknown, where: string): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (Array.isArray(value)) return { L: value.map((each, at) => untagged(each, `${where}[${at}]`)) }
  if (!isObject(value)) throw new Error(`${where} is nothing that an item can hold.`)
  if (!isTagged(value)) return { M: mapOf(value, where) }
  const [[tag, inner] = ['', undefined]] = Object.entries(value)
  if (tag === '$M' && isObject(inner)) return { M: mapOf(inner, where) }
  return checked({ [tag.slice(1)]: inner }, where)
}

function mapOf(value: { readonly [name: string]: unknown }, where: string): Item {
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, untagged(each, `${where}.${name}`)]))
}

function isTagged(value: { readonly [name: string]: unknown }): boolean {
  const names = Object.keys(value)
  return names.length === 1 && tags.has(names[0] ?? '')
}

/** The server says what else is wrong with a value, in AWS's words; here only what could not be shown is refused. */
function checked(value: unknown, where: string): AttributeValue {
  const [[kind, inner] = ['', undefined], ...others] = isObject(value) ? Object.entries(value) : []
  if (others.length > 0 || kind === '')
    throw new Error(`${where} must be an object with one member, its kind: {"S": "…"}, {"N": "1"} and so on.`)
  const isRight = readers[kind]?.(inner, where)
  if (isRight !== true) throw new Error(`${where} is no ${kind in readers ? `value of the kind ${kind}` : `kind of value: ${kind}`}.`)
  return value as AttributeValue
}

const isText = (value: unknown): boolean => typeof value === 'string'
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const readers: { readonly [kind: string]: (inner: unknown, where: string) => boolean } = {
  S: isText,
  N: isText,
  B: isText,
  BOOL: (inner) => typeof inner === 'boolean',
  NULL: (inner) => inner === true,
  SS: areTexts,
  NS: areTexts,
  BS: areTexts,
  L: (inner, where) => Array.isArray(inner) && inner.every((each, at) => checked(each, `${where}[${at}]`) !== undefined),
  M: (inner, where) => isObject(inner) && Object.entries(inner).every(([name, each]) => checked(each, `${where}.${name}`) !== undefined),
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
