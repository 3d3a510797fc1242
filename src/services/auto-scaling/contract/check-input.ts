/**
 * What a body must get past before an operation of Application Auto Scaling sees it: kinds of JSON first, then all constraints
 * together. Unlike DynamoDB's (api/check-input.ts) it is read off the shapes at every request: nobody scales a table often.
 */

import { validationErrorsMax } from '../../../api/limits.ts'
import type { Shape, ShapeTable, StringShape } from '../../../api/shapes/shape-table.ts'
import { dateSecondsMax } from '../../../base/clock.ts'
import { getOwn, setOwn } from '../../../base/own.ts'
import { invalidScaling, ScalingError } from './errors.ts'
import type { ScalingInput, ScalingOperation } from './operations.ts'
import { scalingShapes } from './shapes.ts'

const table: ShapeTable = scalingShapes

/** The parsed body as an input of the operation: a copy with the members that the shapes name, without null ones. */
export function checkScalingInput<Name extends ScalingOperation>(operation: Name, body: unknown): ScalingInput<Name> {
  const input = conform(`${operation}Input`, body)
  const violations: string[] = []
  findViolations(`${operation}Input`, input, '', violations)
  if (violations.length > 0) {
    const told = violations.slice(0, validationErrorsMax)
    throw invalidScaling(`${told.length} validation error${told.length === 1 ? '' : 's'} detected: ${told.join('; ')}`)
  }
  return input as ScalingInput<Name>
}

function shapeOf(name: string): Shape {
  const shape = table[name]
  if (shape === undefined) throw new Error(`There is no shape ${name}`)
  return shape
}

/** Throws SerializationException for a value of another kind. The words are those of DynamoDB, which has the same front end [I]. */
function conform(shapeName: string, value: unknown): unknown {
  const shape = shapeOf(shapeName)
  switch (shape.kind) {
    case 'structure': {
      const structure: { [name: string]: unknown } = {}
      const given = objectOf(value)
      for (const [name, reference] of Object.entries(shape.members)) {
        const member = getOwn(given, name)
        if (member !== undefined && member !== null) structure[name] = conform(reference.replace('!', ''), member)
      }
      return structure
    }
    case 'map': {
      const map: { [name: string]: unknown } = {}
      for (const [name, entry] of Object.entries(objectOf(value))) setOwn(map, name, conform(shape.to, entry))
      return map
    }
    case 'list':
      if (!Array.isArray(value)) throw mistyped('Unexpected field type')
      return value.map((element) => conform(shape.of, element))
    case 'boolean':
      if (typeof value !== 'boolean') throw mistyped('Unexpected token received from parser')
      return value
    case 'string':
      if (typeof value !== 'string') throw mistyped(`${tokenOf(value)}_VALUE cannot be converted to String`)
      return value
    case 'integer':
      if (typeof value !== 'number') throw mistyped(`${tokenOf(value)}_VALUE cannot be converted to Integer`)
      // Adding zero makes 0 of -0.
      return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value))) + 0
    case 'timestamp':
      if (typeof value !== 'number') throw mistyped(`${tokenOf(value)}_VALUE cannot be converted to Date`)
      return Math.max(-dateSecondsMax, Math.min(dateSecondsMax, value))
    default:
      if (typeof value !== 'number') throw mistyped(`${tokenOf(value)}_VALUE cannot be converted to Double`)
      return value
  }
}

function objectOf(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mistyped('Unexpected field type')
  return value as { readonly [name: string]: unknown }
}

function tokenOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING'
  if (typeof value === 'number') return 'NUMBER'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  return value === null ? 'NULL' : 'OBJECT'
}

function mistyped(message: string): ScalingError {
  return new ScalingError('SerializationException', message)
}

/** Paths are lower camel members joined by dots, as every service of AWS prints them. */
function findViolations(shapeName: string, value: unknown, path: string, found: string[]): void {
  const shape = shapeOf(shapeName)
  switch (shape.kind) {
    case 'structure': {
      const structure = value as { readonly [name: string]: unknown }
      for (const [name, reference] of Object.entries(shape.members)) {
        const inner = joined(path, name.charAt(0).toLowerCase() + name.slice(1))
        const member = structure[name]
        if (member !== undefined) findViolations(reference.replace('!', ''), member, inner, found)
        else if (reference.endsWith('!')) found.push(`Value null at '${inner}' failed to satisfy constraint: Member must not be null`)
      }
      break
    }
    case 'map':
      for (const [name, entry] of Object.entries(value as object)) {
        findViolations(shape.from, name, path, found)
        findViolations(shape.to, entry, joined(path, `${name}.member`), found)
      }
      break
    case 'list': {
      const list = value as readonly unknown[]
      if (shape.max !== undefined && list.length > shape.max) {
        found.push(violation(`[${list.join(', ')}]`, path, `Member must have length less than or equal to ${shape.max}`))
      }
      for (const [index, element] of list.entries()) findViolations(shape.of, element, joined(path, `${index + 1}.member`), found)
      break
    }
    case 'string':
      findInString(shape, value as string, path, found)
      break
    case 'integer': {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape
      const number = value as number
      if (number < min) found.push(violation(String(number), path, `Member must have value greater than or equal to ${min}`))
      if (number > max) found.push(violation(String(number), path, `Member must have value less than or equal to ${max}`))
      break
    }
  }
}

/** At most one violation: length first, so that patterns are tried on text of bounded length wherever there is a bound. */
function findInString({ min = 0, max, pattern, values }: StringShape, text: string, path: string, found: string[]): void {
  if (text.length < min) found.push(violation(text, path, `Member must have length greater than or equal to ${min}`))
  else if (max !== undefined && text.length > max) {
    found.push(violation(text, path, `Member must have length less than or equal to ${max}`))
  } else if (pattern !== undefined && !patternOf(pattern).test(text)) {
    found.push(violation(text, path, `Member must satisfy regular expression pattern: ${pattern}`))
  } else if (values !== undefined && !values.includes(text)) {
    found.push(violation(text, path, `Member must satisfy enum value set: [${values.join(', ')}]`))
  }
}

/** `\p{Print}` is the one class that JavaScript lacks. */
function patternOf(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('\\p{Print}', '[\\x20-\\x7e]')})$`, 'u')
}

function violation(value: string, path: string, constraint: string): string {
  return `Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`
}

function joined(outer: string, inner: string): string {
  return outer === '' ? inner : `${outer}.${inner}`
}
