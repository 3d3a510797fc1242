/**
 * What an expression asks, values left out: names as they are, `?` for values and list indexes, one `?` for any number of
 * candidates of IN, and what may stand in any order sorted. So requests that ask alike print alike, whatever placeholders they use
 * and whichever language they were written in. For people to read, not to be parsed.
 */

import { unreachable } from '../base/assert.ts'
import type { DocumentPath } from '../values/path.ts'
import type { BoundAction, BoundCondition, BoundOperand, BoundUpdateOperand, SetValue } from './ast.ts'
import type { KeyCondition } from './key-condition.ts'
import { printedNameLengthMax } from './limits.ts'

export function conditionPattern(condition: BoundCondition): string {
  switch (condition.kind) {
    case 'or':
      return joined(condition.terms, 'or')
    case 'and':
      return joined(condition.terms, 'and')
    case 'not':
      return `NOT ${within(condition.term, ['or', 'and'])}`
    case 'comparison':
      return `${operandPattern(condition.left)} ${condition.comparator} ${operandPattern(condition.right)}`
    case 'between':
      return `${operandPattern(condition.operand)} BETWEEN ${operandPattern(condition.lower)} AND ${operandPattern(condition.upper)}`
    case 'in':
      return `${operandPattern(condition.operand)} IN (${distinct(condition.candidates.map(operandPattern)).join(', ')})`
    case 'call':
      return `${condition.name}(${condition.operands.map(operandPattern).join(', ')})`
    default:
      return unreachable(condition)
  }
}

/** In the order of `keyNames`, those of the key that is read. */
export function keyConditionPattern(condition: KeyCondition, keyNames: readonly string[]): string {
  return condition
    .toSorted((a, b) => keyNames.indexOf(a.attribute) - keyNames.indexOf(b.attribute))
    .map(({ attribute, operator }) => {
      const name = namePattern(attribute)
      if (operator === 'begins_with') return `begins_with(${name}, ?)`
      return operator === 'BETWEEN' ? `${name} BETWEEN ? AND ?` : `${name} ${operator} ?`
    })
    .join(' AND ')
}

export function projectionPattern(paths: readonly DocumentPath[]): string {
  return distinct(paths.map(pathPattern)).join(', ')
}

export function updatePattern(actions: readonly BoundAction[]): string {
  const sections = (['set', 'remove', 'add', 'delete'] as const).flatMap((kind) => {
    const texts = distinct(actions.filter((action) => action.kind === kind).map(actionPattern))
    return texts.length === 0 ? [] : [`${kind.toUpperCase()} ${texts.join(', ')}`]
  })
  return sections.join(' ')
}

/**
 * A name that is no plain word stands in quotes. A long one is cut: names have up to 64 KiB, and a short expression can say one
 * hundreds of times.
 */
function namePattern(name: string): string {
  const shown = name.length <= printedNameLengthMax ? name : `${name.slice(0, printedNameLengthMax)}…`
  return /^[A-Za-z_][\w-]*…?$/.test(shown) ? shown : JSON.stringify(shown)
}

export function pathPattern(path: DocumentPath): string {
  return path.reduce<string>((text, element) => {
    if (typeof element === 'number') return `${text}[?]`
    return `${text}${text === '' ? '' : '.'}${namePattern(element)}`
  }, '')
}

/** Sorted, and each once. */
function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort()
}

function joined(terms: readonly BoundCondition[], kind: 'and' | 'or'): string {
  const [only] = terms
  if (terms.length === 1 && only !== undefined) return conditionPattern(only)
  const enclosed = kind === 'or' ? (['or'] as const) : (['or', 'and'] as const)
  const texts = terms.map((term) => within(term, enclosed))
  return texts.sort().join(kind === 'or' ? ' OR ' : ' AND ')
}

function within(term: BoundCondition, enclosed: readonly BoundCondition['kind'][]): string {
  return enclosed.includes(term.kind) ? `(${conditionPattern(term)})` : conditionPattern(term)
}

function operandPattern(operand: BoundOperand): string {
  switch (operand.kind) {
    case 'path':
      return pathPattern(operand.path)
    case 'value':
      return '?'
    case 'size':
      return `size(${operandPattern(operand.of)})`
    case 'truth':
      return `(${conditionPattern(operand.of)})`
    default:
      return unreachable(operand)
  }
}

function actionPattern(action: BoundAction): string {
  const target = pathPattern(action.target)
  if (action.kind === 'remove') return target
  return action.kind === 'set' ? `${target} = ${setPattern(action.value)}` : `${target} ?`
}

function setPattern(value: SetValue<BoundUpdateOperand>): string {
  if (value.kind !== 'arithmetic') return updateOperandPattern(value)
  return `${updateOperandPattern(value.left)} ${value.operator} ${updateOperandPattern(value.right)}`
}

function updateOperandPattern(operand: BoundUpdateOperand): string {
  switch (operand.kind) {
    case 'path':
      return pathPattern(operand.path)
    case 'value':
      return '?'
    case 'if_not_exists':
      return `if_not_exists(${pathPattern(operand.path)}, ${updateOperandPattern(operand.otherwise)})`
    case 'list_append':
      return `list_append(${updateOperandPattern(operand.first)}, ${updateOperandPattern(operand.second)})`
    default:
      return unreachable(operand)
  }
}
