/**
 * One comparison of the legacy languages: an attribute, a ComparisonOperator and its arguments (expressions.md §10). Its form is
 * checked as it was sent, before any value is; bound, it is a node of the tree that expressions compile to.
 *
 *   operator               arguments   of type                    the expression it stands for
 *   EQ, NE                 1           any                        a = x, a <> x
 *   LE, LT, GE, GT         1           S, N, B                    a <= x, …
 *   BETWEEN                2           S, N, B, both the same     a BETWEEN x AND y
 *   IN                     1 … 100     S, N, B, all the same      a IN (x, …)
 *   BEGINS_WITH            1           S, B                       begins_with(a, x)
 *   CONTAINS               1           S, N, B, BOOL, NULL        contains(a, x)
 *   NOT_CONTAINS           1           the same                   attribute_exists(a) AND NOT contains(a, x)
 *   NULL, NOT_NULL         0                                      attribute_not_exists(a), attribute_exists(a)
 *
 * [I] The types of CONTAINS are those that AWS documents today: no set, list or map. [I] NOT_CONTAINS does not hold for an
 * attribute that is not there. [I] IN takes as many arguments as it does in an expression.
 */
import { invalidRequest } from '../../api/errors.ts'
import { expressionInOperandsMax } from '../../api/limits.ts'
import type { Wording } from '../../api/wording.ts'
import { unreachable } from '../../base/assert.ts'
import type { AttributeType, AttributeValue } from '../../values/attribute-value.ts'
import { checkAttributeValue, type RawAttributeValue } from '../../values/check.ts'
import { compareValues } from '../../values/order.ts'
import type { BoundCondition, BoundOperand } from '../ast.ts'
import { sentType } from './sent-type.ts'

/** The comparisons that are one sign in an expression. */
const comparators = { EQ: '=', NE: '<>', LT: '<', LE: '<=', GT: '>', GE: '>=' } as const

export type ComparisonOperator =
  | 'EQ'
  | 'NE'
  | 'LT'
  | 'LE'
  | 'GT'
  | 'GE'
  | 'BETWEEN'
  | 'IN'
  | 'BEGINS_WITH'
  | 'CONTAINS'
  | 'NOT_CONTAINS'
  | 'NULL'
  | 'NOT_NULL'

export interface WrittenComparison {
  readonly attribute: string
  readonly operator: ComparisonOperator
  readonly sent: readonly RawAttributeValue[]
}

interface Form {
  readonly argumentsMin: number
  readonly argumentsMax: number
  /** Undefined: any. */
  readonly types?: readonly AttributeType[]
}

const noArgument: Form = { argumentsMin: 0, argumentsMax: 0 }
const anyValue: Form = { argumentsMin: 1, argumentsMax: 1 }
const ordered: Form = { ...anyValue, types: ['S', 'N', 'B'] }
const member: Form = { ...anyValue, types: ['S', 'N', 'B', 'BOOL', 'NULL'] }

const forms: { readonly [operator in ComparisonOperator]: Form } = {
  EQ: anyValue,
  NE: anyValue,
  LE: ordered,
  LT: ordered,
  GE: ordered,
  GT: ordered,
  BETWEEN: { ...ordered, argumentsMin: 2, argumentsMax: 2 },
  IN: { ...ordered, argumentsMax: expressionInOperandsMax },
  BEGINS_WITH: { ...anyValue, types: ['S', 'B'] },
  CONTAINS: member,
  NOT_CONTAINS: member,
  NULL: noArgument,
  NOT_NULL: noArgument,
}

/** Throws (`invalidRequest`) for a wrong number of arguments, then for types the operator does not take, then for mixed types. */
export function checkForm({ operator, sent }: WrittenComparison): void {
  const { argumentsMin, argumentsMax, types } = forms[operator]
  if (sent.length < argumentsMin || sent.length > argumentsMax) {
    throw invalidRequest(`One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  }
  if (types === undefined) return
  const sentTypes = sent.map(sentType).filter((type) => type !== undefined)
  const unfit = sentTypes.find((type) => !types.includes(type))
  if (unfit !== undefined) {
    throw invalidRequest(
      `One or more parameter values were invalid: ComparisonOperator ${operator} is not valid for ${unfit} AttributeValue type`,
    )
  }
  if (sentTypes.some((type) => type !== sentTypes[0])) {
    throw invalidRequest('One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type')
  }
}

/** The canonical arguments. Throws what is wrong with a value, then bounds of BETWEEN in the wrong order (`invalidRequest`). */
export function checkArguments({ operator, sent }: WrittenComparison, wording: Wording): readonly AttributeValue[] {
  const values = sent.map((value) => checkAttributeValue(value, wording))
  const [lower, upper] = values
  if (operator === 'BETWEEN' && lower !== undefined && upper !== undefined && compareValues(lower, upper) > 0) {
    throw invalidRequest('The BETWEEN condition was provided a range where the lower bound is greater than the upper bound')
  }
  return values
}

/** Throws as `checkArguments` does. */
export function bindComparison(written: WrittenComparison, wording: Wording): BoundCondition {
  const { attribute, operator } = written
  const operand: BoundOperand = { kind: 'path', path: [attribute] }
  const candidates = checkArguments(written, wording).map((value): BoundOperand => ({ kind: 'value', value }))
  // The form promises as many as the operator takes.
  const [first, second] = candidates as [BoundOperand, BoundOperand]
  switch (operator) {
    case 'BETWEEN':
      return { kind: 'between', operand, lower: first, upper: second }
    case 'IN':
      return { kind: 'in', operand, candidates }
    case 'BEGINS_WITH':
      return { kind: 'call', name: 'begins_with', operands: [operand, first] }
    case 'CONTAINS':
      return { kind: 'call', name: 'contains', operands: [operand, first] }
    case 'NOT_CONTAINS':
      return {
        kind: 'and',
        terms: [
          { kind: 'call', name: 'attribute_exists', operands: [operand] },
          { kind: 'not', term: { kind: 'call', name: 'contains', operands: [operand, first] } },
        ],
      }
    case 'NULL':
      return { kind: 'call', name: 'attribute_not_exists', operands: [operand] }
    case 'NOT_NULL':
      return { kind: 'call', name: 'attribute_exists', operands: [operand] }
    case 'EQ':
    case 'NE':
    case 'LT':
    case 'LE':
    case 'GT':
    case 'GE':
      return { kind: 'comparison', comparator: comparators[operator], left: operand, right: first }
    default:
      return unreachable(operator)
  }
}
