/** What messages call an expression that cannot be carried out: the name of its kind in PartiQL's own trees. Only IsType is known [I]. */
import type { Term, WrittenWhere } from './statement.ts'

const termNames: { readonly [kind in Exclude<Term['kind'], 'arithmetic' | 'condition' | 'path'>]: string } = {
  call: 'Call',
  parameter: 'Parameter',
  string: 'Lit',
  number: 'Lit',
  boolean: 'Lit',
  null: 'Lit',
  missing: 'Missing',
  list: 'List',
  set: 'Bag',
  map: 'Struct',
}

const arithmeticNames = { '+': 'Plus', '-': 'Minus', '*': 'Times', '/': 'Divide', '%': 'Modulo', '||': 'Concat' } as const

const comparisonNames = { '=': 'Eq', '<>': 'Ne', '<': 'Lt', '<=': 'Lte', '>': 'Gt', '>=': 'Gte' } as const

const conditionNames: { readonly [kind in Exclude<WrittenWhere['kind'], 'comparison' | 'truth'>]: string } = {
  or: 'Or',
  and: 'And',
  not: 'Not',
  between: 'Between',
  in: 'InCollection',
  is: 'IsType',
  call: 'Call',
}

export function expressionName(term: Term): string {
  if (term.kind === 'condition') return conditionName(term.condition)
  if (term.kind === 'arithmetic') return arithmeticNames[term.operator]
  if (term.kind === 'path') return term.path.length === 1 ? 'Id' : 'Path'
  return termNames[term.kind]
}

function conditionName(condition: WrittenWhere): string {
  if (condition.kind === 'truth') return expressionName(condition.value)
  return condition.kind === 'comparison' ? comparisonNames[condition.comparator] : conditionNames[condition.kind]
}
