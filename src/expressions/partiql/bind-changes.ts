/** From the SET and REMOVE clauses of a PartiQL statement to the actions of an update (partiql.md §3). */
import { typeOf } from '../../values/attribute-value.ts'
import type { DocumentPath } from '../../values/path.ts'
import type { BoundAction, BoundUpdateOperand, SetValue } from '../ast.ts'
import { samePath } from '../bind-path.ts'
import { expressionName } from './expression-name.ts'
import type { CallTerm, Term, WrittenChange } from './statement.ts'
import type { ValueBinder } from './value-binder.ts'

const setTypes: readonly string[] = ['SS', 'NS', 'BS']

/** Notes what is wrong with its meaning; then the result is not to be used. */
export function bindChange(change: WrittenChange, values: ValueBinder): BoundAction {
  if (change.kind === 'remove') return change
  const { target, value } = change
  const name = value.kind === 'call' ? value.name.toLowerCase() : ''
  if (value.kind === 'call' && name === 'set_add') return { kind: 'add', target, value: members(target, value, values) }
  if (value.kind === 'call' && name === 'set_delete') return { kind: 'delete', target, value: members(target, value, values) }
  return { kind: 'set', target, value: bindSetValue(value, values) }
}

/** The second argument of set_add or set_delete; the first only repeats what is assigned to. */
function members(target: DocumentPath, call: CallTerm, values: ValueBinder): ReturnType<ValueBinder['value']> {
  const name = call.name.toUpperCase()
  const [first, second] = call.operands
  if (first === undefined || second === undefined || call.operands.length !== 2) {
    values.note(`${name} must have exactly two arguments at ${call.at}`)
    return { NULL: true }
  }
  if (first.kind !== 'path' || !samePath(first.path, target)) {
    values.note(`The first argument to ${name} must equal the assignment value at ${call.at}`)
  }
  const isValue = second.kind !== 'path' && second.kind !== 'call'
  const value = isValue ? values.value(second) : undefined
  if (value !== undefined && setTypes.includes(typeOf(value))) return value
  values.note(`The second argument to ${name} must be a value with type SET at ${call.operandAt}`)
  return { NULL: true }
}

function bindSetValue(value: Term, values: ValueBinder): SetValue<BoundUpdateOperand> {
  if (value.kind !== 'arithmetic' || (value.operator !== '+' && value.operator !== '-')) return bindOperand(value, values)
  const left = bindOperand(value.left, values)
  return { kind: 'arithmetic', operator: value.operator, left, right: bindOperand(value.right, values) }
}

function bindOperand(term: Term, values: ValueBinder): BoundUpdateOperand {
  if (term.kind === 'path') return { kind: 'path', path: term.path }
  if (term.kind === 'call') return bindCall(term, values)
  // [I]
  if (term.kind === 'arithmetic' || term.kind === 'condition') values.note(`Unsupported operation: ${expressionName(term)}`)
  return { kind: 'value', value: values.value(term) }
}

function bindCall(call: CallTerm, values: ValueBinder): BoundUpdateOperand {
  const name = call.name.toLowerCase()
  const instead: BoundUpdateOperand = { kind: 'value', value: { NULL: true } }
  if (name !== 'list_append' && name !== 'if_not_exists') {
    values.note(`Unrecognized function: ${name} at ${call.at}`)
    return instead
  }
  const [first, second, ...others] = call.operands.map((operand) => bindOperand(operand, values))
  if (first === undefined || second === undefined || others.length > 0) {
    values.note(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${call.operands.length}`,
    )
    return instead
  }
  if (name === 'list_append') return { kind: 'list_append', first, second }
  if (first.kind === 'path') return { kind: 'if_not_exists', path: first.path, otherwise: second }
  values.note(`Operator or function requires a document path; operator or function: ${name}`)
  return instead
}
