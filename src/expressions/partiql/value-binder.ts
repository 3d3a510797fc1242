/**
 * From the literals and parameters of a PartiQL statement to attribute values (partiql.md §1, §6). What cannot be a value at all is
 * thrown at once; what is only not to be had is remembered, because other checks come before it.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { nestingLevelsMax } from '../../api/limits.ts'
import { setOwn } from '../../base/own.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { checkAttributes, checkAttributeValue, type RawAttributeValue } from '../../values/check.ts'
import { compareNumbers, parseNumber } from '../../values/number.ts'
import { expressionName } from './expression-name.ts'
import type { Term } from './statement.ts'

type MapTerm = Extract<Term, { kind: 'map' }>

/** Where in a literal a value stands: what errors call it, and how many levels there may be from it on. */
interface Place {
  readonly name: string
  readonly levels: number
}

const root: Place = { name: 'root', levels: nestingLevelsMax }

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
    if (term.kind === 'number') return { N: numberOf(term.text, root) }
    return checkAttributeValue(this.#raw(term, root), 'older')
  }

  /** The value of an INSERT. Every attribute is a value of its own: a literal, or a parameter that holds the whole of it. */
  item(term: Term): Item {
    if (term.kind === 'map') return checkAttributes(this.#rawAttributes(term), 'older')
    const value = this.value(term)
    if ('M' in value) return value.M
    // [I]
    this.note('The value of an INSERT statement must be a tuple')
    return {}
  }

  #rawAttributes({ members }: MapTerm): { readonly [name: string]: RawAttributeValue } {
    const raw: Record<string, RawAttributeValue> = {}
    for (const { name, value } of members) {
      setOwn(raw, name, value.kind === 'parameter' ? this.#parameter(value.index) : this.#raw(value, root))
    }
    return raw
  }

  /** A parameter is a whole value, and cannot stand inside one. */
  #raw(term: Term, place: Place): RawAttributeValue {
    if (place.levels === 0) throw invalid(`Nesting Levels have exceeded supported limits under ${place.name}`)
    switch (term.kind) {
      case 'string':
        return { S: term.text }
      case 'number':
        return { N: numberOf(term.text, place) }
      case 'boolean':
        return { BOOL: term.value }
      case 'null':
        return { NULL: true }
      case 'list':
        return { L: term.elements.map((element, index) => this.#raw(element, inside(place, `[${index}]`))) }
      case 'map':
        return { M: this.#rawMap(term, place) }
      case 'set':
        return this.#rawSet(term.elements, place)
      default:
        return this.#unsupported(term, place)
    }
  }

  #rawMap({ members }: MapTerm, place: Place): { readonly [name: string]: RawAttributeValue } {
    const raw: Record<string, RawAttributeValue> = {}
    for (const { name, value } of members) setOwn(raw, name, this.#raw(value, inside(place, `.${name}`)))
    return raw
  }

  /** [I] The members of a set have no place of their own. */
  #rawSet(elements: readonly Term[], place: Place): RawAttributeValue {
    if (elements.length === 0) throw invalid('Empty bags are not supported')
    const strings = elements.flatMap((element) => (element.kind === 'string' ? [element.text] : []))
    if (strings.length === elements.length) return { SS: strings }
    const numbers = elements.flatMap((element) => (element.kind === 'number' ? [element.text] : []))
    if (numbers.length === elements.length) return { NS: numbersOf(numbers, place) }
    for (const element of elements) if (!['string', 'number'].includes(element.kind)) this.#raw(element, place)
    // [I] The wording.
    this.note('Bags must be all strings or all numbers')
    return { NULL: true }
  }

  /** [I] The texts about parameters and functions are known. */
  #unsupported(term: Term, { name }: Place): RawAttributeValue {
    const called = term.kind === 'call' ? term.name.toLowerCase() : expressionName(term)
    this.note(`Unsupported data type: ${called} under key ${name}${'at' in term ? ` at ${term.at}` : ''}`)
    return { NULL: true }
  }

  #parameter(index: number): AttributeValue {
    return this.#parameters[index] ?? { NULL: true }
  }
}

function inside({ name, levels }: Place, step: string): Place {
  return { name: `${name}${step}`, levels: levels - 1 }
}

function numberOf(text: string, { name }: Place): string {
  try {
    return parseNumber(text, 'older')
  } catch (error) {
    if (error instanceof ServiceError) throw invalid(`${error.message} under ${name}`)
    throw error
  }
}

/** The duplicates are told as they are written. */
function numbersOf(texts: readonly string[], place: Place): readonly string[] {
  const numbers = texts.map((text) => numberOf(text, place))
  const sorted = numbers.toSorted(compareNumbers)
  if (sorted.every((number, at) => number !== sorted[at + 1])) return numbers
  throw invalid(
    `One or more parameter values were invalid: Input collection [${texts.join(', ')}] contains duplicates! under ${place.name}`,
  )
}
