/**
 * Whether the caller may do what a request asks for: everything that it needs is held against the caller's policies and against that of the
 * resource (iam-and-sigv4.md §3.4). Decided before anybody is told whether there is such a table (errors.md §2, step 11).
 */
import { ServiceError } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { actionOf } from '../../operations/access/access-need.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import type { Principals } from '../../policies/bound-principals.ts'
import type { Caller } from '../../policies/caller.ts'
import { decideAccess, type PoliciesOf } from '../../policies/decide-access.ts'
import { denialText } from '../../policies/denial-text.ts'
import type { SeenAccess } from '../../policies/seen-access.ts'
import type { Circumstances } from './circumstances.ts'
import { type Need, namedInMessage, type Weighed, weighing } from './weigh-need.ts'

/** One for the life of a server. */
export interface AccessContext {
  /** What decides what callers may do. Left out: whoever is known may do everything. */
  readonly policiesOf?: ((caller: Caller) => PoliciesOf) | undefined
  readonly seenAccess?: SeenAccess | undefined
  /** The users and roles of the account. Left out: nobody knows them. */
  readonly principals?: Principals | undefined
}

export interface AskedOperation {
  readonly engine: MeteredEngine
  readonly caller: Caller
  readonly name: OperationName
  readonly input: unknown
  readonly circumstances: Circumstances
}

/** Whether anything is to be decided or noted of requests. */
export function looksAtAccess({ policiesOf, seenAccess }: AccessContext): boolean {
  return policiesOf !== undefined || seenAccess?.isRecording === true
}

/**
 * Throws AccessDeniedException for the first need that is refused. What is refused of a batch of statements is given back by the places
 * of its members, and concerns them alone.
 */
export function authorize({ policiesOf, seenAccess }: AccessContext, asked: AskedOperation): ReadonlyMap<number, ServiceError> | undefined {
  const { engine, caller, name, input, circumstances } = asked
  const needsOf = accessNeeds[name] as (engine: MeteredEngine, input: unknown) => readonly AccessNeed[]
  const needs = needsOf(engine, input)
  if (seenAccess?.isRecording === true) {
    for (const need of needs) seenAccess.note(caller.principalArn, actionOf(need), need.resource, need.keys)
  }
  if (policiesOf === undefined) return undefined
  const policies = policiesOf(caller)
  const weigh = weighing({ engine, caller, policies, circumstances })
  let denied: Map<number, ServiceError> | undefined
  for (const { member, ...need } of needs) {
    const { resource, keys } = need
    const refusal = refusalOf(engine, policies, weigh({ action: actionOf(need), resource, keys }))
    if (refusal === undefined) continue
    if (member === undefined) throw new ServiceError('AccessDeniedException', refusal)
    denied ??= new Map()
    denied.set(member, new ServiceError('AccessDeniedException', refusal))
  }
  return denied
}

export interface AskedCall {
  readonly engine: MeteredEngine
  readonly caller: Caller
  readonly circumstances: Circumstances
  readonly needs: readonly Need[]
}

/** The same for the services beside DynamoDB and for control: what the client is told of the first need that is refused. */
export function refusalOfCall({ policiesOf }: AccessContext, { engine, caller, circumstances, needs }: AskedCall): string | undefined {
  if (policiesOf === undefined) return undefined
  const policies = policiesOf(caller)
  const weigh = weighing({ engine, caller, policies, circumstances })
  for (const need of needs) {
    const refusal = refusalOf(engine, policies, weigh(need))
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function refusalOf(engine: MeteredEngine, policies: PoliciesOf, { request, resource }: Weighed): string | undefined {
  const decision = decideAccess(request, policies, resource)
  if (decision.kind === 'allowed') return undefined
  const { principal, action } = request
  // Of its own account nobody can lock the root out for good.
  if (principal.kind === 'root' && action === 'dynamodb:DeleteResourcePolicy' && resource.accountId === engine.account) return undefined
  return denialText(namedInMessage(request, engine), decision)
}
