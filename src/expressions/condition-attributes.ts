/** Which attributes a condition speaks of: a filter of a Query may not speak of the key (expressions.md §5). */
import { unreachable } from '../base/assert.ts'
import type { BoundCondition, BoundOperand } from './ast.ts'

/** The names of the top-level attributes that a condition speaks of, in the order of their first use. */
export function attributesOf(condition: BoundCondition): readonly string[] {
  const names = new Set<string>()
  addAttributes(condition, names)
  return [...names]
}

function addAttributes(condition: BoundCondition, names: Set<string>): void {
  switch (condition.kind) {
    case 'or':
    case 'and':
      for (const term of condition.terms) addAttributes(term, names)
      return
    case 'not':
      addAttributes(condition.term, names)
      return
    default:
      for (const operand of operandsOf(condition)) addAttributesOf(operand, names)
  }
}

function operandsOf(condition: Exclude<BoundCondition, { kind: 'or' | 'and' | 'not' }>): readonly BoundOperand[] {
  switch (condition.kind) {
    case 'comparison':
      return [condition.left, condition.right]
    case 'between':
      return [condition.operand, condition.lower, condition.upper]
    case 'in':
      return [condition.operand, ...condition.candidates]
    case 'call':
      return condition.operands
    default:
      return unreachable(condition)
  }
}

function addAttributesOf(operand: BoundOperand, names: Set<string>): void {
  if (operand.kind === 'path') names.add(String(operand.path[0]))
  else if (operand.kind === 'size') addAttributesOf(operand.of, names)
  else if (operand.kind === 'truth') addAttributes(operand.of, names)
}
