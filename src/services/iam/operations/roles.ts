/** Roles: made, shown, changed, removed, listed. */
import { bindPrincipals } from '../../../policies/bound-principals.ts'
import { deleteConflict, IamError, quotaExceeded } from '../contract/errors.ts'
import { rolesMax, sessionSecondsDefault, trustPolicySizeMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import type { Role } from '../identities/entity.ts'
import { policyArn } from '../identities/identity-arns.ts'
import { newEntityId } from '../identities/identity-ids.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { principalsOf } from '../identities/principals.ts'
import { documentSize, parsedDocument } from './check-document.ts'
import { describeRole, describeWholeRole } from './describe.ts'
import { attachablePolicy, changeableOwner, findOwner } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'
import { checkTags } from './tags.ts'

export async function createRole(context: IamContext, input: Iam<'CreateRoleInput'>): Promise<Iam<'CreateRoleOutput'>> {
  const { engine, identities } = context
  const { RoleName, Path = '/', PermissionsBoundary, Tags = [], Description, AssumeRolePolicyDocument } = input
  checkTags(Tags)
  const role = await identities.change((turn) => {
    if (identities.find('role', RoleName) !== undefined) {
      throw new IamError('EntityAlreadyExistsException', `Role with name ${RoleName} already exists.`)
    }
    if (identities.all('role').length >= rolesMax) throw quotaExceeded('RolesPerAccount', rolesMax)
    const made: Role = {
      kind: 'role',
      name: RoleName,
      path: Path,
      id: newEntityId('role', engine.random),
      createdMs: engine.clock.now(),
      tags: Tags,
      inlinePolicies: {},
      attachedPolicies: [],
      ...trustPolicyOf(context, AssumeRolePolicyDocument),
      maxSessionSeconds: input.MaxSessionDuration ?? sessionSecondsDefault,
      ...(Description !== undefined && { description: Description }),
      ...(PermissionsBoundary !== undefined && { boundary: policyArn(engine.account, attachablePolicy(context, PermissionsBoundary)) }),
    }
    turn.put(made)
    return made
  })
  return { Role: describeWholeRole(context, role) }
}

export async function getRole(context: IamContext, input: Iam<'GetRoleInput'>): Promise<Iam<'GetRoleOutput'>> {
  return { Role: describeWholeRole(context, findOwner(context, 'role', input)) }
}

/** AWS takes a description or a duration that is left out for one that is to be as at first. [I] */
export async function updateRole(context: IamContext, input: Iam<'UpdateRoleInput'>): Promise<Iam<'UpdateRoleOutput'>> {
  await context.identities.change((turn) => {
    const { description = '', ...role } = changeableOwner(context, 'role', input)
    turn.put({
      ...role,
      description: input.Description ?? description,
      maxSessionSeconds: input.MaxSessionDuration ?? role.maxSessionSeconds,
    })
  })
  return {}
}

export async function updateRoleDescription(
  context: IamContext,
  input: Iam<'UpdateRoleDescriptionInput'>,
): Promise<Iam<'UpdateRoleDescriptionOutput'>> {
  const role = await context.identities.change((turn) => {
    const changed = { ...changeableOwner(context, 'role', input), description: input.Description }
    turn.put(changed)
    return changed
  })
  return { Role: describeWholeRole(context, role) }
}

export async function updateAssumeRolePolicy(context: IamContext, input: Iam<'UpdateAssumeRolePolicyInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const { trustedIds: _, ...role } = changeableOwner(context, 'role', input)
    turn.put({ ...role, ...trustPolicyOf(context, input.PolicyDocument) })
  })
}

export async function deleteRole(context: IamContext, input: Iam<'DeleteRoleInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const role = changeableOwner(context, 'role', input)
    if (Object.keys(role.inlinePolicies).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    if (role.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    turn.remove(role)
  })
}

export async function listRoles(context: IamContext, input: Iam<'ListRolesInput'>): Promise<Iam<'ListRolesOutput'>> {
  const { PathPrefix = '/' } = input
  const roles = context.identities.all('role').filter(({ path }) => path.startsWith(PathPrefix))
  const { items, next } = pageOf(roles, input, ({ name }) => foldedName(name))
  return { Roles: items.map((role) => describeRole(context, role)), ...next }
}

/** There are no instance profiles here, so no role is in one. */
export async function listInstanceProfilesForRole(
  context: IamContext,
  input: Iam<'ListInstanceProfilesForRoleInput'>,
): Promise<Iam<'ListInstanceProfilesForRoleOutput'>> {
  findOwner(context, 'role', input)
  return { InstanceProfiles: [], IsTruncated: false }
}

/** The document with those whom it means. [V] github.com/kubeflow/kubeflow#6687, github.com/hashicorp/terraform#9862 */
function trustPolicyOf({ engine, identities }: IamContext, trustPolicy: string): Pick<Role, 'trustPolicy' | 'trustedIds'> {
  const document = parsedDocument('trust', trustPolicy)
  if (documentSize(trustPolicy) > trustPolicySizeMax) throw quotaExceeded('ACLSizePerRole', trustPolicySizeMax)
  const trustedIds = bindPrincipals(document, principalsOf(identities, engine.account))
  const names = document.statements.flatMap(({ principals }) => principals?.entries ?? []).map(({ name }) => name)
  const unknown = names.find((name) => isOfAccount(engine.account, name) && trustedIds?.[name] === undefined)
  if (unknown !== undefined) {
    throw new IamError('MalformedPolicyDocumentException', `Invalid principal in policy: "AWS":"${unknown}"`)
  }
  return { trustPolicy, ...(trustedIds !== undefined && { trustedIds }) }
}

/** Of other accounts nobody knows. */
function isOfAccount(account: string, name: string): boolean {
  return name.startsWith(`arn:aws:iam::${account}:user/`) || name.startsWith(`arn:aws:iam::${account}:role/`)
}
