/**
 * What a file says, with the line of everything: scalars keep the text that they were written as, since that is what an account number or
 * a version is. What depends on something unknown is `unresolved`, and spreads.
 */

import { nestingMax } from '../limits.ts'

export interface Place {
  readonly file: string
  /** From 1; 0 when it is the whole file. */
  readonly line: number
}

export type Tree = Scalar | List | Fields | Unresolved

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As it was written. */
  readonly source: string
  readonly place: Place
}

export interface List {
  readonly kind: 'list'
  readonly elements: readonly Tree[]
  readonly place: Place
}

export interface Fields {
  readonly kind: 'map'
  readonly members: ReadonlyMap<string, Tree>
  readonly place: Place
}

export interface Unresolved {
  readonly kind: 'unresolved'
  /** `!ImportValue net-key`: what stands there. */
  readonly text: string
  /** Goes on from `depends on !ImportValue net-key, `. */
  readonly why: string
  /** What to do, a sentence. */
  readonly hint: string
  readonly place: Place
}

/** A file that cannot be read as what it is: one sentence, behind the place. */
export class SourceFault extends Error {
  readonly place: Place

  constructor(place: Place, sentence: string) {
    super(`${placeText(place)}: ${sentence}`)
    this.place = place
  }
}

export function placeText({ file, line }: Place): string {
  return line > 0 ? `${file}:${line}` : file
}

export function scalarOf(value: Scalar['value'], place: Place): Scalar {
  return { kind: 'scalar', value, source: String(value), place }
}

export function fieldsOf(members: Iterable<readonly [string, Tree]>, place: Place): Fields {
  return { kind: 'map', members: new Map(members), place }
}

/** Of a value of a program: as JSON has it, all of it at one place. Throws SourceFault for what is nested too deep. */
export function treeOf(value: unknown, place: Place, depth = 1): Tree {
  if (depth > nestingMax) throw new SourceFault(place, `it is nested deeper than ${nestingMax} levels.`)
  if (Array.isArray(value)) return { kind: 'list', elements: value.map((each: unknown) => treeOf(each, place, depth + 1)), place }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== 'function')
    return fieldsOf(
      members.map(([name, member]) => [name, treeOf(member, place, depth + 1)]),
      place,
    )
  }
  return scalarOf(isScalar(value) ? value : null, place)
}

function isScalar(value: unknown): value is Scalar['value'] {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** Undefined where there is none, or nothing that has members. */
export function memberOf(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let at = tree
  for (const name of path) at = at?.kind === 'map' ? at.members.get(name) : undefined
  return at
}

/** The text of a scalar; of numbers and truth values as they were written. Undefined for everything else. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== 'scalar' || tree.value === null) return undefined
  return typeof tree.value === 'string' ? tree.value : tree.source
}

export function elementsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.elements : []
}

export function membersOf(tree: Tree | undefined): ReadonlyMap<string, Tree> {
  return tree?.kind === 'map' ? tree.members : new Map()
}

export function isNull(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null)
}

/** Also of text, as YAML 1.1 has it. Undefined when it is none. */
export function truthOf(tree: Tree | undefined): boolean | undefined {
  if (tree?.kind !== 'scalar') return undefined
  const text = String(tree.value).toLowerCase()
  if (/^(true|yes|on|1)$/.test(text)) return true
  return /^(false|no|off|0)$/.test(text) ? false : undefined
}

/** Also of text. Undefined when it is none. */
export function numberOf(tree: Tree | undefined): number | undefined {
  const text = textOf(tree)
  return text !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

/** The same with other members set, or gone where they are undefined. */
export function withMembers(tree: Tree | undefined, place: Place, members: { readonly [name: string]: Tree | undefined }): Fields {
  const all = new Map(membersOf(tree))
  for (const [name, member] of Object.entries(members)) {
    if (member === undefined) all.delete(name)
    else all.set(name, member)
  }
  return { kind: 'map', members: all, place: tree?.place ?? place }
}

/** The first unresolved thing in there. */
export function unresolvedIn(tree: Tree | undefined): Unresolved | undefined {
  switch (tree?.kind) {
    case 'unresolved':
      return tree
    case 'list':
      return firstOf(tree.elements)
    case 'map':
      return firstOf(tree.members.values())
    default:
      return undefined
  }
}

function firstOf(trees: Iterable<Tree>): Unresolved | undefined {
  for (const each of trees) {
    const found = unresolvedIn(each)
    if (found !== undefined) return found
  }
  return undefined
}

/** What JSON has for it, with numbers as numbers. */
export function plainOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value
    case 'list':
      return tree.elements.map(plainOf)
    case 'map':
      return Object.fromEntries([...tree.members].map(([name, member]) => [name, plainOf(member)]))
    case 'unresolved':
      return null
  }
}

/** A JSON text of it, in which numbers are texts as they were written: what policies have. */
export function documentText(tree: Tree): string {
  return JSON.stringify(documentOf(tree))
}

function documentOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return typeof tree.value === 'number' ? tree.source : tree.value
    case 'list':
      return tree.elements.map(documentOf)
    case 'map':
      return Object.fromEntries([...tree.members].map(([name, member]) => [name, documentOf(member)]))
    case 'unresolved':
      return null
  }
}
