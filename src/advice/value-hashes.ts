/**
 * Values as hashes of 32 bits: enough to see that two calls speak of the same thing, and nothing that could be told. Two different values
 * are taken for the same once in four thousand million times.
 */
import { getOwn } from '../base/own.ts'
import { hashedLettersMax, markedAttributesMax, nameLettersMax, tiedLettersMin, valuesOfCallMax } from './limits.ts'
import { sharedNames } from './shared-names.ts'

export type Attributes = { readonly [name: string]: unknown }

/** One of an item's attributes. */
export interface Mark {
  readonly hash: number
  /** Of a number: itself. */
  readonly number: number | undefined
  /** Long enough for two of them to be the same by more than chance. */
  readonly isTelling: boolean
}

/** The first attributes of an item, as marks. Many of them are kept: those of items with the same attributes share the list of names. */
export class Marks {
  readonly names: readonly string[]
  readonly #hashes: readonly number[]
  /** Undefined where there is no number among them. */
  readonly #numbers: readonly (number | undefined)[] | undefined
  /** A bit for each that is telling. */
  readonly #telling: number

  private constructor(names: readonly string[], marks: readonly Mark[]) {
    this.names = names
    this.#hashes = marks.map(({ hash }) => hash)
    this.#numbers = marks.some(({ number }) => number !== undefined) ? marks.map(({ number }) => number) : undefined
    this.#telling = marks.reduce((bits, { isTelling }, at) => (isTelling ? bits | (1 << at) : bits), 0)
  }

  static of(attributes: Attributes): Marks {
    const short = Object.keys(attributes).filter(({ length }) => length <= nameLettersMax)
    const names = sharedNames(short.slice(0, markedAttributesMax))
    return new Marks(
      names,
      names.map((name) => markOf(getOwn(attributes, name))),
    )
  }

  get(name: string): Mark | undefined {
    const at = this.names.indexOf(name)
    if (at < 0) return undefined
    return { hash: this.#hashes[at] ?? 0, number: this.#numbers?.[at], isTelling: (this.#telling & (1 << at)) !== 0 }
  }
}

export function markOf(value: unknown): Mark {
  const { S, N, B } = (value ?? {}) as { readonly S?: unknown; readonly N?: unknown; readonly B?: unknown }
  const scalar = S ?? N ?? B
  const text = typeof scalar === 'string' ? scalar : shortText(value)
  return { hash: hashOf(text), number: typeof N === 'string' ? Number(N) : undefined, isTelling: text.length > tiedLettersMin }
}

/** Lists and maps are compared by the beginning of their text. */
function shortText(value: unknown): string {
  return JSON.stringify(value).slice(0, hashedLettersMax)
}

export function hashOf(text: string): number {
  const length = Math.min(text.length, hashedLettersMax)
  let hash = 0x811c9dc5 ^ text.length
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  // Signed: it takes no memory of its own.
  return hash
}

/** Hashes of the texts, numbers and binaries in these attributes that are longer than three letters, wherever in them, the first of them. */
export function addTellingValues(attributes: Attributes, into: Set<number>): void {
  for (const name of Object.keys(attributes)) addValue(getOwn(attributes, name), into)
}

function addValue(value: unknown, into: Set<number>): void {
  if (into.size >= valuesOfCallMax || typeof value !== 'object' || value === null) return
  for (const type of Object.keys(value)) addTyped(type, (value as Attributes)[type], into)
}

function addTyped(type: string, held: unknown, into: Set<number>): void {
  if (typeof held === 'string') {
    if (held.length > tiedLettersMin) into.add(hashOf(held))
  } else if (type === 'M') addTellingValues(held as Attributes, into)
  else if (type === 'L') for (const member of held as readonly unknown[]) addValue(member, into)
  else if (Array.isArray(held)) for (const member of held) addTyped('S', member, into)
}
