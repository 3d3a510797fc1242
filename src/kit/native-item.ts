/** Items as programs have them: as the SDK's document client takes them, or in DynamoDB JSON. */
import { getOwn, setOwn } from '../base/own.ts'
import { type AttributeType, type AttributeValue, type Item, typeOf } from '../values/attribute-value.ts'
import { typedItemIn } from '../values/files/plain-json.ts'

/** Throws a TypeError, in a half sentence, for what no attribute can hold. */
export function nativeItem(given: { readonly [name: string]: unknown }): Item {
  return typedItemIn(given) ?? membersOf(given)
}

function membersOf(given: object): Item {
  const item: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) setOwn(item, name, attributeFor(value, name))
  return item
}

function attributeFor(value: unknown, name: string): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value }
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${name} is ${value}, which is no number of DynamoDB`)
      return { N: String(value) }
    case 'bigint':
      return { N: String(value) }
    case 'boolean':
      return { BOOL: value }
    case 'object':
      return value === null ? { NULL: true } : objectOf(value, name)
    default:
      throw new TypeError(`${name} is a ${typeof value}, which no attribute can hold`)
  }
}

/** Told by what they say they are: what a test runner makes has other prototypes than what is made here. */
function objectOf(value: object, name: string): AttributeValue {
  if (ArrayBuffer.isView(value))
    return { B: Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength).toString('base64') }
  if (Array.isArray(value)) return { L: Array.from(value, (each) => attributeFor(each, name)) }
  const kind = Object.prototype.toString.call(value)
  if (kind === '[object Set]') return setOf([...(value as Set<unknown>)], name)
  const prototype = Object.getPrototypeOf(value)
  if (kind !== '[object Object]' || (prototype !== null && Object.getPrototypeOf(prototype) !== null)) {
    throw new TypeError(`${name} is a ${value.constructor.name}, which no attribute can hold`)
  }
  return { M: membersOf(value) }
}

const setTypes: readonly (readonly [AttributeType, AttributeType])[] = [
  ['S', 'SS'],
  ['N', 'NS'],
  ['B', 'BS'],
]

function setOf(members: readonly unknown[], name: string): AttributeValue {
  const values = members.map((each) => attributeFor(each, name))
  const found = setTypes.find(([type]) => values.length > 0 && values.every((value) => typeOf(value) === type))
  if (found === undefined) throw new TypeError(`${name} is a set that is empty, or of values of several types`)
  const [type, set] = found
  return { [set]: values.map((value) => getOwn<unknown>(value as { readonly [type: string]: unknown }, type)) } as unknown as AttributeValue
}
