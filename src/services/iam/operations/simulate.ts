/**
 * SimulateCustomPolicy and SimulatePrincipalPolicy: what policies would decide, without anybody asking for it in earnest. They are asked
 * as real requests are (src/policies), with the context that the request brings.
 */
import type { AccessRequest, Principal } from '../../../policies/access-request.ts'
import { applies, type CompiledPolicy, compilePolicy, emptyPolicy } from '../../../policies/compile-policy.ts'
import type { ContextKeys, ContextValue } from '../../../policies/context-keys.ts'
import { decideAccess, type NamedPolicy, type PoliciesOf } from '../../../policies/decide-access.ts'
import type { PolicyKind } from '../../../policies/policy-document.ts'
import { IamError, noSuchEntity, validationError } from '../contract/errors.ts'
import type { Iam } from '../contract/shapes.ts'
import type { PolicyOwner } from '../identities/entity.ts'
import { parseIdentityArn, roleArn, userArn } from '../identities/identity-arns.ts'
import { identityPoliciesOf, managedPolicyOf } from '../identities/policies-of.ts'
import { parsedDocument } from './check-document.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'

/** What both operations ask with. */
type Simulation = Omit<Iam<'SimulateCustomPolicyInput'>, 'PolicyInputList'>

interface SourcedPolicy extends NamedPolicy {
  readonly type: Iam<'PolicySourceType'>
}

interface Simulated {
  readonly policies: readonly SourcedPolicy[]
  readonly boundaries: readonly SourcedPolicy[]
  readonly resourcePolicy: SourcedPolicy | undefined
  readonly principal: Principal
  readonly context: ReadonlyMap<string, ContextValue>
}

export async function simulateCustomPolicy(
  { engine }: IamContext,
  input: Iam<'SimulateCustomPolicyInput'>,
): Promise<Iam<'SimulateCustomPolicyOutput'>> {
  return simulate(input, {
    ...passedWith(input, engine.account),
    policies: passedPolicies('identity', 'PolicyInputList', input.PolicyInputList),
    principal: callerOf(input, engine.account),
  })
}

export async function simulatePrincipalPolicy(
  context: IamContext,
  input: Iam<'SimulatePrincipalPolicyInput'>,
): Promise<Iam<'SimulatePrincipalPolicyOutput'>> {
  const { engine, identities } = context
  const owner = ownerOfArn(context, input.PolicySourceArn)
  const passed = passedWith(input, engine.account)
  const own = identityPoliciesOf(identities, owner).map(({ name, type, document }) => ({
    name,
    type,
    policy: compiled('identity', document),
  }))
  const boundaryArn = owner.kind === 'group' ? undefined : owner.boundary
  return simulate(input, {
    ...passed,
    policies: [...own, ...passedPolicies('identity', 'PolicyInputList', input.PolicyInputList)],
    boundaries: boundaryArn === undefined ? passed.boundaries : [boundaryOf(identities, boundaryArn)],
    principal: input.CallerArn === undefined ? principalOfOwner(owner, engine.account) : callerOf(input, engine.account),
  })
}

/** As it limits who has it: one that is gone allows nothing. */
function boundaryOf(identities: IamContext['identities'], arn: string): SourcedPolicy {
  const found = managedPolicyOf(identities, arn)
  return found === undefined
    ? { name: arn, type: 'user-managed', policy: emptyPolicy }
    : { name: arn, type: found.type, policy: compiled('boundary', found.document) }
}

function passedWith(input: Simulation, account: string): Pick<Simulated, 'boundaries' | 'resourcePolicy' | 'context'> {
  const { ResourcePolicy, CallerArn, ResourceArns } = input
  // [I] AWS's rules, in our words.
  if (ResourcePolicy !== undefined && CallerArn === undefined) {
    throw new IamError('InvalidInputException', 'CallerArn is required with ResourcePolicy.')
  }
  if (ResourceArns?.some((arn) => arn !== '*' && !arn.startsWith('arn:'))) {
    throw new IamError('InvalidInputException', 'Invalid resource ARN: it must be an ARN or *.')
  }
  if (input.ResourceOwner !== undefined && accountIn(input.ResourceOwner) !== account) {
    throw new IamError('InvalidInputException', 'ResourceOwner must be this account: there is no other here.')
  }
  return {
    boundaries: passedPolicies('boundary', 'PermissionsBoundaryPolicyInputList', input.PermissionsBoundaryPolicyInputList),
    resourcePolicy:
      ResourcePolicy === undefined ? undefined : { name: 'ResourcePolicy', type: 'resource', policy: compiled('resource', ResourcePolicy) },
    context: contextOf(input.ContextEntries),
  }
}

function passedPolicies(kind: PolicyKind, list: string, documents: readonly string[] = []): readonly SourcedPolicy[] {
  return documents.map((document, at) => ({ name: `${list}.${at + 1}`, type: 'none', policy: compiled(kind, document) }))
}

function compiled(kind: PolicyKind, document: string): CompiledPolicy {
  return compilePolicy(parsedDocument(kind, document))
}

/** Keys are not distinguished by case. */
function contextOf(entries: Iam<'ContextEntryListType'> = []): ReadonlyMap<string, ContextValue> {
  return new Map(
    entries.flatMap(({ ContextKeyName, ContextKeyValues = [], ContextKeyType = 'string' }) => {
      const value = ContextKeyType.endsWith('List') ? ContextKeyValues : ContextKeyValues[0]
      return ContextKeyName === undefined || value === undefined ? [] : [[ContextKeyName.toLowerCase(), value] as const]
    }),
  )
}

