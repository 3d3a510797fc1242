/**
 * From what a protocol carried to the checked input of an operation, along its shapes: for the services beside DynamoDB, whose
 * own checks (check-input.ts) are compiled for speed and know its peculiarities. Here is what all services do alike, the walk and
 * the constraints; which text stands for a number, and every word, is a service's own.
 */
import { assert } from '../base/assert.ts'
import { getOwn, setOwn } from '../base/own.ts'
import { lowerCamel } from './constraints.ts'
import { validationErrorsMax } from './limits.ts'
import type { ListShape, MapShape, Shape, ShapeTable, StringShape, StructureShape } from './shapes/shape-table.ts'

export type LeafShape = Exclude<Shape, StructureShape | ListShape | MapShape>

/** What a leaf stands for, or in the service's words what it should have been. */
export type Leaf = { readonly value: unknown } | { readonly wanted: string }

/** How values are written, and what is said of one that is of another kind. */
export interface Notation {
  /** `raw` is anything but undefined; null stands only within lists and maps. */
  leaf(shape: LeafShape, raw: unknown): Leaf
  wanted(kind: 'structure' | 'list' | 'map', raw: unknown): string
  /** Something that stands for a list without elements. */
  readonly emptyList?: unknown
  /** Longer lists, where the shape has no limit, are too long. */
  readonly elementsMax: number
}

export interface Place {
  /** `Statistics.member.1`; empty for the input itself. */
  readonly parameter: string
  /** The same as AWS prints it in validation errors: `statistics.1.member`. */
  readonly path: string
}

export interface Violation extends Place {
  readonly kind: 'null' | 'size' | 'range' | 'pattern' | 'values'
  readonly value: unknown
  /** `Member must …` */
  readonly constraint: string
  readonly values?: readonly string[]
}

export interface Malformed extends Place {
  readonly wanted: string
}

export interface Reading {
  /** A copy with the members that the shapes name, without null ones. It is of the shape if nothing is malformed. */
  readonly input: unknown
  /** The first value of another kind. */
  readonly malformed: Malformed | undefined
  /** In the order of the shapes, no more than AWS tells. */
  readonly violations: readonly Violation[]
}

/** `raw` holds objects, arrays, text, numbers, booleans and bytes. */
export function readByShape(shapes: ShapeTable, shapeName: string, raw: unknown, notation: Notation): Reading {
  const reader = new Reader(shapes, notation)
  const input = reader.value(shapeName, raw, { parameter: '', path: '' })
  return { input, malformed: reader.malformed, violations: reader.violations }
}

/** `N validation errors detected: …`, with what is to be shown of the values that violate something. */
export function validationErrors(violations: readonly Violation[], shown: (value: unknown) => string): string {
  const texts = violations.map(({ kind, path, value, constraint }) => {
    return `Value ${kind === 'null' ? 'null' : `'${shown(value)}'`} at '${path}' failed to satisfy constraint: ${constraint}`
  })
  return `${texts.length} validation error${texts.length === 1 ? '' : 's'} detected: ${texts.join('; ')}`
}

class Reader {
  readonly #shapes: ShapeTable
  readonly #notation: Notation
  readonly violations: Violation[] = []
  malformed: Malformed | undefined

  constructor(shapes: ShapeTable, notation: Notation) {
    this.#shapes = shapes
    this.#notation = notation
  }

  value(shapeName: string, raw: unknown, place: Place): unknown {
    const shape = this.#shapes[shapeName]
    assert(shape !== undefined, 'shapes refer to shapes of their table', shapeName)
    switch (shape.kind) {
      case 'structure':
        return this.#structure(shape, raw, place)
      case 'list':
        return this.#list(shape, raw, place)
      case 'map':
        return this.#map(shape, raw, place)
      default:
        return this.#leaf(shape, raw, place)
    }
  }

