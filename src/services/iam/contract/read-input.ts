/**
 * From the form that a request is to the checked input of an operation (api/read-by-shape.ts), for the services that speak forms only:
 * every leaf is text. IAM has words of its own for names and paths that are none; the rest is told as `N validation errors detected`.
 */
import { type Leaf, type LeafShape, type Notation, readByShape, type Violation, validationErrors } from '../../../api/read-by-shape.ts'
import type { ShapeTable } from '../../../api/shapes/shape-table.ts'
import { IamError, validationError } from './errors.ts'
import { listElementsMax } from './limits.ts'
import type { IamOperation } from './operations.ts'
import { type Iam, iamShapes } from './shapes.ts'

/** What an operation gets. */
export type IamInput<O extends IamOperation> = Iam<`${O}Input`>

const notation: Notation = { leaf: leafOf, wanted: (kind) => `a ${kind}`, emptyList: '', elementsMax: listElementsMax }

export interface FormReading {
  readonly input: unknown
  /** What is told of the first value of another kind. */
  readonly malformed: string | undefined
  readonly violations: readonly Violation[]
}

export function readForm(shapes: ShapeTable, shapeName: string, raw: unknown): FormReading {
  const { input, malformed, violations } = readByShape(shapes, shapeName, raw, notation)
  // [I] AWS's text for a parameter that it cannot read.
  return { input, malformed: malformed && `The parameter ${malformed.parameter} must be ${malformed.wanted}`, violations }
}

export function readIamInput<O extends IamOperation>(operation: O, raw: unknown): IamInput<O> {
  const { input, malformed, violations } = readForm(iamShapes, `${operation}Input`, raw)
  if (malformed !== undefined) throw new IamError('SerializationException', malformed)
  const [first] = violations
  if (first !== undefined) throw validationError(ownWords(first) ?? validationErrors(violations, shownValue))
  return input as IamInput<O>
}

/** What is a structure for AWS shows in letters of Java; JSON says the same. [I] */
export function shownValue(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  return `[${value.map(shownValue).join(', ')}]`
}

/** [V] Names: github.com/app-sre/qontract-reconcile#2640. Paths [I]. */
function ownWords({ kind, path, constraint }: Violation): string | undefined {
  if (kind !== 'pattern') return undefined
  if (constraint.endsWith(' [\\w+=,.@-]+')) {
    return `The specified value for ${path} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`
  }
  if (path === 'path' || path === 'newPath') {
    return `The specified value for ${path} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`
  }
  if (path === 'policyDocument' || path === 'assumeRolePolicyDocument') {
    return `The specified value for ${path} is invalid. It must contain only printable ASCII characters.`
  }
  return undefined
}

function leafOf({ kind }: LeafShape, raw: unknown): Leaf {
  if (typeof raw !== 'string') return { wanted: `a ${kind}` }
  switch (kind) {
    case 'string':
      return { value: raw.toWellFormed() }
    case 'boolean':
      return raw === 'true' || raw === 'false' ? { value: raw === 'true' } : { wanted: 'a boolean' }
    case 'integer':
    case 'long':
      return /^[+-]?\d{1,10}$/.test(raw) && Math.abs(Number(raw)) < 2 ** 31 ? { value: Number(raw) } : { wanted: 'an integer' }
    case 'double':
    case 'timestamp':
    case 'blob':
      return { wanted: 'a known kind' }
  }
}
