/**
 * From what a protocol carried to the checked input of a CloudWatch operation: kinds first, then required members, sizes and
 * values. GetMetricStatistics and ListMetrics complain parameter by parameter, all others in the words of `N validation errors
 * detected`.
 */

import type { ListShape, NumberShape, Shape, StringShape, StructureShape } from '../../../api/shapes/shape-table.ts'
import { getOwn, setOwn } from '../../../base/own.ts'
import { CloudWatchError } from './errors.ts'
import { listElementsMax, timeSecondsMax, timeSecondsMin, toldFaultsMax } from './limits.ts'
import type { CloudWatchOperation } from './operations.ts'
import { type CloudWatch, cloudWatchShape } from './shapes.ts'

/** Query: every leaf is text. Typed: numbers are numbers, and so are times, in seconds since 1970. */
export type Notation = 'query' | 'typed'

/** What an operation gets. */
export type CloudWatchInput<O extends CloudWatchOperation> = CloudWatch<`${O}Input`>

interface Fault {
  readonly kind: 'null' | 'values' | 'size' | 'range' | 'malformed'
  /** `Statistics.member.1` */
  readonly parameter: string
  /** `statistics.1.member` */
  readonly path: string
  readonly value: unknown
  readonly constraint: string
  readonly values?: readonly string[]
}

interface Place {
  readonly parameter: string
  readonly path: string
}

/** Throws CloudWatchError. Members that no shape names are left out. `raw` holds objects, arrays, text, numbers and booleans. */
export function readCloudWatchInput<O extends CloudWatchOperation>(operation: O, raw: unknown, notation: Notation): CloudWatchInput<O> {
  const faults: Fault[] = []
  const shape = cloudWatchShape(`${operation}Input`) as StructureShape
  const input = new Reader(notation, faults).structure(shape, raw, { parameter: '', path: '' })
  if (faults.length > 0) throw complaint(operation, faults.slice(0, toldFaultsMax))
  return input as CloudWatchInput<O>
}

class Reader {
  readonly #notation: Notation
  readonly #faults: Fault[]

  constructor(notation: Notation, faults: Fault[]) {
    this.#notation = notation
    this.#faults = faults
  }

  structure({ members }: StructureShape, raw: unknown, place: Place): unknown {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return this.#malformed(raw, place, 'a structure')
    const structure: { [name: string]: unknown } = {}
    for (const [name, reference] of Object.entries(members)) {
      const isRequired = reference.endsWith('!')
      const inside = memberOf(place, name)
      const member = getOwn(raw as { readonly [name: string]: unknown }, name)
      const shape = cloudWatchShape(isRequired ? reference.slice(0, -1) : reference)
      if (shape === undefined) continue
      if (member !== undefined && member !== null) setOwn(structure, name, this.#value(shape, member, inside))
      else if (isRequired) this.#fault({ ...inside, kind: 'null', value: undefined, constraint: 'Member must not be null' })
    }
    return structure
  }

  #value(shape: Shape, raw: unknown, place: Place): unknown {
    switch (shape.kind) {
      case 'structure':
        return this.structure(shape, raw, place)
      case 'list':
        return this.#list(shape, raw, place)
      case 'string':
        // Half a surrogate pair is no text: neither the store nor XML has a way to say it.
        return typeof raw === 'string' ? this.#text(shape, raw.toWellFormed(), place) : this.#malformed(raw, place, 'a string')
      case 'boolean':
        return this.#boolean(raw, place)
      case 'integer':
      case 'long':
      case 'double':
        return this.#number(shape, raw, place)
      case 'timestamp':
        return this.#time(raw, place)
      default:
        return this.#malformed(raw, place, 'a known kind')
    }
  }

  #list(shape: ListShape, raw: unknown, place: Place): unknown {
    // A form has no way to write an empty list but as empty text.
    const list = this.#notation === 'query' && raw === '' ? [] : raw
    if (!Array.isArray(list)) return this.#malformed(raw, place, 'a list')
    const { min = 0, max = listElementsMax } = shape
    if (list.length < min || list.length > max) {
      const bound = list.length < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
      this.#fault({ ...place, kind: 'size', value: list, constraint: `Member must have length ${bound}` })
      return []
    }
    const element = cloudWatchShape(shape.of)
    return element && list.map((each, index) => this.#value(element, each, elementOf(place, index + 1)))
  }

