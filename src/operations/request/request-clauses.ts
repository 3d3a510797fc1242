/**
 * How every operation that takes expressions begins: which of the two languages does the request speak, expressions or the legacy
 * parameters, and what does it say. Reading comes before the operation checks its values, compiling after (errors.md §4.4).
 */
import { shapes } from '../../api/shapes.ts'
import type { Wording } from '../../api/wording.ts'
import type { ExpressionKind } from '../../expressions/ast.ts'
import {
  checkExpressionParameters,
  checkExpressionValues,
  checkNoMixing,
  checkVariablesSize,
  type ExpressionParameters,
} from '../../expressions/check-expression-parameters.ts'
import type { Clauses } from '../../expressions/clauses.ts'
import { compileCondition, parsedConditions } from '../../expressions/condition.ts'
import { compileKeyCondition, type KeyCondition } from '../../expressions/key-condition.ts'
import {
  compileLegacyClauses,
  type LegacyParameters,
  readLegacyClauses,
  type WrittenLegacyClauses,
} from '../../expressions/legacy/legacy-clauses.ts'
import { type AttributeNames, Placeholders } from '../../expressions/placeholders.ts'
import { compileProjection } from '../../expressions/projection.ts'
import { compileUpdate } from '../../expressions/update.ts'
import type { RawAttributes } from '../../values/check.ts'

/** In the order of declaration, which all inputs share. */
const legacyParameters = [
  'AttributesToGet',
  'AttributeUpdates',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
  'ConditionalOperator',
] as const satisfies readonly (keyof LegacyParameters)[]

/** SearchVectors reads its own condition: it is no clause about items. */
type ClauseKind = Exclude<ExpressionKind, 'SearchConditionExpression'>

const expressionParameters = [
  'ProjectionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'UpdateExpression',
  'ConditionExpression',
] as const satisfies readonly ClauseKind[]

/** Which parameters of either language an input has, and how its faults are worded. */
export interface Languages {
  readonly legacy: readonly (keyof LegacyParameters)[]
  readonly expressions: readonly ClauseKind[]
  readonly takesValues: boolean
  readonly wording: Wording
  /** How many levels an expression value may have, if that is not what an item may have. */
  readonly valueLevelsMax?: number
  /** Placeholders may be there without any expression to use them: in transactions. */
  readonly mayBeIdle?: true
}

type InputShape =
  | 'GetItemInput'
  | 'PutItemInput'
  | 'UpdateItemInput'
  | 'DeleteItemInput'
  | 'QueryInput'
  | 'ScanInput'
  | 'KeysAndAttributes'
  | 'ConditionCheck'
  | 'Put'
  | 'Update'
  | 'Delete'
  | 'Get'
  | 'FilterSpecification'

export function languagesOf(shapeName: InputShape, wording: Wording): Languages {
  const members = Object.keys(shapes[shapeName].members)
  return {
    legacy: legacyParameters.filter((name) => members.includes(name)),
    expressions: expressionParameters.filter((name) => members.includes(name)),
    takesValues: members.includes('ExpressionAttributeValues'),
    wording,
  }
}

/** An input of any of these operations. Members that its shape does not name may be there all the same: they are not read. */
export interface ClauseInput extends LegacyParameters {
  readonly ProjectionExpression?: string
  readonly FilterExpression?: string
  readonly KeyConditionExpression?: string
  readonly UpdateExpression?: string
  readonly ConditionExpression?: string
  readonly ExpressionAttributeNames?: AttributeNames
  readonly ExpressionAttributeValues?: RawAttributes
}

export interface WrittenClauses {
  readonly modern: ExpressionParameters
  /** Undefined where there is none, as in most requests. */
  readonly legacy: WrittenLegacyClauses | undefined
}

