/**
 * Where the parser of PartiQL stands in its tokens, what it counted on the way, and the limit that keeps it from recursing too
 * deep. A fault of meaning is only noted: faults of syntax come first, wherever they stand.
 */

import type { ServiceError } from '../../api/errors.ts'
import { statementNestingMax } from '../limits.ts'
import { canNameFunction, isKeyword, isOperatorWord } from './keywords.ts'
import { notWellFormed } from './not-well-formed.ts'
import { type Token, tokenize } from './tokenize.ts'

export class StatementReader {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #at = 0
  #nesting = 0
  #parameterCount = 0
  #fault: string | undefined
  /** How far places are known. They are mostly asked for one behind the other. */
  #walked = firstPlace

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokenize(source)
  }

  get current(): Token {
    return this.#token(this.#at)
  }

  get parameterCount(): number {
    return this.#parameterCount
  }

  get fault(): string | undefined {
    return this.#fault
  }

  #token(at: number): Token {
    // Behind the last token stands the end again and again, as nothing accepts it.
    return this.#tokens[Math.min(at, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const token = this.current
    this.#at += 1
    return token
  }

  /** Steps over a parameter and returns its number, from 0. */
  takeParameter(): number {
    this.#at += 1
    this.#parameterCount += 1
    return this.#parameterCount - 1
  }

  atSymbol(text: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === text
  }

  takeSymbol(text: string): boolean {
    const found = this.atSymbol(text)
    if (found) this.#at += 1
    return found
  }

  /** The word the reader is at, in upper case. */
  word(): string | undefined {
    return this.current.kind === 'word' ? this.current.text.toUpperCase() : undefined
  }

  atWord(word: string): boolean {
    return this.word() === word
  }

  takeWord(word: string): boolean {
    const found = this.atWord(word)
    if (found) this.#at += 1
    return found
  }

  /** Whether the word behind the one the reader is at is this one, given in upper case. */
  isNextWord(word: string): boolean {
    const { kind, text } = this.#token(this.#at + 1)
    return kind === 'word' && text.toUpperCase() === word
  }

  /** Steps over the signs before a number, of which there may be several, and says whether they make it negative. */
  takeSigns(): boolean {
    let isNegative = false
    for (; this.atSymbol('-') || this.atSymbol('+'); this.#at += 1) if (this.current.text === '-') isNegative = !isNegative
    return isNegative
  }

  /** True at a name: in double quotes, or a word that is no keyword. */
  atName(): boolean {
    if (this.current.kind === 'quoted') return true
    const word = this.word()
    return word !== undefined && !isKeyword(word)
  }

  /** True at a word followed by an opening parenthesis. */
  atCall(): boolean {
    const word = this.word()
    const next = this.#token(this.#at + 1)
    return word !== undefined && canNameFunction(word) && next.kind === 'symbol' && next.text === '('
  }

  /** True where nothing follows but an optional semicolon. */
  atEnd(): boolean {
    return this.current.kind === 'end' || this.atSymbol(';')
  }

  /** The place of a token: `line:column:length`, from 1, in characters. */
  placeOf({ start, end }: Token): string {
    this.#walked = walkTo(this.#source, this.#walked.offset <= start ? this.#walked : firstPlace, start)
    const { line, column } = this.#walked
    return `${line}:${column}:${[...this.#source.slice(start, end)].length}`
  }

  /** Parses what is inside something. */
  nested<T>(parse: () => T): T {
    this.#nesting += 1
    if (this.#nesting > statementNestingMax) throw notWellFormed('')
    const inner = parse()
    this.#nesting -= 1
    return inner
  }

  /** Remembers the first fault. */
  note(message: string): void {
    this.#fault ??= message
  }

  /** Where an operand should stand and does not. */
  unexpected(): ServiceError {
    const word = this.word()
    if (word !== undefined && isOperatorWord(word)) return notWellFormed('Unexpected operator')
    if (word !== undefined && isKeyword(word)) return notWellFormed('Unexpected keyword')
    const isOperator = this.current.kind === 'symbol' && operatorSymbols.includes(this.current.text)
    return notWellFormed(isOperator ? 'Unexpected operator' : 'Unexpected term')
  }

  /** Refuses the end of the statement behind an operator. */
  expectRightSide(): void {
    if (this.atEnd()) throw notWellFormed('Missing right-hand side expression of infix operator')
  }

  expectEnd(): void {
    // [I] A semicolon behind a whole statement is accepted.
    this.takeSymbol(';')
    if (this.current.kind !== 'end') throw notWellFormed('Unexpected token after expression')
  }
}

const operatorSymbols: readonly string[] = ['=', '<>', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||']

interface Place {
  readonly offset: number
  readonly line: number
  readonly column: number
}

const firstPlace: Place = { offset: 0, line: 1, column: 1 }

/** A line ends with LF, CR or both. */
function walkTo(source: string, from: Place, offset: number): Place {
  let { offset: at, line, column } = from
  while (at < offset) {
    const character = source.codePointAt(at) ?? 0
    const endsLine = character === lineFeed || (character === carriageReturn && source.charCodeAt(at + 1) !== lineFeed)
    if (endsLine) line += 1
    column = endsLine ? 1 : column + 1
    at += character > 0xffff ? 2 : 1
  }
  return { offset: at, line, column }
}

const lineFeed = '\n'.charCodeAt(0)
const carriageReturn = '\r'.charCodeAt(0)
