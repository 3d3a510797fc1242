/**
 * The first check of a body: does every member have the kind of JSON that its shape asks for? What does not is a
 * SerializationException in the words of errors.md §4.1. What AWS tolerates (null members, decimals for integers, words for
 * booleans) is made regular in place. Nothing about values is judged here.
 */
import { dateSecondsMax } from '../base/clock.ts'
import { setOwn } from '../base/own.ts'
import { base64Fault } from './base64.ts'
import { ServiceError } from './errors.ts'
import { conformedValueLevelsMax } from './limits.ts'
import type { ListShape, MapShape, Shape, StructureShape } from './shapes/shape-table.ts'
import { shapeNamed } from './shapes.ts'

/**
 * Makes freshly parsed JSON conform to a shape, in place, and returns the value to keep instead of it. Throws
 * SerializationException at the first fault in document order. `level` counts the attribute values around the value.
 */
export type Conform = (value: unknown, level: number) => unknown

/** Structures are worded differently as a member and as an element of a list or value of a map. */
type Place = 'member' | 'element'

/** Compiled once each, when first needed. */
const conforms = new Map<string, Conform>()

/** What makes a value conform to the shape of that name. A whole body has the words of an element. */
export function conformOf(shapeName: string, place: Place): Conform {
  const key = `${place} ${shapeName}`
  const known = conforms.get(key)
  if (known !== undefined) return known
  const shape = shapeNamed(shapeName)
  if (shape.kind !== 'structure') {
    const conform = conformOfPart(shape)
    conforms.set(key, conform)
    return conform
  }
  // Known before its members are compiled: an attribute value has attribute values inside.
  const members: { [name: string]: Conform } = Object.create(null)
  const conform = conformStructure(shapeName, place, members)
  conforms.set(key, conform)
  compileMembers(shape, members)
  return conform
}

function compileMembers(shape: StructureShape, members: { [name: string]: Conform }): void {
  for (const [name, reference] of Object.entries(shape.members)) members[name] = conformOf(reference.replace('!', ''), 'member')
}

function conformOfPart(shape: Exclude<Shape, StructureShape>): Conform {
  switch (shape.kind) {
    case 'list':
      return conformList(shape)
    case 'map':
      return conformMap(shape)
    case 'string':
      return (value) => (typeof value === 'string' ? value : refuse(value, 'String'))
    case 'boolean':
      return conformBoolean
    case 'integer':
      return (value) => (typeof value === 'number' ? wholeNumber(value, 2 ** 31 - 1) : refuse(value, 'Integer'))
    case 'long':
      return (value) => (typeof value === 'number' ? wholeNumber(value, 2 ** 63) : refuse(value, 'Long'))
    case 'double':
      return (value) => (typeof value === 'number' ? value : refuse(value, 'Double'))
    case 'timestamp':
      return (value) => (typeof value === 'number' ? within(value, dateSecondsMax) : refuse(value, 'Date'))
    case 'blob':
      return conformBlob
  }
}

function conformStructure(shapeName: string, place: Place, members: { readonly [name: string]: Conform }): Conform {
  const deeper = shapeName === 'AttributeValue' ? 1 : 0
  return (value, level) => {
    if (level > conformedValueLevelsMax) return value
    if (typeof value !== 'object' || value === null) {
      throw mistyped(place === 'member' ? 'Unexpected field type' : 'Unexpected value type in payload')
    }
    if (Array.isArray(value)) throw mistyped(`Unrecognized collection type class com.amazonaws.dynamodb.v20120810.${shapeName}`)
    const structure = value as { [name: string]: unknown }
    for (const name in structure) {
      const conform = members[name]
      if (conform === undefined) continue
      const member = structure[name]
      if (member === null) {
        delete structure[name]
        continue
      }
      const conformed = conform(member, level + deeper)
      if (conformed !== member) structure[name] = conformed
    }
    return value
  }
}

