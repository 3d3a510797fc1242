/**
 * One condition of a statement as a function of the request's condition keys: set prefixes, `IfExists`, negation and absent keys, around
 * the operators (iam-and-sigv4.md §3.2).
 */
import { assert } from '../base/assert.ts'
import type { ContextKeys, ContextValue } from './context-keys.ts'
import { type Operator, operators } from './operators.ts'
import { type Pattern, parsePattern } from './pattern.ts'
import type { Condition } from './policy-document.ts'

export interface CompiledCondition {
  readonly condition: Condition
  /** Lower case. */
  readonly key: string
  readonly holds: (keys: ContextKeys) => boolean
}

export interface ConditionOperator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly ifExists: boolean
  /** Undefined for `Null`. */
  readonly operator: Operator | undefined
}

const written = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

/** Undefined for an operator that there is not. */
export function parseOperator(text: string): ConditionOperator | undefined {
  const [, set, name = '', ifExists] = written.exec(text) ?? []
  const operator = operators.get(name)
  if (operator === undefined && text !== 'Null') return undefined
  return { set: set as ConditionOperator['set'], ifExists: ifExists !== undefined, operator }
}

export function compileCondition(condition: Condition, readsVariables: boolean): CompiledCondition {
  const parsed = parseOperator(condition.operator)
  assert(parsed !== undefined, 'a checked condition has an operator', condition.operator)
  const key = condition.key.toLowerCase()
  if (parsed.operator === undefined) return { condition, key, holds: nullTest(key, condition.values) }
  const asked: Asked = { ...parsed, operator: parsed.operator }
  const testIn = valueTest(parsed.operator, condition.values, readsVariables)
  return { condition, key, holds: (keys) => holds(asked, presentValue(keys, key), () => testIn(keys)) }
}

/** `true` asks for the key's absence, `false` for its presence. */
function nullTest(key: string, values: readonly string[]): (keys: ContextKeys) => boolean {
  const wanted = new Set(values.map((value) => value.toLowerCase()))
  return (keys) => wanted.has(String(presentValue(keys, key) === undefined))
}

interface Asked extends ConditionOperator {
  readonly operator: Operator
}

type ValueTest = (given: string) => boolean

function holds({ set, ifExists, operator }: Asked, value: ContextValue | undefined, test: () => ValueTest | undefined): boolean {
  if (value === undefined) return ifExists || (set === undefined ? operator.isNegated : set === 'ForAllValues')
  // Several values are compared as a set or not at all.
  if (set === undefined && typeof value !== 'string') return false
  const isMatch = test()
  if (isMatch === undefined) return false
  const holdsFor = (given: string): boolean => operator.isComparable(given) && isMatch(given) !== operator.isNegated
  if (typeof value === 'string') return holdsFor(value)
  return set === 'ForAllValues' ? value.every(holdsFor) : value.some(holdsFor)
}

/** A key with no values is absent. */
function presentValue(keys: ContextKeys, key: string): ContextValue | undefined {
  const value = keys(key)
  return typeof value === 'object' && value.length === 0 ? undefined : value
}

/** Whether a value is one of the listed ones; undefined when a variable among them has no value: then the statement does not match. */
function valueTest(operator: Operator, values: readonly string[], readsVariables: boolean): (keys: ContextKeys) => ValueTest | undefined {
  const patterns = values.map((value) => parsePattern(value, readsVariables && operator.takesVariables))
  if (patterns.every(({ text }) => text !== undefined)) {
    const test = anyOf(operator, patterns, () => undefined)
    return () => test
  }
  return (keys) => anyOf(operator, patterns, keys)
}

function anyOf(operator: Operator, patterns: readonly Pattern[], keys: ContextKeys): ValueTest | undefined {
  const tests: ValueTest[] = []
  for (const pattern of patterns) {
    const test = operator.testOf(pattern, keys)
    if (test === undefined) return undefined
    tests.push(test)
  }
  const [only] = tests
  return tests.length === 1 ? only : (given) => tests.some((test) => test(given))
}
