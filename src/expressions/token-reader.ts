/**
 * Where a parser stands in its tokens, the faults it met on the way, and the limits that keep it from recursing too deep. A fault
 * that is not of syntax is only noted: which of several is reported does not depend on which stands first in the text.
 */

import type { ServiceError } from '../api/errors.ts'
import { invalidRequest } from '../api/errors.ts'
import { expressionOperatorsMax } from '../api/limits.ts'
import type { ExpressionKind } from './ast.ts'
import { type Token, tokenize } from './tokenize.ts'

/**
 * Parentheses and calls inside each other. An expression nested deeper has redundant parentheses or too many operators: with no
 * more than 300 operators and functions, at most 301 pairs of parentheses can each enclose something of their own.
 */
const nestingMax = 2 * expressionOperatorsMax + 1

/** Faults that are no syntax errors, but still depend on the text alone. */
export type Fault =
  | 'tooManyOperators'
  | 'tooManyOperands'
  | 'redundantParentheses'
  | 'unknownFunction'
  | 'misusedFunction'
  | 'repeatedSection'
  | 'reservedWord'
  | 'badPath'

export class TokenReader {
  readonly #kind: ExpressionKind
  readonly #source: string
  readonly #tokens: readonly Token[]
  readonly #keywords: ReadonlySet<string>
  readonly #faults = new Map<Fault, string>()
  #at = 0
  #operators = 0
  #nesting = 0
  /** Positions of the pair of parentheses closed last. */
  #lastOpened = -1
  #lastClosed = -1

  /** `keywords` in upper case: words that are never attribute names in this language. */
  constructor(kind: ExpressionKind, source: string, keywords: ReadonlySet<string>) {
    this.#kind = kind
    this.#source = source
    this.#tokens = tokenize(source)
    this.#keywords = keywords
  }

  #token(at: number): Token {
    // Behind the last token stands the end again and again, as nothing accepts it.
    return this.#tokens[Math.min(at, this.#tokens.length - 1)] as Token
  }

  get current(): Token {
    return this.#token(this.#at)
  }

  /** Steps over the current token and returns it. */
  take(): Token {
    const token = this.current
    this.#at += 1
    return token
  }

  atSymbol(text: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === text
  }

  takeSymbol(text: string): boolean {
    const found = this.atSymbol(text)
    if (found) this.#at += 1
    return found
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.syntaxError()
  }

  /** True at an identifier followed by an opening parenthesis. */
  atCall(): boolean {
    const next = this.#token(this.#at + 1)
    return this.atName() && next.kind === 'symbol' && next.text === '('
  }

  /** True at an identifier that is no keyword. */
  atName(): boolean {
    return this.current.kind === 'identifier' && this.keyword() === undefined
  }

  /** The keyword the reader is at, in upper case. */
  keyword(): string | undefined {
    if (this.current.kind !== 'identifier') return undefined
    const word = this.current.text.toUpperCase()
    return this.#keywords.has(word) ? word : undefined
  }

  takeKeyword(word: string): boolean {
    const found = this.keyword() === word
    if (found) this.#at += 1
    return found
  }

  expectKeyword(word: string): void {
    if (!this.takeKeyword(word)) throw this.syntaxError()
  }

  /** Parses what `(` … `)` encloses; both parentheses are this function's. */
  enclosed<T>(parse: () => T): T {
    const opened = this.#at
    this.expectSymbol('(')
    this.#enter()
    const inner = parse()
    this.#nesting -= 1
    const closed = this.#at
    this.expectSymbol(')')
    if (this.#lastOpened === opened + 1 && this.#lastClosed === closed - 1) {
      this.note('redundantParentheses', 'The expression has redundant parentheses;')
    }
    this.#lastOpened = opened
    this.#lastClosed = closed
    return inner
  }

  /** Parses the operands of a call, parentheses included; those are never redundant. */
  operands<T>(parse: () => T): readonly T[] {
    this.expectSymbol('(')
    this.#enter()
    const operands = [parse()]
    while (this.takeSymbol(',')) operands.push(parse())
    this.#nesting -= 1
    this.expectSymbol(')')
    return operands
  }

  #enter(): void {
    this.#nesting += 1
    if (this.#nesting <= nestingMax) return
    this.note('redundantParentheses', 'The expression has redundant parentheses;')
    this.finish(['tooManyOperators', 'redundantParentheses'])
  }

  /** Counts one operator or function. */
  countOperator(): void {
    this.#operators += 1
    if (this.#operators > expressionOperatorsMax) {
      this.#faults.set('tooManyOperators', `The expression contains too many operators; operator count: ${this.#operators}`)
    }
  }

  /** Remembers the first fault of its kind. */
  note(fault: Fault, message: string): void {
    if (!this.#faults.has(fault)) this.#faults.set(fault, message)
  }

  expectEnd(): void {
    if (this.current.kind !== 'end') throw this.syntaxError()
  }

  /** Throws the first of the faults that were noted, by the given priority. */
  finish(priority: readonly Fault[]): void {
    for (const fault of priority) {
      const message = this.#faults.get(fault)
      if (message !== undefined) throw invalidRequest(`Invalid ${this.#kind}: ${message}`)
    }
  }

  /** For the current token. The window reaches from the start of the token before it to the end of the one behind it. */
  syntaxError(): ServiceError {
    const { start } = this.#token(Math.max(0, this.#at - 1))
    const { end } = this.#token(this.#at + 1)
    const near = this.#source.slice(start, end)
    return invalidRequest(`Invalid ${this.#kind}: Syntax error; token: "${this.current.text}", near: "${near}"`)
  }
}
