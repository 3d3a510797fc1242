/**
 * The grammar of ConditionExpression, FilterExpression and KeyConditionExpression (expressions.md §5):
 *
 *   condition := and ( OR and )*
 *   and       := not ( AND not )*
 *   not       := NOT* primary
 *   primary   := '(' condition ')' | operand comparator operand | operand BETWEEN operand AND operand
 *              | operand IN '(' operand (',' operand)* ')' | call
 *   operand   := path | value | call | '(' operand ')'
 *   call      := identifier '(' operand (',' operand)* ')'
 *
 * What an opening parenthesis begins, a condition or an operand, shows only behind its closing one, so both are parsed as a term
 * and told apart by what follows. Which calls may stand where is no matter of syntax: it is noted as a fault.
 */
import { expressionInOperandsMax } from '../api/limits.ts'
import type { Call, Comparator, ExpressionKind, WrittenCondition, WrittenOperand } from './ast.ts'
import { conditionFunctions, updateFunctions } from './function-names.ts'
import { parsePath } from './parse-path.ts'
import { type Fault, TokenReader } from './token-reader.ts'

const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN'])
const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>='])

/** The order in which faults are reported (expressions.md §5); the limits come first, as they do for the whole text. */
const priority: readonly Fault[] = [
  'tooManyOperators',
  'tooManyOperands',
  'redundantParentheses',
  'unknownFunction',
  'misusedFunction',
  'reservedWord',
  'badPath',
]

type Term = WrittenCondition | WrittenOperand

/** Throws the syntax error or the most important of the other faults of the text. */
export function parseCondition(kind: ExpressionKind, text: string): WrittenCondition {
  const reader = new TokenReader(kind, text, keywords)
  const term = parseOr(reader)
  reader.expectEnd()
  const condition = asCondition(reader, term)
  reader.finish(priority)
  return condition
}

function parseOr(reader: TokenReader): Term {
  const first = parseAnd(reader)
  if (reader.keyword() !== 'OR') return first
  const terms = [asCondition(reader, first)]
  while (reader.takeKeyword('OR')) {
    reader.countOperator()
    terms.push(asCondition(reader, parseAnd(reader)))
  }
  return { kind: 'or', terms }
}

function parseAnd(reader: TokenReader): Term {
  const first = parseNot(reader)
  if (reader.keyword() !== 'AND') return first
  const terms = [asCondition(reader, first)]
  while (reader.takeKeyword('AND')) {
    reader.countOperator()
    terms.push(asCondition(reader, parseNot(reader)))
  }
  return { kind: 'and', terms }
}

/** A loop, because a text can hold a thousand NOTs. */
function parseNot(reader: TokenReader): Term {
  let nots = 0
  while (reader.takeKeyword('NOT')) {
    reader.countOperator()
    nots += 1
  }
  const term = parsePrimary(reader)
  if (nots === 0) return term
  let condition = asCondition(reader, term)
  for (; nots > 0; nots -= 1) condition = { kind: 'not', term: condition }
  return condition
}

function parsePrimary(reader: TokenReader): Term {
  const term = reader.atSymbol('(') ? reader.enclosed(() => parseOr(reader)) : parseSimple(reader)
  const { kind, text } = reader.current
  if (kind === 'symbol' && comparators.has(text)) {
    const left = asOperand(reader, term)
    reader.countOperator()
    reader.take()
    return { kind: 'comparison', comparator: text as Comparator, left, right: parseOperand(reader) }
  }
  const keyword = reader.keyword()
  if (keyword !== 'BETWEEN' && keyword !== 'IN') return term
  const operand = asOperand(reader, term)
  reader.countOperator()
  reader.take()
  return keyword === 'IN' ? parseIn(reader, operand) : parseBetween(reader, operand)
}

function parseBetween(reader: TokenReader, operand: WrittenOperand): WrittenCondition {
  const lower = parseOperand(reader)
  reader.expectKeyword('AND')
  return { kind: 'between', operand, lower, upper: parseOperand(reader) }
}

function parseIn(reader: TokenReader, operand: WrittenOperand): WrittenCondition {
  const candidates = reader.operands(() => parseOperand(reader))
  if (candidates.length > expressionInOperandsMax) {
    reader.note('tooManyOperands', `The IN operator is provided with too many operands; number of operands: ${candidates.length}`)
  }
  return { kind: 'in', operand, candidates }
}

function parseOperand(reader: TokenReader): WrittenOperand {
  if (reader.atSymbol('(')) return reader.enclosed(() => parseOperand(reader))
  return asOperand(reader, parseSimple(reader))
}

function parseSimple(reader: TokenReader): WrittenOperand {
  if (reader.current.kind === 'value') return { kind: 'value', placeholder: reader.take().text }
  return reader.atCall() ? parseCall(reader) : parsePath(reader)
}

function parseCall(reader: TokenReader): Call<WrittenOperand> {
  const name = reader.take().text
  reader.countOperator()
  if (updateFunctions.has(name)) reader.note('unknownFunction', `The function is not allowed in a condition expression; function: ${name}`)
  else if (!conditionFunctions.has(name)) reader.note('unknownFunction', `Invalid function name; function: ${name}`)
  return { kind: 'call', name, operands: reader.operands(() => parseOperand(reader)) }
}

/** The term as a condition, or the syntax error that the current token, which follows it, makes of it. */
function asCondition(reader: TokenReader, term: Term): WrittenCondition {
  if (term.kind === 'path' || term.kind === 'value') throw reader.syntaxError()
  if (term.kind === 'call' && term.name === 'size') noteMisuse(reader, term.name)
  return term
}

function asOperand(reader: TokenReader, term: Term): WrittenOperand {
  if (term.kind !== 'path' && term.kind !== 'value' && term.kind !== 'call') throw reader.syntaxError()
  if (term.kind === 'call' && term.name !== 'size') noteMisuse(reader, term.name)
  return term
}

function noteMisuse(reader: TokenReader, name: string): void {
  reader.note('misusedFunction', `The function is not allowed to be used this way in an expression; function: ${name}`)
}
