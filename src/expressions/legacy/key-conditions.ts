/** KeyConditions: the legacy form of a KeyConditionExpression; it is fitted to a key by the same rules (expressions.md §6, §10). */
import { invalidRequest } from '../../api/errors.ts'
import type { Wording } from '../../api/wording.ts'
import type { KeyCondition, KeyOperator } from '../key-condition.ts'
import { type ComparisonOperator, checkArguments, type WrittenComparison } from './comparison.ts'
import { type AttributeConditions, readComparisons } from './conditions.ts'

/** The operators that a key can answer. */
const keyOperators: { readonly [operator in ComparisonOperator]?: KeyOperator } = {
  EQ: '=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  BETWEEN: 'BETWEEN',
  BEGINS_WITH: 'begins_with',
}

export interface WrittenKeyComparison extends WrittenComparison {
  readonly keyOperator: KeyOperator
}

/** Throws (`invalidRequest`) for no condition at all, for what is wrong with a form, for operators that a key cannot answer. */
export function readKeyConditions(conditions: AttributeConditions): readonly WrittenKeyComparison[] {
  const comparisons = readComparisons(conditions)
  // [I] Too many are told when the key is known, in the words of expressions: an index may have eight key attributes.
  if (comparisons.length === 0) throw invalidRequest('Conditions can be of length 1 or 2 only')
  return comparisons.map((comparison) => {
    const keyOperator = keyOperators[comparison.operator]
    if (keyOperator === undefined) throw invalidRequest('Attempted conditional constraint is not an indexable operation')
    return { ...comparison, keyOperator }
  })
}

/** Throws what is wrong with the values. */
export function compileKeyConditions(written: readonly WrittenKeyComparison[], wording: Wording): KeyCondition {
  return written.map((comparison) => ({
    attribute: comparison.attribute,
    operator: comparison.keyOperator,
    values: checkArguments(comparison, wording),
  }))
}
