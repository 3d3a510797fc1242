/** Users: made, shown, renamed, removed, listed. */
import { rootArn } from '../../../policies/caller.ts'
import { deleteConflict, IamError, quotaExceeded } from '../contract/errors.ts'
import { usersMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import { policyArn } from '../identities/identity-arns.ts'
import { newEntityId } from '../identities/identity-ids.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { describeUser, describeWholeUser, seconds } from './describe.ts'
import { attachablePolicy, changeableOwner, namedOrAsking } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'
import { checkTags } from './tags.ts'

export async function createUser(context: IamContext, input: Iam<'CreateUserInput'>): Promise<Iam<'CreateUserOutput'>> {
  const { engine, identities } = context
  const { UserName, Path = '/', PermissionsBoundary, Tags = [] } = input
  checkTags(Tags)
  const user = await identities.change((turn) => {
    if (identities.find('user', UserName) !== undefined) throw alreadyExists(UserName)
    if (identities.all('user').length >= usersMax) throw quotaExceeded('UsersPerAccount', usersMax)
    const made = {
      kind: 'user',
      name: UserName,
      path: Path,
      id: newEntityId('user', engine.random),
      createdMs: engine.clock.now(),
      tags: Tags,
      inlinePolicies: {},
      attachedPolicies: [],
      groupIds: [],
      ...(PermissionsBoundary !== undefined && { boundary: policyArn(engine.account, attachablePolicy(context, PermissionsBoundary)) }),
    } as const
    turn.put(made)
    return made
  })
  return { User: describeWholeUser(engine.account, user) }
}

export async function getUser(context: IamContext, input: Iam<'GetUserInput'>): Promise<Iam<'GetUserOutput'>> {
  const { account } = context.engine
  const user = namedOrAsking(context, input)
  if (user !== 'root') return { User: describeWholeUser(account, user) }
  // Of the root user AWS tells when the account was made, which here nobody remembers. [I]
  const arn = rootArn(account)
  return { User: { Path: '/', UserName: 'root', UserId: account, Arn: arn, CreateDate: seconds(0) } }
}

export async function updateUser(context: IamContext, input: Iam<'UpdateUserInput'>): Promise<void> {
  const { identities } = context
  const { NewUserName, NewPath } = input
  await identities.change((turn) => {
    const user = changeableOwner(context, 'user', input)
    const name = NewUserName ?? user.name
    if (foldedName(name) !== foldedName(user.name)) {
      if (identities.find('user', name) !== undefined) throw alreadyExists(name)
      turn.remove(user)
    }
    turn.put({ ...user, name, path: NewPath ?? user.path })
  })
}

export async function deleteUser(context: IamContext, input: Iam<'DeleteUserInput'>): Promise<void> {
  const { identities } = context
  await identities.change((turn) => {
    const user = changeableOwner(context, 'user', input)
    if (identities.accessKeysOf(user.id).length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.')
    if (Object.keys(user.inlinePolicies).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    if (user.attachedPolicies.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    if (user.groupIds.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.')
    turn.remove(user)
  })
}

export async function listUsers({ engine, identities }: IamContext, input: Iam<'ListUsersInput'>): Promise<Iam<'ListUsersOutput'>> {
  const { PathPrefix = '/' } = input
  const users = identities.all('user').filter(({ path }) => path.startsWith(PathPrefix))
  const { items, next } = pageOf(users, input, ({ name }) => foldedName(name))
  return { Users: items.map((user) => describeUser(engine.account, user)), ...next }
}

function alreadyExists(name: string): IamError {
  return new IamError('EntityAlreadyExistsException', `User with name ${name} already exists.`)
}
