/**
 * The members of a request that nobody has checked yet: what it needs to be allowed is found out before what is wrong with it. Only those
 * that the shape of the operation's input has are seen, as whatever else a client sends nothing is done with: judged by it, a request
 * would be about something else than what is done.
 */
import type { ShapeTable } from '../api/shapes/shape-table.ts'
import { getOwn } from '../base/own.ts'
import type { ContextValue } from '../policies/context-keys.ts'

interface UncheckedTag {
  readonly Key: string
  readonly Value: string
}

export class UncheckedMembers {
  readonly #known: ReadonlySet<string>
  readonly #raw: object

  constructor(shapes: ShapeTable, operation: string, raw: unknown) {
    const shape = getOwn(shapes, `${operation}Input`)
    this.#known = new Set(shape?.kind === 'structure' ? Object.keys(shape.members) : [])
    this.#raw = Object(raw) as object
  }

  /** Whether the operation reads it. */
  reads(name: string): boolean {
    return this.#known.has(name)
  }

  /** Undefined for what is no single value: the checks of the operation refuse it. */
  text(name: string): string | undefined {
    return textIn(this.#valueOf(name))
  }

  /** Of a list, those elements that are single values. */
  texts(name: string): readonly string[] {
    return this.#list(name).flatMap((each) => textIn(each) ?? [])
  }

  tags(name = 'Tags'): readonly UncheckedTag[] {
    return this.#list(name).flatMap((each) => {
      const tag = Object(each) as { readonly [name: string]: unknown }
      const Key = textIn(getOwn(tag, 'Key'))
      return Key === undefined ? [] : [{ Key, Value: textIn(getOwn(tag, 'Value')) ?? '' }]
    })
  }

  #valueOf(name: string): unknown {
    return this.#known.has(name) ? getOwn(this.#raw as { readonly [name: string]: unknown }, name) : undefined
  }

  #list(name: string): readonly unknown[] {
    const value = this.#valueOf(name)
    return Array.isArray(value) ? value : []
  }
}

/** The condition keys of tags that come with a request, and of keys of tags that are to go. */
export function tagContext(tags: readonly UncheckedTag[], keysToRemove: readonly string[] = []): ReadonlyMap<string, ContextValue> {
  const keys = new Map<string, ContextValue>(tags.map(({ Key, Value }) => [`aws:requesttag/${Key.toLowerCase()}`, Value]))
  const tagKeys = [...tags.map(({ Key }) => Key), ...keysToRemove]
  if (tagKeys.length > 0) keys.set('aws:tagkeys', tagKeys)
  return keys
}

/** Half a surrogate pair is read as all services read it, as what stands for no character. */
function textIn(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).toWellFormed() : undefined
}
