/**
 * One entry of Expected as a comparison: Value and Exists are a short way to write EQ and NULL (expressions.md §10).
 *
 *   { Value: x }, { Exists: true, Value: x }                   EQ x
 *   { Exists: false }                                          NULL
 *   { ComparisonOperator, AttributeValueList: [x, …] }         as it says
 *   { ComparisonOperator, Value: x }                           with x alone
 */
import { invalidRequest } from '../../api/errors.ts'
import type { RawAttributeValue } from '../../values/check.ts'
import type { ComparisonOperator, WrittenComparison } from './comparison.ts'

export interface ExpectedAttribute {
  readonly Value?: RawAttributeValue
  readonly Exists?: boolean
  readonly ComparisonOperator?: ComparisonOperator
  readonly AttributeValueList?: readonly RawAttributeValue[]
}

/** Throws (`invalidRequest`) for members that do not go together. */
export function comparisonExpected(attribute: string, expected: ExpectedAttribute): WrittenComparison {
  const { Value: value, Exists: exists, ComparisonOperator: operator, AttributeValueList: list } = expected
  if (value !== undefined && list !== undefined) {
    throw invalidRequest(
      `One or more parameter values were invalid: Value and AttributeValueList cannot be used together for Attribute: ${attribute}`,
    )
  }
  if (operator === undefined) return { attribute, ...plainExpectation(attribute, expected) }
  if (exists !== undefined) {
    throw invalidRequest(
      `One or more parameter values were invalid: Exists and ComparisonOperator cannot be used together for Attribute: ${attribute}`,
    )
  }
  if (value === undefined && list === undefined && operator !== 'NULL' && operator !== 'NOT_NULL') {
    throw invalidRequest(
      `One or more parameter values were invalid: Value or AttributeValueList must be used with ComparisonOperator: ${operator} for Attribute: ${attribute}`,
    )
  }
  return { attribute, operator, sent: value === undefined ? (list ?? []) : [value] }
}

function plainExpectation(
  attribute: string,
  { Value: value, Exists: exists, AttributeValueList: list }: ExpectedAttribute,
): Omit<WrittenComparison, 'attribute'> {
  if (list !== undefined) {
    throw invalidRequest(
      `One or more parameter values were invalid: AttributeValueList can only be used with a ComparisonOperator for Attribute: ${attribute}`,
    )
  }
  if (exists === false) {
    if (value === undefined) return { operator: 'NULL', sent: [] }
    throw invalidRequest(`One or more parameter values were invalid: Value cannot be used when Exists is false for Attribute: ${attribute}`)
  }
  if (value !== undefined) return { operator: 'EQ', sent: [value] }
  throw invalidRequest(
    `One or more parameter values were invalid: Value must be provided when Exists is ${exists ?? 'null'} for Attribute: ${attribute}`,
  )
}
