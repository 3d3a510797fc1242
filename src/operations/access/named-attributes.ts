/** The top-level attributes that a request names, in expressions or legacy parameters: what `dynamodb:Attributes` is about. */
import { ServiceError } from '../../api/errors.ts'
import type { BoundAction, BoundUpdateOperand, SetValue } from '../../expressions/ast.ts'
import type { Clauses } from '../../expressions/clauses.ts'
import type { Update } from '../../expressions/update.ts'
import { type ClauseInput, compileClauses, type Languages, readClauses } from '../request/request-clauses.ts'

/** Undefined for clauses with a fault: the request is refused for it before it touches anything. */
export function clausesOf(input: ClauseInput, languages: Languages): Clauses | undefined {
  try {
    return compileClauses(readClauses(input, languages))
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

export function attributesOfClauses({ update, condition, keyCondition, filter, projection }: Clauses): readonly string[] {
  return [
    ...(projection?.paths ?? []).map(([name]) => String(name)),
    ...(keyCondition ?? []).map(({ attribute }) => attribute),
    ...(condition?.attributes ?? []),
    ...(filter?.attributes ?? []),
    ...(update === undefined ? [] : attributesOfUpdate(update)),
  ]
}

/** Its targets, and what it reads. */
export function attributesOfUpdate({ actions }: Update): readonly string[] {
  return actions.flatMap((action) => [String(action.target[0]), ...attributesRead(action)])
}

function attributesRead(action: BoundAction): readonly string[] {
  return action.kind === 'set' ? attributesOfValue(action.value) : []
}

function attributesOfValue(value: SetValue<BoundUpdateOperand>): readonly string[] {
  switch (value.kind) {
    case 'arithmetic':
      return [...attributesOfValue(value.left), ...attributesOfValue(value.right)]
    case 'path':
      return [String(value.path[0])]
    case 'value':
      return []
    case 'if_not_exists':
      return [String(value.path[0]), ...attributesOfValue(value.otherwise)]
    case 'list_append':
      return [...attributesOfValue(value.first), ...attributesOfValue(value.second)]
  }
}
