/**
 * From a WHERE as it is written to the condition it means, in the trees that all conditions have (partiql.md §2, §6). One difference
 * to the other languages stays in the tree for those who plan by it: `<>` is true of present operands only (`filterOf`).
 */
import { statementInOperandsMax } from '../../api/limits.ts'
import { unreachable } from '../../base/assert.ts'
import { type AttributeType, typeOf } from '../../values/attribute-value.ts'
import type { BoundCondition, BoundOperand, Call } from '../ast.ts'
import { expressionName } from './expression-name.ts'
import type { CallTerm, Term, TestedType, WrittenWhere } from './statement.ts'
import type { ValueBinder } from './value-binder.ts'
import { withPresence } from './where-terms.ts'

const orderedTypes: readonly AttributeType[] = ['S', 'N', 'B']
const prefixTypes: readonly AttributeType[] = ['S', 'B']
const typeNames: readonly string[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M']

/** Functions that are conditions, by the number of their operands. */
const functions: ReadonlyMap<string, number> = new Map([
  ['attribute_exists', 1],
  ['attribute_not_exists', 1],
  ['attribute_type', 2],
  ['begins_with', 2],
  ['contains', 2],
])

/** Notes what is wrong with its meaning; then the result is not to be used. */
export function bindWhere(written: WrittenWhere, values: ValueBinder): BoundCondition {
  return new WhereBinder(values).condition(written)
}

type Comparison = Extract<WrittenWhere, { kind: 'comparison' }>

class WhereBinder {
  readonly #values: ValueBinder

  constructor(values: ValueBinder) {
    this.#values = values
  }

  condition(written: WrittenWhere): BoundCondition {
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
      case 'is':
        return this.#is(written.operand, written.type)
      case 'truth':
        return this.#truth(written.value)
      case 'call':
        return this.#call(written)
      default:
        return unreachable(written)
    }
  }

  #comparison({ comparator, operator, left: writtenLeft, right: writtenRight }: Comparison): BoundCondition {
    const left = this.#operand(writtenLeft)
    const right = this.#operand(writtenRight)
    if (comparator !== '=' && comparator !== '<>') {
      for (const operand of [left, right]) this.#checkType(operator, operand, orderedTypes)
    }
    return { kind: 'comparison', comparator, left, right }
  }

  #between({ operand, lower, upper }: Extract<WrittenWhere, { kind: 'between' }>): BoundCondition {
    const bound = { kind: 'between', operand: this.#operand(operand), lower: this.#operand(lower), upper: this.#operand(upper) } as const
    for (const each of [bound.operand, bound.lower, bound.upper]) this.#checkType('BETWEEN', each, orderedTypes)
    return bound
  }

  #in({ operand, candidates: written }: Extract<WrittenWhere, { kind: 'in' }>): BoundCondition {
    const candidates = this.#candidates(written)
    if (candidates.length > statementInOperandsMax) {
      this.#values.note(`The IN operator is provided with too many operands; number of operands: ${candidates.length}`)
    }
    return { kind: 'in', operand: this.#operand(operand), candidates }
  }

  #candidates(written: Term): readonly BoundOperand[] {
    if (written.kind === 'list') return written.elements.map((element) => this.#operand(element))
    // [I] One parameter may hold the whole list.
    const value = this.#values.value(written)
    if ('L' in value) return value.L.map((element) => ({ kind: 'value', value: element }))
    this.#noteType('IN', typeOf(value))
    return []
  }

  #is(written: Term, type: TestedType): BoundCondition {
    const operand = this.#operand(written)
    this.#checkPath('IS', operand)
    if (type === 'MISSING') return { kind: 'call', name: 'attribute_not_exists', operands: [operand] }
    const tests = type.map((name): BoundCondition => {
      return { kind: 'call', name: 'attribute_type', operands: [operand, { kind: 'value', value: { S: name } }] }
    })
    const [only] = tests
    if (only !== undefined && tests.length === 1) return only
    // Without an OR, which not every statement may have.
    return { kind: 'not', term: { kind: 'and', terms: tests.map((term) => ({ kind: 'not', term })) } }
  }

  /** [I] The wording for what can never be true. */
  #truth(value: Term): BoundCondition {
    const operand = this.#operand(value)
    this.#checkType('WHERE', operand, ['BOOL'])
    const isTrue: BoundCondition = { kind: 'comparison', comparator: '=', left: operand, right: yes }
    return { kind: 'comparison', comparator: '=', left: { kind: 'truth', of: isTrue }, right: yes }
  }

  #call(call: CallTerm): BoundCondition {
    const name = call.name.toLowerCase()
    const count = functions.get(name)
    if (count === undefined) {
      this.#values.note(`Unrecognized function: ${name} at ${call.at}`)
      return nothing
    }
    const operands = call.operands.map((operand) => this.#operand(operand))
    if (operands.length !== count) {
      this.#noteCount(name, operands.length)
      return nothing
    }
    this.#checkOperands({ kind: 'call', name, operands })
    return { kind: 'call', name, operands }
  }

  #checkOperands({ name, operands }: Call<BoundOperand>): void {
    const [first, second] = operands
    if (first === undefined) return
    if (name === 'begins_with') for (const operand of operands) this.#checkType(name, operand, prefixTypes)
    else this.#checkPath(name, first)
    if (name !== 'attribute_type' || second === undefined) return
    this.#checkType(name, second, ['S'])
    if (second.kind !== 'value' || !('S' in second.value) || typeNames.includes(second.value.S)) return
    this.#values.note(`Invalid attribute type name found; type: ${second.value.S}, valid types: {${typeNames.join(',')}}`)
  }

  #operand(term: Term): BoundOperand {
    if (term.kind === 'path') return { kind: 'path', path: term.path }
    if (term.kind === 'condition') return { kind: 'truth', of: withPresence(this.condition(term.condition)) }
    if (term.kind === 'arithmetic') this.#values.note(`Unsupported operation: ${expressionName(term)}`)
    if (term.kind !== 'call') return { kind: 'value', value: this.#values.value(term) }
    return term.name.toLowerCase() === 'size' ? this.#size(term) : { kind: 'truth', of: this.#call(term) }
  }

  #size(call: CallTerm): BoundOperand {
    const [of] = call.operands.map((operand) => this.#operand(operand))
    if (of === undefined || call.operands.length !== 1) {
      this.#noteCount('size', call.operands.length)
      return { kind: 'value', value: { NULL: true } }
    }
    this.#checkPath('size', of)
    return { kind: 'size', of }
  }

  #checkPath(name: string, operand: BoundOperand): void {
    if (operand.kind === 'path') return
    this.#values.note(`Operator or function requires a document path; operator or function: ${name}`)
  }

  #checkType(operator: string, operand: BoundOperand, allowed: readonly AttributeType[]): void {
    if (operand.kind === 'path') return
    const type = operand.kind === 'value' ? typeOf(operand.value) : operand.kind === 'size' ? 'N' : 'BOOL'
    if (!allowed.includes(type)) this.#noteType(operator, type)
  }

  #noteType(operator: string, type: AttributeType): void {
    this.#values.note(`Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`)
  }

  #noteCount(name: string, count: number): void {
    this.#values.note(`Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`)
  }
}

const yes: BoundOperand = { kind: 'value', value: { BOOL: true } }

const nothing: BoundCondition = { kind: 'or', terms: [] }
