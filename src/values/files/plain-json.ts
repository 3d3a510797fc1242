/**
 * Items as plain JSON, and from it: numbers by their text, sets as `{"$set":[…]}`, binary as `{"$binary":"…"}`, and a map that would be
 * taken for one of these as `{"$map":{…}}`. What is DynamoDB JSON is known by its look: every value at the top is an object with one
 * member, which is a type, and fits it.
 */
import { nestingLevelsMax } from '../../api/limits.ts'
import { getOwn, setOwn } from '../../base/own.ts'
import { type AttributeMap, type AttributeType, type AttributeValue, type Item, typeOf } from '../attribute-value.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

/** How far an attribute value is looked at: what is in lists and maps is not. */
const shapes: { readonly [Type in AttributeType]: (value: unknown) => boolean } = {
  S: isText,
  N: isText,
  B: isText,
  SS: isTexts,
  NS: isTexts,
  BS: isTexts,
  BOOL: (value) => typeof value === 'boolean',
  NULL: (value) => value === true,
  L: Array.isArray,
  M: isObject,
}

/** Members that make of an object something else than a map when it has no other. */
const forms: ReadonlySet<string> = new Set(['$set', '$binary', '$number', '$map'])

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
  return attributeValueOf(parsePlainJson(JSON.stringify(value)))
}

function plainMap(map: AttributeMap): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${JSON.stringify(name)}:${plainValue(value)}`)
    .join(',')}}`
}

function plainMember(map: AttributeMap): string {
  const [name = '', ...more] = Object.keys(map)
  return more.length === 0 && forms.has(name) ? `{"$map":${plainMap(map)}}` : plainMap(map)
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
      return plainMember((value as { readonly M: AttributeMap }).M)
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

/** From a line to an item whose values are as they were written. Undefined when it is no object. Throws what JSON.parse throws, and for what is nested too deep. */
export function itemOfLine(line: string): Item | undefined {
  const value = parsePlainJson(line)
  if (!isObject(value)) return undefined
  return typedItemIn(value) ?? untyped(value, 1)
}

/** JSON whose numbers still have their text: what it gives, only functions of this file can read. Throws SyntaxError. */
export function parsePlainJson(text: string): unknown {
  return JSON.parse(text, numbersByText)
}

/** The item that an object is, or has as its only member `Item`, in DynamoDB JSON. Undefined when it is plain. */
export function typedItemIn(value: { readonly [name: string]: unknown }): Item | undefined {
  const wrapped = Object.keys(value).length === 1 ? getOwn(value, 'Item') : undefined
  if (isObject(wrapped) && isTyped(wrapped)) return wrapped as Item
  return isTyped(value) ? (value as Item) : undefined
}

/** The name of the type, when it is an object with one member that fits it. */
export function attributeTypeOf(value: unknown): AttributeType | undefined {
  if (!isObject(value)) return undefined
  const [type = '', ...more] = Object.keys(value)
  return more.length === 0 && getOwn<(value: unknown) => boolean>(shapes, type)?.(value[type]) ? (type as AttributeType) : undefined
}

/** The third argument is of Node 22 and later. */
function numbersByText(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value
}

/** No list, and nothing that stands for a number. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
}

function isTyped(value: { readonly [name: string]: unknown }): boolean {
  const members = Object.values(value)
  return members.length > 0 && members.every((member) => attributeTypeOf(member) !== undefined)
}

function untyped(value: { readonly [name: string]: unknown }, level: number): Item {
  const item: Record<string, AttributeValue> = {}
  for (const [name, member] of Object.entries(value)) setOwn(item, name, attributeValueOf(member, level))
  return item
}

/** Of what `parsePlainJson` gave. `level`: 1 for an attribute of an item. Throws an error of a half sentence for what no item may have. */
export function attributeValueOf(value: unknown, level = 1): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (value instanceof NumberText) return { N: value.text }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null || value === undefined) return { NULL: true }
  if (level > nestingLevelsMax) throw new Error(`is nested deeper than ${nestingLevelsMax} levels, which no item may be`)
  if (Array.isArray(value)) return { L: value.map((member) => attributeValueOf(member, level + 1)) }
  const members = value as { readonly [name: string]: unknown }
  return formOf(members, level) ?? { M: untyped(members, level + 1) }
}

function formOf(value: { readonly [name: string]: unknown }, level: number): AttributeValue | undefined {
  const [name = '', ...more] = Object.keys(value)
  if (more.length > 0) return undefined
  const member = value[name]
  if (name === '$number' && typeof member === 'string') return { N: member }
  if (name === '$binary' && typeof member === 'string') return { B: member }
  if (name === '$map' && isObject(member)) return { M: untyped(member, level + 1) }
  return name === '$set' && Array.isArray(member) ? setOf(member.map((each) => attributeValueOf(each, level + 1))) : undefined
}

/** Undefined when its members are not of one type that sets can have. */
function setOf(members: readonly AttributeValue[]): AttributeValue | undefined {
  const [type = '', ...more] = new Set(members.map(typeOf))
  if (more.length > 0 || (type !== 'S' && type !== 'N' && type !== 'B')) return undefined
  return { [`${type}S`]: members.map((member) => Object.values(member)[0] as string) } as unknown as AttributeValue
}
