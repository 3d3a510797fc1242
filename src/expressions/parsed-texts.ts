/**
 * Remembers what recent texts parsed to. Programs send the same few expressions over and over, and what a text parses to depends
 * on the text alone.
 */

import { invalidRequest } from '../api/errors.ts'
import { expressionSizeBytesMax } from '../api/limits.ts'
import type { ExpressionKind } from './ast.ts'
import { rememberedTextsMax } from './limits.ts'

export class ParsedTexts<Tree, Kind extends string = ExpressionKind> {
  readonly #parse: (kind: Kind, text: string) => Tree
  readonly #checkSize: (kind: Kind, text: string) => void
  /** By kind, because messages name it. In the order of arrival: the first is the first to go. */
  readonly #trees = new Map<Kind, Map<string, Tree>>()
  #parseCount = 0

  /** `checkSize` throws for texts that are not even to be parsed; by default what is no expression. */
  constructor(parse: (kind: Kind, text: string) => Tree, checkSize: (kind: Kind, text: string) => void = checkExpressionSize) {
    this.#parse = parse
    this.#checkSize = checkSize
  }

  /** How often a text was really parsed. */
  get parseCount(): number {
    return this.#parseCount
  }

  /** The tree of `text`. Throws what is wrong with its size, or what the parser throws. */
  get(kind: Kind, text: string): Tree {
    let trees = this.#trees.get(kind)
    const known = trees?.get(text)
    if (known !== undefined) return known
    this.#checkSize(kind, text)
    this.#parseCount += 1
    const tree = this.#parse(kind, text)
    if (trees === undefined) {
      trees = new Map()
      this.#trees.set(kind, trees)
    }
    const oldest = trees.size < rememberedTextsMax ? undefined : trees.keys().next().value
    if (oldest !== undefined) trees.delete(oldest)
    trees.set(text, tree)
    return tree
  }
}

function checkExpressionSize(kind: string, text: string): void {
  if (text === '') throw invalidRequest(`Invalid ${kind}: The expression can not be empty;`)
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes > expressionSizeBytesMax) {
    throw invalidRequest(`Invalid ${kind}: Expression size has exceeded the maximum allowed size; expression size: ${sizeBytes}`)
  }
}
