/**
 * CloudWatch's metric math, from text to a tree. A language of its own, small enough for one file:
 *
 * ```
 * expression := either
 * either     := both (("||" | "OR") both)*
 * both       := comparison (("&&" | "AND") comparison)*
 * comparison := sum (("<" | ">" | "<=" | ">=" | "==" | "!=") sum)*
 * sum        := product (("+" | "-") product)*
 * product    := power (("*" | "/") power)*
 * power      := unary ("^" power)?
 * unary      := "-" unary | primary
 * primary    := number | text | name | name "(" list? ")" | "[" list "]" | "(" expression ")"
 * list       := expression ("," expression)*
 * ```
 */
import { validationError } from '../contract/errors.ts'
import { expressionDepthMax } from '../contract/limits.ts'

export type MathExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly MathExpression[] }
  | { readonly kind: 'list'; readonly elements: readonly MathExpression[] }
  | { readonly kind: 'negative'; readonly operand: MathExpression }
  | { readonly kind: 'binary'; readonly operator: MathOperator; readonly left: MathExpression; readonly right: MathExpression }

export type MathOperator = '+' | '-' | '*' | '/' | '^' | '<' | '>' | '<=' | '>=' | '==' | '!=' | '&&' | '||'

const tokenPattern =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|"([^"]*)"|'([^']*)'|(&&|\|\||<=|>=|==|!=|[-+*/^<>()[\],]))/y

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign' | 'end'
  readonly text: string
}

/** Throws the ValidationError that the client is told. */
export function parseMetricMath(text: string): MathExpression {
  const parser = new Parser(text, tokensOf(text))
  return parser.whole()
}

/** The names that are not called: other queries of the request, and words such as REPEAT. */
export function namesIn(expression: MathExpression): ReadonlySet<string> {
  const names = new Set<string>()
  const open = [expression]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'name') names.add(next.name)
    else open.push(...partsOf(next))
  }
  return names
}

function partsOf(expression: MathExpression): readonly MathExpression[] {
  switch (expression.kind) {
    case 'call':
      return expression.operands
    case 'list':
      return expression.elements
    case 'negative':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    default:
      return []
  }
}

/** The text of the error is ours. [I] */
export function inExpression(text: string, problem: string): Error {
  return validationError(`Error in expression '${text}': ${problem}`)
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(tokenPattern)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const found = pattern.exec(text)
    if (found === null) throw inExpression(text, `unexpected character at position ${at + 1}`)
    const [, number, name, double, single, sign = ''] = found
    const quoted = double ?? single
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (name !== undefined) tokens.push(wordToken(name))
    else tokens.push(quoted === undefined ? { kind: 'sign', text: sign } : { kind: 'text', text: quoted })
  }
  return tokens
}

function wordToken(name: string): Token {
  if (name === 'AND') return { kind: 'sign', text: '&&' }
  if (name === 'OR') return { kind: 'sign', text: '||' }
  return { kind: 'name', text: name }
}

const end: Token = { kind: 'end', text: '' }

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  whole(): MathExpression {
    const expression = this.#expression()
    if (this.#next.kind !== 'end') throw this.#unexpected()
    return expression
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? end
  }

  #takes(...signs: string[]): string | undefined {
    const { kind, text } = this.#next
    if (kind !== 'sign' || !signs.includes(text)) return undefined
    this.#at += 1
    return text
  }

  #needs(sign: string): void {
    if (this.#takes(sign) === undefined) throw this.#unexpected()
  }

  #unexpected(): Error {
    const { kind, text } = this.#next
    return inExpression(this.#text, kind === 'end' ? 'it ends too early' : `unexpected '${text}'`)
  }

  #expression(): MathExpression {
    return this.#deeper(() => this.#level(0))
  }

  #deeper(parse: () => MathExpression): MathExpression {
    this.#depth += 1
    if (this.#depth > expressionDepthMax) throw inExpression(this.#text, `it nests deeper than ${expressionDepthMax} levels`)
    const expression = parse()
    this.#depth -= 1
    return expression
  }

  /** The left-associative levels, loosest first. */
  #level(level: number): MathExpression {
    const operators = levels[level]
    if (operators === undefined) return this.#power()
    let left = this.#level(level + 1)
    for (;;) {
      const operator = this.#takes(...operators)
      if (operator === undefined) return left
      left = { kind: 'binary', operator: operator as MathOperator, left, right: this.#level(level + 1) }
    }
  }

  #power(): MathExpression {
    const left = this.#unary()
    if (this.#takes('^') === undefined) return left
    return { kind: 'binary', operator: '^', left, right: this.#deeper(() => this.#power()) }
  }

  #unary(): MathExpression {
    if (this.#takes('-') !== undefined) return { kind: 'negative', operand: this.#deeper(() => this.#unary()) }
    return this.#primary()
  }

  #primary(): MathExpression {
    const token = this.#next
    if (token.kind === 'sign') return this.#bracketed()
    this.#at += 1
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) }
      case 'text':
        return { kind: 'text', value: token.text }
      case 'name':
        return this.#takes('(') === undefined
          ? { kind: 'name', name: token.text }
          : { kind: 'call', name: token.text, operands: this.#list(')') }
      default:
        throw this.#unexpected()
    }
  }

  #bracketed(): MathExpression {
    if (this.#takes('[') !== undefined) return { kind: 'list', elements: this.#list(']') }
    this.#needs('(')
    const expression = this.#expression()
    this.#needs(')')
    return expression
  }

  #list(closing: string): readonly MathExpression[] {
    const elements: MathExpression[] = []
    if (this.#takes(closing) !== undefined) return elements
    do elements.push(this.#expression())
    while (this.#takes(',') !== undefined)
    this.#needs(closing)
    return elements
  }
}

const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['<', '>', '<=', '>=', '==', '!='], ['+', '-'], ['*', '/']]
