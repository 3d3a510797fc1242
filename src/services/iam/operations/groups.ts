/** Groups, and which users are in them. */
import { deleteConflict, IamError, noSuchEntity, quotaExceeded } from '../contract/errors.ts'
import { groupsMax, groupsPerUserMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import type { Group, User } from '../identities/entity.ts'
import { newEntityId } from '../identities/identity-ids.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { describeGroup, describeUser } from './describe.ts'
import { changeableOwner, findOwner } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'

export async function createGroup(
  { engine, identities }: IamContext,
  { GroupName, Path = '/' }: Iam<'CreateGroupInput'>,
): Promise<Iam<'CreateGroupOutput'>> {
  const group = await identities.change((turn) => {
    if (identities.find('group', GroupName) !== undefined) throw alreadyExists(GroupName)
    if (identities.all('group').length >= groupsMax) throw quotaExceeded('GroupsPerAccount', groupsMax)
    const id = newEntityId('group', engine.random)
    const createdMs = engine.clock.now()
    const made: Group = { kind: 'group', name: GroupName, path: Path, id, createdMs, inlinePolicies: {}, attachedPolicies: [] }
    turn.put(made)
    return made
  })
  return { Group: describeGroup(engine.account, group) }
}

export async function getGroup(context: IamContext, input: Iam<'GetGroupInput'>): Promise<Iam<'GetGroupOutput'>> {
  const { account } = context.engine
  const group = findOwner(context, 'group', input)
  const { items, next } = pageOf(membersOf(context, group), input, ({ name }) => foldedName(name))
  return { Group: describeGroup(account, group), Users: items.map((user) => describeUser(account, user)), ...next }
}

export async function updateGroup(context: IamContext, input: Iam<'UpdateGroupInput'>): Promise<void> {
  const { identities } = context
  const { NewGroupName, NewPath } = input
  await identities.change((turn) => {
    const group = changeableOwner(context, 'group', input)
    const name = NewGroupName ?? group.name
    if (foldedName(name) !== foldedName(group.name)) {
      if (identities.find('group', name) !== undefined) throw alreadyExists(name)
      turn.remove(group)
    }
    turn.put({ ...group, name, path: NewPath ?? group.path })
  })
}

export async function deleteGroup(context: IamContext, input: Iam<'DeleteGroupInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const group = changeableOwner(context, 'group', input)
    // [V] github.com/hashicorp/terraform#29147, github.com/hashicorp/terraform-provider-aws#44357
    if (membersOf(context, group).length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.')
    if (Object.keys(group.inlinePolicies).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    if (group.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    turn.remove(group)
  })
}

export async function listGroups({ engine, identities }: IamContext, input: Iam<'ListGroupsInput'>): Promise<Iam<'ListGroupsOutput'>> {
  const { PathPrefix = '/' } = input
  const groups = identities.all('group').filter(({ path }) => path.startsWith(PathPrefix))
  const { items, next } = pageOf(groups, input, ({ name }) => foldedName(name))
  return { Groups: items.map((group) => describeGroup(engine.account, group)), ...next }
}

/** A user who is in the group already stays there. */
export async function addUserToGroup(context: IamContext, input: Iam<'AddUserToGroupInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const group = findOwner(context, 'group', input)
    const user = changeableOwner(context, 'user', input)
    if (user.groupIds.includes(group.id)) return
    if (user.groupIds.length >= groupsPerUserMax) throw quotaExceeded('GroupsPerUser', groupsPerUserMax)
    turn.put({ ...user, groupIds: [...user.groupIds, group.id] })
  })
}

export async function removeUserFromGroup(context: IamContext, input: Iam<'RemoveUserFromGroupInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const group = findOwner(context, 'group', input)
    const user = changeableOwner(context, 'user', input)
    // [I] The words for a user who is not there.
    if (!user.groupIds.includes(group.id)) throw noSuchEntity(`User ${user.name} not in group ${group.name}`)
    turn.put({ ...user, groupIds: user.groupIds.filter((id) => id !== group.id) })
  })
}

export async function listGroupsForUser(
  context: IamContext,
  input: Iam<'ListGroupsForUserInput'>,
): Promise<Iam<'ListGroupsForUserOutput'>> {
  const { groupIds } = findOwner(context, 'user', input)
  const groups = context.identities.all('group').filter(({ id }) => groupIds.includes(id))
  const { items, next } = pageOf(groups, input, ({ name }) => foldedName(name))
  return { Groups: items.map((group) => describeGroup(context.engine.account, group)), ...next }
}

function membersOf({ identities }: IamContext, { id }: Group): readonly User[] {
  return identities.all('user').filter(({ groupIds }) => groupIds.includes(id))
}

function alreadyExists(name: string): IamError {
  return new IamError('EntityAlreadyExistsException', `Group with name ${name} already exists.`)
}
