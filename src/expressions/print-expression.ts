/**
 * Written trees as text again, with no parentheses but those the tree needs: what is printed parses to the same tree. For tests,
 * and for whoever wants to show an expression.
 */
import { unreachable } from '../base/assert.ts'
import type { SetValue, WrittenAction, WrittenCondition, WrittenOperand, WrittenPath, WrittenProjection, WrittenUpdate } from './ast.ts'

export function printCondition(condition: WrittenCondition): string {
  switch (condition.kind) {
    case 'or':
      return condition.terms.map((term) => printWithin(term, ['or'])).join(' OR ')
    case 'and':
      return condition.terms.map((term) => printWithin(term, ['or', 'and'])).join(' AND ')
    case 'not':
      return `NOT ${printWithin(condition.term, ['or', 'and'])}`
    case 'comparison':
      return `${printOperand(condition.left)} ${condition.comparator} ${printOperand(condition.right)}`
    case 'between':
      return `${printOperand(condition.operand)} BETWEEN ${printOperand(condition.lower)} AND ${printOperand(condition.upper)}`
    case 'in':
      return `${printOperand(condition.operand)} IN (${condition.candidates.map(printOperand).join(', ')})`
    case 'call':
      return printOperand(condition)
    default:
      return unreachable(condition)
  }
}

export function printProjection(paths: WrittenProjection): string {
  return paths.map(printPath).join(', ')
}

export function printUpdate({ actions }: WrittenUpdate): string {
  let text = ''
  let section: string | undefined
  for (const action of actions) {
    const separator = action.kind === section ? ', ' : `${section === undefined ? '' : ' '}${action.kind.toUpperCase()} `
    text += separator + printAction(action)
    section = action.kind
  }
  return text
}

function printWithin(term: WrittenCondition, enclosed: readonly WrittenCondition['kind'][]): string {
  return enclosed.includes(term.kind) ? `(${printCondition(term)})` : printCondition(term)
}

function printAction(action: WrittenAction): string {
  const target = printPath(action.target)
  if (action.kind === 'remove') return target
  return action.kind === 'set' ? `${target} = ${printValue(action.value)}` : `${target} ${action.value.placeholder}`
}

function printValue(value: SetValue<WrittenOperand>): string {
  if (value.kind !== 'arithmetic') return printOperand(value)
  return `${printOperand(value.left)} ${value.operator} ${printOperand(value.right)}`
}

function printOperand(operand: WrittenOperand): string {
  if (operand.kind === 'value') return operand.placeholder
  return operand.kind === 'path' ? printPath(operand) : `${operand.name}(${operand.operands.map(printOperand).join(', ')})`
}

function printPath({ elements }: WrittenPath): string {
  let text = ''
  for (const element of elements) {
    if (element.kind === 'index') text += `[${element.index}]`
    else text += `${text === '' ? '' : '.'}${element.kind === 'name' ? element.name : element.alias}`
  }
  return text
}
