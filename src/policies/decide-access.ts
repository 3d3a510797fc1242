/** Whether a principal may do what it asks for: all policies that have a say, in the order of iam-and-sigv4.md §3.4. */
import type { AccessRequest } from './access-request.ts'
import { applies, type CompiledPolicy, namingIn } from './compile-policy.ts'
import type { Naming } from './match-principals.ts'

export interface NamedPolicy {
  /** Its ARN, or its name where it is inline. */
  readonly name: string
  readonly policy: CompiledPolicy
}

/** The policies of a principal. */
export interface PoliciesOf {
  /** The user's own and those of its groups, or the role's: inline and managed. */
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  /** Those passed when the session began, if any were. */
  readonly session?: readonly NamedPolicy[]
  /** By their keys in lower case, as conditions name them. */
  readonly principalTags: ReadonlyMap<string, string>
}

export interface Resource {
  /** Whose it is. */
  readonly accountId: string
  readonly policy?: CompiledPolicy
  /** The policy is a role's trust policy: nobody is let who is not named in it, whatever their own policies allow. */
  readonly isTrust?: true
}

export type PolicyType = 'identity' | 'resource' | 'boundary' | 'session'

export type Decision =
  | { readonly kind: 'allowed' }
  /** `policyName`: of what denies explicitly, where it has a name. */
  | { readonly kind: 'denied'; readonly isExplicit: boolean; readonly policyType: PolicyType; readonly policyName?: string }

const allowed: Decision = { kind: 'allowed' }

export function decideAccess(request: AccessRequest, policies: PoliciesOf, resource: Resource): Decision {
  return explicitDeny(request, policies, resource) ?? implicitDeny(request, policies, resource) ?? allowed
}

function explicitDeny(request: AccessRequest, { identity, boundary, session = [] }: PoliciesOf, resource: Resource): Decision | undefined {
  if (resource.policy !== undefined && denies(resource.policy, request)) return { kind: 'denied', isExplicit: true, policyType: 'resource' }
  if (request.principal.kind === 'root') return undefined
  return (
    firstDeny('identity', identity, request) ??
    (boundary === undefined ? undefined : firstDeny('boundary', [boundary], request)) ??
    firstDeny('session', session, request)
  )
}

function firstDeny(policyType: PolicyType, policies: readonly NamedPolicy[], request: AccessRequest): Decision | undefined {
  for (const { name, policy } of policies) {
    if (denies(policy, request)) return { kind: 'denied', isExplicit: true, policyType, policyName: name }
  }
  return undefined
}

function implicitDeny(request: AccessRequest, policies: PoliciesOf, resource: Resource): Decision | undefined {
  const { principal } = request
  const naming = resource.policy === undefined ? undefined : allowedAs(resource.policy, request)
  // Neither a service nor who comes with a token of another provider has policies of their own.
  if (!('accountId' in principal)) return naming === undefined ? implicit('resource') : undefined
  const isForeign = principal.accountId !== resource.accountId
  if ((isForeign || resource.isTrust) && naming === undefined) return implicit('resource')
  if (principal.kind === 'root') return undefined
  if (!isForeign && naming === 'itself') return undefined
  const isLetByResource = !isForeign && naming === 'role'
  if (!isLetByResource && !allows(identityPoliciesOf(request, policies), request)) return implicit('identity')
  if (policies.boundary !== undefined && !allows([policies.boundary], request)) return implicit('boundary')
  if (policies.session !== undefined && !allows(policies.session, request)) return implicit('session')
  return undefined
}

/** A federated user to whom no policy was passed has none. */
function identityPoliciesOf({ principal }: AccessRequest, { identity, session }: PoliciesOf): readonly NamedPolicy[] {
  return principal.kind === 'federated-user' && session === undefined ? [] : identity
}

function implicit(policyType: PolicyType): Decision {
  return { kind: 'denied', isExplicit: false, policyType }
}

function denies(policy: CompiledPolicy, request: AccessRequest): boolean {
  return policy.about(request.actionKey).denying.some((statement) => applies(statement, request))
}

function allows(policies: readonly NamedPolicy[], request: AccessRequest): boolean {
  for (const { policy } of policies) {
    for (const statement of policy.about(request.actionKey).allowing) if (applies(statement, request)) return true
  }
  return false
}

/** The most direct way in which the resource's policy names whom it allows. */
function allowedAs(policy: CompiledPolicy, request: AccessRequest): Naming | undefined {
  const found = new Set(policy.about(request.actionKey).allowing.map((statement) => namingIn(statement, request)))
  return (['itself', 'role', 'account'] as const).find((naming) => found.has(naming))
}
