/**
 * Items as people write them: DynamoDB JSON (`{"PK":{"S":"a"}}`), a line of an export to S3 (`{"Item":{…}}`), or plain JSON
 * (`{"PK":"a","n":1}`, values/files/plain-json.ts). Each becomes DynamoDB JSON.
 */
import { getOwn, setOwn } from '../../base/own.ts'
import { attributeTypeOf, attributeValueOf, isObject, parsePlainJson, typedItemIn } from '../../values/files/plain-json.ts'
import type { KeyAttribute, TableKeys } from './table-keys.ts'
import { itemKeyOf } from './table-keys.ts'

/** An attribute value of DynamoDB JSON, not checked further than its shape. */
export type AttributeJson = Readonly<Record<string, unknown>>

export interface ItemJson {
  [name: string]: AttributeJson
}

/** `source` names the text in messages. Throws an error of one clear sentence. */
export function parseItem(text: string, source: string, keys: TableKeys): ItemJson {
  let value: unknown
  try {
    value = parsePlainJson(text)
  } catch (error) {
    throw new Error(`${source} is not JSON: ${error instanceof Error ? error.message : String(error)}.`)
  }
  if (!isObject(value)) throw new Error(`${source} is not a JSON object: an item is an object of attributes.`)
  const item = (typedItemIn(value) as ItemJson | undefined) ?? itemFromPlain(value, source, keys)
  checkKeys(item, source, keys)
  return item
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
    setOwn(item, name, isKeyText ? { [type]: value } : attributeFromPlain(value, source))
  }
  return item
}

function attributeFromPlain(value: unknown, source: string): AttributeJson {
  try {
    return attributeValueOf(value)
  } catch (error) {
    throw new Error(`${source} ${(error as Error).message}.`)
  }
}

function checkKeys(item: ItemJson, source: string, keys: TableKeys): void {
  for (const { name, type } of itemKeyOf(keys)) {
    const role = keys.partition.some((each) => each.name === name) ? 'partition' : 'sort'
    const attribute = getOwn(item, name)
    if (attribute === undefined) throw new Error(`${source} has no attribute ${name}, which is the ${role} key of ${keys.tableName}.`)
    const given = attributeTypeOf(attribute)
    if (given !== type) {
      throw new Error(`${name} in ${source} is of type ${given ?? 'none'}, but the ${role} key of ${keys.tableName} is of type ${type}.`)
    }
  }
}
