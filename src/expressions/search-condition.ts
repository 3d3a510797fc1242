/** SearchConditionExpression: equalities joined by AND, and nothing else (operations.md §2.10). */
import { invalidRequest } from '../api/errors.ts'
import type { AttributeValue } from '../values/attribute-value.ts'
import { type DocumentPath, printPath } from '../values/path.ts'
import type { BoundCondition, BoundOperand } from './ast.ts'
import { bindCondition } from './bind-condition.ts'
import { parsedConditions } from './condition.ts'
import type { Placeholders } from './placeholders.ts'

export interface Equality {
  /** Of a top-level attribute. */
  readonly name: string
  readonly value: AttributeValue
}

const kind = 'SearchConditionExpression'

/** In written order. Throws what is wrong with the text or its placeholders, and whatever is no equality (`invalidRequest`). */
export function compileSearchCondition(text: string, placeholders: Placeholders): readonly Equality[] {
  return equalitiesOf(bindCondition(kind, parsedConditions.get(kind, text), placeholders))
}

function equalitiesOf(condition: BoundCondition): readonly Equality[] {
  if (condition.kind === 'and') return condition.terms.flatMap(equalitiesOf)
  const equality = condition.kind === 'comparison' && condition.comparator === '=' ? equalityOf(condition.left, condition.right) : undefined
  // Known of comparators; everything else that is no equality is told the same [I].
  if (equality === undefined) throw invalidRequest(`Invalid ${kind}: Invalid comparator used in ${kind}`)
  return [equality]
}

/** [I] The value may stand on either side. */
function equalityOf(left: BoundOperand, right: BoundOperand): Equality | undefined {
  if (left.kind === 'path' && right.kind === 'value') return { name: nameOf(left.path), value: right.value }
  if (left.kind === 'value' && right.kind === 'path') return { name: nameOf(right.path), value: left.value }
  return undefined
}

/** What lies inside an attribute is in no search schema. */
function nameOf(path: DocumentPath): string {
  const [name] = path
  if (path.length === 1 && typeof name === 'string') return name
  throw invalidRequest(
    `SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: ${printPath(path)}`,
  )
}
