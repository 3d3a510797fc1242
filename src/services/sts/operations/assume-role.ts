/**
 * AssumeRole: whether the role's trust policy lets whoever asks, and no policy of his own stands against it; then a session of the role.
 * Where nobody's rights are looked at (no `--auth iam`) everybody may assume every role, also one that there is not.
 */
import { type AccessRequest, type ContextValue, principalOf } from '../../../policies/access-request.ts'
import { compilePolicy } from '../../../policies/compile-policy.ts'
import { decideAccess } from '../../../policies/decide-access.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import type { Role } from '../../iam/identities/entity.ts'
import { parseIdentityArn, roleArn } from '../../iam/identities/identity-arns.ts'
import { derivedEntityId } from '../../iam/identities/identity-ids.ts'
import { StsError, validationError } from '../contract/errors.ts'
import { chainedRoleSecondsMax, roleSecondsDefault } from '../contract/limits.ts'
import type { Sts } from '../contract/shapes.ts'
import { beginSession } from './begin-session.ts'
import { checkPassed } from './passed-policies.ts'
import type { StsContext } from './sts-context.ts'

export async function assumeRole(context: StsContext, input: Sts<'AssumeRoleInput'>): Promise<Sts<'AssumeRoleOutput'>> {
  const { engine, caller } = context
  const { RoleArn, RoleSessionName, DurationSeconds = roleSecondsDefault } = input
  const parsed = parseIdentityArn(RoleArn)
  // [V] iam-and-sigv4.md §2.1
  if (parsed?.resource !== 'role') throw validationError(`${RoleArn} is invalid`)
  // [I] This word and those of the next refusals are from memory.
  if (context.policiesOf !== undefined && caller.kind === 'root') {
    throw new StsError('AccessDeniedException', 'Roles may not be assumed by root accounts.')
  }
  const role = findRole(context, RoleArn, parsed)
  const passed = checkPassed(context, input)
  const sourceIdentity = caller.session?.sourceIdentity ?? input.SourceIdentity
  checkTrusted(context, role, input)
  if (DurationSeconds > role.maxSessionSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  if (caller.kind === 'assumed-role' && DurationSeconds > chainedRoleSecondsMax) {
    throw validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.')
  }
  const { packed, ...policiesAndTags } = passed
  const session = {
    kind: 'assumed-role',
    entityId: role.id,
    sessionName: RoleSessionName,
    ...policiesAndTags,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  } as const
  return {
    Credentials: await beginSession(context, session, DurationSeconds),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${RoleSessionName}`,
      Arn: `arn:aws:sts::${engine.account}:assumed-role/${role.name}/${RoleSessionName}`,
    },
    ...packed,
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  }
}

type AssumedRole = Pick<Role, 'id' | 'name' | 'path' | 'maxSessionSeconds'> & Partial<Pick<Role, 'trustPolicy'>>

/** Whether there is such a role nobody is told who may not assume it. */
function findRole(context: StsContext, arn: string, { name, path }: { readonly name: string; readonly path: string }): AssumedRole {
  const { engine, identities, policiesOf } = context
  const found = identities.find('role', name)
  if (found !== undefined && roleArn(engine.account, found) === arn) return found
  if (policiesOf !== undefined) throw denied(context, 'sts:AssumeRole', arn)
  return { id: derivedEntityId('role', arn), name, path, maxSessionSeconds: Number.POSITIVE_INFINITY }
}

/** Tags and a source identity need permissions of their own, in the same policies. */
function checkTrusted(context: StsContext, role: AssumedRole, input: Sts<'AssumeRoleInput'>): void {
  const { engine, caller, policiesOf } = context
  if (policiesOf === undefined || role.trustPolicy === undefined) return
  const policy = compilePolicy(parsePolicy('trust', role.trustPolicy))
  const resource = roleArn(engine.account, role)
  const own = keysOf(input)
  const actions = [
    'sts:AssumeRole',
    ...(input.Tags !== undefined && input.Tags.length > 0 ? ['sts:TagSession'] : []),
    ...(input.SourceIdentity !== undefined ? ['sts:SetSourceIdentity'] : []),
  ]
  for (const action of actions) {
    const request: AccessRequest = {
      action,
      actionKey: action.toLowerCase(),
      resource,
      principal: principalOf(caller),
      keys: (key) => own.get(key) ?? context.keys?.(key),
    }
    const decision = decideAccess(request, policiesOf(caller), { accountId: engine.account, policy, isTrust: true })
    if (decision.kind === 'denied') throw denied(context, action, resource)
  }
}

/** [V] iam-and-sigv4.md §2.1: no reason is given. */
function denied({ caller }: StsContext, action: string, resource: string): StsError {
  return new StsError('AccessDeniedException', `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`)
}

/** The condition keys that the request itself gives, in lower case. */
function keysOf(input: Sts<'AssumeRoleInput'>): ReadonlyMap<string, ContextValue> {
  const { RoleSessionName, ExternalId, SourceIdentity, Tags = [], TransitiveTagKeys = [] } = input
  const keys = new Map<string, ContextValue>([['sts:rolesessionname', RoleSessionName]])
  if (ExternalId !== undefined) keys.set('sts:externalid', ExternalId)
  if (SourceIdentity !== undefined) keys.set('sts:sourceidentity', SourceIdentity)
  if (TransitiveTagKeys.length > 0) keys.set('sts:transitivetagkeys', TransitiveTagKeys)
  const tagKeys = Tags.map(({ Key }) => Key)
  if (tagKeys.length > 0) keys.set('aws:tagkeys', tagKeys)
  for (const { Key, Value } of Tags) keys.set(`aws:requesttag/${Key.toLowerCase()}`, Value)
  return keys
}