/** Throws (`invalidRequest`) for parameters that do not go together, then for what is wrong with the form of legacy ones. */
export function readClauses(input: ClauseInput, languages: Languages): WrittenClauses {
  const speaksLegacy = languages.legacy.some((name) => input[name] !== undefined)
  if (speaksLegacy) checkOneLanguage([input], languages)
  const modern = {
    expressions: pick(input, languages.expressions),
    names: input.ExpressionAttributeNames,
    values: languages.takesValues ? input.ExpressionAttributeValues : undefined,
    wording: languages.wording,
    valueLevelsMax: languages.valueLevelsMax,
    mayBeIdle: languages.mayBeIdle,
  }
  checkExpressionParameters(modern)
  return { modern, legacy: speaksLegacy ? readLegacyClauses(pick(input, languages.legacy)) : undefined }
}

/**
 * Refuses inputs of one request that speak both languages. KeyConditions go well with expressions that are not about the key
 * (expressions.md §10).
 */
export function checkOneLanguage(inputs: readonly ClauseInput[], languages: Languages): void {
  const isGiven = (name: keyof ClauseInput) => inputs.some((input) => input[name] !== undefined)
  const expressions = languages.expressions.filter(isGiven)
  const legacy = languages.legacy.filter(isGiven)
  const opposed = expressions.includes('KeyConditionExpression') ? legacy : legacy.filter((name) => name !== 'KeyConditions')
  checkNoMixing({ nonExpression: asMembers(opposed), expression: asMembers(expressions) })
}

/** Throws what is wrong with the values of either language, with the expressions, then for placeholders that nothing uses. */
export function compileClauses({ modern, legacy }: WrittenClauses): Clauses {
  const { expressions, names, values, wording, valueLevelsMax, mayBeIdle } = modern
  const { UpdateExpression: update, ConditionExpression: condition, KeyConditionExpression: keyCondition } = expressions
  const { FilterExpression: filter, ProjectionExpression: projection } = expressions
  const fromLegacy = legacy === undefined ? undefined : compileLegacyClauses(legacy, wording)
  const checkedValues = checkExpressionValues(values, wording, valueLevelsMax)
  checkVariablesSize(names, checkedValues)
  const placeholders = new Placeholders(names, checkedValues)
  // Query tells that a filter is empty before what is wrong with its key condition.
  if (keyCondition !== undefined && filter?.trim() === '') parsedConditions.get('FilterExpression', filter)
  // In this order: the first fault wins (expressions.md §3).
  const clauses: Clauses = {
    update: update === undefined ? fromLegacy?.update : compileUpdate(update, placeholders),
    condition: condition === undefined ? fromLegacy?.condition : compileCondition('ConditionExpression', condition, placeholders),
    keyCondition: keyCondition === undefined ? fromLegacy?.keyCondition : keyConditionOf(keyCondition, expressions, placeholders),
    filter: filter === undefined ? fromLegacy?.filter : compileCondition('FilterExpression', filter, placeholders),
    projection: projection === undefined ? fromLegacy?.projection : compileProjection(projection, placeholders),
  }
  const isIdle = mayBeIdle === true && Object.values(expressions).every((text) => text === undefined)
  if (!isIdle) placeholders.checkAllUsed()
  return clauses
}

/** What is wrong with it is told behind names that no expression mentions. */
function keyConditionOf(text: string, expressions: ExpressionParameters['expressions'], placeholders: Placeholders): KeyCondition {
  try {
    return compileKeyCondition(text, placeholders)
  } catch (error) {
    placeholders.checkNamesMentioned(Object.values(expressions).flatMap((each) => each ?? []))
    throw error
  }
}

/** These members of the input alone, in this order; undefined where the input has none. */
function pick<Name extends keyof ClauseInput>(input: ClauseInput, names: readonly Name[]): { [name in Name]?: ClauseInput[name] } {
  const picked: { [name in Name]?: ClauseInput[name] } = {}
  for (const name of names) picked[name] = input[name]
  return picked
}

function asMembers(names: readonly string[]): { readonly [name: string]: true } {
  return Object.fromEntries(names.map((name) => [name, true as const]))
}
