/**
 * Statements as text again, with no parentheses but those the tree needs: what is printed parses to the same tree. For tests, and
 * for whoever wants to show a statement.
 */
import { unreachable } from '../../base/assert.ts'
import type { DocumentPath } from '../../values/path.ts'
import type { ArithmeticTerm, Returning, SelectStatement, Statement, Term, TestedType, WrittenChange, WrittenWhere } from './statement.ts'

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'select':
      return printSelect(statement)
    case 'insert':
      return `INSERT INTO ${printTable(statement.from)} VALUE ${printTerm(statement.value)}`
    case 'update':
      return `UPDATE ${printTable(statement.from)} ${statement.changes.map(printChange).join(' ')}${printTail(statement)}`
    case 'delete':
      return `DELETE FROM ${printTable(statement.from)}${printTail(statement)}`
    case 'exists':
      return `EXISTS(${printSelect(statement.select)})`
    case 'expression':
      return printTerm(statement.value)
    default:
      return unreachable(statement)
  }
}

function printWhere(where: WrittenWhere): string {
  switch (where.kind) {
    case 'or':
      return where.terms.map((term) => printWithin(term, ['or'])).join(' OR ')
    case 'and':
      return where.terms.map((term) => printWithin(term, ['or', 'and'])).join(' AND ')
    case 'not':
      return `NOT ${printWithin(where.term, ['or', 'and'])}`
    case 'comparison':
      return `${printTerm(where.left)} ${where.operator} ${printTerm(where.right)}`
    case 'between':
      return `${printTerm(where.operand)} BETWEEN ${printTerm(where.lower)} AND ${printTerm(where.upper)}`
    case 'in':
      return `${printTerm(where.operand)} IN ${printTerm(where.candidates)}`
    case 'is':
      return `${printTerm(where.operand)} IS ${printType(where.type)}`
    case 'truth':
      return printTerm(where.value)
    case 'call':
      return printTerm(where)
    default:
      return unreachable(where)
  }
}

function printTerm(term: Term): string {
  switch (term.kind) {
    case 'path':
      return printPath(term.path)
    case 'call':
      return `${term.name}(${term.operands.map(printTerm).join(', ')})`
    case 'parameter':
      return '?'
    case 'string':
      return printString(term.text)
    case 'number':
      return term.text
    case 'boolean':
      return String(term.value)
    case 'null':
    case 'missing':
      return term.kind.toUpperCase()
    case 'list':
      return `[${term.elements.map(printTerm).join(', ')}]`
    case 'set':
      return `<<${term.elements.map(printTerm).join(', ')}>>`
    case 'map':
      return `{${term.members.map(({ name, value }) => `${printString(name)}: ${printTerm(value)}`).join(', ')}}`
    case 'arithmetic':
      return `(${printArithmetic(term)})`
    case 'condition':
      return `(${printWhere(term.condition)})`
    default:
      return unreachable(term)
  }
}

function printSelect({ columns, from, where, orderBy }: SelectStatement): string {
  const shown = columns === undefined ? '*' : columns.map(({ path }) => printPath(path)).join(', ')
  const order = orderBy.map(({ path, descending }) => `${printPath(path)}${descending ? ' DESC' : ''}`)
  return `SELECT ${shown} FROM ${printTable(from)}${printTail({ where })}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}`
}

function printTail({ where, returning }: { readonly where: WrittenWhere | undefined; readonly returning?: Returning | undefined }): string {
  const condition = where === undefined ? '' : ` WHERE ${printWhere(where)}`
  return returning === undefined ? condition : `${condition} RETURNING ${returning.part} ${returning.image} *`
}

function printChange(change: WrittenChange): string {
  if (change.kind === 'remove') return `REMOVE ${printPath(change.target)}`
  return `SET ${printPath(change.target)} = ${printTerm(change.value)}`
}

function printArithmetic({ left, operator, right }: ArithmeticTerm): string {
  return `${printTerm(left)} ${operator} ${printTerm(right)}`
}

function printWithin(term: WrittenWhere, enclosed: readonly WrittenWhere['kind'][]): string {
  return enclosed.includes(term.kind) ? `(${printWhere(term)})` : printWhere(term)
}

/** The types that IS is generated with; several names stand for the same. */
function printType(type: TestedType): string {
  if (type === 'MISSING') return type
  const names: { readonly [types: string]: string } = {
    NULL: 'NULL',
    BOOL: 'BOOL',
    S: 'STRING',
    N: 'NUMBER',
    B: 'BLOB',
    L: 'LIST',
    M: 'STRUCT',
  }
  return names[type.join(',')] ?? 'BAG'
}

function printPath(path: DocumentPath): string {
  return path.reduce<string>((text, element) => {
    if (typeof element === 'number') return `${text}[${element}]`
    return `${text}${text === '' ? '' : '.'}${printName(element)}`
  }, '')
}

function printTable(names: readonly string[]): string {
  return names.map(printName).join('.')
}

function printName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function printString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