  #structure({ members }: StructureShape, raw: unknown, place: Place): unknown {
    if (!isObject(raw)) return this.#refuse(place, this.#notation.wanted('structure', raw))
    const structure: { [name: string]: unknown } = {}
    for (const [name, reference] of Object.entries(members)) {
      const member = getOwn(raw, name)
      const inside = { parameter: joined(place.parameter, name), path: joined(place.path, lowerCamel(name)) }
      if (member !== undefined && member !== null) setOwn(structure, name, this.value(reference.replace('!', ''), member, inside))
      else if (reference.endsWith('!')) this.#violate({ ...inside, kind: 'null', value: undefined, constraint: 'Member must not be null' })
    }
    return structure
  }

  #list({ of, min = 0, max = this.#notation.elementsMax }: ListShape, raw: unknown, place: Place): unknown {
    const { emptyList, wanted, elementsMax } = this.#notation
    const list = emptyList !== undefined && raw === emptyList ? [] : raw
    if (!Array.isArray(list)) return this.#refuse(place, wanted('list', raw))
    this.#checkSize(list.length, { min, max }, list, place)
    if (list.length > elementsMax) return []
    return list.map((element, index) => {
      const number = index + 1
      return this.value(of, element, { parameter: `${place.parameter}.member.${number}`, path: joined(place.path, `${number}.member`) })
    })
  }

  /** What is wrong with a key is said of the place of the map. */
  #map({ from, to }: MapShape, raw: unknown, place: Place): unknown {
    if (!isObject(raw)) return this.#refuse(place, this.#notation.wanted('map', raw))
    const map: { [name: string]: unknown } = {}
    for (const [name, entry] of Object.entries(raw)) {
      this.value(from, name, place)
      const inside = { parameter: joined(place.parameter, name), path: joined(place.path, `${name}.member`) }
      setOwn(map, name, this.value(to, entry, inside))
    }
    return map
  }

  #leaf(shape: LeafShape, raw: unknown, place: Place): unknown {
    const leaf = this.#notation.leaf(shape, raw)
    if ('wanted' in leaf) return this.#refuse(place, leaf.wanted)
    if (shape.kind === 'string') this.#checkText(shape, leaf.value as string, place)
    else if ('min' in shape || 'max' in shape) {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape
      const number = leaf.value as number
      const bound = number < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
      if (number < min || number > max) {
        this.#violate({ ...place, kind: 'range', value: number, constraint: `Member must have value ${bound}` })
      }
    }
    return leaf.value
  }

  /** At most one violation: length first, so that patterns are tried on text of bounded length wherever there is a bound. */
  #checkText({ min = 0, max = Number.POSITIVE_INFINITY, pattern, values }: StringShape, text: string, place: Place): void {
    if (text.length < min || text.length > max) this.#checkSize(text.length, { min, max }, text, place)
    else if (pattern !== undefined && !patternOf(pattern).test(text)) {
      const constraint = `Member must satisfy regular expression pattern: ${pattern}`
      this.#violate({ ...place, kind: 'pattern', value: text, constraint })
    } else if (values !== undefined && !values.includes(text)) {
      const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`
      this.#violate({ ...place, kind: 'values', value: text, constraint, values })
    }
  }

  #checkSize(size: number, { min, max }: { min: number; max: number }, value: unknown, place: Place): void {
    if (size >= min && size <= max) return
    const bound = size < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
    this.#violate({ ...place, kind: 'size', value, constraint: `Member must have length ${bound}` })
  }

  #refuse(place: Place, wanted: string): undefined {
    this.malformed ??= { ...place, wanted }
  }

  #violate(violation: Violation): void {
    if (this.violations.length < validationErrorsMax) this.violations.push(violation)
  }
}

function isObject(raw: unknown): raw is { readonly [name: string]: unknown } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Uint8Array)
}

function joined(outer: string, inner: string): string {
  return outer === '' ? inner : `${outer}.${inner}`
}

/** `\p{Print}` is the one class of Java's that JavaScript lacks. */
function patternOf(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('\\p{Print}', '[\\x20-\\x7e]')})$`, 'u')
}
