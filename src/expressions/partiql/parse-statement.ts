/**
 * The statements of PartiQL as DynamoDB knows it (partiql.md §1):
 *
 *   statement := ( select | insert | update | fromFirst | delete | exists | bare ) [ ';' ]
 *   select    := SELECT ( '*' | column (',' column)* ) FROM table [alias] [where] [ ORDER BY path [ASC|DESC] (',' path [ASC|DESC])* ]
 *   insert    := INSERT INTO table VALUE sum
 *   update    := UPDATE table [alias] change+ [where] [returning]
 *   fromFirst := FROM table [alias] [where] change+ [returning]
 *   delete    := DELETE FROM table [alias] [where] [returning]
 *   exists    := EXISTS '(' select ')'
 *   change    := SET path '=' sum (',' path '=' sum)* | REMOVE path
 *   where     := WHERE expression
 *   returning := RETURNING (ALL|MODIFIED) (OLD|NEW) '*'
 *   table     := name ( '.' name )*
 *   column    := sum                                       a path, or refused
 *   alias     := [AS] name                                 well formed, and refused
 *   bare      := expression                                well formed, and refused
 */

import type { ServiceError } from '../../api/errors.ts'
import type { DocumentPath } from '../../values/path.ts'
import { rememberedStatementLengthMax } from '../limits.ts'
import { ParsedTexts } from '../parsed-texts.ts'
import { expressionName } from './expression-name.ts'
import { notWellFormed } from './not-well-formed.ts'
import { parseCondition, parseExpression, parseOperand } from './parse-expression.ts'
import { expectSymbol, parsePath, parseStep, parseTarget } from './parse-path.ts'
import type {
  OrderTerm,
  ParsedStatement,
  Returning,
  SelectColumn,
  SelectStatement,
  Statement,
  WrittenChange,
  WrittenWhere,
} from './statement.ts'
import { StatementReader } from './statement-reader.ts'

const remembered: ParsedTexts<ParsedStatement, 'Statement'> = new ParsedTexts(
  (_kind, text) => parseStatement(text),
  () => {},
)

/** The same as `parseStatement`, from memory where it can. */
export function parsedStatement(text: string): ParsedStatement {
  return text.length > rememberedStatementLengthMax ? parseStatement(text) : remembered.get('Statement', text)
}

/** Throws what is wrong with the syntax, beginning with `Statement wasn't well formed`. */
export function parseStatement(text: string): ParsedStatement {
  const reader = new StatementReader(text)
  const statement = parseAny(reader)
  reader.expectEnd()
  return { statement, parameterCount: reader.parameterCount, fault: reader.fault }
}

function parseAny(reader: StatementReader): Statement {
  if (reader.takeWord('SELECT')) return parseSelect(reader)
  if (reader.takeWord('INSERT')) return parseInsert(reader)
  if (reader.takeWord('UPDATE')) return parseUpdate(reader)
  if (reader.takeWord('DELETE')) return parseDelete(reader)
  if (reader.takeWord('FROM')) return parseFromFirst(reader)
  if (reader.takeWord('EXISTS')) return parseExists(reader)
  // [I]
  if (reader.atEnd() || reader.atWord('SET') || reader.atWord('REMOVE')) throw notWellFormed('Expected data manipulation')
  return parseBare(reader)
}

/** A text that begins with no word of a statement is an expression. */
function parseBare(reader: StatementReader): Statement {
  const value = parseExpression(reader)
  reader.note(`Unsupported operation: ${expressionName(value)}`)
  return { kind: 'expression', value }
}

function parseSelect(reader: StatementReader): SelectStatement {
  const select = parseSelectClauses(reader)
  noteClause(reader)
  return select
}

function parseSelectClauses(reader: StatementReader): SelectStatement {
  const columns = parseColumns(reader)
  if (!reader.takeWord('FROM')) throw reader.unexpected()
  if (reader.atSymbol('(')) throw derivedTable(reader)
  const from = parseTable(reader)
  noteAlias(reader)
  const where = parseOptionalWhere(reader)
  const orderBy = parseOrderBy(reader)
  return { kind: 'select', columns, from, where, orderBy }
}

/** What is wrong with a SELECT in the place of a table: inside of it there are no further clauses, and DynamoDB reads from tables alone. */
function derivedTable(reader: StatementReader): ServiceError {
  const fault = reader.unexpected()
  reader.take()
  if (reader.takeWord('SELECT')) {
    reader.nested(() => parseSelectClauses(reader))
    expectSymbol(reader, ')')
  }
  return fault
}

/** Undefined for all of them. */
function parseColumns(reader: StatementReader): readonly SelectColumn[] | undefined {
  const columns: SelectColumn[] = []
  let count = 0
  let hasAll = false
  do {
    count += 1
    if (reader.takeSymbol('*')) hasAll = true
    else columns.push(...parseColumn(reader))
  } while (reader.takeSymbol(','))
  if (hasAll && count > 1) {
    throw notWellFormed("Other expressions may not be present in the select list when '*' is used without dot notation.")
  }
  const names = new Set<string>()
  for (const { name } of columns) {
    if (names.has(name)) reader.note(`Duplicate identifiers in select clause: ${name}`)
    names.add(name)
  }
  return hasAll ? undefined : columns
}

