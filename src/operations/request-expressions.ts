/** How every operation that takes expressions begins: which parameters go together, then what the placeholders stand for. */
import { invalid } from '../api/errors.ts'
import {
  checkExpressionParameters,
  checkExpressionValues,
  checkNoMixing,
  type ExpressionParameters,
} from '../expressions/check-expression-parameters.ts'
import { Placeholders } from '../expressions/placeholders.ts'

/** Legacy parameters by name, in the order of declaration; undefined where the request has none. */
interface LegacyParameters {
  readonly [parameter: string]: unknown
}

/** The checks that come before any value is looked at (errors.md §4.4). */
export function checkRequestExpressions(parameters: ExpressionParameters, legacy: LegacyParameters): void {
  checkNoMixing({ nonExpression: legacy, expression: parameters.expressions })
  checkExpressionParameters(parameters)
  for (const [parameter, value] of Object.entries(legacy)) {
    // Not AWS's answer: to ignore a condition would lose data.
    if (value !== undefined) throw invalid(`Stator does not offer the legacy parameter ${parameter} yet. Use an expression instead.`)
  }
}

/** The placeholders of the request, their values checked. To be asked `checkAllUsed` when every expression is compiled. */
export function placeholdersOf({ names, values, wording }: ExpressionParameters): Placeholders {
  return new Placeholders(names, checkExpressionValues(values, wording))
}
