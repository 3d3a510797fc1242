/**
 * ProjectionExpression: from text to a function that cuts out of an item what the paths name (expressions.md §7). The same
 * cutting makes the UPDATED_OLD and UPDATED_NEW of an update (operations.md §2.4).
 */
import { setOwn } from '../base/own.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item } from '../values/attribute-value.ts'
import type { DocumentPath } from '../values/path.ts'
import type { WrittenProjection } from './ast.ts'
import { bindPath } from './bind-path.ts'
import { parseProjection } from './parse-projection.ts'
import { ParsedTexts } from './parsed-texts.ts'
import { type PathTree, pathTree } from './path-tree.ts'
import type { Placeholders } from './placeholders.ts'

export interface Projection {
  /** In the order of the request. */
  readonly paths: readonly DocumentPath[]
  /** What the paths lead to, in maps and lists as deep as in the item; an item without attributes when they lead to nothing. */
  apply(item: Item): Item
}

const kind = 'ProjectionExpression'

export const parsedProjections: ParsedTexts<WrittenProjection> = new ParsedTexts((_kind, text) => parseProjection(text))

/** Throws what is wrong with the text or its placeholders, and paths that overlap or conflict (`invalidRequest`). */
export function compileProjection(text: string, placeholders: Placeholders): Projection {
  return projectionOf(parsedProjections.get(kind, text).map((written) => bindPath(kind, written, placeholders)))
}

/** For paths that were not written as an expression. Throws paths that overlap or conflict. */
export function projectionOf(paths: readonly DocumentPath[]): Projection {
  const tree = treeOf(paths)
  return { paths, apply: (item) => project(item, tree) }
}

/** The parts of the item that the paths lead to. No two paths may overlap. */
export function projectPaths(item: Item, paths: readonly DocumentPath[]): Item {
  return project(item, treeOf(paths))
}

function treeOf(paths: readonly DocumentPath[]): PathTree<true> {
  return pathTree(
    kind,
    paths.map((path) => ({ path, leaf: true })),
  )
}

function project(item: Item, { members }: PathTree<true>): Item {
  return projectMap(item, members) ?? {}
}

/** Undefined when the paths lead to nothing in there: a path that does not resolve leaves no trace. */
function projectValue(value: AttributeValue, { leaf, members, elements }: PathTree<true>): AttributeValue | undefined {
  if (leaf === true) return value
  if ('M' in value) {
    const map = projectMap(value.M, members)
    return map === undefined ? undefined : { M: map }
  }
  if (!('L' in value)) return undefined
  const list: AttributeValue[] = []
  for (const [index, tree] of elements) {
    const element = value.L[index]
    const part = element === undefined ? undefined : projectValue(element, tree)
    if (part !== undefined) list.push(part)
  }
  return list.length === 0 ? undefined : { L: list }
}

function projectMap(map: AttributeMap, members: PathTree<true>['members']): AttributeMap | undefined {
  const parts: Record<string, AttributeValue> = {}
  let found = false
  for (const [name, tree] of members) {
    const member = attributeOf(map, name)
    const part = member === undefined ? undefined : projectValue(member, tree)
    if (part === undefined) continue
    setOwn(parts, name, part)
    found = true
  }
  return found ? parts : undefined
}
