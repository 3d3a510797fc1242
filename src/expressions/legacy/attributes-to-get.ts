/** AttributesToGet: the legacy form of a ProjectionExpression, top-level attributes only (expressions.md §10). */
import { invalidRequest } from '../../api/errors.ts'
import { type Projection, projectionOf } from '../projection.ts'

/** Throws (`invalidRequest`) for the first name that comes twice. */
export function compileAttributesToGet(names: readonly string[]): Projection {
  const distinct = new Set<string>()
  for (const sent of names) {
    const name = sent.toWellFormed()
    if (distinct.has(name)) {
      throw invalidRequest(`One or more parameter values were invalid: Duplicate value in attribute name: ${name}`)
    }
    distinct.add(name)
  }
  return projectionOf([...distinct].map((name) => [name]))
}
