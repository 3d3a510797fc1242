/**
 * The grammar of UpdateExpression (expressions.md §8):
 *
 *   update  := section+                          each keyword at most once, in any order
 *   section := SET    path '=' value (',' path '=' value)*
 *            | REMOVE path (',' path)*
 *            | ADD    path placeholder (',' path placeholder)*
 *            | DELETE path placeholder (',' path placeholder)*
 *   value   := term ( ('+' | '-') operand )?     the term in front of an operator is an operand
 *   term    := '(' value ')' | operand
 *   operand := path | placeholder | call | '(' operand ')'
 *   call    := identifier '(' operand (',' operand)* ')'
 */
import type { Call, SetValue, WrittenAction, WrittenOperand, WrittenUpdate, WrittenValue } from './ast.ts'
import { conditionFunctions, updateFunctions } from './function-names.ts'
import { parsePath } from './parse-path.ts'
import { type Fault, TokenReader } from './token-reader.ts'

const keywords: ReadonlySet<string> = new Set(['SET', 'REMOVE', 'ADD', 'DELETE'])

/** The order in which faults are reported (expressions.md §8). */
const priority: readonly Fault[] = [
  'tooManyOperators',
  'redundantParentheses',
  'reservedWord',
  'unknownFunction',
  'misusedFunction',
  'repeatedSection',
  'badPath',
]

/** Throws the syntax error or the most important of the other faults of the text. */
export function parseUpdate(text: string): WrittenUpdate {
  const reader = new TokenReader('UpdateExpression', text, keywords)
  const actions: WrittenAction[] = []
  const seen = new Set<string>()
  do {
    const section = reader.keyword()
    if (section === undefined) throw reader.syntaxError()
    if (seen.has(section)) {
      reader.note('repeatedSection', `The "${section}" section can only be used once in an update expression;`)
    }
    seen.add(section)
    reader.take()
    do actions.push(parseAction(reader, section))
    while (reader.takeSymbol(','))
  } while (reader.current.kind !== 'end')
  reader.finish(priority)
  return { actions }
}

function parseAction(reader: TokenReader, section: string): WrittenAction {
  const target = parsePath(reader)
  if (section === 'REMOVE') return { kind: 'remove', target }
  if (section === 'SET') {
    reader.expectSymbol('=')
    return { kind: 'set', target, value: parseValue(reader) }
  }
  return { kind: section === 'ADD' ? 'add' : 'delete', target, value: parsePlaceholder(reader) }
}

function parsePlaceholder(reader: TokenReader): WrittenValue {
  if (reader.current.kind !== 'value') throw reader.syntaxError()
  return { kind: 'value', placeholder: reader.take().text }
}

function parseValue(reader: TokenReader): SetValue<WrittenOperand> {
  const left = reader.atSymbol('(') ? reader.enclosed(() => parseValue(reader)) : parseOperand(reader)
  const operator = reader.atSymbol('+') ? '+' : reader.atSymbol('-') ? '-' : undefined
  if (operator === undefined) return left
  if (left.kind === 'arithmetic') throw reader.syntaxError()
  reader.countOperator()
  reader.take()
  return { kind: 'arithmetic', operator, left, right: parseOperand(reader) }
}

function parseOperand(reader: TokenReader): WrittenOperand {
  if (reader.atSymbol('(')) return reader.enclosed(() => parseOperand(reader))
  if (reader.current.kind === 'value') return parsePlaceholder(reader)
  return reader.atCall() ? parseCall(reader) : parsePath(reader)
}

function parseCall(reader: TokenReader): Call<WrittenOperand> {
  const name = reader.take().text
  reader.countOperator()
  if (conditionFunctions.has(name)) reader.note('unknownFunction', `The function is not allowed in an update expression; function: ${name}`)
  else if (!updateFunctions.has(name)) reader.note('unknownFunction', `Invalid function name; function: ${name}`)
  const operands = reader.operands(() => parseOperand(reader))
  if (name === 'list_append' && operands.some((operand) => operand.kind === 'call' && operand.name === name)) {
    reader.note('misusedFunction', `The function is not allowed to be used this way in an expression; function: ${name}`)
  }
  return { kind: 'call', name, operands }
}
