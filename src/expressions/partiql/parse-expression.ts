/**
 * The expressions of PartiQL (partiql.md §1). Its grammar has one kind of them, conditions being booleans like others:
 *
 *   expression := and ( OR and )*
 *   and        := equality ( AND equality )*
 *   equality   := ordering ( ('='|'<>'|'!=') ordering | [NOT] IN candidates | IS [NOT] type )*
 *   ordering   := sum ( ('<'|'<='|'>'|'>=') sum | [NOT] BETWEEN sum AND sum | [NOT] LIKE sum [ ESCAPE sum ] )*
 *   sum        := product ( ('+'|'-'|'||') product )*
 *   product    := operand ( ('*'|'/'|'%') operand )*
 *   operand    := NOT* equality | ('+'|'-')* term
 *   candidates := '(' expression (',' expression)* ')' | '[' [ expression (',' expression)* ] ']' | '?'
 *   term       := literal | '?' | call | path | '(' expression (',' expression)* ')'         several are a list
 *   literal    := string | number | TRUE | FALSE | NULL | MISSING
 *               | '[' [ expression (',' expression)* ] ']' | '<<' [ expression (',' expression)* ] '>>'
 *               | '{' [ string ':' expression (',' string ':' expression)* ] '}'
 *   call       := word '(' [ expression (',' expression)* ] ')' | COUNT '(' '*' ')'
 *
 * What is a condition and what a value shows only behind it, so both are parsed alike; each place says which of them it takes.
 */
import type { Comparator } from '../ast.ts'
import { statementNestingMax } from '../limits.ts'
import { notWellFormed } from './not-well-formed.ts'
import { expectSymbol, parsePath } from './parse-path.ts'
import type { ArithmeticTerm, CallTerm, Term, WrittenWhere } from './statement.ts'
import type { StatementReader } from './statement-reader.ts'
import { testedTypes, typeArgumentsMax } from './tested-types.ts'

type Parsed = WrittenWhere | Term
type Condition = Exclude<WrittenWhere, CallTerm>

const equalities: ReadonlyMap<string, Comparator> = new Map([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
])
const orderings: ReadonlyMap<string, Comparator> = new Map([
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])

const conditionKinds: ReadonlySet<string> = new Set(['or', 'and', 'not', 'comparison', 'between', 'in', 'is', 'truth'])

export function parseCondition(reader: StatementReader): WrittenWhere {
  return asCondition(parseOr(reader))
}

/** A value as an assignment has it: no condition but in parentheses. */
export function parseOperand(reader: StatementReader): Term {
  return asTerm(parseSum(reader))
}

/** Any expression, a condition or a value. */
export function parseExpression(reader: StatementReader): Term {
  return asTerm(parseOr(reader))
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
  const first = parseEquality(reader)
  if (!reader.atWord('AND')) return first
  const terms = [asCondition(first)]
  while (reader.takeWord('AND')) {
    reader.expectRightSide()
    terms.push(asCondition(parseEquality(reader)))
  }
  return { kind: 'and', terms }
}

function parseEquality(reader: StatementReader): Parsed {
  return chain(reader, parseOrdering(reader), (left) => {
    const operator = takeComparator(reader, equalities)
    if (operator !== undefined) return { ...operator, left, right: asTerm(parseRight(reader, parseOrdering)) }
    if (reader.takeWord('IS')) return parseIs(reader, left)
    return parseNegatable(reader, 'IN', () => {
      reader.expectRightSide()
      return { kind: 'in', operand: left, candidates: parseCandidates(reader) }
    })
  })
}

function parseOrdering(reader: StatementReader): Parsed {
  return chain(reader, parseSum(reader), (left) => {
    const operator = takeComparator(reader, orderings)
    if (operator !== undefined) return { ...operator, left, right: asTerm(parseRight(reader, parseSum)) }
    return (
      parseNegatable(reader, 'BETWEEN', () => {
        const lower = asTerm(parseRight(reader, parseSum))
        if (!reader.takeWord('AND')) throw notWellFormed('Expected AND keyword')
        if (reader.atEnd()) throw notWellFormed('Expected expression after AND')
        return { kind: 'between', operand: left, lower, upper: asTerm(parseSum(reader)) }
      }) ?? parseNegatable(reader, 'LIKE', () => parseLike(reader, left))
    )
  })
}

/** [I] Well formed, and noted as what cannot be done. */
function parseLike(reader: StatementReader, operand: Term): WrittenWhere {
  const at = reader.placeOf(reader.current)
  const operands = [operand, asTerm(parseRight(reader, parseSum))]
  if (reader.takeWord('ESCAPE')) operands.push(asTerm(parseRight(reader, parseSum)))
  reader.note('Unsupported operation: Like')
  return { kind: 'call', name: 'like', operands, at, operandAt: at }
}

function parseSum(reader: StatementReader): Parsed {
  return parseArithmetic(reader, ['+', '-', '||'], parseProduct)
}

