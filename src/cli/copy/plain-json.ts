/**
 * Items as plain JSON, and from it: numbers by their text, sets as `{"$set":[…]}`, binary as `{"$binary":"…"}`. What is DynamoDB JSON is known
 * by its look: every value at the top is an object with one member, which is a type.
 */
import { setOwn } from '../../base/own.ts'
import { type AttributeMap, type AttributeValue, type Item, typeOf } from '../../values/attribute-value.ts'

const types = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'])

/** One line, without its end. */
export function plainLine(item: Item): string {
  return plainMap(item)
}

/** What JSON.parse would make of the plain form, for files that have JSON of their own. A number that no double holds is `{"$number":"…"}`. */
export function plainAttribute(value: AttributeValue): unknown {
  return JSON.parse(plainValue(value), (_name, member: unknown, context?: { readonly source?: string }) => {
    const { source } = context ?? {}
    return typeof member !== 'number' || source === undefined || String(member) === source ? member : { $number: source }
  })
}

/** From what somebody else parsed. */
export function valueOfPlain(value: unknown): AttributeValue {
  return attributeValueOf(JSON.parse(JSON.stringify(value), numbersByText))
}

function plainMap(map: AttributeMap): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${JSON.stringify(name)}:${plainValue(value)}`)
    .join(',')}}`
}

function plainValue(value: AttributeValue): string {
  switch (typeOf(value)) {
    case 'S':
      return JSON.stringify((value as { readonly S: string }).S)
    case 'N':
      return (value as { readonly N: string }).N
    case 'BOOL':
      return String((value as { readonly BOOL: boolean }).BOOL)
    case 'NULL':
      return 'null'
    case 'B':
      return `{"$binary":${JSON.stringify((value as { readonly B: string }).B)}}`
    case 'L':
      return `[${(value as { readonly L: readonly AttributeValue[] }).L.map(plainValue).join(',')}]`
    case 'M':
      return plainMap((value as { readonly M: AttributeMap }).M)
    case 'SS':
      return `{"$set":[${(value as { readonly SS: readonly string[] }).SS.map((each) => JSON.stringify(each)).join(',')}]}`
    case 'NS':
      return `{"$set":[${(value as { readonly NS: readonly string[] }).NS.join(',')}]}`
    case 'BS':
      return `{"$set":[${(value as { readonly BS: readonly string[] }).BS.map((each) => `{"$binary":"${each}"}`).join(',')}]}`
  }
}

/** A number with the text that it had. */
class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** From a line to an item whose values are as they were written. Undefined when it is no object. */
export function itemOfLine(line: string): Item | undefined {
  const value = JSON.parse(line, numbersByText) as unknown
  if (!isObject(value)) return undefined
  const { Item: wrapped } = value
  if (Object.keys(value).length === 1 && isObject(wrapped) && isTyped(wrapped)) return typed(wrapped)
  return isTyped(value) ? typed(value) : untyped(value)
}

/** The third argument is of Node 22 and later. */
function numbersByText(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
}

function isTyped(value: { readonly [name: string]: unknown }): boolean {
  const members = Object.values(value)
  return (
    members.length > 0 &&
    members.every((member) => isObject(member) && Object.keys(member).length === 1 && types.has(Object.keys(member)[0] ?? ''))
  )
}

/** As JSON.parse gives it. */
function typed(value: { readonly [name: string]: unknown }): Item {
  return value as Item
}

function untyped(value: { readonly [name: string]: unknown }): Item {
  const item: Record<string, AttributeValue> = {}
  for (const [name, member] of Object.entries(value)) setOwn(item, name, attributeValueOf(member))
  return item
}

function attributeValueOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (value instanceof NumberText) return { N: value.text }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null || value === undefined) return { NULL: true }
  if (Array.isArray(value)) return { L: value.map(attributeValueOf) }
  const { $set: set, $binary: binary, $number: number } = value as { readonly [name: string]: unknown }
  if (typeof number === 'string' && Object.keys(value).length === 1) return { N: number }
  if (typeof binary === 'string' && Object.keys(value).length === 1) return { B: binary }
  if (Array.isArray(set) && set.length > 0 && Object.keys(value).length === 1) return setOf(set.map(attributeValueOf))
  return { M: untyped(value as { readonly [name: string]: unknown }) }
}

function setOf(members: readonly AttributeValue[]): AttributeValue {
  const type = typeOf(members[0] ?? { NULL: true })
  const texts = members.map((member) => Object.values(member)[0] as string)
  return { [`${type}S`]: texts } as unknown as AttributeValue
}
