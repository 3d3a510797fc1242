/**
 * Why something is allowed or refused: what each statement about the action made of the request, and what would have to be said for it to
 * be allowed. Nothing of it runs for a request; a decision leaves no trace that would have to be paid for.
 */
import type { AccessRequest } from './access-request.ts'
import { type CompiledPolicy, type CompiledStatement, compilePolicy, namingIn } from './compile-policy.ts'
import type { ContextValue } from './context-keys.ts'
import { type Decision, decideAccess, type NamedPolicy, type PoliciesOf, type PolicyType, type Resource } from './decide-access.ts'
import { denialText } from './denial-text.ts'
import { literalPattern } from './literal-pattern.ts'
import { namingOf } from './match-principals.ts'
import { parsePolicy } from './parse-policy.ts'

export interface AccessExplanation {
  readonly allowed: boolean
  /** What the client is told. Left out: it is allowed. */
  readonly message?: string
  /** Those about the action, in the order of the policies. */
  readonly statements: readonly StatementTrace[]
  /**
   * The smallest statements that would allow it, and to which policy each is to be added. None when it is allowed, or when a Deny has to
   * go first.
   */
  readonly wouldAllow: readonly MissingStatement[]
}

export interface StatementTrace {
  readonly policyType: PolicyType
  /** Of a managed policy its ARN, of an inline one its name. */
  readonly policy: string
  /** From 0. */
  readonly index: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly applies: boolean
  /** The first thing for which it does not apply. */
  readonly because?: 'principal' | 'resource' | 'condition'
  /** All of its conditions, if it comes to them. */
  readonly conditions: readonly ConditionTrace[]
}

export interface ConditionTrace {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  /** Of the request; left out where it has none. */
  readonly given?: ContextValue
  readonly holds: boolean
}

export interface MissingStatement {
  readonly policyType: PolicyType
  readonly statement: { readonly [element: string]: unknown }
}

export function explainAccess(request: AccessRequest, policies: PoliciesOf, resource: Resource): AccessExplanation {
  const decision = decideAccess(request, policies, resource)
  return {
    allowed: decision.kind === 'allowed',
    ...(decision.kind === 'denied' && { message: denialText(request, decision) }),
    statements: weighedPolicies(policies, resource).flatMap(([type, named]) => tracesOf(type, named, request)),
    wouldAllow: missingStatements(request, policies, resource, decision),
  }
}

function weighedPolicies(
  { identity, boundary, session = [] }: PoliciesOf,
  { policy }: Resource,
): readonly (readonly [PolicyType, NamedPolicy])[] {
  return [
    ...(policy === undefined ? [] : [['resource', { name: 'resource-based policy', policy }] as const]),
    ...identity.map((each) => ['identity', each] as const),
    ...(boundary === undefined ? [] : [['boundary', boundary] as const]),
    ...session.map((each) => ['session', each] as const),
  ]
}

function tracesOf(policyType: PolicyType, { name, policy }: NamedPolicy, request: AccessRequest): readonly StatementTrace[] {
  return policy.statements.flatMap((compiled, index) =>
    compiled.isAboutAction(request.actionKey) ? [{ policyType, policy: name, index, ...traceOf(compiled, request) }] : [],
  )
}

function traceOf(compiled: CompiledStatement, request: AccessRequest): Omit<StatementTrace, 'policyType' | 'policy' | 'index'> {
  const { sid, effect } = compiled.statement
  const because = reasonOf(compiled, request)
  const conditions = because === undefined || because === 'condition' ? conditionTraces(compiled, request) : []
  return { ...(sid !== undefined && { sid }), effect, applies: because === undefined, ...(because && { because }), conditions }
}

function reasonOf(compiled: CompiledStatement, request: AccessRequest): StatementTrace['because'] {
  if (namingIn(compiled, request) !== undefined) return undefined
  const { principals } = compiled.statement
  if (principals !== undefined && namingOf(principals, request.principal) === undefined) return 'principal'
  return compiled.isAboutResource(request.resource, request.keys) ? 'condition' : 'resource'
}

function conditionTraces({ conditions }: CompiledStatement, { keys }: AccessRequest): readonly ConditionTrace[] {
  return conditions.map(({ condition, key, holds }) => {
    const given = keys(key)
    return { ...condition, ...(given !== undefined && { given }), holds: holds(keys) }
  })
}

/** One after the other: who is let by one kind of policy may be stopped by the next. */
function missingStatements(
  request: AccessRequest,
  policies: PoliciesOf,
  resource: Resource,
  decision: Decision,
): readonly MissingStatement[] {
  if (decision.kind === 'allowed' || decision.isExplicit) return []
  const { policyType } = decision
  const statement = smallestStatement(request, policyType)
  const added: NamedPolicy = { name: 'added', policy: compiledStatement(policyType, statement) }
  const next = withPolicy(policies, resource, policyType, added)
  const rest = missingStatements(request, next.policies, next.resource, decideAccess(request, next.policies, next.resource))
  return [{ policyType, statement }, ...rest]
}

function smallestStatement({ action, resource, principal }: AccessRequest, policyType: PolicyType): MissingStatement['statement'] {
  const named = 'arn' in principal ? { Principal: { AWS: principal.principalArn } } : {}
  return { Effect: 'Allow', ...(policyType === 'resource' && named), Action: action, Resource: literalPattern(resource) }
}

function compiledStatement(policyType: PolicyType, statement: MissingStatement['statement']): CompiledPolicy {
  return compilePolicy(parsePolicy(policyType, JSON.stringify({ Version: '2012-10-17', Statement: statement })))
}

function withPolicy(
  policies: PoliciesOf,
  resource: Resource,
  policyType: PolicyType,
  added: NamedPolicy,
): { readonly policies: PoliciesOf; readonly resource: Resource } {
  switch (policyType) {
    case 'identity':
      return { policies: { ...policies, identity: [...policies.identity, added] }, resource }
    case 'session':
      return { policies: { ...policies, session: [...(policies.session ?? []), added] }, resource }
    // Of these there is one: that it goes on refusing nothing is known, as nothing was refused explicitly.
    case 'boundary':
      return { policies: { ...policies, boundary: added }, resource }
    case 'resource':
      return { policies, resource: { ...resource, policy: added.policy } }
  }
}
