/** Taking the WHERE of a PartiQL statement apart: what of it names keys, and what is left to be weighed. */
import { unreachable } from '../../base/assert.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import type { BoundCondition, BoundOperand } from '../ast.ts'
import { type Condition, conditionOf } from '../condition.ts'
import type { KeyClause } from '../key-condition.ts'

/** What must all hold, as far as that shows without thinking. */
export function conjuncts(where: BoundCondition | undefined): readonly BoundCondition[] {
  if (where === undefined) return []
  if (where.kind !== 'and') return [where]
  return where.terms.some(({ kind }) => kind === 'and') ? where.terms.flatMap(conjuncts) : where.terms
}

export function conjunction(terms: readonly BoundCondition[]): BoundCondition | undefined {
  const [only] = terms
  return terms.length > 1 ? { kind: 'and', terms } : only
}

/** The values of which the attribute must equal one by this term alone: one by `=`, any number by IN. */
export function equalitiesOn(name: string, term: BoundCondition): readonly AttributeValue[] | undefined {
  if (term.kind === 'in') return isAttribute(term.operand, name) ? valuesOf(term.candidates) : undefined
  return term.kind === 'comparison' && term.comparator === '=' ? keyClauseOn(name, term)?.values : undefined
}

/** The term as a condition that a key can answer, if it is one on this attribute. */
export function keyClauseOn(name: string, term: BoundCondition): KeyClause | undefined {
  switch (term.kind) {
    case 'comparison': {
      const { comparator, left, right } = term
      if (comparator === '<>') return undefined
      if (isAttribute(left, name)) return clauseOf(name, comparator, [right])
      return isAttribute(right, name) ? clauseOf(name, mirrored[comparator], [left]) : undefined
    }
    case 'between':
      return isAttribute(term.operand, name) ? clauseOf(name, 'BETWEEN', [term.lower, term.upper]) : undefined
    case 'call': {
      const [first, ...others] = term.operands
      return term.name === 'begins_with' && isAttribute(first, name) ? clauseOf(name, 'begins_with', others) : undefined
    }
    default:
      return undefined
  }
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

function isAttribute(operand: BoundOperand | undefined, name: string): boolean {
  return operand?.kind === 'path' && operand.path.length === 1 && operand.path[0] === name
}

/** Undefined when an operand is no value. */
function valuesOf(operands: readonly BoundOperand[]): readonly AttributeValue[] | undefined {
  const values: AttributeValue[] = []
  for (const operand of operands) {
    if (operand.kind !== 'value') return undefined
    values.push(operand.value)
  }
  return values
}

function clauseOf(attribute: string, operator: KeyClause['operator'], operands: readonly BoundOperand[]): KeyClause | undefined {
  const values = valuesOf(operands)
  return values && { attribute, operator, values }
}

/** True when there is an OR anywhere in it. */
export function hasAlternatives(condition: BoundCondition): boolean {
  if (condition.kind === 'and') return condition.terms.some(hasAlternatives)
  return condition.kind === 'not' ? hasAlternatives(condition.term) : condition.kind === 'or'
}

/** The condition compiled, with what PartiQL means by `<>`: false, and not true, where an operand is missing (partiql.md §2). */
export function filterOf(where: BoundCondition): Condition {
  return conditionOf(withPresence(where))
}

/** What holds in the sense of the other languages exactly where this holds in PartiQL's. */
export function withPresence(condition: BoundCondition): BoundCondition {
  switch (condition.kind) {
    case 'or':
    case 'and':
      return { kind: condition.kind, terms: condition.terms.map(withPresence) }
    case 'not':
      return { kind: 'not', term: withPresence(condition.term) }
    case 'comparison': {
      if (condition.comparator !== '<>') return condition
      const operands = [condition.left, condition.right].filter(({ kind }) => kind === 'path' || kind === 'size')
      const present = operands.map((operand): BoundCondition => ({ kind: 'call', name: 'attribute_exists', operands: [operand] }))
      return { kind: 'and', terms: [...present, condition] }
    }
    case 'between':
    case 'in':
    case 'call':
      return condition
    default:
      return unreachable(condition)
  }
}