function parseProduct(reader: StatementReader): Parsed {
  return parseArithmetic(reader, ['*', '/', '%'], parseUnary)
}

function parseArithmetic(
  reader: StatementReader,
  operators: readonly ArithmeticTerm['operator'][],
  parse: (reader: StatementReader) => Parsed,
): Parsed {
  let parsed = parse(reader)
  for (let length = 0; length <= statementNestingMax; length += 1) {
    const operator = operators.find((each) => reader.takeSymbol(each))
    if (operator === undefined) return parsed
    parsed = { kind: 'arithmetic', operator, left: asTerm(parsed), right: asTerm(parseRight(reader, parse)) }
  }
  throw notWellFormed('')
}

/** What a comparison makes is the left side of the next: the tree grows deeper with each. */
function chain(reader: StatementReader, first: Parsed, parseNext: (left: Term) => WrittenWhere | undefined): Parsed {
  let parsed = first
  for (let length = 0; length <= statementNestingMax; length += 1) {
    const next = isComparing(reader) ? parseNext(asTerm(parsed)) : undefined
    if (next === undefined) return parsed
    parsed = next
  }
  throw notWellFormed('')
}

function isComparing(reader: StatementReader): boolean {
  const { kind, text } = reader.current
  if (kind === 'symbol') return equalities.has(text) || orderings.has(text)
  return ['IS', 'IN', 'BETWEEN', 'LIKE', 'NOT'].some((word) => reader.atWord(word))
}

function takeComparator(
  reader: StatementReader,
  comparators: ReadonlyMap<string, Comparator>,
): { readonly kind: 'comparison'; readonly comparator: Comparator; readonly operator: string } | undefined {
  const { kind, text } = reader.current
  const comparator = kind === 'symbol' ? comparators.get(text) : undefined
  if (comparator === undefined) return undefined
  return { kind: 'comparison', comparator, operator: reader.take().text }
}

function parseRight(reader: StatementReader, parse: (reader: StatementReader) => Parsed): Parsed {
  reader.expectRightSide()
  return parse(reader)
}

/** `parse` goes on behind the word. */
function parseNegatable(reader: StatementReader, word: string, parse: () => WrittenWhere): WrittenWhere | undefined {
  if (reader.takeWord(word)) return parse()
  if (!reader.atWord('NOT') || !reader.isNextWord(word)) return undefined
  reader.take()
  reader.take()
  return { kind: 'not', term: parse() }
}

function parseCandidates(reader: StatementReader): Term {
  if (reader.atSymbol('?')) return parseTerm(reader)
  if (reader.takeSymbol('[')) return { kind: 'list', elements: parseElements(reader, ']') }
  if (!reader.takeSymbol('(')) throw reader.unexpected()
  if (reader.atSymbol(')')) throw notWellFormed('Unexpected term')
  return { kind: 'list', elements: parseElements(reader, ')') }
}

/** Signs become part of a number, in parentheses as well. [I] Before anything else they are well formed, and cannot be done. */
function parseUnary(reader: StatementReader): Parsed {
  if (reader.atWord('NOT')) return parseNot(reader)
  if (!reader.atSymbol('-') && !reader.atSymbol('+')) return parsePrimary(reader)
  const name = reader.current.text === '-' ? 'Neg' : 'Pos'
  const isNegative = reader.takeSigns()
  const term = asTerm(parsePrimary(reader))
  if (term.kind === 'number') return isNegative ? negated(term.text) : term
  reader.note(`Unsupported operation: ${name}`)
  return term
}

function negated(text: string): Term {
  return { kind: 'number', text: text.startsWith('-') ? text.slice(1) : `-${text}` }
}

/** Two NOTs are none: a text can hold thousands, and a tree of them would be as deep. */
function parseNot(reader: StatementReader): WrittenWhere {
  return reader.nested(() => {
    let nots = 0
    while (reader.takeWord('NOT')) nots += 1
    const term = asCondition(parseEquality(reader))
    return nots % 2 === 0 ? term : { kind: 'not', term }
  })
}

/** What an opening parenthesis begins, a condition or a value, shows only behind its closing one. */
function parsePrimary(reader: StatementReader): Parsed {
  if (!reader.takeSymbol('(')) return parseTerm(reader)
  return reader.nested(() => {
    const parsed = parseOr(reader)
    if (reader.takeSymbol(')')) return parsed
    const elements = [asTerm(parsed)]
    while (reader.takeSymbol(',')) elements.push(parseExpression(reader))
    expectSymbol(reader, ')')
    return { kind: 'list', elements }
  })
}

function parseTerm(reader: StatementReader): Term {
  switch (reader.current.kind) {
    case 'string':
      return { kind: 'string', text: reader.take().text }
    case 'number':
      return { kind: 'number', text: reader.take().text }
    case 'quoted':
      return parsePathTerm(reader)
    case 'word':
      return parseWord(reader)
    default:
      return parseSymbol(reader)
  }
}

