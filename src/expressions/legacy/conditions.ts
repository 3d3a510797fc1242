/**
 * Expected, QueryFilter and ScanFilter, each with its ConditionalOperator: from comparisons by attribute to the condition that
 * an expression would compile to (expressions.md §10).
 */
import { invalidRequest } from '../../api/errors.ts'
import { expressionOperatorsMax } from '../../api/limits.ts'
import type { Wording } from '../../api/wording.ts'
import type { RawAttributeValue } from '../../values/check.ts'
import { type Condition, conditionOf } from '../condition.ts'
import { bindComparison, type ComparisonOperator, checkForm, type WrittenComparison } from './comparison.ts'
import { comparisonExpected, type ExpectedAttribute } from './expected.ts'

export type ConditionalOperator = 'AND' | 'OR'

export interface ExpectedAttributes {
  readonly [attribute: string]: ExpectedAttribute
}

/** What QueryFilter, ScanFilter and KeyConditions are made of. */
export interface AttributeConditions {
  readonly [attribute: string]: {
    readonly ComparisonOperator: ComparisonOperator
    readonly AttributeValueList?: readonly RawAttributeValue[]
  }
}

/** Comparisons whose form is checked and whose values are not. */
export interface WrittenConditions {
  readonly comparisons: readonly WrittenComparison[]
  readonly joinedBy: ConditionalOperator
}

/** Undefined when there is no Expected. All errors are `invalidRequest`. */
export function readExpected(
  expected: ExpectedAttributes | undefined,
  conditionalOperator: ConditionalOperator | undefined,
): WrittenConditions | undefined {
  checkConditionalOperator(conditionalOperator, expected)
  if (expected === undefined) return undefined
  const comparisons = Object.entries(expected).map(([name, attribute]) => comparisonExpected(name.toWellFormed(), attribute))
  for (const comparison of comparisons) checkForm(comparison)
  return { comparisons, joinedBy: conditionalOperator ?? 'AND' }
}

/** Undefined when there is no filter. All errors are `invalidRequest`. */
export function readFilter(
  filter: AttributeConditions | undefined,
  conditionalOperator: ConditionalOperator | undefined,
): WrittenConditions | undefined {
  checkConditionalOperator(conditionalOperator, filter)
  if (filter === undefined) return undefined
  const comparisons = readComparisons(filter)
  checkOperatorCount(comparisons)
  return { comparisons, joinedBy: conditionalOperator ?? 'AND' }
}

/** In the order of the request. Throws (`invalidRequest`) what is wrong with the form of the first bad one. */
export function readComparisons(conditions: AttributeConditions): readonly WrittenComparison[] {
  return Object.entries(conditions).map(([name, { ComparisonOperator: operator, AttributeValueList: sent = [] }]) => {
    const comparison = { attribute: name.toWellFormed(), operator, sent }
    checkForm(comparison)
    return comparison
  })
}

/** Undefined when there is nothing to compare, which every item satisfies. Throws what is wrong with the values. */
export function compileConditions(written: WrittenConditions | undefined, wording: Wording): Condition | undefined {
  if (written === undefined || written.comparisons.length === 0) return undefined
  const terms = written.comparisons.map((comparison) => bindComparison(comparison, wording))
  return conditionOf({ kind: written.joinedBy === 'AND' ? 'and' : 'or', terms })
}

function checkConditionalOperator(conditionalOperator: ConditionalOperator | undefined, conditions: object | undefined): void {
  if (conditionalOperator === undefined) return
  if (conditions === undefined) throw invalidRequest('ConditionalOperator cannot be used without Filter or Expected')
  if (Object.keys(conditions).length >= 2) return
  throw invalidRequest('ConditionalOperator can only be used when Filter or Expected has two or more elements')
}

/** [I] As many as in an expression, every argument of IN counted: a filter is weighed against all items of a page. */
function checkOperatorCount(comparisons: readonly WrittenComparison[]): void {
  const count = comparisons.reduce((sum, { operator, sent }) => sum + (operator === 'IN' ? sent.length : 1), 0)
  if (count <= expressionOperatorsMax) return
  throw invalidRequest(`Invalid FilterExpression: The expression contains too many operators; operator count: ${count}`)
}
