/** What a statement asks, values left out, as print-pattern.ts does it for expressions. Tables and indexes are told elsewhere. */
import { unreachable } from '../../base/assert.ts'
import type { BoundCondition } from '../ast.ts'
import { conditionPattern, pathPattern, projectionPattern, updatePattern } from '../print-pattern.ts'
import type { BoundSelect, BoundStatement } from './bound-statement.ts'

export function statementPattern(statement: BoundStatement): string {
  switch (statement.kind) {
    case 'select':
      return selectPattern(statement)
    case 'insert':
      return 'INSERT'
    case 'update':
      return `UPDATE ${updatePattern(statement.update.actions)}${wherePattern(statement.where)}`
    case 'delete':
      return `DELETE${wherePattern(statement.where)}`
    case 'exists':
      return `EXISTS (${selectPattern(statement.select)})`
    default:
      return unreachable(statement)
  }
}

function selectPattern({ projection, where, orderBy }: BoundSelect): string {
  const order = orderBy.map(({ path, descending }) => `${pathPattern(path)}${descending ? ' DESC' : ''}`)
  const shown = projection === undefined ? '*' : projectionPattern(projection.paths)
  return `SELECT ${shown}${wherePattern(where)}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}`
}

function wherePattern(where: BoundCondition | undefined): string {
  return where === undefined ? '' : ` WHERE ${conditionPattern(where)}`
}
