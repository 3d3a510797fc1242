/** ListEntitiesForPolicy: to whom a managed policy is attached, and whose boundary it is. */
import type { Iam } from '../contract/shapes.ts'
import type { PolicyOwner } from '../identities/entity.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { findPolicy } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'

const filters = { user: 'User', group: 'Group', role: 'Role' } as const

export async function listEntitiesForPolicy(
  context: IamContext,
  input: Iam<'ListEntitiesForPolicyInput'>,
): Promise<Iam<'ListEntitiesForPolicyOutput'>> {
  const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter } = input
  findPolicy(context, PolicyArn)
  const isMeant = (owner: PolicyOwner): boolean => {
    if (EntityFilter !== undefined && EntityFilter !== filters[owner.kind]) return false
    if (!owner.path.startsWith(PathPrefix)) return false
    const isAttached = owner.attachedPolicies.includes(PolicyArn)
    const isBoundary = owner.kind !== 'group' && owner.boundary === PolicyArn
    if (PolicyUsageFilter === undefined) return isAttached || isBoundary
    return PolicyUsageFilter === 'PermissionsPolicy' ? isAttached : isBoundary
  }
  const { identities } = context
  const owners: readonly PolicyOwner[] = [...identities.all('group'), ...identities.all('role'), ...identities.all('user')]
  const { items, next } = pageOf(owners.filter(isMeant), input, ({ kind, name }) => `${kind} ${foldedName(name)}`)
  const named = (kind: PolicyOwner['kind']): readonly PolicyOwner[] => items.filter((each) => each.kind === kind)
  return {
    PolicyGroups: named('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: named('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: named('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...next,
  }
}