function simulate(input: Simulation, simulated: Simulated): Iam<'SimulateCustomPolicyOutput'> {
  const { ActionNames, ResourceArns = ['*'] } = input
  const pairs = ActionNames.flatMap((action) =>
    (ResourceArns.length === 0 ? ['*'] : ResourceArns).map((resource) => ({ action, resource })),
  )
  // Only what is told is asked: there may be many.
  const numbered = pairs.map((pair, number) => ({ ...pair, mark: String(number).padStart(String(pairs.length).length, '0') }))
  const { items, next } = pageOf(numbered, input, ({ mark }) => mark)
  return { EvaluationResults: items.map((pair) => evaluate(simulated, pair)), ...next }
}

function evaluate(
  simulated: Simulated,
  { action, resource }: { readonly action: string; readonly resource: string },
): Iam<'EvaluationResult'> {
  const { policies, boundaries, resourcePolicy, principal } = simulated
  if (!action.includes(':')) throw validationError(`Invalid Action: ${action}`)
  const missing = new Set<string>()
  const request: AccessRequest = { action, actionKey: action.toLowerCase(), resource, principal, keys: keysOf(simulated, missing) }
  const [boundary] = boundaries
  const asked: PoliciesOf = { identity: policies, ...(boundary !== undefined && { boundary }), principalTags: new Map() }
  const accountId = 'accountId' in principal ? principal.accountId : ''
  const decision = decideAccess(request, asked, { accountId, ...(resourcePolicy !== undefined && { policy: resourcePolicy.policy }) })
  const all = [...policies, ...boundaries, ...(resourcePolicy === undefined ? [] : [resourcePolicy])]
  const isDenied = decision.kind === 'denied' && decision.isExplicit
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision.kind === 'allowed' ? 'allowed' : isDenied ? 'explicitDeny' : 'implicitDeny',
    MatchedStatements: all.flatMap((policy) => matchedIn(policy, request, isDenied ? 'denying' : 'allowing')),
    MissingContextValues: [...missing].map((key) => writtenKey(all, key)),
    ...(boundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: matchedIn(boundary, request, 'allowing').length > 0 },
    }),
  }
}

/** As a condition has it: policies are asked in lower case. */
function writtenKey(policies: readonly SourcedPolicy[], key: string): string {
  for (const { policy } of policies) {
    for (const { conditions } of policy.document.statements) {
      const condition = conditions.find((each) => each.key.toLowerCase() === key)
      if (condition !== undefined) return condition.key
    }
  }
  return key
}

/** What the request says goes before what follows from who is simulated. */
function keysOf({ context, principal }: Simulated, missing: Set<string>): ContextKeys {
  const known = new Map<string, ContextValue>()
  if ('principalArn' in principal) {
    known.set('aws:principalarn', principal.principalArn)
    known.set('aws:principalaccount', principal.accountId)
    known.set('aws:userid', principal.id)
    if (principal.kind === 'user') known.set('aws:username', parseIdentityArn(principal.arn)?.name ?? '')
  }
  return (key) => {
    const value = context.get(key) ?? known.get(key)
    if (value === undefined) missing.add(key)
    return value
  }
}

function matchedIn(
  { name, type, policy }: SourcedPolicy,
  request: AccessRequest,
  effect: 'allowing' | 'denying',
): readonly Iam<'Statement'>[] {
  const matched = policy.about(request.actionKey)[effect].filter((statement) => applies(statement, request))
  return matched.map(() => ({ SourcePolicyId: name, SourcePolicyType: type }))
}

function ownerOfArn({ engine, identities }: IamContext, arn: string): PolicyOwner {
  const parsed = parseIdentityArn(arn)
  if (parsed === undefined || parsed.resource === 'policy' || parsed.account !== engine.account) {
    throw new IamError('InvalidInputException', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  }
  const owner = identities.find(parsed.resource, parsed.name)
  if (owner === undefined || owner.path !== parsed.path)
    throw noSuchEntity(`The ${parsed.resource} with name ${parsed.name} cannot be found.`)
  return owner
}

function principalOfOwner(owner: PolicyOwner, accountId: string): Principal {
  // A group never asks: what its policies say of its members is said of one without a name.
  const arn =
    owner.kind === 'role'
      ? roleArn(accountId, owner)
      : owner.kind === 'user'
        ? userArn(accountId, owner)
        : `arn:aws:iam::${accountId}:user/*`
  return { kind: owner.kind === 'role' ? 'assumed-role' : 'user', accountId, arn, principalArn: arn, id: owner.id }
}

/** Only a user can be simulated as the one who calls, as on AWS. */
function callerOf({ CallerArn }: Simulation, account: string): Principal {
  if (CallerArn === undefined) return { kind: 'user', accountId: account, arn: '', principalArn: '', id: '' }
  const parsed = parseIdentityArn(CallerArn)
  if (parsed?.resource !== 'user') throw new IamError('InvalidInputException', `CallerArn must be the ARN of a user, not ${CallerArn}.`)
  return { kind: 'user', accountId: parsed.account, arn: CallerArn, principalArn: CallerArn, id: '' }
}

function accountIn(owner: string): string {
  return /^\d{12}$/.test(owner) ? owner : (owner.split(':')[4] ?? '')
}
