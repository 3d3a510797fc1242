/**
 * Several document paths as one tree: each element of a path is a step, equal beginnings are shared. Finds paths that overlap or
 * conflict in one walk over their elements, and is the plan by which items are projected and updated part by part.
 */
import { invalidRequest } from '../api/errors.ts'
import { type DocumentPath, printPath } from '../values/path.ts'
import type { ExpressionKind } from './ast.ts'

/** A place in a document. Either a path ends here (`leaf`) or paths go on to members by name or to elements by index. */
export interface PathTree<Leaf> {
  readonly leaf?: Leaf
  readonly members: ReadonlyMap<string, PathTree<Leaf>>
  /** In ascending order of their indexes. */
  readonly elements: ReadonlyMap<number, PathTree<Leaf>>
}

/** Most places are leaves: they share the empty maps until a path goes on. */
interface Place<Leaf> extends PathTree<Leaf> {
  leaf?: Leaf
  members: Map<string, Place<Leaf>>
  elements: Map<number, Place<Leaf>>
  /** The first path that leads here or through here, and the first that goes on to a member or to an element. */
  readonly first: DocumentPath
  firstToMember: DocumentPath | undefined
  firstToElement: DocumentPath | undefined
}

const noMembers = new Map<string, never>()
const noElements = new Map<number, never>()

export interface PathLeaf<Leaf> {
  readonly path: DocumentPath
  readonly leaf: Leaf
}

/**
 * The tree of `leaves`. Throws (`invalidRequest`) for the first path that is the same as another, contains it or is contained in
 * it; if there is none, for the first that takes for a map what another takes for a list (expressions.md §7, §8).
 */
export function pathTree<Leaf>(kind: ExpressionKind, leaves: readonly PathLeaf<Leaf>[]): PathTree<Leaf> {
  const root: Place<Leaf> = newPlace([])
  let conflict: readonly [DocumentPath, DocumentPath] | undefined
  for (const { path, leaf } of leaves) {
    let place = root
    for (const element of path) {
      if (place.leaf !== undefined) throw overlap(kind, place.first, path)
      const rival = typeof element === 'string' ? place.firstToElement : place.firstToMember
      if (rival !== undefined) conflict ??= [rival, path]
      place = step(place, element, path)
    }
    if (place.first !== path || place.leaf !== undefined) throw overlap(kind, place.first, path)
    place.leaf = leaf
  }
  if (conflict !== undefined) {
    const [one, two] = conflict
    throw invalidRequest(
      `Invalid ${kind}: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${printPath(one)}, path two: ${printPath(two)}`,
    )
  }
  return sorted(root)
}

function newPlace<Leaf>(first: DocumentPath): Place<Leaf> {
  return { members: noMembers, elements: noElements, first, firstToMember: undefined, firstToElement: undefined }
}

function step<Leaf>(place: Place<Leaf>, element: string | number, path: DocumentPath): Place<Leaf> {
  if (typeof element === 'string') {
    if (place.firstToMember === undefined) place.members = new Map()
    place.firstToMember ??= path
    return childAt(place.members, element, path)
  }
  if (place.firstToElement === undefined) place.elements = new Map()
  place.firstToElement ??= path
  return childAt(place.elements, element, path)
}

function childAt<Key, Leaf>(children: Map<Key, Place<Leaf>>, key: Key, path: DocumentPath): Place<Leaf> {
  let child = children.get(key)
  if (child === undefined) {
    child = newPlace(path)
    children.set(key, child)
  }
  return child
}

function overlap(kind: ExpressionKind, one: DocumentPath, two: DocumentPath): Error {
  return invalidRequest(
    `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${printPath(one)}, path two: ${printPath(two)}`,
  )
}

/** Puts the elements of each list in order, once, so that nobody who walks the tree has to. */
function sorted<Leaf>(place: Place<Leaf>): PathTree<Leaf> {
  if (place.elements.size > 1) place.elements = new Map([...place.elements].sort(([a], [b]) => a - b))
  for (const member of place.members.values()) sorted(member)
  for (const element of place.elements.values()) sorted(element)
  return place
}
