/** Files of items beside infrastructure code: JSON in lines, a list or `{Items}`, plain or DynamoDB JSON; CSV and Ion. */

import { attributeValueOf, isObject, itemOfLine, parsePlainJson, typedItemIn } from '../../values/files/plain-json.ts'
import { placeItem } from '../documents/item-places.ts'
import type { Sources } from '../documents/source-files.ts'
import { SourceFault } from '../documents/tree.ts'
import { itemsInCsv, itemsInIon, type KeyTypes } from './seed-rows.ts'

type Item = { readonly [name: string]: unknown }

/** Throws SourceFault with the line, or the number, of what is no item. */
export function readSeedFile(path: string, sources: Sources, keyTypes: KeyTypes = new Map()): readonly Item[] {
  const text = sources.text(path)
  if (path.endsWith('.csv')) return itemsInCsv(text, path, keyTypes)
  if (path.endsWith('.ion')) return itemsInIon(text, path)
  return /\.(jsonl|ndjson)$/.test(path) ? inLines(text, path) : inWhole(text, path)
}

function inLines(text: string, path: string): readonly Item[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    const fault = (why: string): SourceFault => new SourceFault({ file: path, line: at + 1 }, `it ${why}.`)
    let item: Item | undefined
    try {
      item = itemOfLine(line)
    } catch (error) {
      throw fault(error instanceof SyntaxError ? 'is not JSON' : (error as Error).message)
    }
    if (item === undefined) throw fault('is no JSON object')
    return [placeItem(item, `line ${at + 1}`)]
  })
}

function inWhole(text: string, path: string): readonly Item[] {
  const place = { file: path, line: 0 }
  let value: unknown
  try {
    value = parsePlainJson(text)
  } catch (error) {
    throw new SourceFault(place, `it is not JSON: ${(error as Error).message}.`)
  }
  const inside = isObject(value) && Array.isArray(value['Items']) ? value['Items'] : value
  return (Array.isArray(inside) ? inside : [inside]).map((each: unknown, at) => {
    if (!isObject(each)) throw new SourceFault(place, `its item ${at + 1} is no JSON object.`)
    try {
      return placeItem(typedItemIn(each) ?? (attributeValueOf(each) as { readonly M: Item }).M, `item ${at + 1}`)
    } catch (error) {
      throw new SourceFault(place, `its item ${at + 1} ${(error as Error).message}.`)
    }
  })
}
