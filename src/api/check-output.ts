/**
 * Says where an answer deviates from the shape of its operation. No request is served with it: tests look at every answer
 * through it.
 */
import { assert } from '../base/assert.ts'
import { JsonText } from '../base/json-text.ts'
import { base64Fault } from './base64.ts'
import { type ExceptionName, membersOf } from './errors.ts'
import { operations } from './operations.ts'
import type { Shape, StringShape, StructureShape } from './shapes/shape-table.ts'
import { shapeNamed } from './shapes.ts'

/**
 * Every deviation of an answer, parsed or not yet printed, as `path: what is wrong`; empty for one as it should be. Lengths and
 * ranges are not looked at: they bind clients.
 */
export function checkOutput(operationName: string, output: unknown): string[] {
  assert(Object.hasOwn(operations, operationName), 'answers belong to operations', operationName)
  const deviations: string[] = []
  compare(`${operationName}Output`, output, operationName, deviations)
  return deviations
}

/** The same for the body of an exception, without what `checkOutput` is not asked about either: `__type` and the message. */
export function checkExceptionMembers(exception: ExceptionName, members: { readonly [name: string]: unknown }): string[] {
  const deviations: string[] = []
  compareStructure(exception, { kind: 'structure', members: membersOf(exception) }, members, exception, deviations)
  return deviations
}

function compare(shapeName: string, value: unknown, path: string, deviations: string[]): void {
  if (value instanceof JsonText) {
    compare(shapeName, JSON.parse(value.text), path, deviations)
    return
  }
  const shape = shapeNamed(shapeName)
  if (kindOf(value) !== jsonKindOf(shape)) {
    deviations.push(`${path}: ${kindOf(value)} instead of ${shapeName}`)
    return
  }
  switch (shape.kind) {
    case 'structure':
      compareStructure(shapeName, shape, value as { readonly [name: string]: unknown }, path, deviations)
      break
    case 'list':
      for (const [index, element] of (value as readonly unknown[]).entries()) compare(shape.of, element, `${path}[${index}]`, deviations)
      break
    case 'map':
      for (const [name, entry] of Object.entries(value as object)) compare(shape.to, entry, `${path}[${name}]`, deviations)
      break
    case 'string':
      compareString(shape, value as string, path, deviations)
      break
    case 'integer':
    case 'long':
      if (!Number.isInteger(value)) deviations.push(`${path}: ${value} is not a whole number`)
      break
    case 'blob':
      if (base64Fault(value as string) !== undefined) deviations.push(`${path}: ${value} is not base64`)
      break
    case 'double':
    case 'timestamp':
    case 'boolean':
      break
  }
}

/** Members that are undefined are absent. */
function compareStructure(
  shapeName: string,
  shape: StructureShape,
  value: { readonly [name: string]: unknown },
  path: string,
  deviations: string[],
): void {
  const present = Object.keys(value).filter((name) => value[name] !== undefined)
  for (const name of present) {
    const reference = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    if (reference === undefined) deviations.push(`${path}.${name}: no member of ${shapeName}`)
    else compare(reference.replace('!', ''), value[name], `${path}.${name}`, deviations)
  }
  for (const [name, reference] of Object.entries(shape.members)) {
    if (reference.endsWith('!') && !present.includes(name)) deviations.push(`${path}.${name}: missing`)
  }
  if (shapeName === 'AttributeValue' && present.length !== 1) deviations.push(`${path}: ${present.length} types in one attribute value`)
}

function compareString({ values }: StringShape, value: string, path: string, deviations: string[]): void {
  if (values !== undefined && !values.includes(value)) deviations.push(`${path}: ${value} is none of ${values.join(', ')}`)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

function jsonKindOf(shape: Shape): string {
  switch (shape.kind) {
    case 'structure':
    case 'map':
      return 'object'
    case 'string':
    case 'blob':
      return 'string'
    case 'integer':
    case 'long':
    case 'double':
    case 'timestamp':
      return 'number'
    default:
      return shape.kind
  }
}
