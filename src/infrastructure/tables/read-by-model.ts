/**
 * From what a file says to what an operation takes, along the shapes of the API: "5" is 5 where a number stands, "true" is true, a number
 * where a text stands is the text that it was written as. What no shape has, and what depends on something unknown, is told and left out.
 */

import type { Shape } from '../../api/shapes/shape-table.ts'
import { shapeNamed } from '../../api/shapes.ts'
import { documentText, isNull, numberOf, type Place, type Tree, textOf, truthOf, unresolvedIn } from '../documents/tree.ts'
import { dependsOn } from './unresolved-text.ts'

export interface ReadMember {
  readonly place: Place
  /** `GlobalSecondaryIndexes.0.Projection`. */
  readonly path: string
  readonly reason: string
  readonly isUnresolved: boolean
}

export interface ReadByModel {
  /** Undefined when nothing is left. */
  readonly value: unknown
  readonly left: readonly ReadMember[]
}

export function readByModel(shapeName: string, tree: Tree, path: string): ReadByModel {
  const left: ReadMember[] = []
  return { value: read(shapeName, tree, path, left), left }
}

function read(shapeName: string, tree: Tree, path: string, left: ReadMember[]): unknown {
  const shape = shapeNamed(shapeName)
  const leave = (reason: string, isUnresolved = false): undefined => {
    left.push({ place: tree.place, path, reason, isUnresolved })
    return undefined
  }
  if (tree.kind === 'unresolved') return leave(dependsOn(tree), true)
  if (isNull(tree)) return undefined
  switch (shape.kind) {
    case 'structure':
      return tree.kind === 'map' ? structure(shape.members, tree.members, path, left) : leave('it must be a map')
    case 'list':
      return tree.kind === 'list' ? list(shape.of, tree.elements, path, left) : leave('it must be a list')
    case 'map':
      return leave('it is not read')
    default:
      return leafOf(shape.kind, tree) ?? leave(`it must be ${wordOf(shape.kind)}`)
  }
}

function structure(
  members: { readonly [name: string]: string },
  given: ReadonlyMap<string, Tree>,
  path: string,
  left: ReadMember[],
): { readonly [name: string]: unknown } {
  const named = [...given].map(([name, tree]): readonly [string, unknown] => {
    const inside = path === '' ? name : `${path}.${name}`
    const shape = Object.hasOwn(members, name) ? members[name] : undefined
    if (shape !== undefined) return [name, read(shape.replace('!', ''), tree, inside, left)]
    left.push({ place: tree.place, path: inside, reason: 'DynamoDB has no such member', isUnresolved: false })
    return [name, undefined]
  })
  return Object.fromEntries(named.filter(([, value]) => value !== undefined))
}

function list(of: string, elements: readonly Tree[], path: string, left: ReadMember[]): readonly unknown[] {
  return elements.map((each, at) => read(of, each, `${path}.${at}`, left)).filter((each) => each !== undefined)
}

function leafOf(kind: Shape['kind'], tree: Tree): unknown {
  switch (kind) {
    case 'boolean':
      return truthOf(tree)
    case 'integer':
    case 'long':
    case 'double':
    case 'timestamp':
      return numberOf(tree)
    default:
      // A policy, which is a text on the wire.
      return tree.kind === 'map' ? (unresolvedIn(tree) === undefined ? documentText(tree) : undefined) : textOf(tree)
  }
}

function wordOf(kind: Shape['kind']): string {
  if (kind === 'boolean') return 'true or false'
  return kind === 'integer' || kind === 'long' || kind === 'double' || kind === 'timestamp' ? 'a number' : 'a text'
}
