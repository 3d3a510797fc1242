/**
 * AssumeRole: whether the role's trust policy lets whoever asks, and no policy of his own stands against it; then a session of the role.
 * Where nobody's rights are looked at (no `--auth iam`) everybody may assume every role, also one that there is not.
 */
import { principalOf } from '../../../policies/access-request.ts'
import { roleArn } from '../../iam/identities/identity-arns.ts'
import { derivedEntityId } from '../../iam/identities/identity-ids.ts'
import { StsError, validationError } from '../contract/errors.ts'
import { chainedRoleSecondsMax, roleSecondsDefault } from '../contract/limits.ts'
import type { Sts } from '../contract/shapes.ts'
import { checkTrusted } from './check-trusted.ts'
import { checkPassed } from './passed-policies.ts'
import { type AssumedRole, beginRoleSession, checkSeconds, readRoleArn } from './role-session.ts'
import type { StsContext } from './sts-context.ts'

export async function assumeRole(context: StsContext, input: Sts<'AssumeRoleInput'>): Promise<Sts<'AssumeRoleOutput'>> {
  const { caller } = context
  const { RoleArn, RoleSessionName, DurationSeconds: seconds = roleSecondsDefault } = input
  const parsed = readRoleArn(RoleArn)
  // [I] This word and those of the next refusals are from memory.
  if (context.policiesOf !== undefined && caller.kind === 'root') {
    throw new StsError('AccessDeniedException', 'Roles may not be assumed by root accounts.')
  }
  // Before the role is looked for, as who isn't let must not learn by a wrong policy whether there is one.
  const passed = checkPassed(context, input)
  const role = findRole(context, RoleArn, parsed)
  const sourceIdentity = caller.session?.sourceIdentity ?? input.SourceIdentity
  // [V] IAM's guide, role chaining: what a session hands on is asked for at each step as if it was passed anew.
  const Tags = passed.tags.map(([Key, Value]) => ({ Key, Value }))
  checkLet(context, role, { ...input, Tags, ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) })
  checkSeconds(role, seconds)
  if (caller.kind === 'assumed-role' && seconds > chainedRoleSecondsMax) {
    throw validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.')
  }
  return beginRoleSession(context, role, { name: RoleSessionName, seconds, passed, sourceIdentity })
}

/** Whether there is such a role nobody is told who may not assume it. */
function findRole(context: StsContext, arn: string, { name, path }: { readonly name: string; readonly path: string }): AssumedRole {
  const { engine, identities, policiesOf } = context
  const found = identities.find('role', name)
  if (found !== undefined && roleArn(engine.account, found) === arn) return found
  if (policiesOf !== undefined) throw denied(context, 'sts:AssumeRole', arn)
  return { id: derivedEntityId('role', arn), name, path, maxSessionSeconds: Number.POSITIVE_INFINITY }
}

function checkLet(context: StsContext, role: AssumedRole, input: Sts<'AssumeRoleInput'>): void {
  const { caller, policiesOf } = context
  const { trustPolicy } = role
  if (policiesOf === undefined || trustPolicy === undefined) return
  const refusal = (action: string, resource: string): StsError => denied(context, action, resource)
  const bearer = { action: 'sts:AssumeRole', principal: principalOf(caller), policies: policiesOf(caller), refusal } as const
  checkTrusted(context, { ...role, trustPolicy }, bearer, input)
}

/** [V] iam-and-sigv4.md §2.1: no reason is given. */
function denied({ caller }: StsContext, action: string, resource: string): StsError {
  return new StsError('AccessDeniedException', `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`)
}
