/**
 * Text of a policy with `*`, `?` and variables in it, compiled once: into text alone where that is all there is, into symbols otherwise.
 * What comes out of a variable is literal, whatever characters it has (iam-and-sigv4.md §3.1, §3.2).
 */
import type { ContextKeys } from './context-keys.ts'

/** A code unit, or one of the two wildcards. */
export type Symbols = readonly number[]

const anyRun = -1
const anyOne = -2
const colon = 0x3a

/** A part of a text: what it stands for is known, or is that of a condition key. */
type Part = Symbols | Variable

interface Variable {
  /** Lower case. */
  readonly key: string
  readonly fallback?: string
}

export interface Pattern {
  readonly parts: readonly Part[]
  /** What the pattern stands for where no variable is in it. */
  readonly symbols: Symbols | undefined
  /** The same as text. */
  readonly text: string | undefined
}

/** `readsVariables`: the document's version has them. */
export function parsePattern(text: string, readsVariables: boolean): Pattern {
  const parts: Part[] = []
  let rest = text
  while (readsVariables) {
    const start = rest.indexOf('${')
    const end = start < 0 ? -1 : rest.indexOf('}', start)
    if (end < 0) break
    if (start > 0) parts.push(symbolsOf(rest.slice(0, start)))
    parts.push(variablePart(rest.slice(start + 2, end)))
    rest = rest.slice(end + 1)
  }
  if (rest !== '') parts.push(symbolsOf(rest))
  const known = parts.filter((part): part is Symbols => !isVariable(part))
  const symbols = known.length === parts.length ? known.flat() : undefined
  return { parts, symbols, text: symbols === undefined ? undefined : textOf(symbols) }
}

/** What a pattern stands for in a request; undefined when a variable of it has no value and no default. */
export function resolve(pattern: Pattern, keys: ContextKeys): Symbols | undefined {
  if (pattern.symbols !== undefined) return pattern.symbols
  const symbols: number[] = []
  for (const part of pattern.parts) {
    if (!isVariable(part)) symbols.push(...part)
    else {
      const value = keys(part.key) ?? part.fallback
      // Several values are no text. [I]
      if (typeof value !== 'string') return undefined
      for (let at = 0; at < value.length; at += 1) symbols.push(value.charCodeAt(at))
    }
  }
  return symbols
}

/** The same where wildcards mean nothing, as text. */
export function resolveText(pattern: Pattern, keys: ContextKeys): string | undefined {
  if (pattern.text !== undefined) return pattern.text
  let text = ''
  for (const part of pattern.parts) {
    const value = isVariable(part) ? (keys(part.key) ?? part.fallback) : textOf(part)
    if (typeof value !== 'string') return undefined
    text += value
  }
  return text
}

/** The text that symbols were made of. */
export function textOf(symbols: Symbols): string {
  return symbols.map((symbol) => (symbol === anyRun ? '*' : symbol === anyOne ? '?' : String.fromCharCode(symbol))).join('')
}

/** A test of whole texts, as cheap as the pattern allows. */
export function matcherOf(symbols: Symbols): (text: string) => boolean {
  const wildcards = symbols.filter((symbol) => symbol < 0)
  if (wildcards.length === 0) {
    const exact = textOf(symbols)
    return (text) => text === exact
  }
  if (wildcards.length === 1 && symbols.at(-1) === anyRun) {
    const prefix = textOf(symbols.slice(0, -1))
    return prefix === '' ? () => true : (text) => text.startsWith(prefix)
  }
  return wildcards.every((symbol) => symbol === anyRun) ? runsMatcher(symbols) : (text) => matches(symbols, text)
}

/** Of a pattern with runs alone, such as nearly every ARN: what stands between them is found by the engine's own search. */
function runsMatcher(symbols: Symbols): (text: string) => boolean {
  const [head = '', ...rest] = textsBetweenRuns(symbols)
  const tail = rest.pop() ?? ''
  const fixedLength = head.length + tail.length
  return (text) => {
    // What differs differs most often at the end.
    if (text.length < fixedLength || !text.endsWith(tail) || !text.startsWith(head)) return false
    let at = head.length
    const end = text.length - tail.length
    for (const between of rest) {
      const found = text.indexOf(between, at)
      at = found + between.length
      if (found < 0 || at > end) return false
    }
    return true
  }
}

function textsBetweenRuns(symbols: Symbols): readonly string[] {
  const texts: string[] = []
  let start = 0
  for (;;) {
    const end = symbols.indexOf(anyRun, start)
    texts.push(textOf(symbols.slice(start, end < 0 ? undefined : end)))
    if (end < 0) return texts
    start = end + 1
  }
}

/** Whether the whole text is one that the symbols stand for. */
export function matches(symbols: Symbols, text: string): boolean {
  let at = 0
  let textAt = 0
  let runAt = -1
  let runTextAt = 0
  while (textAt < text.length) {
    const symbol = symbols[at]
    if (symbol === anyRun) {
      runAt = at
      runTextAt = textAt
      at += 1
    } else if (symbol === anyOne || (symbol !== undefined && symbol === text.charCodeAt(textAt))) {
      at += 1
      textAt += 1
    } else if (runAt >= 0) {
      // Only the last run can be the one to take more.
      runTextAt += 1
      textAt = runTextAt
      at = runAt + 1
    } else return false
  }
  while (symbols[at] === anyRun) at += 1
  return at === symbols.length
}

/** An ARN's six components: the last has all the rest. Undefined for what has fewer. */
export function arnParts(symbols: Symbols): readonly Symbols[] | undefined {
  const parts: Symbols[] = []
  let start = 0
  while (parts.length < 5) {
    const end = symbols.indexOf(colon, start)
    if (end < 0) return undefined
    parts.push(symbols.slice(start, end))
    start = end + 1
  }
  parts.push(symbols.slice(start))
  return parts
}

export function literal(text: string): Symbols {
  const codes: number[] = []
  for (let at = 0; at < text.length; at += 1) codes.push(text.charCodeAt(at))
  return codes
}

function symbolsOf(text: string): Symbols {
  return literal(text).map((code) => (code === 0x2a ? anyRun : code === 0x3f ? anyOne : code))
}

/** `key`, `key, 'default'`, or one of the three characters that otherwise mean something. */
function variablePart(text: string): Part {
  if (text === '*' || text === '?' || text === '$') return literal(text)
  const comma = text.indexOf(',')
  if (comma < 0) return { key: text.trim().toLowerCase() }
  const fallback = text.slice(comma + 1).trim()
  const isQuoted = fallback.length > 1 && fallback.startsWith("'") && fallback.endsWith("'")
  return { key: text.slice(0, comma).trim().toLowerCase(), ...(isQuoted ? { fallback: fallback.slice(1, -1) } : {}) }
}

function isVariable(part: Part): part is Variable {
  return 'key' in part
}
