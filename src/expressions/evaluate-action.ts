/**
 * What one action of an update makes of its target, read from the item before the update (expressions.md §8). Where the target
 * lies is not looked at here.
 */
import { invalid, type ServiceError } from '../api/errors.ts'
import { unreachable } from '../base/assert.ts'
import type { AttributeValue, Item } from '../values/attribute-value.ts'
import { compareNumbers } from '../values/number.ts'
import { addNumbers, subtractNumbers } from '../values/number-arithmetic.ts'
import { compareBinaries, compareStrings } from '../values/order.ts'
import { resolvePath } from '../values/path.ts'
import type { Arithmetic, BoundAction, BoundUpdateOperand, SetValue } from './ast.ts'

/** The new value of the target; undefined when it is to be absent. Throws `invalid` for operands that are missing or of the wrong type. */
export function evaluateAction(action: BoundAction, old: Item): AttributeValue | undefined {
  switch (action.kind) {
    case 'set':
      return evaluate(action.value, old)
    case 'remove':
      return undefined
    case 'add':
      return added(resolvePath(old, action.target), action.value)
    case 'delete':
      return withoutMembers(resolvePath(old, action.target), action.value)
    default:
      return unreachable(action)
  }
}

function evaluate(value: SetValue<BoundUpdateOperand>, old: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value
    case 'path': {
      const found = resolvePath(old, value.path)
      if (found === undefined) throw invalid('The provided expression refers to an attribute that does not exist in the item')
      return found
    }
    case 'if_not_exists':
      return resolvePath(old, value.path) ?? evaluate(value.otherwise, old)
    case 'list_append': {
      const first = evaluate(value.first, old)
      const second = evaluate(value.second, old)
      if (!('L' in first && 'L' in second)) throw wrongType()
      return { L: [...first.L, ...second.L] }
    }
    case 'arithmetic':
      return calculate(value, old)
    default:
      return unreachable(value)
  }
}

function calculate({ operator, left, right }: Arithmetic<BoundUpdateOperand>, old: Item): AttributeValue {
  const a = evaluate(left, old)
  const b = evaluate(right, old)
  if (!('N' in a && 'N' in b)) throw wrongType()
  return { N: operator === '+' ? addNumbers(a.N, b.N) : subtractNumbers(a.N, b.N) }
}

/** ADD: a number is added to a number, members to a set of their type; where there is nothing, the operand itself. */
function added(old: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (old === undefined) return operand
  if ('N' in old && 'N' in operand) return { N: addNumbers(old.N, operand.N) }
  if ('SS' in old && 'SS' in operand) return { SS: union(old.SS, operand.SS, compareStrings) }
  if ('NS' in old && 'NS' in operand) return { NS: union(old.NS, operand.NS, compareNumbers) }
  if ('BS' in old && 'BS' in operand) return { BS: union(old.BS, operand.BS, compareBinaries) }
  throw wrongType()
}

/** DELETE: members leave a set of their type; a set without members is no value. */
function withoutMembers(old: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (old === undefined) return undefined
  if ('SS' in old && 'SS' in operand) {
    const SS = difference(old.SS, operand.SS)
    return SS.length === 0 ? undefined : { SS }
  }
  if ('NS' in old && 'NS' in operand) {
    const NS = difference(old.NS, operand.NS)
    return NS.length === 0 ? undefined : { NS }
  }
  if ('BS' in old && 'BS' in operand) {
    const BS = difference(old.BS, operand.BS)
    return BS.length === 0 ? undefined : { BS }
  }
  throw wrongType()
}

/** Both are in order and without duplicates, and so is the result: one merging walk. */
function union(a: readonly string[], b: readonly string[], compare: (a: string, b: string) => number): readonly string[] {
  const members: string[] = []
  let atA = 0
  let atB = 0
  for (;;) {
    const fromA = a[atA]
    const fromB = b[atB]
    if (fromA === undefined) return members.concat(b.slice(atB))
    if (fromB === undefined) return members.concat(a.slice(atA))
    const order = compare(fromA, fromB)
    members.push(order <= 0 ? fromA : fromB)
    if (order <= 0) atA += 1
    if (order >= 0) atB += 1
  }
}

function difference(members: readonly string[], leaving: readonly string[]): readonly string[] {
  const gone = new Set(leaving)
  return members.filter((member) => !gone.has(member))
}

function wrongType(): ServiceError {
  return invalid('An operand in the update expression has an incorrect data type')
}
