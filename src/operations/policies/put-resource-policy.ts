/** PutResourcePolicy (operations.md §5.7): the policy of a table or a stream, which replaces the one before as a whole. */
import { isDeepStrictEqual } from 'node:util'
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { AttachedPolicy } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { principalOf } from '../../policies/access-request.ts'
import { boundDocument } from '../../policies/bound-principals.ts'
import { compilePolicy } from '../../policies/compile-policy.ts'
import { decideAccess } from '../../policies/decide-access.ts'
import type { PolicyDocument } from '../../policies/policy-document.ts'
import type { AskedRequest } from '../request/asked-request.ts'
import { checkResourcePolicy } from '../tables/definition/check-resource-policy.ts'
import { checkTaggedArn, taggedResource } from '../tags/tagged-resource.ts'
import { changePolicy } from './attached-policy.ts'
import { checkRevision } from './check-revision.ts'

export async function putResourcePolicy(
  engine: MeteredEngine,
  input: InputOf<'PutResourcePolicy'>,
  _usage: RequestUsage,
  asked: AskedRequest,
): Promise<OutputOf<'PutResourcePolicy'>> {
  const { ResourceArn, Policy, ExpectedRevisionId } = input
  checkTaggedArn(engine, ResourceArn)
  const resource = taggedResource(engine, ResourceArn)
  const { document, boundIds } = checkResourcePolicy(resource, Policy, asked.principals)
  const policy = { text: Policy, ...(boundIds !== undefined && { boundIds }) }
  if (input.ConfirmRemoveSelfResourceAccess !== true)
    checkKeepsAccess(engine, { resource: resource.arn, document: boundDocument(document, boundIds) }, asked)
  let revisionId = ''
  await changePolicy(engine, resource, (before) => {
    checkRevision(resource, before, ExpectedRevisionId)
    const after = before !== undefined && isSamePolicy(before, policy) ? before : newPolicy(policy, before, engine.clock.now())
    revisionId = after.revisionId
    return after
  })
  return { RevisionId: revisionId }
}

type Unrevised = Omit<AttachedPolicy, 'revisionId'>

/** Revisions are told apart and nothing else: the time in milliseconds, later than the one before whatever the clock says. */
function newPolicy(policy: Unrevised, before: AttachedPolicy | undefined, nowMs: number): AttachedPolicy {
  return { ...policy, revisionId: String(Math.max(nowMs, Number(before?.revisionId ?? 0) + 1)) }
}

/** The same names may mean others by now. */
function isSamePolicy(a: Unrevised, b: Unrevised): boolean {
  return isDeepStrictEqual([parsed(a.text), a.boundIds], [parsed(b.text), b.boundIds])
}

/** Text of an older Stator need not be JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Refuses a policy that denies who puts it to put another one. */
function checkKeepsAccess(
  engine: MeteredEngine,
  { resource, document }: { readonly resource: string; readonly document: PolicyDocument },
  { caller }: AskedRequest,
): void {
  const request = {
    action: 'dynamodb:PutResourcePolicy',
    actionKey: 'dynamodb:putresourcepolicy',
    resource,
    principal: principalOf(caller),
    keys: () => undefined,
  }
  const policies = { identity: [], principalTags: new Map<string, string>() }
  const decision = decideAccess(request, policies, { accountId: engine.account, policy: compilePolicy(document) })
  if (decision.kind === 'allowed' || !decision.isExplicit) return
  // guess: the words
  throw invalid(
    'One or more parameter values were invalid: The new resource-based policy will not allow you to update this policy in the future. Set ConfirmRemoveSelfResourceAccess to true to put it all the same',
  )
}
