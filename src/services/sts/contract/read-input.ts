/** From the form that a request is to the checked input of an STS operation, in the words of `N validation errors detected`. */
import { validationErrors } from '../../../api/read-by-shape.ts'
import { readForm, shownValue } from '../../iam/contract/read-input.ts'
import { StsError, validationError } from './errors.ts'
import type { StsOperation } from './operations.ts'
import { type Sts, stsShapes } from './shapes.ts'

/** What an operation gets. */
export type StsInput<O extends StsOperation> = Sts<`${O}Input`>

export function readStsInput<O extends StsOperation>(operation: O, raw: unknown): StsInput<O> {
  const { input, malformed, violations } = readForm(stsShapes, `${operation}Input`, raw)
  if (malformed !== undefined) throw new StsError('SerializationException', malformed)
  if (violations.length > 0) throw validationError(validationErrors(violations, shownValue))
  return input as StsInput<O>
}