  #text(shape: StringShape, text: string, place: Place): string {
    const { min = 0, max = Number.POSITIVE_INFINITY, values } = shape
    if (values !== undefined && !values.includes(text)) {
      const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`
      this.#fault({ ...place, kind: 'values', value: text, constraint, values })
    } else if (text.length < min) {
      this.#fault({ ...place, kind: 'size', value: text, constraint: `Member must have length greater than or equal to ${min}` })
    } else if (text.length > max) {
      this.#fault({ ...place, kind: 'size', value: text, constraint: `Member must have length less than or equal to ${max}` })
    }
    return text
  }

  #boolean(raw: unknown, place: Place): unknown {
    if (typeof raw === 'boolean') return raw
    if (this.#notation === 'query' && (raw === 'true' || raw === 'false')) return raw === 'true'
    return this.#malformed(raw, place, 'a boolean')
  }

  #number(shape: NumberShape, raw: unknown, place: Place): unknown {
    const number = this.#notation === 'query' ? numberIn(raw) : raw
    if (typeof number !== 'number' || !Number.isFinite(number)) return this.#malformed(raw, place, 'a number')
    if (shape.kind !== 'double' && !(Number.isInteger(number) && Math.abs(number) < 2 ** 31))
      return this.#malformed(raw, place, 'an integer')
    const { min = -Infinity, max = Infinity } = shape
    if (number < min || number > max) {
      const bound = number < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
      this.#fault({ ...place, kind: 'range', value: number, constraint: `Member must have value ${bound}` })
    }
    return number
  }

  /** Seconds since 1970. Text is ISO 8601, or the number of seconds, which some clients write as text. */
  #time(raw: unknown, place: Place): unknown {
    const seconds = typeof raw === 'string' ? secondsIn(raw) : raw
    if (typeof seconds !== 'number' || !(seconds >= timeSecondsMin && seconds <= timeSecondsMax))
      return this.#malformed(raw, place, 'a timestamp')
    return seconds
  }

  #malformed(value: unknown, place: Place, wanted: string): undefined {
    this.#fault({ ...place, kind: 'malformed', value, constraint: `must be ${wanted}` })
  }

  #fault(fault: Fault): void {
    if (this.#faults.length < toldFaultsMax) this.#faults.push(fault)
  }
}

function numberIn(raw: unknown): number | undefined {
  return typeof raw === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(raw) ? Number(raw) : undefined
}

function secondsIn(text: string): number | undefined {
  if (numberIn(text) !== undefined) return Number(text)
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined
  // Without a zone it is UTC.
  const timeMs = Date.parse(/T[^Z+-]*$/.test(text) ? `${text}Z` : text)
  return Number.isNaN(timeMs) ? undefined : timeMs / 1000
}

function memberOf({ parameter, path }: Place, name: string): Place {
  const lower = name.charAt(0).toLowerCase() + name.slice(1)
  return parameter === '' ? { parameter: name, path: lower } : { parameter: `${parameter}.${name}`, path: `${path}.${lower}` }
}

function elementOf({ parameter, path }: Place, number: number): Place {
  return { parameter: `${parameter}.member.${number}`, path: `${path}.${number}.member` }
}

function complaint(operation: CloudWatchOperation, faults: readonly Fault[]): CloudWatchError {
  const malformed = faults.find(({ kind }) => kind === 'malformed')
  // [I] AWS's text for a parameter that it cannot read.
  if (malformed !== undefined)
    return new CloudWatchError('SerializationException', `The parameter ${malformed.parameter} ${malformed.constraint}`)
  if (operation === 'GetMetricStatistics' || operation === 'ListMetrics') return parameterComplaint(faults)
  const texts = faults.map(({ kind, path, value, constraint }) => {
    const shown = kind === 'null' ? 'null' : Array.isArray(value) ? 'a list' : String(value)
    return `Value ${kind === 'null' ? '' : "'"}${shown}${kind === 'null' ? '' : "'"} at '${path}' failed to satisfy constraint: ${constraint}`
  })
  return new CloudWatchError(
    'ValidationError',
    `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected: ${texts.join('; ')}`,
  )
}

/** [V] Missing: github.com/yegor256/s3auth#134; values: github.com/sensu/sensu-community-plugins#1134. The others [I]. */
function parameterComplaint(faults: readonly Fault[]): CloudWatchError {
  const missing = faults.filter(({ kind }) => kind === 'null')
  if (missing.length > 0) {
    const text = missing.map(({ parameter }) => `The parameter ${parameter} is required.`).join('\n')
    return new CloudWatchError('MissingRequiredParameterException', text)
  }
  const text = faults.map(({ parameter, values, constraint }) => {
    if (values !== undefined) return `The parameter ${parameter} must be a value in the set [ ${values.join(', ')} ].`
    return `The parameter ${parameter} must be valid: ${constraint}.`
  })
  return new CloudWatchError('InvalidParameterValueException', text.join('\n'))
}
