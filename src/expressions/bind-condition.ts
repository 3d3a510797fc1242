/**
 * From a condition as it is written to the condition it means, with every check that needs no item (expressions.md §5). One walk
 * in written order; at each operator or function: undefined names and values, number of operands, distinctness, operand types.
 */
import { invalidRequest, type ServiceError } from '../api/errors.ts'
import { unreachable } from '../base/assert.ts'
import { type AttributeType, type AttributeValue, typeOf } from '../values/attribute-value.ts'
import { compareValues } from '../values/order.ts'
import { printPath } from '../values/path.ts'
import type { BoundCondition, BoundOperand, Call, ConditionTree, ExpressionKind, WrittenCondition, WrittenOperand } from './ast.ts'
import { bindPath, samePath } from './bind-path.ts'
import type { Placeholders } from './placeholders.ts'

type Comparison<Operand> = Extract<ConditionTree<Operand>, { kind: 'comparison' }>
type Between<Operand> = Extract<ConditionTree<Operand>, { kind: 'between' }>
type In<Operand> = Extract<ConditionTree<Operand>, { kind: 'in' }>

/** Operand types that a literal may have, where not all may. */
const orderedTypes: readonly AttributeType[] = ['S', 'N', 'B']
const prefixTypes: readonly AttributeType[] = ['S', 'B']
const sizedTypes: readonly AttributeType[] = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']
const containerTypes: readonly AttributeType[] = ['S', 'B', 'SS', 'NS', 'BS', 'L']
const stringType: readonly AttributeType[] = ['S']

/** The type names of `attribute_type`, in the order in which the error lists them. */
const typeNames: ReadonlySet<string> = new Set(['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'])

/** All errors are `invalidRequest` and begin with `Invalid <kind>: `. */
export function bindCondition(kind: ExpressionKind, written: WrittenCondition, placeholders: Placeholders): BoundCondition {
  return new ConditionBinder(kind, placeholders).condition(written)
}

class ConditionBinder {
  readonly #kind: ExpressionKind
  readonly #placeholders: Placeholders

  constructor(kind: ExpressionKind, placeholders: Placeholders) {
    this.#kind = kind
    this.#placeholders = placeholders
  }

  condition(written: WrittenCondition): BoundCondition {
    switch (written.kind) {
      case 'or':
      case 'and':
        return { kind: written.kind, terms: written.terms.map((term) => this.condition(term)) }
      case 'not':
        return { kind: 'not', term: this.condition(written.term) }
      case 'comparison':
        return this.#comparison(written)
      case 'between':
        return this.#between(written)
      case 'in':
        return this.#in(written)
      case 'call':
        return this.#call(written)
      default:
        return unreachable(written)
    }
  }