/** None for what is no path. */
function parseColumn(reader: StatementReader): readonly SelectColumn[] {
  const first = reader.current
  const term = parseOperand(reader)
  if (term.kind !== 'path') reader.note(`Unexpected path component at ${reader.placeOf(first)}`)
  noteAlias(reader)
  return term.kind === 'path' ? [{ name: columnName(term.path), path: term.path }] : []
}

/** A column is called by the last name of its path, with the indexes behind it. */
function columnName(path: DocumentPath): string {
  const last = path.findLastIndex((element) => typeof element === 'string')
  return path.slice(last).reduce<string>((name, element) => (typeof element === 'string' ? element : `${name}[${element}]`), '')
}

function parseOrderBy(reader: StatementReader): readonly OrderTerm[] {
  if (!reader.takeWord('ORDER')) return []
  if (!reader.takeWord('BY')) throw notWellFormed('Expected BY')
  const terms: OrderTerm[] = []
  do {
    const path = parsePath(reader)
    const descending = reader.takeWord('DESC')
    if (!descending) reader.takeWord('ASC')
    terms.push({ path, descending })
  } while (reader.takeSymbol(','))
  return terms
}

/** [I] Only LIMIT is known to be told so. */
const unsupportedClauses: readonly string[] = ['LIMIT', 'OFFSET', 'GROUP', 'HAVING']

/** What SQL would have behind a SELECT. It ends the statement, as far as syntax goes. */
function noteClause(reader: StatementReader): void {
  const clause = unsupportedClauses.find((word) => reader.atWord(word))
  if (clause === undefined) return
  reader.note(`Unsupported clause: ${clause}`)
  while (!reader.atEnd() && !reader.atSymbol(')')) reader.take()
}

function parseInsert(reader: StatementReader): Statement {
  if (!reader.takeWord('INTO')) throw notWellFormed('Unexpected keyword')
  const from = parseTargetTable(reader)
  if (!reader.takeWord('VALUE')) {
    // What PartiQL takes here otherwise is an expression.
    if (!reader.atWord('VALUES')) parseExpression(reader)
    throw notWellFormed('Unexpected token after expression')
  }
  return { kind: 'insert', from, value: parseOperand(reader) }
}

function parseUpdate(reader: StatementReader): Statement {
  const from = parseTargetTable(reader)
  noteAlias(reader)
  const changes = parseChanges(reader)
  const where = parseOptionalWhere(reader)
  return { kind: 'update', from, changes, where, returning: parseReturning(reader) }
}

function parseFromFirst(reader: StatementReader): Statement {
  const from = parseTable(reader)
  noteAlias(reader)
  const where = parseOptionalWhere(reader)
  const changes = parseChanges(reader)
  return { kind: 'update', from, changes, where, returning: parseReturning(reader) }
}

function parseDelete(reader: StatementReader): Statement {
  if (!reader.takeWord('FROM')) throw notWellFormed('Expected FROM after DELETE')
  const from = parseTargetTable(reader)
  noteAlias(reader)
  const where = parseOptionalWhere(reader)
  return { kind: 'delete', from, where, returning: parseReturning(reader) }
}

function parseExists(reader: StatementReader): Statement {
  expectSymbol(reader, '(')
  if (!reader.takeWord('SELECT')) throw reader.unexpected()
  const select = parseSelect(reader)
  expectSymbol(reader, ')')
  return { kind: 'exists', select }
}

function parseChanges(reader: StatementReader): readonly WrittenChange[] {
  const changes: WrittenChange[] = []
  for (;;) {
    if (reader.takeWord('SET')) {
      do changes.push(parseSet(reader))
      while (reader.takeSymbol(','))
    } else if (reader.takeWord('REMOVE')) changes.push({ kind: 'remove', target: parseTarget(reader) })
    else break
  }
  // [I]
  if (changes.length === 0) throw notWellFormed('Expected data manipulation')
  return changes
}

function parseSet(reader: StatementReader): WrittenChange {
  const target = parseTarget(reader)
  expectSymbol(reader, '=')
  reader.expectRightSide()
  return { kind: 'set', target, value: parseOperand(reader) }
}

function parseOptionalWhere(reader: StatementReader): WrittenWhere | undefined {
  return reader.takeWord('WHERE') ? parseCondition(reader) : undefined
}

function parseReturning(reader: StatementReader): Returning | undefined {
  if (!reader.takeWord('RETURNING')) return undefined
  const part = takeOneOf(reader, ['ALL', 'MODIFIED'])
  const image = takeOneOf(reader, ['OLD', 'NEW'])
  expectSymbol(reader, '*')
  return { part, image }
}

function takeOneOf<Word extends string>(reader: StatementReader, words: readonly Word[]): Word {
  const found = words.find((word) => reader.takeWord(word))
  if (found === undefined) throw reader.unexpected()
  return found
}

/** The table of a write. */
function parseTargetTable(reader: StatementReader): readonly string[] {
  if (!reader.atName()) throw notWellFormed('Expected identifier for simple path')
  return parseTable(reader)
}

/** All names are kept: how many there may be is no matter of syntax. */
function parseTable(reader: StatementReader): readonly string[] {
  if (!reader.atName()) throw reader.unexpected()
  const names = [reader.take().text]
  while (reader.takeSymbol('.')) names.push(parseStep(reader))
  return names
}

function noteAlias(reader: StatementReader): void {
  const isNamed = reader.takeWord('AS')
  if (!isNamed && !reader.atName()) return
  if (!reader.atName()) throw notWellFormed('Expected identifier for AS-alias')
  reader.take()
  reader.note('Aliasing is not supported')
}
