/**
 * Whether the caller may do what a request asks for: everything that it needs is held against the caller's policies and against that of the
 * resource (iam-and-sigv4.md §3.4). Decided before anybody is told whether there is such a table (errors.md §2, step 11).
 */
import { ServiceError } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import { tableArn } from '../../api/table-name.ts'
import type { Tag } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import { policyOfArn, tagsOfArn } from '../../operations/policies/attached-policy.ts'
import { type AccessRequest, type ContextKeys, principalOf } from '../../policies/access-request.ts'
import type { Caller } from '../../policies/caller.ts'
import { type Decision, decideAccess, type PoliciesOf } from '../../policies/decide-access.ts'
import { denialText } from '../../policies/denial-text.ts'
import { type Circumstances, circumstantialKeys } from './circumstances.ts'

export interface AskedOperation {
  readonly engine: MeteredEngine
  readonly caller: Caller
  readonly name: OperationName
  readonly input: unknown
  readonly circumstances: Circumstances
}

export type PolicySource = (caller: Caller) => PoliciesOf

/**
 * Throws AccessDeniedException for the first need that is refused. What is refused of a batch of statements is given back by the places
 * of its members, and concerns them alone.
 */
export function authorize(policiesOf: PolicySource, asked: AskedOperation): ReadonlyMap<number, ServiceError> | undefined {
  const { engine, name, input } = asked
  const needsOf = accessNeeds[name] as (engine: MeteredEngine, input: unknown) => readonly AccessNeed[]
  const weigh = weigher(policiesOf, asked)
  let denied: Map<number, ServiceError> | undefined
  for (const need of needsOf(engine, input)) {
    const refusal = weigh(need)
    if (refusal === undefined) continue
    if (need.member === undefined) throw refusal
    denied ??= new Map()
    denied.set(need.member, refusal)
  }
  return denied
}

function weigher(
  policiesOf: PolicySource,
  { engine, caller, circumstances }: AskedOperation,
): (need: AccessNeed) => ServiceError | undefined {
  const policies = policiesOf(caller)
  const principal = principalOf(caller)
  const { account, region, clock } = engine
  const shared = circumstantialKeys({ caller, policies, circumstances, region, nowMs: clock.now() })
  return ({ action, resource, keys }) => {
    const name = `dynamodb:${action}`
    const request = { action: name, actionKey: name.toLowerCase(), resource, principal, keys: joinedKeys(engine, resource, keys, shared) }
    const policy = policyOfArn(engine, resource, action)
    const owner = accountOf(resource) ?? account
    const decision = decideAccess(request, policies, { accountId: owner, ...(policy !== undefined && { policy }) })
    // Of its own account nobody can lock the root out for good.
    if (decision.kind === 'allowed' || (principal.kind === 'root' && action === 'DeleteResourcePolicy' && owner === account))
      return undefined
    return refusalOf(engine, request, decision)
  }
}

const resourceTag = 'aws:resourcetag/'

function joinedKeys(engine: MeteredEngine, resource: string, own: ContextKeys, shared: ContextKeys): ContextKeys {
  return (key) => {
    if (key.startsWith(resourceTag)) return tagNamed(tagsOfArn(engine, resource), key.slice(resourceTag.length))
    if (key === 'aws:resourceaccount') return accountOf(resource) ?? engine.account
    return own(key) ?? shared(key)
  }
}

function tagNamed(tags: readonly Tag[], name: string): string | undefined {
  return tags.find(({ key }) => key.toLowerCase() === name)?.value
}

/** Of an ARN. */
function accountOf(resource: string): string | undefined {
  return resource.split(':', 5)[4]
}

/** What has no resource is named as all tables are. [I] */
function refusalOf(
  { region, account }: MeteredEngine,
  request: AccessRequest,
  decision: Extract<Decision, { kind: 'denied' }>,
): ServiceError {
  const named = request.resource === '*' ? { ...request, resource: tableArn({ region, account, tableName: '*' }) } : request
  return new ServiceError('AccessDeniedException', denialText(named, decision))
}
