/**
 * Values as hashes of 32 bits: enough to see that two calls speak of the same thing, and nothing that could be told. Two different values
 * are taken for the same once in four thousand million times.
 */
import { getOwn } from '../base/own.ts'
import { hashedLettersMax, markedAttributesMax, tiedLettersMin, valuesOfCallMax } from './limits.ts'

export type Attributes = { readonly [name: string]: unknown }

/** One of an item's attributes. */
export interface Mark {
  readonly hash: number
  /** Of a number: itself. */
  readonly number: number | undefined
  /** Long enough for two of them to be the same by more than chance. */
  readonly isTelling: boolean
}

export type Marks = ReadonlyMap<string, Mark>

/** Of its first attributes. */
export function marksOf(attributes: Attributes): Marks {
  const names = Object.keys(attributes).slice(0, markedAttributesMax)
  return new Map(names.map((name) => [name, markOf(getOwn(attributes, name))]))
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
  return hash >>> 0
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
