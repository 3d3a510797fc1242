/** What a policy of a table or a stream must be besides a policy: its size, its actions, its resources, and whom it may let (iam-dynamodb-actions.md §3). */
import { invalid, type ServiceError } from '../../../api/errors.ts'
import { resourcePolicySizeBytesMax } from '../../../api/limits.ts'
import { type BoundIds, bindPrincipals, type Principals } from '../../../policies/bound-principals.ts'
import { parseOperator } from '../../../policies/compile-condition.ts'
import { MalformedPolicy, UnknownPrincipal } from '../../../policies/malformed-policy.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import { matcherOf, parsePattern } from '../../../policies/pattern.ts'
import type { Condition, PolicyDocument, Statement } from '../../../policies/policy-document.ts'
import { policyActionsOfStream, policyActionsOfTable } from './policy-actions.ts'

/** What the policy is to protect. */
export interface ProtectedResource {
  readonly kind: 'table' | 'stream'
  readonly arn: string
}

export interface CheckedPolicy {
  readonly document: PolicyDocument
  /** Whom the policy means. */
  readonly boundIds: BoundIds | undefined
}

/** Throws ValidationException. `principals`: the users and roles of the account, where they are known. */
export function checkResourcePolicy(resource: ProtectedResource, text: string, principals: Principals | undefined): CheckedPolicy {
  if (Buffer.byteLength(text) > resourcePolicySizeBytesMax) {
    throw invalid(`One or more parameter values were invalid: Maximum policy size of ${resourcePolicySizeBytesMax} bytes exceeded`)
  }
  const document = parsedPolicy(text)
  const { statements } = document
  checkActions(resource.kind, statements)
  for (const statement of statements) {
    checkResources(resource, statement)
    checkServices(statement)
    checkPrincipals(resource, statement, principals)
    checkNotPublic(statement)
  }
  return { document, boundIds: principals && bindPrincipals(document, principals) }
}

function parsedPolicy(text: string): PolicyDocument {
  try {
    return parsePolicy('resource', text)
  } catch (error) {
    if (error instanceof UnknownPrincipal) throw invalidDocument('Invalid principal in policy document.')
    if (error instanceof MalformedPolicy) throw invalidDocument(error.message)
    throw error
  }
}

/** All that are wrong are named. A pattern is right that is about one of them. */
function checkActions(kind: ProtectedResource['kind'], statements: readonly Statement[]): void {
  const known = [...(kind === 'table' ? policyActionsOfTable : policyActionsOfStream)].map((action) => `dynamodb:${action}`.toLowerCase())
  const isKnown = (written: string): boolean => {
    const test = matcherOf(parsePattern(written.toLowerCase(), false).symbols ?? [])
    return known.some((action) => test(action))
  }
  const wrong = statements.flatMap(({ actions }) => actions.patterns.filter((action) => !isKnown(action)))
  if (wrong.length === 0) return
  throw invalidDocument(`The following action names are invalid: ${wrong.map((action) => `"${action}"`).join(', ')}`)
}

/** The resource itself, what is below a table that is an index, or everything. Variables stand for what nobody knows yet. */
function checkResources({ kind, arn }: ProtectedResource, { resources }: Statement): void {
  for (const written of resources?.patterns ?? []) {
    const { symbols } = parsePattern(written, true)
    if (symbols === undefined) continue
    const isIndex = kind === 'table' && written.startsWith(`${arn}/index/`)
    if (isIndex || matcherOf(symbols)(arn)) continue
    // guess: the words
    throw invalidDocument(`Invalid resource in policy document: ${written}`)
  }
}

const services: ReadonlySet<string> = new Set(['redshift.amazonaws.com', 'replication.dynamodb.amazonaws.com'])

function checkServices({ principals }: Statement): void {
  const isWrong = principals?.entries.some(({ type, name }) => type === 'Service' && !services.has(name))
  if (isWrong) throw invalidDocument('Policy contains invalid service principal')
}

/** Of other accounts nobody knows, and of sessions nobody says. */
function checkPrincipals({ arn }: ProtectedResource, { principals }: Statement, known: Principals | undefined): void {
  if (known === undefined) return
  const own = `arn:aws:iam::${arn.split(':', 5)[4]}:`
  const isUnknown = principals?.entries.some(
    ({ name }) => (name.startsWith(`${own}user/`) || name.startsWith(`${own}role/`)) && known.idOf(name) === undefined,
  )
  if (isUnknown) throw invalidDocument('Invalid principal in policy document.')
}

/** By these a statement for everybody is for some after all, when their values are fixed. */
const narrowingKeys: ReadonlySet<string> = new Set([
  'aws:ec2instancesourcevpc',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
])

function checkNotPublic({ effect, principals, conditions }: Statement): void {
  if (effect === 'Deny' || principals === undefined) return
  const isForAll = principals.isNegated || principals.entries.some(({ name }) => name === '*')
  if (!isForAll || conditions.some(isNarrowing)) return
  // guess: the words
  throw invalidDocument('Public resource-based policies are not allowed')
}

function isNarrowing({ operator, key, values }: Condition): boolean {
  const parsed = parseOperator(operator)
  if (parsed?.operator === undefined || parsed.operator.isNegated || parsed.ifExists || parsed.set === 'ForAllValues') return false
  if (!narrowingKeys.has(key.toLowerCase())) return false
  if (key.toLowerCase() === 'aws:principalisawsservice') return values.every((value) => value.toLowerCase() === 'true')
  return values.length > 0 && values.every((value) => !/[*?]|\$\{/.test(value))
}

function invalidDocument(detail: string): ServiceError {
  return invalid(`One or more parameter values were invalid: Invalid policy document: ${detail}`)
}
