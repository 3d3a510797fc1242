/**
 * The statement charge of an UpdateExpression: what UpdateItem holds to the limit of 400 KB beside the finished item (data-model.md
 * §5). It depends on the request alone: on clauses, real names and literal values, not on what is stored.
 *
 *   statement              3 + Σ clauses
 *   SET t = v              19 + target(t) + operand(v)
 *   ADD t :v               19 + target(t) + size(:v)
 *   REMOVE t, DELETE t :v  1 + target(t)
 *   target                 name + Σ over further elements (4 + name or index digits)
 *
 *   :v                     its size, at every use
 *   path                   1 + Σ over its elements (14 + name or index digits)
 *   x + y, x - y           34, 37 + both operands
 *   if_not_exists(p, v)    39 + p + v
 *   list_append(x, y)      37 + both operands
 */
import { unreachable } from '../base/assert.ts'
import type { DocumentPath } from '../values/path.ts'
import { utf8SizeBytes, valueSizeBytes } from '../values/size.ts'
import type { BoundAction, BoundUpdateOperand, SetValue } from './ast.ts'

/** In bytes. */
export function updateChargeBytes(actions: readonly BoundAction[]): number {
  let chargeBytes = 3
  for (const action of actions) chargeBytes += actionChargeBytes(action)
  return chargeBytes
}

function actionChargeBytes(action: BoundAction): number {
  const targetBytes = pathChargeBytes(action.target, 4) - 4
  switch (action.kind) {
    case 'set':
      return 19 + targetBytes + operandChargeBytes(action.value)
    case 'add':
      return 19 + targetBytes + valueSizeBytes(action.value)
    case 'remove':
    case 'delete':
      return 1 + targetBytes
    default:
      return unreachable(action)
  }
}

function operandChargeBytes(operand: SetValue<BoundUpdateOperand>): number {
  switch (operand.kind) {
    case 'value':
      return valueSizeBytes(operand.value)
    case 'path':
      return 1 + pathChargeBytes(operand.path, 14)
    case 'if_not_exists':
      return 39 + 1 + pathChargeBytes(operand.path, 14) + operandChargeBytes(operand.otherwise)
    case 'list_append':
      return 37 + operandChargeBytes(operand.first) + operandChargeBytes(operand.second)
    case 'arithmetic':
      return (operand.operator === '+' ? 34 : 37) + operandChargeBytes(operand.left) + operandChargeBytes(operand.right)
    default:
      return unreachable(operand)
  }
}

function pathChargeBytes(path: DocumentPath, elementBytes: number): number {
  let chargeBytes = 0
  for (const element of path) chargeBytes += elementBytes + (typeof element === 'string' ? utf8SizeBytes(element) : String(element).length)
  return chargeBytes
}
