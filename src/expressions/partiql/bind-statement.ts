/**
 * From a parsed PartiQL statement and its parameters to what it means (partiql.md §2, §3, §6). The order of checks: number of
 * parameters, literals, then everything else that needs no table, of which the parser noted the first.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { AssertionFailure, unreachable } from '../../base/assert.ts'
import { setOwn } from '../../base/own.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { resolvePath } from '../../values/path.ts'
import type { BoundAction } from '../ast.ts'
import { checkedUpdate } from '../bind-update.ts'
import type { Projection } from '../projection.ts'
import { type Update, updateOf } from '../update.ts'
import { bindChange } from './bind-changes.ts'
import { bindWhere } from './bind-where.ts'
import type { BoundSelect, BoundStatement } from './bound-statement.ts'
import type { ParsedStatement, Returning, SelectColumn, SelectStatement, Statement } from './statement.ts'
import { ValueBinder } from './value-binder.ts'

/** Looks at the table and index of a SELECT, and may throw. */
type RefuseTarget = (tableName: string, indexName: string | undefined) => void

/** `refuseTarget` is asked when the literals are known to be good, before anything else is said about the statement. */
export function bindStatement(parsed: ParsedStatement, parameters: readonly AttributeValue[], refuseTarget: RefuseTarget): BoundStatement {
  if (parameters.length < parsed.parameterCount) throw invalid("Number of parameters in request and statement don't match.")
  const { statement } = parsed
  const values = new ValueBinder(parameters)
  if (parsed.fault !== undefined) values.note(parsed.fault)
  const finish = bindParts(statement, values)
  const select = statement.kind === 'exists' ? statement.select : statement.kind === 'select' ? statement : undefined
  if (select !== undefined && select.from.length <= 2) refuseTarget(select.from[0] ?? '', select.from[1])
  if (values.fault !== undefined) throw values.fault
  return finish()
}

/** Binds everything, so that every fault is noted, and returns what puts it together. */
function bindParts(statement: Statement, values: ValueBinder): () => BoundStatement {
  switch (statement.kind) {
    case 'select':
      return bindSelect(statement, values)
    case 'exists': {
      const finish = bindSelect(statement.select, values)
      return () => ({ kind: 'exists', select: finish() })
    }
    case 'insert':
      return bindInsert(statement, values)
    case 'update':
      return bindUpdate(statement, values)
    case 'delete':
      return bindDelete(statement, values)
    case 'expression':
      return () => {
        throw new AssertionFailure('the parser notes that an expression is no statement', { statement })
      }
    default:
      return unreachable(statement)
  }
}

function bindSelect({ columns, from, where: written, orderBy }: SelectStatement, values: ValueBinder): () => BoundSelect {
  checkComponents(from, values)
  if (orderBy.length > 0 && written === undefined) {
    values.note('Must have WHERE clause in the statement when using ORDER BY clause.')
  }
  const where = written && bindWhere(written, values)
  const projection = columns && columnsOf(columns)
  return () => ({ kind: 'select', tableName: from[0] ?? '', indexName: from[1], projection, where, orderBy })
}

/** A row of a PartiQL answer is flat: every column by its own name, wherever it lay. */
function columnsOf(columns: readonly SelectColumn[]): Projection {
  return {
    paths: columns.map(({ path }) => path),
    apply: (item) => {
      const row: Record<string, AttributeValue> = {}
      for (const { name, path } of columns) {
        const value = resolvePath(item, path)
        if (value !== undefined) setOwn(row, name, value)
      }
      return row
    },
  }
}

function bindInsert({ from, value }: Extract<Statement, { kind: 'insert' }>, values: ValueBinder): () => BoundStatement {
  if (from.length > 1) values.note('FROM clause may only contain a single table name')
  checkComponents(from, values)
  const item = values.item(value)
  return () => ({ kind: 'insert', tableName: from[0] ?? '', item })
}

function bindUpdate(
  { from, changes, where: written, returning }: Extract<Statement, { kind: 'update' }>,
  values: ValueBinder,
): () => BoundStatement {
  checkTarget(from, values)
  const actions = changes.map((change) => bindChange(change, values))
  const where = written && bindWhere(written, values)
  return () => ({ kind: 'update', tableName: from[0] ?? '', update: updateOfActions(actions), where, returning })
}

function bindDelete(
  { from, where: written, returning }: Extract<Statement, { kind: 'delete' }>,
  values: ValueBinder,
): () => BoundStatement {
  checkTarget(from, values)
  const where = written && bindWhere(written, values)
  checkReturningOfDelete(returning, values)
  return () => ({ kind: 'delete', tableName: from[0] ?? '', where, returning })
}

function checkReturningOfDelete(returning: Returning | undefined, values: ValueBinder): void {
  if (returning === undefined || (returning.part === 'ALL' && returning.image === 'OLD')) return
  values.note(
    `Invalid returning clause: RETURNING ${returning.part} ${returning.image} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
  )
}

/** Of a write that names its item by a WHERE. */
function checkTarget(from: readonly string[], values: ValueBinder): void {
  if (from.length === 2) values.note('This operation is not supported on an index')
  checkComponents(from, values)
}

function checkComponents(from: readonly string[], values: ValueBinder): void {
  if (from.length > 2) values.note('A path may contain at most 2 components in the FROM clause')
  if (from.includes('')) values.note('Path component cannot be an empty string')
}

const prefix = 'Invalid UpdateExpression: '

/** [I] What is wrong with the actions is told without the name of a parameter that the request does not have. */
function updateOfActions(actions: readonly BoundAction[]): Update {
  try {
    return updateOf(checkedUpdate(actions))
  } catch (error) {
    if (error instanceof ServiceError && error.message.startsWith(prefix)) throw invalid(error.message.slice(prefix.length))
    throw error
  }
}