function conformList(shape: ListShape): Conform {
  const conform = conformElement(shape.of)
  return (value, level) => {
    if (!Array.isArray(value)) {
      throw mistyped(typeof value === 'object' ? 'Start of structure or map found where not expected' : 'Unexpected field type')
    }
    for (let index = 0; index < value.length; index += 1) {
      const element: unknown = value[index]
      const conformed = conform(element, level)
      if (conformed !== element) value[index] = conformed
    }
    return value
  }
}

function conformMap(shape: MapShape): Conform {
  const conform = conformElement(shape.to)
  const collection = javaTypeOf(shape)
  return (value, level) => {
    if (typeof value !== 'object' || value === null) throw mistyped('Unexpected field type')
    if (Array.isArray(value)) throw mistyped(`Unrecognized collection type ${collection}`)
    const map = value as { [name: string]: unknown }
    for (const name in map) {
      const entry = map[name]
      const conformed = conform(entry, level)
      if (conformed !== entry) setOwn(map, name, conformed)
    }
    return value
  }
}

/** [I] A null element or map value is an empty structure, so that it is told what it lacks; nothing else can be null. */
function conformElement(shapeName: string): Conform {
  const conform = conformOf(shapeName, 'element')
  const ofStructures = shapeNamed(shapeName).kind === 'structure'
  return (value, level) => {
    if (value !== null) return conform(value, level)
    if (ofStructures) return {}
    throw mistyped('Unexpected value type in payload')
  }
}

function conformBoolean(value: unknown): boolean {
  switch (value) {
    case true:
    case 'true':
    case '1':
    case 'yes':
      return true
    case false:
    case 'false':
    case '0':
    case 'no':
      return false
  }
  if (typeof value === 'string') throw mistyped('Unexpected token received from parser')
  return refuse(value, 'Boolean')
}

function conformBlob(value: unknown): string {
  if (typeof value === 'string') {
    const fault = base64Fault(value)
    if (fault !== undefined) throw mistyped(fault)
    return value
  }
  if (Array.isArray(value)) throw mistyped('Unrecognized collection type class java.nio.ByteBuffer')
  if (typeof value === 'object') throw mistyped('Start of structure or map found where not expected')
  throw mistyped('only base-64-encoded strings are convertible to bytes')
}

/** [I] A number that its type cannot hold becomes the nearest one it can. */
function wholeNumber(value: number, max: number): number {
  // Adding zero makes 0 of -0.
  return within(Math.trunc(value), max) + 0
}

function within(value: number, max: number): number {
  return Math.max(-max, Math.min(max, value))
}

/**
 * Throws for a value that a scalar cannot be made of. `type` is the class in `java.lang`; [V] `Integer` is named where the
 * model says integer (github.com/dynamodb-toolbox/dynamodb-toolbox#502), [I] `Date` where it says timestamp.
 */
function refuse(value: unknown, type: 'String' | 'Boolean' | 'Integer' | 'Long' | 'Double' | 'Date'): never {
  if (Array.isArray(value)) throw mistyped(`Unrecognized collection type class java.${type === 'Date' ? 'util' : 'lang'}.${type}`)
  if (typeof value === 'object') throw mistyped('Start of structure or map found where not expected')
  throw mistyped(`${tokenOf(value)}_VALUE cannot be converted to ${type}`)
}

function tokenOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING'
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER' : 'DECIMAL'
  return value === true ? 'TRUE' : 'FALSE'
}

function javaTypeOf(shape: Shape, shapeName = ''): string {
  switch (shape.kind) {
    case 'map':
      return `java.util.Map<java.lang.String, ${javaTypeOf(shapeNamed(shape.to), shape.to)}>`
    case 'list':
      return `java.util.List<${javaTypeOf(shapeNamed(shape.of), shape.of)}>`
    case 'structure':
      return `com.amazonaws.dynamodb.v20120810.${shapeName}`
    default:
      return 'java.lang.String'
  }
}

function mistyped(message: string): ServiceError {
  return new ServiceError('SerializationException', message)
}
