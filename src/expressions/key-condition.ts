/**
 * KeyConditionExpression: a condition in the common grammar, held to what a key can answer (expressions.md §6). What depends on
 * the key schema is checked by `fitKeyCondition`, when the table is known.
 */
import { invalidRequest } from '../api/errors.ts'
import type { AttributeValue } from '../values/attribute-value.ts'
import type { DocumentPath } from '../values/path.ts'
import type { BoundCondition, BoundOperand, Comparator } from './ast.ts'
import { bindCondition } from './bind-condition.ts'
import { parsedConditions } from './condition.ts'
import type { Placeholders } from './placeholders.ts'

export type KeyOperator = '=' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with'

export interface KeyClause {
  readonly attribute: string
  readonly operator: KeyOperator
  /** Two for BETWEEN, the lower one first; else one. */
  readonly values: readonly AttributeValue[]
}

/** All of its clauses must hold; no two speak of one attribute. In written order, never empty. */
export type KeyCondition = readonly KeyClause[]

const kind = 'KeyConditionExpression'

/** Throws what is wrong with the text, its placeholders or the shape of the condition (`invalidRequest`). */
export function compileKeyCondition(text: string, placeholders: Placeholders): KeyCondition {
  const condition = bindCondition(kind, parsedConditions.get(kind, text), placeholders)
  const clauses: KeyClause[] = []
  addClauses(condition, clauses)
  const attributes = new Set(clauses.map((clause) => clause.attribute))
  if (attributes.size === clauses.length) return clauses
  throw invalidRequest('Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key')
}

function addClauses(condition: BoundCondition, clauses: KeyClause[]): void {
  if (condition.kind === 'and') for (const term of condition.terms) addClauses(term, clauses)
  else clauses.push(clauseOf(condition))
}

function clauseOf(condition: BoundCondition): KeyClause {
  switch (condition.kind) {
    case 'comparison':
      return comparisonClause(condition.comparator, condition.left, condition.right)
    case 'between':
      return functionClause('BETWEEN', [condition.operand, condition.lower, condition.upper])
    case 'call':
      if (condition.name === 'begins_with') return functionClause('begins_with', condition.operands)
      throw invalidOperator(condition.name)
    default:
      throw invalidOperator(condition.kind.toUpperCase())
  }
}

/** The clause with the attribute on the left, wherever it was written. */
function comparisonClause(comparator: Comparator, left: BoundOperand, right: BoundOperand): KeyClause {
  if (comparator === '<>') throw invalidOperator(comparator)
  checkNotNested([left, right])
  const onLeft = left.kind === 'path'
  const attribute = attributeAlone([left, right])
  const operator = onLeft ? comparator : mirrored[comparator]
  return { attribute, operator, values: valuesOf([onLeft ? right : left]) }
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

function functionClause(operator: 'BETWEEN' | 'begins_with', operands: readonly BoundOperand[]): KeyClause {
  checkNotNested(operands)
  if (operands[0]?.kind !== 'path') {
    throw invalidRequest(
      `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
    )
  }
  return { attribute: attributeAlone(operands), operator, values: valuesOf(operands.slice(1)) }
}

function checkNotNested(operands: readonly BoundOperand[]): void {
  if (operands.every((operand) => operand.kind !== 'size')) return
  throw invalidRequest('KeyConditionExpressions cannot contain nested operations')
}

/** The one attribute that the operands of a clause name. */
function attributeAlone(operands: readonly BoundOperand[]): string {
  let path: DocumentPath | undefined
  for (const operand of operands) {
    if (operand.kind !== 'path') continue
    if (path !== undefined) {
      throw invalidRequest('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition')
    }
    path = operand.path
  }
  if (path === undefined) throw invalidRequest('Invalid condition in KeyConditionExpression: No key attribute specified')
  if (path.length === 1) return String(path[0])
  throw invalidRequest('Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes')
}

function valuesOf(operands: readonly BoundOperand[]): readonly AttributeValue[] {
  return operands.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []))
}

function invalidOperator(operator: string): Error {
  return invalidRequest(`Invalid operator used in KeyConditionExpression: ${operator}`)
}
