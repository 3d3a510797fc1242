/**
 * What a body must get past before an operation of Application Auto Scaling sees it: kinds of JSON first, then all constraints
 * together (api/read-by-shape.ts). Here are the words, which for kinds are those of DynamoDB, as it has the same front end [I].
 */

import { type Leaf, type LeafShape, type Notation, readByShape, validationErrors } from '../../../api/read-by-shape.ts'
import { dateSecondsMax } from '../../../base/clock.ts'
import { invalidScaling, ScalingError } from './errors.ts'
import type { ScalingInput, ScalingOperation } from './operations.ts'
import { scalingShapes } from './shapes.ts'

const notation: Notation = { leaf: leafOf, wanted: () => 'Unexpected field type', elementsMax: Number.POSITIVE_INFINITY }

/** The parsed body as an input of the operation: a copy with the members that the shapes name, without null ones. */
export function checkScalingInput<Name extends ScalingOperation>(operation: Name, body: unknown): ScalingInput<Name> {
  const { input, malformed, violations } = readByShape(scalingShapes, `${operation}Input`, body, notation)
  if (malformed !== undefined) throw new ScalingError('SerializationException', malformed.wanted)
  if (violations.length > 0) {
    throw invalidScaling(validationErrors(violations, (value) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))))
  }
  return input as ScalingInput<Name>
}

function leafOf({ kind }: LeafShape, raw: unknown): Leaf {
  switch (kind) {
    case 'boolean':
      return typeof raw === 'boolean' ? { value: raw } : { wanted: 'Unexpected token received from parser' }
    case 'string':
      return typeof raw === 'string' ? { value: raw } : { wanted: `${tokenOf(raw)}_VALUE cannot be converted to String` }
    case 'integer':
      if (typeof raw !== 'number') return { wanted: `${tokenOf(raw)}_VALUE cannot be converted to Integer` }
      // Adding zero makes 0 of -0.
      return { value: Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(raw))) + 0 }
    case 'timestamp':
      if (typeof raw !== 'number') return { wanted: `${tokenOf(raw)}_VALUE cannot be converted to Date` }
      return { value: Math.max(-dateSecondsMax, Math.min(dateSecondsMax, raw)) }
    default:
      return typeof raw === 'number' ? { value: raw } : { wanted: `${tokenOf(raw)}_VALUE cannot be converted to Double` }
  }
}

function tokenOf(raw: unknown): string {
  if (typeof raw === 'string') return 'STRING'
  if (typeof raw === 'number') return 'NUMBER'
  if (typeof raw === 'boolean') return raw ? 'TRUE' : 'FALSE'
  return raw === null ? 'NULL' : 'OBJECT'
}
