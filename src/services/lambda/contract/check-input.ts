/** What a request must get past before an operation of Lambda sees it: kinds of JSON first, then all constraints together (api/read-by-shape.ts). */
import { type Leaf, type LeafShape, type Notation, readByShape, validationErrors } from '../../../api/read-by-shape.ts'
import { LambdaError } from './errors.ts'
import type { LambdaOperation } from './operations.ts'
import { type Lambda, lambdaShapes } from './shapes.ts'

const notation: Notation = { leaf: leafOf, wanted: () => 'Unexpected field type', elementsMax: Number.POSITIVE_INFINITY }

/** What an operation gets. */
export type LambdaInput<O extends LambdaOperation> = Lambda<`${O}Input`>

/** A copy with the members that the shapes name, without null ones. Throws LambdaError. */
export function checkLambdaInput<O extends LambdaOperation>(operation: O, raw: unknown): LambdaInput<O> {
  const { input, malformed, violations } = readByShape(lambdaShapes, `${operation}Input`, raw, notation)
  if (malformed !== undefined) throw new LambdaError('SerializationException', malformed.wanted)
  if (violations.length > 0) throw new LambdaError('ValidationException', validationErrors(violations, shown))
  return input as LambdaInput<O>
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : String(value)
}

/** [I] The words. */
function leafOf({ kind }: LeafShape, raw: unknown): Leaf {
  switch (kind) {
    case 'boolean':
      return typeof raw === 'boolean' ? { value: raw } : { wanted: 'Expected Boolean or null' }
    case 'string':
    case 'blob':
      return typeof raw === 'string' ? { value: raw } : { wanted: 'Expected String or null' }
    default:
      return typeof raw === 'number' ? { value: Math.trunc(raw) + 0 } : { wanted: 'Expected Number or null' }
  }
}
