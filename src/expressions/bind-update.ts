/**
 * From an update as it is written to the update it means, with every check that needs no item. What is wrong is looked for in the
 * whole expression, kind by kind, in the order of expressions.md §8.
 */
import { invalidRequest } from '../api/errors.ts'
import { unreachable } from '../base/assert.ts'
import { type AttributeType, typeOf } from '../values/attribute-value.ts'
import type { BoundAction, BoundUpdateOperand, Call, SetValue, WrittenAction, WrittenOperand, WrittenUpdate } from './ast.ts'
import { bindPath } from './bind-path.ts'
import { type PathTree, pathTree } from './path-tree.ts'
import type { Placeholders } from './placeholders.ts'

const kind = 'UpdateExpression'

export interface BoundUpdate {
  /** In written order. */
  readonly actions: readonly BoundAction[]
  /** The same by their targets, no two of which overlap. */
  readonly tree: PathTree<BoundAction>
}

/** Throws `invalidRequest`, beginning with `Invalid UpdateExpression: `. */
export function bindUpdate(written: WrittenUpdate, placeholders: Placeholders): BoundUpdate {
  for (const action of written.actions) bindNames(action, placeholders)
  return checkedUpdate(written.actions.map((action) => bindAction(action, placeholders)))
}

/** For updates that were not written as an expression: checks targets and operand types. */
export function checkedUpdate(actions: readonly BoundAction[]): BoundUpdate {
  const tree = pathTree(
    kind,
    actions.map((action) => ({ path: action.target, leaf: action })),
  )
  for (const action of actions) checkLiteral(action)
  for (const action of actions) if (action.kind === 'set') checkOperandTypes(action.value)
  return { actions, tree }
}

/** Undefined names anywhere come before undefined values anywhere. */
function bindNames(action: WrittenAction, placeholders: Placeholders): void {
  bindPath(kind, action.target, placeholders)
  if (action.kind === 'set') bindNamesIn(action.value, placeholders)
}

function bindNamesIn(value: SetValue<WrittenOperand>, placeholders: Placeholders): void {
  if (value.kind === 'path') bindPath(kind, value, placeholders)
  else if (value.kind === 'call') for (const operand of value.operands) bindNamesIn(operand, placeholders)
  else if (value.kind === 'arithmetic') for (const operand of [value.left, value.right]) bindNamesIn(operand, placeholders)
}

function bindAction(action: WrittenAction, placeholders: Placeholders): BoundAction {
  const target = bindPath(kind, action.target, placeholders)
  switch (action.kind) {
    case 'set':
      return { kind: 'set', target, value: bindValue(action.value, placeholders) }
    case 'remove':
      return { kind: 'remove', target }
    case 'add':
    case 'delete':
      return { kind: action.kind, target, value: placeholders.value(kind, action.value.placeholder) }
    default:
      return unreachable(action)
  }
}

function bindValue(value: SetValue<WrittenOperand>, placeholders: Placeholders): SetValue<BoundUpdateOperand> {
  if (value.kind !== 'arithmetic') return bindOperand(value, placeholders)
  const left = bindOperand(value.left, placeholders)
  return { kind: 'arithmetic', operator: value.operator, left, right: bindOperand(value.right, placeholders) }
}

function bindOperand(operand: WrittenOperand, placeholders: Placeholders): BoundUpdateOperand {
  switch (operand.kind) {
    case 'path':
      return { kind: 'path', path: bindPath(kind, operand, placeholders) }
    case 'value':
      return { kind: 'value', value: placeholders.value(kind, operand.placeholder) }
    case 'call':
      return bindCall(operand, placeholders)
    default:
      return unreachable(operand)
  }
}

/** The parser knows the two functions and no other. */
function bindCall({ name, operands: written }: Call<WrittenOperand>, placeholders: Placeholders): BoundUpdateOperand {
  const [first, second, ...others] = written.map((operand) => bindOperand(operand, placeholders))
  if (first === undefined || second === undefined || others.length > 0) {
    throw invalidRequest(
      `Invalid UpdateExpression: Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${written.length}`,
    )
  }
  if (name === 'list_append') return { kind: 'list_append', first, second }
  if (first.kind === 'path') return { kind: 'if_not_exists', path: first.path, otherwise: second }
  throw invalidRequest(`Invalid UpdateExpression: Operator or function requires a document path; operator or function: ${name}`)
}

/** What ADD and DELETE take, and what the error about another type calls it. */
const addTypes: readonly AttributeType[] = ['N', 'SS', 'NS', 'BS']
const deleteTypes: readonly AttributeType[] = ['SS', 'NS', 'BS']
const typeNames: { readonly [type in AttributeType]: string } = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
}

function checkLiteral(action: BoundAction): void {
  if (action.kind !== 'add' && action.kind !== 'delete') return
  const type = typeOf(action.value)
  if ((action.kind === 'add' ? addTypes : deleteTypes).includes(type)) return
  throw invalidRequest(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${action.kind.toUpperCase()}, operand type: ${typeNames[type]}, typeSet: ALLOWED_FOR_${action.kind.toUpperCase()}_OPERAND`,
  )
}

/** From the inside out, as operands stand in front of what is done to them. */
function checkOperandTypes(value: SetValue<BoundUpdateOperand>): void {
  switch (value.kind) {
    case 'path':
    case 'value':
      return
    case 'if_not_exists':
      checkOperandTypes(value.otherwise)
      return
    case 'list_append':
      for (const operand of [value.first, value.second]) checkOperandType('list_append', operand, 'L')
      return
    case 'arithmetic':
      for (const operand of [value.left, value.right]) checkOperandType(value.operator, operand, 'N')
      return
    default:
      unreachable(value)
  }
}

function checkOperandType(operator: string, operand: BoundUpdateOperand, expected: AttributeType): void {
  checkOperandTypes(operand)
  const type = operand.kind === 'value' ? typeOf(operand.value) : operand.kind === 'list_append' ? 'L' : expected
  if (type === expected) return
  throw invalidRequest(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  )
}
