/**
 * How a violated constraint is told (errors.md §4.2, §4.3): the sentence, and the offending value as AWS prints it, which for
 * structures, lists and maps is what Java's toString makes of them.
 */

import type { Violation } from './constraints.ts'
import { lowerCamel } from './constraints.ts'
import { deepBodyLevelsMax, printedLengthMax, printedLevelsMax } from './limits.ts'
import type { ListShape, MapShape, StructureShape } from './shapes/shape-table.ts'
import { shapeNamed } from './shapes.ts'

/** The value is echoed, the path in lower camel case: the older wording, which the current one keeps for most constraints. */
export function echoedText({ kind, path, shapeName, value, constraint }: Violation): string {
  if (kind === 'null') return `Value null at '${path}' failed to satisfy constraint: ${constraint}`
  const print: Print = { text: '' }
  printJava(print, shapeName, value, 0)
  return `Value '${shortened(print.text)}' at '${path}' failed to satisfy constraint: ${constraint}`
}

/** The current wording for the keys of a map: the map is echoed as compact JSON. */
export function echoedAsJsonText({ path, value, constraint }: Violation): string {
  const json = isDeep(value) ? '...' : JSON.stringify(value)
  return `Value '${shortened(json)}' at '${path}' failed to satisfy constraint: ${constraint}`
}

/** The current wording for sizes and ranges: the value is not echoed, the path in the letters of the model. */
export function bareText({ modelPath, constraint }: Violation): string {
  return `Value at '${modelPath}' failed to satisfy constraint: ${constraint}`
}

/**
 * True for a body, or a part of one, with attribute values about 62 levels inside each other: AWS then checks it with its older
 * layer (errors.md §4.3). Every such level is an object and a list or map around it.
 */
export function isDeep(value: unknown): boolean {
  return isDeeperThan(deepBodyLevelsMax, value)
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child))
}

/** What has been printed so far. Printing goes on until there is more than anybody is shown. */
interface Print {
  text: string
}

function printJava(print: Print, shapeName: string, value: unknown, level: number): void {
  if (print.text.length > printedLengthMax) return
  if (value === undefined) {
    print.text += 'null'
    return
  }
  if (level > printedLevelsMax) {
    print.text += '...'
    return
  }
  const shape = shapeNamed(shapeName)
  switch (shape.kind) {
    case 'structure':
      printStructure(print, shapeName, shape, value as { readonly [name: string]: unknown }, level)
      break
    case 'list':
      printList(print, shape, value as readonly unknown[], level)
      break
    case 'map':
      printMap(print, shape, value as { readonly [name: string]: unknown }, level)
      break
    default:
      print.text += typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
  }
}

function printStructure(
  print: Print,
  shapeName: string,
  shape: StructureShape,
  structure: { readonly [name: string]: unknown },
  level: number,
): void {
  let opening = `${shapeName}(`
  for (const [name, reference] of Object.entries(shape.members)) {
    print.text += `${opening}${lowerCamel(name)}=`
    printJava(print, reference.replace('!', ''), structure[name], level + 1)
    opening = ', '
  }
  // A member of AWS's own that no client can set.
  print.text += shapeName === 'PutRequest' ? ', workloadProfileName=null)' : ')'
}

function printList(print: Print, shape: ListShape, list: readonly unknown[], level: number): void {
  print.text += '['
  for (let index = 0; index < list.length && print.text.length <= printedLengthMax; index += 1) {
    if (index > 0) print.text += ', '
    printJava(print, shape.of, list[index], level + 1)
  }
  print.text += ']'
}

function printMap(print: Print, shape: MapShape, map: { readonly [name: string]: unknown }, level: number): void {
  let opening = '{'
  for (const name in map) {
    if (print.text.length > printedLengthMax) return
    print.text += `${opening}${name}=`
    printJava(print, shape.to, map[name], level + 1)
    opening = ', '
  }
  print.text += opening === '{' ? '{}' : '}'
}

function shortened(text: string): string {
  return text.length > printedLengthMax ? text.slice(0, printedLengthMax) : text
}
