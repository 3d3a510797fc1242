/** Whether a role's trust policy lets whoever asks for a session of it, by a key of their own or by the token of another provider. */
import type { AccessRequest, Principal } from '../../../policies/access-request.ts'
import { boundDocument } from '../../../policies/bound-principals.ts'
import { compilePolicy } from '../../../policies/compile-policy.ts'
import type { ContextValue } from '../../../policies/context-keys.ts'
import { decideAccess, type PoliciesOf } from '../../../policies/decide-access.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import { roleArn } from '../../iam/identities/identity-arns.ts'
import type { StsError } from '../contract/errors.ts'
import type { Sts } from '../contract/shapes.ts'
import type { AssumedRole } from './role-session.ts'
import type { StsContext } from './sts-context.ts'

/** What is asked for with a session. */
export interface AskedSession {
  readonly RoleSessionName: string
  readonly ExternalId?: string
  readonly SourceIdentity?: string
  readonly Tags?: Sts<'TagListType'>
  readonly TransitiveTagKeys?: Sts<'TagKeyListType'>
}

export interface Bearer {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity'
  readonly principal: Principal
  /** The bearer's own; nobody from outside has any. */
  readonly policies: PoliciesOf
  /** Condition keys that are the bearer's alone. */
  readonly keys?: ReadonlyMap<string, ContextValue>
  refusal(action: string, resource: string): StsError
}

/** Throws the bearer's refusal. Tags and a source identity need permissions of their own, in the same policies. */
export function checkTrusted(
  { engine, keys }: StsContext,
  role: Pick<AssumedRole, 'name' | 'path' | 'trustedIds'> & { readonly trustPolicy: string },
  bearer: Bearer,
  asked: AskedSession,
): void {
  const policy = compilePolicy(boundDocument(parsePolicy('trust', role.trustPolicy), role.trustedIds))
  const resource = roleArn(engine.account, role)
  const own = keysOf(asked)
  const actions = [
    bearer.action,
    ...(asked.Tags !== undefined && asked.Tags.length > 0 ? ['sts:TagSession'] : []),
    ...(asked.SourceIdentity !== undefined ? ['sts:SetSourceIdentity'] : []),
  ]
  for (const action of actions) {
    const request: AccessRequest = {
      action,
      actionKey: action.toLowerCase(),
      resource,
      principal: bearer.principal,
      keys: (key) => own.get(key) ?? bearer.keys?.get(key) ?? keys?.(key),
    }
    const decision = decideAccess(request, bearer.policies, { accountId: engine.account, policy, isTrust: true })
    if (decision.kind === 'denied') throw bearer.refusal(action, resource)
  }
}

/** The condition keys that the request itself gives, in lower case. */
function keysOf({
  RoleSessionName,
  ExternalId,
  SourceIdentity,
  Tags = [],
  TransitiveTagKeys = [],
}: AskedSession): ReadonlyMap<string, ContextValue> {
  const keys = new Map<string, ContextValue>([['sts:rolesessionname', RoleSessionName]])
  if (ExternalId !== undefined) keys.set('sts:externalid', ExternalId)
  if (SourceIdentity !== undefined) keys.set('sts:sourceidentity', SourceIdentity)
  if (TransitiveTagKeys.length > 0) keys.set('sts:transitivetagkeys', TransitiveTagKeys)
  const tagKeys = Tags.map(({ Key }) => Key)
  if (tagKeys.length > 0) keys.set('aws:tagkeys', tagKeys)
  for (const { Key, Value } of Tags) keys.set(`aws:requesttag/${Key.toLowerCase()}`, Value)
  return keys
}
