/**
 * The conditions of PartiQL (partiql.md §1):
 *
 *   condition := and ( OR and )*
 *   and       := not ( AND not )*
 *   not       := NOT* primary
 *   primary   := '(' condition ')' | call | operand comparator operand | operand [NOT] BETWEEN operand AND operand
 *              | operand [NOT] IN ( '[' term (',' term)* ']' | '(' term (',' term)* ')' | '?' ) | operand IS [NOT] type
 *   operand   := term | '(' operand ')'
 *   comparator := = <> != < <= > >=
 *
 * What an opening parenthesis begins, a condition or an operand, shows only behind its closing one, so both are parsed alike and
 * told apart by what follows.
 */
import type { Comparator } from '../ast.ts'
import { notWellFormed } from './not-well-formed.ts'
import { expectSymbol, parseElements, parseTerm } from './parse-term.ts'
import type { Term, TestedType, WrittenWhere } from './statement.ts'
import type { StatementReader } from './statement-reader.ts'

type Parsed = WrittenWhere | Term

const comparators: ReadonlyMap<string, Comparator> = new Map([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])

const conditionKinds: ReadonlySet<string> = new Set(['or', 'and', 'not', 'comparison', 'between', 'in', 'is'])

export function parseWhere(reader: StatementReader): WrittenWhere {
  return asCondition(parseOr(reader))
}

function parseOr(reader: StatementReader): Parsed {
  const first = parseAnd(reader)
  if (!reader.atWord('OR')) return first
  const terms = [asCondition(first)]
  while (reader.takeWord('OR')) {
    reader.expectRightSide()
    terms.push(asCondition(parseAnd(reader)))
  }
  return { kind: 'or', terms }
}

function parseAnd(reader: StatementReader): Parsed {
  const first = parseNot(reader)
  if (!reader.atWord('AND')) return first
  const terms = [asCondition(first)]
  while (reader.takeWord('AND')) {
    reader.expectRightSide()
    terms.push(asCondition(parseNot(reader)))
  }
  return { kind: 'and', terms }
}

/** Two NOTs are none: a text can hold thousands, and a tree of them would be as deep. */
function parseNot(reader: StatementReader): Parsed {
  let nots = 0
  while (reader.takeWord('NOT')) nots += 1
  const parsed = parsePrimary(reader)
  if (nots === 0) return parsed
  const term = asCondition(parsed)
  return nots % 2 === 0 ? term : { kind: 'not', term }
}

function parsePrimary(reader: StatementReader): Parsed {
  const parsed = reader.takeSymbol('(') ? parseEnclosed(reader) : parseTerm(reader)
  const comparator = reader.current.kind === 'symbol' ? comparators.get(reader.current.text) : undefined
  if (comparator !== undefined) {
    const left = asOperand(parsed)
    const operator = reader.take().text
    return { kind: 'comparison', comparator, operator, left, right: parseOperand(reader) }
  }
  if (reader.takeWord('IS')) return parseIs(reader, asOperand(parsed))
  const isNegated = reader.takeWord('NOT')
  const condition = parseRange(reader, parsed)
  if (condition !== undefined) return isNegated ? { kind: 'not', term: condition } : condition
  if (isNegated) throw notWellFormed('Unexpected token after expression')
  return parsed
}

function parseRange(reader: StatementReader, parsed: Parsed): WrittenWhere | undefined {
  if (reader.takeWord('BETWEEN')) {
    const operand = asOperand(parsed)
    const lower = parseOperand(reader)
    if (!reader.takeWord('AND')) throw reader.unexpected()
    return { kind: 'between', operand, lower, upper: parseOperand(reader) }
  }
  if (!reader.takeWord('IN')) return undefined
  reader.expectRightSide()
  const operand = asOperand(parsed)
  if (reader.atSymbol('?')) return { kind: 'in', operand, candidates: parseTerm(reader) }
  const closing = reader.takeSymbol('(') ? ')' : reader.takeSymbol('[') ? ']' : undefined
  if (closing === undefined) throw reader.unexpected()
  return { kind: 'in', operand, candidates: { kind: 'list', elements: parseElements(reader, closing) } }
}

function parseEnclosed(reader: StatementReader): Parsed {
  return reader.nested(() => {
    const parsed = parseOr(reader)
    expectSymbol(reader, ')')
    return parsed
  })
}

function parseOperand(reader: StatementReader): Term {
  reader.expectRightSide()
  if (!reader.takeSymbol('(')) return parseTerm(reader)
  return reader.nested(() => {
    const operand = parseOperand(reader)
    expectSymbol(reader, ')')
    return operand
  })
}

/** [I] Which of the types of PartiQL can be tested, and what they are here; those without a type can be named and not tested. */
const types: ReadonlyMap<string, TestedType | undefined> = new Map<string, TestedType | undefined>([
  ['MISSING', 'MISSING'],
  ['NULL', ['NULL']],
  ['BOOL', ['BOOL']],
  ['BOOLEAN', ['BOOL']],
  ['STRING', ['S']],
  ['NUMBER', ['N']],
  ['DECIMAL', ['N']],
  ['NUMERIC', ['N']],
  ['INT', ['N']],
  ['INTEGER', ['N']],
  ['FLOAT', ['N']],
  ['BLOB', ['B']],
  ['BINARY', ['B']],
  ['LIST', ['L']],
  ['STRUCT', ['M']],
  ['TUPLE', ['M']],
  ['MAP', ['M']],
  ['BAG', ['SS', 'NS', 'BS']],
  ['INT2', undefined],
  ['INT4', undefined],
  ['INT8', undefined],
  ['SMALLINT', undefined],
  ['BIGINT', undefined],
  ['REAL', undefined],
  ['DOUBLE PRECISION', undefined],
  ['CHAR', undefined],
  ['CHARACTER', undefined],
  ['CHARACTER VARYING', undefined],
  ['VARCHAR', undefined],
  ['SYMBOL', undefined],
  ['CLOB', undefined],
  ['DATE', undefined],
  ['TIME', undefined],
  ['TIMESTAMP', undefined],
  ['SEXP', undefined],
  ['ANY', undefined],
])

function parseIs(reader: StatementReader, operand: Term): WrittenWhere {
  const isNegated = reader.takeWord('NOT')
  let name = reader.word() ?? ''
  reader.take()
  if (name === 'DOUBLE' && reader.takeWord('PRECISION')) name = 'DOUBLE PRECISION'
  if (name === 'CHARACTER' && reader.takeWord('VARYING')) name = 'CHARACTER VARYING'
  if (!types.has(name)) throw notWellFormed('Expected type name')
  const type = types.get(name)
  if (type === undefined) reader.note('Unsupported operation: IsType')
  const condition: WrittenWhere = { kind: 'is', operand, type: type ?? [] }
  return isNegated ? { kind: 'not', term: condition } : condition
}

/** [I] A value by itself is no condition. */
function asCondition(parsed: Parsed): WrittenWhere {
  if (parsed.kind === 'call' || isCondition(parsed)) return parsed
  throw notWellFormed('Unexpected term')
}

function asOperand(parsed: Parsed): Term {
  if (isCondition(parsed)) throw notWellFormed('Unexpected operator')
  return parsed
}

function isCondition(parsed: Parsed): parsed is Exclude<WrittenWhere, { kind: 'call' }> {
  return conditionKinds.has(parsed.kind)
}
