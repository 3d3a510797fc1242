/**
 * Splits the text of an expression into tokens. All expression languages share it (expressions.md §2):
 *
 *   space       ' ' | tab | CR | LF                     separates, is no token
 *   identifier  [A-Za-z][A-Za-z0-9_]*                   keywords and function names too: the parser knows where they stand
 *   alias       '#' [A-Za-z0-9_]+
 *   value       ':' [A-Za-z0-9_]+
 *   number      [0-9]+                                  list indexes only, the languages have no literals
 *   symbol      = <> < <= > >= + - ( ) [ ] , .
 *   unknown     any other character, by itself          accepted by no grammar, so the parser reports it
 *   end         the empty text behind the last token
 */

type TokenKind = 'identifier' | 'alias' | 'value' | 'number' | 'symbol' | 'unknown' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** Offsets into the source. */
  readonly start: number
  readonly end: number
}

/** The tokens of `source`, the last of which is of kind `end`. Never fails. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (isSpace(source.charCodeAt(at))) at += 1
    if (at >= source.length) break
    const kind = kindAt(source, at)
    const end = endOf(source, at, kind)
    tokens.push({ kind, text: source.slice(at, end), start: at, end })
    at = end
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: source.length, end: source.length })
  return tokens
}

function kindAt(source: string, at: number): TokenKind {
  const code = source.charCodeAt(at)
  if (isDigit(code)) return 'number'
  if (isWord(code) && code !== underscore) return 'identifier'
  const character = source.charAt(at)
  if (character === '#' && isWord(source.charCodeAt(at + 1))) return 'alias'
  if (character === ':' && isWord(source.charCodeAt(at + 1))) return 'value'
  return '=<>+-()[],.'.includes(character) ? 'symbol' : 'unknown'
}

function endOf(source: string, start: number, kind: TokenKind): number {
  let at = start + 1
  if (kind === 'number') while (isDigit(source.charCodeAt(at))) at += 1
  else if (kind === 'symbol') at = start + symbolLength(source, start)
  else if (kind === 'unknown') at = start + String.fromCodePoint(source.codePointAt(start) ?? 0).length
  else while (isWord(source.charCodeAt(at))) at += 1
  return at
}

function symbolLength(source: string, at: number): number {
  const two = source.slice(at, at + 2)
  return two === '<=' || two === '>=' || two === '<>' ? 2 : 1
}

const underscore = 0x5f

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** `[A-Za-z0-9_]`; false for the NaN behind the end. */
export function isWord(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === underscore
}