function parseWord(reader: StatementReader): Term {
  // `SLECT * FROM T` is a name, multiplied by what FROM begins: a change without a change.
  if (reader.atWord('FROM')) throw notWellFormed('Expected data manipulation')
  if (reader.atCall()) return parseCall(reader)
  if (reader.takeWord('TRUE')) return { kind: 'boolean', value: true }
  if (reader.takeWord('FALSE')) return { kind: 'boolean', value: false }
  if (reader.takeWord('NULL')) return { kind: 'null' }
  const at = reader.placeOf(reader.current)
  if (reader.takeWord('MISSING')) return { kind: 'missing', at }
  if (!reader.atName()) throw reader.unexpected()
  return parsePathTerm(reader)
}

function parsePathTerm(reader: StatementReader): Term {
  const at = reader.placeOf(reader.current)
  return { kind: 'path', path: parsePath(reader), at }
}

function parseSymbol(reader: StatementReader): Term {
  if (reader.atSymbol('?')) return parseParameter(reader)
  if (reader.takeSymbol('[')) return { kind: 'list', elements: parseElements(reader, ']') }
  if (reader.takeSymbol('<<')) return { kind: 'set', elements: parseElements(reader, '>>') }
  if (reader.takeSymbol('{')) return parseMap(reader)
  throw reader.unexpected()
}

function parseParameter(reader: StatementReader): Term {
  const at = reader.placeOf(reader.current)
  return { kind: 'parameter', index: reader.takeParameter(), at }
}

/** The terms up to the closing symbol, which is taken. */
function parseElements(reader: StatementReader, closing: string): readonly Term[] {
  if (reader.takeSymbol(closing)) return []
  return reader.nested(() => {
    const elements = [parseExpression(reader)]
    while (reader.takeSymbol(',')) elements.push(parseExpression(reader))
    expectSymbol(reader, closing)
    return elements
  })
}

function parseMap(reader: StatementReader): Term {
  if (reader.takeSymbol('}')) return { kind: 'map', members: [] }
  return reader.nested(() => {
    const members = [parseMember(reader)]
    while (reader.takeSymbol(',')) members.push(parseMember(reader))
    expectSymbol(reader, '}')
    return { kind: 'map', members }
  })
}

function parseMember(reader: StatementReader): { readonly name: string; readonly value: Term } {
  if (reader.current.kind !== 'string') throw reader.unexpected()
  const name = reader.take().text
  expectSymbol(reader, ':')
  return { name, value: parseExpression(reader) }
}

function parseCall(reader: StatementReader): CallTerm {
  const at = reader.placeOf(reader.current)
  const name = reader.take().text
  reader.takeSymbol('(')
  const operandAt = reader.placeOf(reader.current)
  if (reader.takeSymbol('*')) {
    if (name.toLowerCase() !== 'count') throw notWellFormed(`${name.toLowerCase()}(*) is not allowed`)
    expectSymbol(reader, ')')
    return { kind: 'call', name, operands: [], at, operandAt }
  }
  return { kind: 'call', name, operands: parseElements(reader, ')'), at, operandAt }
}

function parseIs(reader: StatementReader, operand: Term): WrittenWhere {
  const isNegated = reader.takeWord('NOT')
  let name = reader.word() ?? ''
  reader.take()
  if (name === 'DOUBLE' && reader.takeWord('PRECISION')) name = 'DOUBLE PRECISION'
  if (name === 'CHARACTER' && reader.takeWord('VARYING')) name = 'CHARACTER VARYING'
  if (!testedTypes.has(name)) throw notWellFormed('Expected type name')
  const hasArguments = takeTypeArguments(reader, typeArgumentsMax.get(name) ?? 0)
  const type = hasArguments ? undefined : testedTypes.get(name)
  if (type === undefined) reader.note('Unsupported operation: IsType')
  const condition: WrittenWhere = { kind: 'is', operand, type: type ?? [] }
  return isNegated ? { kind: 'not', term: condition } : condition
}

/** Whether there were any: as many whole numbers in parentheses as the type takes [I]. */
function takeTypeArguments(reader: StatementReader, max: number): boolean {
  if (max === 0 || !reader.takeSymbol('(')) return false
  const given = parseElements(reader, ')')
  if (given.length > max || !given.every((term) => term.kind === 'number' && /^\d+$/.test(term.text))) throw reader.unexpected()
  return true
}

/** A value stands for a condition where it can be true: it is weighed as a boolean, so that no key is read by it [I]. */
function asCondition(parsed: Parsed): WrittenWhere {
  if (parsed.kind === 'call' || isCondition(parsed)) return parsed
  if (parsed.kind === 'condition') return parsed.condition
  return { kind: 'truth', value: parsed }
}

/** A call stays what it is: which functions are conditions is a matter of meaning. */
function asTerm(parsed: Parsed): Term {
  return isCondition(parsed) ? { kind: 'condition', condition: parsed } : parsed
}

function isCondition(parsed: Parsed): parsed is Condition {
  return conditionKinds.has(parsed.kind)
}
