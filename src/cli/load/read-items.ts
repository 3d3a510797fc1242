/** The items to be sent, from where the options say: made from the keys of the table, a template, or a sample. */

import { readFile, stat } from 'node:fs/promises'
import { itemFileBytesMax } from '../limits.ts'
import { type ItemJson, parseItem } from './item-json.ts'
import { compileItem, defaultItem, type ItemTemplate, padItem, type Target } from './item-template.ts'
import type { LoadOptions } from './load-options.ts'
import { renderPieces } from './placeholders.ts'
import { SeededNumbers } from './seeded-numbers.ts'

/** Rejects with an error of one clear sentence. */
export async function readItems({ items, itemSizeBytes }: LoadOptions, target: Target): Promise<readonly ItemTemplate[]> {
  if (items.kind === 'sample') return sampleItems(await readText(items.path), items.path, target)
  const source = items.kind === 'template' ? items.path : 'The item'
  const item = items.kind === 'template' ? parseItem(await readText(items.path), source, target.keys) : defaultItem(target)
  const padded = itemSizeBytes === undefined ? item : padItem(item, exampleOf(item, source, target), itemSizeBytes)
  return [compileItem(padded, source, target)]
}

/** Each line that is not empty is an item. Throws an error of one clear sentence. */
export function sampleItems(text: string, path: string, target: Target): readonly ItemTemplate[] {
  const items: ItemTemplate[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const source = `Line ${at + 1} of ${path}`
    items.push(compileItem(parseItem(line, source, target.keys), source, target, 'as it is'))
  }
  if (items.length === 0) throw new Error(`${path} has no line with an item.`)
  return items
}

/** The item as it could look. Its random parts are drawn apart, so that looking does not change what is sent. */
function exampleOf(item: ItemJson, source: string, target: Target): ItemJson {
  const draw = { i: 0, key: 0, sort: 0, item: 0, nowMs: 0, numbers: new SeededNumbers(0, 0) }
  const attributes = compileItem(item, source, target).attributes
  return Object.fromEntries(attributes.map(({ name, pieces }) => [name, JSON.parse(renderPieces(pieces, draw))]))
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > itemFileBytesMax) throw new Error(`it has more than ${itemFileBytesMax / 1024 / 1024} MB`)
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new Error(`There is no file ${path}.`)
    if (code === 'EISDIR') throw new Error(`${path} is a folder, not a file.`)
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
