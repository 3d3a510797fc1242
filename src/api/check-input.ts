/**
 * What a body must get past before its operation sees it: kinds of JSON first, then all constraints together, in the words and
 * the order of errors.md §4. It knows the peculiarities of operations; the shapes and the two checks know none.
 */
import { bareText, echoedAsJsonText, echoedText, isDeep } from './constraint-text.ts'
import { type Find, findOf, lowerCamel, type Violation } from './constraints.ts'
import { invalid, type ServiceError } from './errors.ts'
import { validationErrorsMax } from './limits.ts'
import type { InputOf, Operation, OperationName } from './operations.ts'
import { type Conform, conformOf } from './wire-types.ts'

/** The members this file looks at, of whatever operation has them. */
interface Input {
  readonly Key?: unknown
  readonly ReturnValues?: string
  readonly KeySchema?: unknown
  readonly AttributeDefinitions?: unknown
  readonly GlobalTableSourceArn?: string
}

/**
 * The freshly parsed body as an input of the operation. The body is changed in place: null members go, decimals for integers
 * are truncated. Members that no shape names stay where they are. Left to the operation: attribute values, expressions, rules
 * between members.
 *
 * Throws SerializationException (errors.md §4.1) or ValidationException with its whole text, envelope included (§4.2–4.4).
 */
export function checkInput<O extends Operation>(operation: O, body: unknown): InputOf<O['name']> {
  const { conform, find } = checksOf(operation.name)
  const input = conform(body, 0) as Input
  const violations = operation.name === 'CreateTable' ? withMissingKeys(input, find?.(input)) : find?.(input)
  if (violations !== undefined) throw complaint(operation, input, violations.slice(0, validationErrorsMax))
  if (operation.name === 'DeleteItem') refuseReturnValuesBesideDeepValues(input)
  return input as InputOf<O['name']>
}

interface Checks {
  readonly conform: Conform
  readonly find: Find | undefined
}

/** By operation, made when it is first called. */
const checks = new Map<OperationName, Checks>()

function checksOf(name: OperationName): Checks {
  let known = checks.get(name)
  if (known === undefined) {
    known = { conform: conformOf(`${name}Input`, 'element'), find: findOf(`${name}Input`) }
    checks.set(name, known)
  }
  return known
}

function complaint(operation: Operation, input: Input, violations: readonly Violation[]): ServiceError {
  const arn = violations.find(({ kind }) => kind === 'arn')
  // [I] The text that tagging gives for an ARN it cannot use.
  if (arn !== undefined) return invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn.value}`)
  if (speaksCurrentWording(operation, input)) return currentComplaint(operation, violations)
  if (operation.tier === 'CP' || operation.tier === 'TTL') return controlPlaneComplaint(violations)
  if (operation.name === 'BatchWriteItem') return batchWriteComplaint(violations)
  return aggregate(violations.map(echoedText))
}

/** UpdateItem without Key, and writes whose values are very deep, are still checked by the older layer. */
function speaksCurrentWording(operation: Operation, input: Input): boolean {
  if (operation.wording === 'older') return false
  if (operation.name === 'UpdateItem' && input.Key === undefined) return false
  return !(operation.enveloped && isDeep(input))
}

/** What concerns the name of the table, a size or a range is reported alone (errors.md §4.3, "minimum length"). */
function currentComplaint(operation: Operation, violations: readonly Violation[]): ServiceError {
  const alone =
    violations.find(({ path }) => path === 'tableName') ??
    violations.find(({ kind }) => kind === 'size' || kind === 'range') ??
    violations.find(({ path }) => path === 'returnValues' && operation.name === 'UpdateItem')
  if (alone !== undefined) return aggregate([currentText(alone)])
  const operator = violations.find(({ path }) => path === 'conditionalOperator')
  if (operator !== undefined && operation.name === 'Query') return invalid(currentText(operator))
  return aggregate(violations.map(currentText))
}

function currentText(violation: Violation): string {
  if (violation.kind === 'size' || violation.kind === 'range') return bareText(violation)
  if (violation.kind === 'entries') return echoedAsJsonText(violation)
  return currentEnumTexts.get(violation.path) ?? echoedText(violation)
}

/** Two enums are told without their member, and with sets that are not what they accept. */
const currentEnumTexts: ReadonlyMap<string, string> = new Map([
  ['returnValues', 'Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]'],
  ['conditionalOperator', 'Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]'],
])

/** The name of the table comes alone, and in words of its own when there is none (errors.md §4.4, api-quirks DDB-TABLE-448, DDB-TABLE-457). */
function controlPlaneComplaint(violations: readonly Violation[]): ServiceError {
  const badName = violations.find(({ path }) => path === 'tableName')
  if (badName === undefined) return aggregate(violations.map(echoedText))
  if (badName.kind === 'null') return invalid(`The parameter 'TableName' is required but was not present in the request`)
  return aggregate([echoedText(badName)])
}

/** Bad enums hide what is wrong with the map, and an empty map is a missing one. */
function batchWriteComplaint(violations: readonly Violation[]): ServiceError {
  const badValues = violations.filter(({ kind, path }) => kind === 'values' && path.startsWith('return'))
  if (badValues.length > 0) return aggregate(badValues.map(echoedText))
  if (violations.some(({ kind, path, value }) => kind === 'size' && path === 'requestItems' && isEmpty(value))) {
    return invalid('The requestItems parameter is required for BatchWriteItem')
  }
  return aggregate(violations.map(echoedText))
}

function isEmpty(map: unknown): boolean {
  return Object.keys(map as object).length === 0
}

function aggregate(texts: readonly string[]): ServiceError {
  return invalid(`${texts.length} validation error${texts.length === 1 ? '' : 's'} detected: ${texts.join('; ')}`)
}

/** A table that is no replica of another account's must say what its keys are. */
function withMissingKeys(input: Input, violations: readonly Violation[] | undefined): readonly Violation[] | undefined {
  if (input.GlobalTableSourceArn !== undefined) return violations
  const missing = (['KeySchema', 'AttributeDefinitions'] as const).filter((name) => input[name] === undefined)
  return missing.length === 0 ? violations : [...missing.map(missingMember), ...(violations ?? [])]
}

function missingMember(name: string): Violation {
  const constraint = 'Member must not be null'
  return { kind: 'null', path: lowerCamel(name), modelPath: name, shapeName: 'String', value: undefined, constraint }
}

/** Ahead of the message on their depth, and without the envelope it has otherwise (errors.md §4.3). */
function refuseReturnValuesBesideDeepValues(input: Input): void {
  const { ReturnValues = 'NONE' } = input
  if (ReturnValues === 'NONE' || ReturnValues === 'ALL_OLD') return
  if (isDeep(input)) throw invalid('ReturnValues can only be ALL_OLD or NONE')
}
