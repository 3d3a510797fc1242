/**
 * The names (`#n`) and values (`:v`) that the expressions of one request speak of, and who used them: what is never used is an
 * error (expressions.md §3).
 */
import { invalidRequest } from '../api/errors.ts'
import { getOwn } from '../base/own.ts'
import type { AttributeMap, AttributeValue } from '../values/attribute-value.ts'
import type { ExpressionKind } from './ast.ts'
import { tokenize } from './tokenize.ts'

export interface AttributeNames {
  readonly [alias: string]: string
}

export class Placeholders {
  readonly #names: AttributeNames
  readonly #values: AttributeMap
  /** Names and values alike: their first characters tell them apart. */
  readonly #used = new Set<string>()

  /** Both are checked already: see check-expression-parameters.ts. */
  constructor(names: AttributeNames = {}, values: AttributeMap = {}) {
    this.#names = names
    this.#values = values
  }

  /** The attribute name that `alias` (with its `#`) stands for; the error that there is none names `kind`. Counts as a use. */
  name(kind: ExpressionKind, alias: string): string {
    this.#used.add(alias)
    const name = getOwn(this.#names, alias)
    if (name !== undefined) return name.toWellFormed()
    throw invalidRequest(`Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${alias}`)
  }

  /** The value that `placeholder` (with its `:`) stands for; the error that there is none names `kind`. Counts as a use. */
  value(kind: ExpressionKind, placeholder: string): AttributeValue {
    this.#used.add(placeholder)
    const value = getOwn(this.#values, placeholder)
    if (value !== undefined) return value
    throw invalidRequest(
      `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
    )
  }

  /** Throws for names that none of the texts mentions, whether the texts can be read or not. */
  checkNamesMentioned(texts: readonly string[]): void {
    const mentioned = new Set(texts.flatMap(tokenize).map((token) => token.text))
    checkUsed('ExpressionAttributeNames', this.#names, mentioned)
  }

  /** To be called when all expressions of the request are compiled. Throws for unused names, then for unused values. */
  checkAllUsed(): void {
    checkUsed('ExpressionAttributeNames', this.#names, this.#used)
    checkUsed('ExpressionAttributeValues', this.#values, this.#used)
  }
}

function checkUsed(parameter: string, given: object, used: ReadonlySet<string>): void {
  const unused = Object.keys(given).filter((placeholder) => !used.has(placeholder))
  if (unused.length === 0) return
  throw invalidRequest(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`)
}