  #comparison({ comparator, left, right }: Comparison<WrittenOperand>): Comparison<BoundOperand> {
    const operands = this.#operands([left, right])
    const [first, second] = operands as [BoundOperand, BoundOperand]
    this.#checkDistinct(comparator, operands)
    if (comparator !== '=' && comparator !== '<>') for (const operand of operands) this.#checkType(comparator, operand, orderedTypes)
    return { kind: 'comparison', comparator, left: first, right: second }
  }

  #between(written: Between<WrittenOperand>): Between<BoundOperand> {
    const operands = this.#operands([written.operand, written.lower, written.upper])
    const [operand, lower, upper] = operands as [BoundOperand, BoundOperand, BoundOperand]
    this.#checkDistinct('BETWEEN', operands)
    for (const each of operands) this.#checkType('BETWEEN', each, orderedTypes)
    if (lower.kind === 'value' && upper.kind === 'value') this.#checkBounds(lower.value, upper.value)
    return { kind: 'between', operand, lower, upper }
  }

  #checkBounds(lower: AttributeValue, upper: AttributeValue): void {
    if (typeOf(lower) !== typeOf(upper)) {
      throw this.#fault(
        `The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: ${printValue(lower)}, upper bound operand: ${printValue(upper)}`,
      )
    }
    if (compareValues(lower, upper) > 0) {
      throw this.#fault(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: ${printValue(lower)}, upper bound operand: ${printValue(upper)}`,
      )
    }
  }

  #in(written: In<WrittenOperand>): In<BoundOperand> {
    const operand = this.#operand(written.operand)
    const candidates = this.#operands(written.candidates)
    this.#checkDistinct('IN', [operand, ...candidates])
    return { kind: 'in', operand, candidates }
  }

  #call({ name, operands: written }: Call<WrittenOperand>): Call<BoundOperand> {
    const operands = this.#operands(written)
    const bound: Call<BoundOperand> = { kind: 'call', name, operands }
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      this.#checkCount(name, operands, 1)
      this.#checkPath(name, operands)
      return bound
    }
    this.#checkCount(name, operands, 2)
    const [first, second] = operands as [BoundOperand, BoundOperand]
    if (name === 'attribute_type') {
      this.#checkTypeName(second)
      return bound
    }
    this.#checkDistinct(name, operands)
    if (name === 'contains') this.#checkType(name, first, containerTypes)
    else for (const operand of operands) this.#checkType(name, operand, prefixTypes)
    return bound
  }

  #operands(written: readonly WrittenOperand[]): readonly BoundOperand[] {
    return written.map((operand) => this.#operand(operand))
  }

  /** The parser lets no call but `size` stand as an operand. */
  #operand(written: WrittenOperand): BoundOperand {
    if (written.kind === 'path') return { kind: 'path', path: bindPath(this.#kind, written, this.#placeholders) }
    if (written.kind === 'value') return { kind: 'value', value: this.#placeholders.value(this.#kind, written.placeholder) }
    const operands = this.#operands(written.operands)
    this.#checkCount(written.name, operands, 1)
    const [of] = operands as [BoundOperand]
    this.#checkType(written.name, of, sizedTypes)
    return { kind: 'size', of }
  }

  #checkCount(name: string, operands: readonly BoundOperand[], count: number): void {
    if (operands.length === count) return
    throw this.#fault(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    )
  }

  #checkPath(name: string, [first]: readonly BoundOperand[]): void {
    if (first?.kind === 'path') return
    throw this.#fault(`Operator or function requires a document path; operator or function: ${name}`)
  }

  /** Only paths are compared, as they read with all aliases replaced. */
  #checkDistinct(operator: string, operands: readonly BoundOperand[]): void {
    const first = operands[0]
    if (first?.kind !== 'path') return
    for (let at = 1; at < operands.length; at += 1) {
      const other = operands[at]
      if (other?.kind !== 'path' || !samePath(other.path, first.path)) continue
      throw this.#fault(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${printPath(first.path)}`,
      )
    }
  }

  #checkType(operator: string, operand: BoundOperand, allowed: readonly AttributeType[]): void {
    if (operand.kind === 'path') return
    const type = operand.kind === 'value' ? typeOf(operand.value) : operand.kind === 'size' ? 'N' : 'BOOL'
    if (allowed.includes(type)) return
    throw this.#fault(`Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`)
  }

  #checkTypeName(operand: BoundOperand): void {
    this.#checkType('attribute_type', operand, stringType)
    // [I] The words: only that they name the function is known.
    if (operand.kind === 'path') {
      throw this.#fault('Incorrect operand type for operator or function; operator or function: attribute_type, operand type: PATH')
    }
    if (operand.kind !== 'value' || !('S' in operand.value) || typeNames.has(operand.value.S)) return
    throw this.#fault(`Invalid attribute type name found; type: ${operand.value.S}, valid types: {${[...typeNames].join(',')}}`)
  }

  #fault(message: string): ServiceError {
    return invalidRequest(`Invalid ${this.#kind}: ${message}`)
  }
}

/** Of a string, a number or a binary (as base64 [I]). */
function printValue(value: AttributeValue): string {
  return `AttributeValue: {${Object.entries(value)
    .map(([type, content]) => `${type}:${content}`)
    .join('')}}`
}
