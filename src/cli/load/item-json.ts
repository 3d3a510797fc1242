/**
 * Items as people write them: DynamoDB JSON (`{"PK":{"S":"a"}}`), a line of an export to S3 (`{"Item":{…}}`), or plain JSON
 * (`{"PK":"a","n":1}`). Each becomes DynamoDB JSON. An object is taken for DynamoDB JSON when every member of it is an attribute value.
 */
import { nestingLevelsMax } from '../../api/limits.ts'
import { getOwn, setOwn } from '../../base/own.ts'
import type { KeyAttribute, TableKeys } from './table-keys.ts'
import { itemKeyOf } from './table-keys.ts'

/** An attribute value of DynamoDB JSON, not checked further than its shape. */
export interface AttributeJson {
  readonly [type: string]: unknown
}

export interface ItemJson {
  [name: string]: AttributeJson
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const shapes: { readonly [type: string]: (value: unknown) => boolean } = {
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

/** `source` names the text in messages. Throws an error of one clear sentence. */
export function parseItem(text: string, source: string, keys: TableKeys): ItemJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`${source} is not JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
  if (!isObject(value)) throw new Error(`${source} is not a JSON object: an item is an object of attributes.`)
  const names = Object.keys(value)
  const inner = names.length === 1 ? getOwn(value, 'Item') : undefined
  const members = isObject(inner) && isDynamoJson(inner) ? inner : value
  const item = isDynamoJson(members) ? members : itemFromPlain(members, source, keys)
  checkKeys(item, source, keys)
  return item
}

function isDynamoJson(value: { readonly [name: string]: unknown }): value is ItemJson {
  const attributes = Object.values(value)
  return attributes.length > 0 && attributes.every((attribute) => attributeType(attribute) !== undefined)
}

/** The name of the type, when it is an object with one member that fits it. */
function attributeType(attribute: unknown): string | undefined {
  if (!isObject(attribute)) return undefined
  const [type, ...more] = Object.keys(attribute)
  if (type === undefined || more.length > 0) return undefined
  return getOwn(shapes, type)?.(attribute[type]) ? type : undefined
}

function itemFromPlain(members: { readonly [name: string]: unknown }, source: string, keys: TableKeys): ItemJson {
  const keyTypes: { [name: string]: KeyAttribute } = {}
  for (const schema of [...keys.indexes, keys]) {
    for (const attribute of [...schema.partition, ...schema.sort]) setOwn(keyTypes, attribute.name, attribute)
  }
  const item: ItemJson = {}
  for (const [name, value] of Object.entries(members)) {
    const type = getOwn(keyTypes, name)?.type
    // JSON has neither bytes nor numbers with placeholders in them, so a text may stand for either in a key.
    const isKeyText = typeof value === 'string' && type !== undefined
    setOwn(item, name, isKeyText ? { [type]: value } : attributeFromPlain(value, source, 1))
  }
  return item
}

function attributeFromPlain(value: unknown, source: string, depth: number): AttributeJson {
  if (depth > nestingLevelsMax) throw new Error(`${source} is nested deeper than ${nestingLevelsMax} levels, which no item may be.`)
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (Array.isArray(value)) return { L: value.map((each) => attributeFromPlain(each, source, depth + 1)) }
  if (!isObject(value)) return { NULL: true }
  const members: ItemJson = {}
  for (const [name, each] of Object.entries(value)) setOwn(members, name, attributeFromPlain(each, source, depth + 1))
  return { M: members }
}

function checkKeys(item: ItemJson, source: string, keys: TableKeys): void {
  for (const { name, type } of itemKeyOf(keys)) {
    const role = keys.partition.some((each) => each.name === name) ? 'partition' : 'sort'
    const attribute = getOwn(item, name)
    if (attribute === undefined) throw new Error(`${source} has no attribute ${name}, which is the ${role} key of ${keys.tableName}.`)
    const given = attributeType(attribute)
    if (given !== type) {
      throw new Error(`${name} in ${source} is of type ${given ?? 'none'}, but the ${role} key of ${keys.tableName} is of type ${type}.`)
    }
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
