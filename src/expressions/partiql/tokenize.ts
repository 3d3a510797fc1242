/**
 * Splits a PartiQL statement into tokens (partiql.md §1):
 *
 *   space    ' ' | tab | CR | LF | '--' … end of line | '/*' … '*' '/'      separates, is no token
 *   word     [A-Za-z_$][A-Za-z0-9_$]*              keywords, function names and names without quotes
 *   quoted   '"' ( character | '""' )* '"'         a name, whatever is in it
 *   string   "'" ( character | "''" )* "'"
 *   number   ( digits [ '.' digits* ] | '.' digits ) [ ('e'|'E') ['+'|'-'] digits ]     without a sign
 *   symbol   = <> != < <= > >= << >> + - * / % || ( ) [ ] { } , . : ; ?
 *   end      behind the last token
 */
import { isWord } from '../tokenize.ts'
import { notWellFormed } from './not-well-formed.ts'

type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Of a quoted name or a string what it stands for. */
  readonly text: string
  /** Offsets into the source, quotes included. */
  readonly start: number
  readonly end: number
}

/** The last token is of kind `end`. Throws, without a detail, for what is no token. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = afterSpace(source, 0)
  while (at < source.length) {
    const token = tokenAt(source, at)
    tokens.push(token)
    at = afterSpace(source, token.end)
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length })
  return tokens
}

function tokenAt(source: string, start: number): Token {
  const character = source.charAt(start)
  if (character === "'") return quotedToken(source, start, 'string')
  if (character === '"') return quotedToken(source, start, 'quoted')
  if (isDigit(source.charCodeAt(start)) || (character === '.' && isDigit(source.charCodeAt(start + 1)))) return numberToken(source, start)
  if (isNamePart(source.charCodeAt(start))) {
    let end = start + 1
    while (isNamePart(source.charCodeAt(end))) end += 1
    return { kind: 'word', text: source.slice(start, end), start, end }
  }
  const two = source.slice(start, start + 2)
  const text = longSymbols.includes(two) ? two : character
  if (text.length === 1 && !symbols.includes(text)) throw notWellFormed('')
  return { kind: 'symbol', text, start, end: start + text.length }
}

const longSymbols: readonly string[] = ['<=', '>=', '<>', '!=', '<<', '>>', '||']
const symbols = '=<>+-*/%()[]{},.:;?'

function quotedToken(source: string, start: number, kind: 'string' | 'quoted'): Token {
  const quote = source.charAt(start)
  let text = ''
  let from = start + 1
  for (;;) {
    const closing = source.indexOf(quote, from)
    if (closing < 0) throw notWellFormed('')
    text += source.slice(from, closing)
    if (source.charAt(closing + 1) !== quote) return { kind, text, start, end: closing + 1 }
    text += quote
    from = closing + 2
  }
}

function numberToken(source: string, start: number): Token {
  const point = afterDigits(source, start)
  const hasFraction = source.charAt(point) === '.'
  const fractionEnd = hasFraction ? afterDigits(source, point + 1) : point
  let end = fractionEnd
  let exponent = '0'
  if (source.charAt(end) === 'e' || source.charAt(end) === 'E') {
    const sign = source.charAt(end + 1)
    const digits = sign === '+' || sign === '-' ? end + 2 : end + 1
    end = afterDigits(source, digits)
    exponent = `${sign === '-' ? '-' : ''}${source.slice(digits, end)}`
    if (end === digits) throw notWellFormed('')
  }
  if (isNamePart(source.charCodeAt(end))) throw notWellFormed('')
  if (!isReckonable(exponent, hasFraction ? fractionEnd - point - 1 : 0)) throw notWellFormed('')
  return { kind: 'number', text: source.slice(start, end), start, end }
}

/** Exponent and scale must fit into 32 bits. */
function isReckonable(exponent: string, fractionDigits: number): boolean {
  const value = Number(exponent)
  const scale = fractionDigits - value
  return (value | 0) === value + 0 && (scale | 0) === scale + 0
}

function afterSpace(source: string, start: number): number {
  let at = start
  for (;;) {
    const code = source.charCodeAt(at)
    if (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d) at += 1
    else if (source.startsWith('--', at)) at = afterLine(source, at)
    else if (source.startsWith('/*', at)) at = afterBlock(source, at)
    else return at
  }
}

function afterLine(source: string, start: number): number {
  const end = source.indexOf('\n', start)
  return end < 0 ? source.length : end + 1
}

function afterBlock(source: string, start: number): number {
  const end = source.indexOf('*/', start + 2)
  if (end < 0) throw notWellFormed('')
  return end + 2
}

function afterDigits(source: string, start: number): number {
  let at = start
  while (isDigit(source.charCodeAt(at))) at += 1
  return at
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isNamePart(code: number): boolean {
  return isWord(code) || code === 0x24
}
