/**
 * From the literals and parameters of a PartiQL statement to attribute values (partiql.md §1, §6). What cannot be a value at all is
 * thrown at once; what is only not to be had is remembered, because other checks come before it.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { checkAttributeValue, type RawAttributeValue } from '../../values/check.ts'
import { parseNumber } from '../../values/number.ts'
import type { Term } from './statement.ts'

export class ValueBinder {
  readonly #parameters: readonly AttributeValue[]
  #fault: ServiceError | undefined

  /** As many parameters as the statement takes, or more. */
  constructor(parameters: readonly AttributeValue[]) {
    this.#parameters = parameters
  }

  /** The first fault that was noted. */
  get fault(): ServiceError | undefined {
    return this.#fault
  }

  note(message: string): void {
    this.#fault ??= invalid(message)
  }

  /** A term that is no value is noted, and gives some value or other. */
  value(term: Term): AttributeValue {
    if (term.kind === 'parameter') return this.#parameter(term.index)
    if (term.kind === 'string') return { S: term.text.toWellFormed() }
    if (term.kind === 'number') return { N: numberOf(term.text, 'root') }
    return checkAttributeValue(this.#raw(term, 'root'), 'older')
  }

  /** `place` is what errors call it. No deeper than the parser lets terms be. */
  #raw(term: Term, place: string): RawAttributeValue {
    switch (term.kind) {
      case 'parameter':
        return this.#parameter(term.index)
      case 'string':
        return { S: term.text }
      case 'number':
        return { N: numberOf(term.text, place) }
      case 'boolean':
        return { BOOL: term.value }
      case 'null':
        return { NULL: true }
      case 'list':
        return { L: term.elements.map((element, index) => this.#raw(element, `${place}[${index}]`)) }
      case 'map':
        return { M: this.#rawMap(term, place) }
      case 'set':
        return this.#rawSet(term.elements, place)
      default:
        return this.#unsupported(term)
    }
  }

  #rawMap({ members }: Extract<Term, { kind: 'map' }>, place: string): { readonly [name: string]: RawAttributeValue } {
    const raw: Record<string, RawAttributeValue> = {}
    for (const { name, value } of members) setOwn(raw, name, this.#raw(value, `${place}.${name}`))
    return raw
  }

  #rawSet(elements: readonly Term[], place: string): RawAttributeValue {
    if (elements.length === 0) throw invalid('Empty bags are not supported')
    const strings = elements.flatMap((element) => (element.kind === 'string' ? [element.text] : []))
    if (strings.length === elements.length) return { SS: strings }
    const numbers = elements.flatMap((element) => (element.kind === 'number' ? [numberOf(element.text, place)] : []))
    if (numbers.length === elements.length) return { NS: numbers }
    // [I] The wording; that a parameter cannot stand here is known.
    this.note('Bags must be all strings or all numbers, written as literals')
    return { NULL: true }
  }

  /** [I] Only the text about functions is known. */
  #unsupported(term: Extract<Term, { kind: 'path' | 'call' | 'missing' | 'condition' }>): RawAttributeValue {
    if (term.kind === 'call') this.note(`Unsupported data type: ${term.name} under key root at ${term.at}`)
    else this.note(`Unsupported data type: ${term.kind === 'path' ? term.path[0] : 'MISSING'} under key root`)
    return { NULL: true }
  }

  #parameter(index: number): AttributeValue {
    return this.#parameters[index] ?? { NULL: true }
  }
}

function numberOf(text: string, place: string): string {
  try {
    return parseNumber(text, 'older')
  } catch (error) {
    if (error instanceof ServiceError) throw invalid(`${error.message} under ${place}`)
    throw error
  }
}
