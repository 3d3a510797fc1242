/** What operations of IAM need to be allowed: on which user, group, role or policy, and with which condition keys. */
import { type Caller, rootArn } from '../../../policies/caller.ts'
import type { ContextValue } from '../../../policies/context-keys.ts'
import { tagContext, UncheckedMembers } from '../../unchecked-members.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { IamError } from '../contract/errors.ts'
import { iamShapes } from '../contract/shapes.ts'
import type { ManagedPolicy, PolicyOwner, Tag } from '../identities/entity.ts'
import { groupArn, parseIdentityArn, policyArn, roleArn, userArn } from '../identities/identity-arns.ts'
import type { IdentityRecords } from '../identities/identity-records.ts'
import { findPolicyOfArn } from './find-entity.ts'

type Asked = Omit<WingCall, 'writing'>

/** What a need is about: an ARN, and what is known of what has it. */
interface Judged {
  readonly arn: string
  readonly tags?: readonly Tag[]
  readonly boundary?: string
}

interface Asking {
  readonly identities: IdentityRecords
  readonly account: string
  readonly caller: Caller
  readonly operation: string
  readonly members: UncheckedMembers
}

/** Those on the account as a whole, and what is asked of no entity that the request names. */
const ofEverything = /Alias|^GetAccount|^SimulateCustomPolicy$|^ListVirtualMFADevices$/
/** On what lists are, as AWS names it. [I] */
const lists: { readonly [operation: string]: string } = {
  ListUsers: 'user/',
  ListGroups: 'group/',
  ListRoles: 'role/',
  ListPolicies: 'policy/',
}

/** Throws an IamError when the caller is a session that may ask IAM nothing. */
export function iamNeeds(identities: IdentityRecords, { engine: { account }, caller, operation, raw }: Asked): readonly WingNeed[] {
  if (isBarred(caller)) throw new IamError('UnrecognizedClientException', 'The security token included in the request is invalid')
  const members = new UncheckedMembers(iamShapes, operation, raw)
  const asking: Asking = { identities, account, caller, operation, members }
  return judgedBy(asking).map((judged) => ({ action: operation, resource: judged.arn, keys: keysOf(asking, judged) }))
}

/** [V] GetSessionToken and GetFederationToken, API reference: only sessions of roles get in, and those with a second factor, which there is none of. */
function isBarred({ kind, session }: Caller): boolean {
  return session !== undefined && kind !== 'assumed-role'
}

function judgedBy(asking: Asking): readonly Judged[] {
  const { identities, account, caller, operation, members } = asking
  const list = lists[operation]
  if (list !== undefined) return [{ arn: `arn:aws:iam::${account}:${list}` }]
  if (ofEverything.test(operation)) return [{ arn: '*' }]
  const making = operation.startsWith('Create') ? toBeMade(asking) : undefined
  if (making !== undefined) return [making]
  const source = members.text('PolicySourceArn')
  if (source !== undefined) return [simulated(asking, source)]
  for (const kind of ['group', 'role', 'user'] as const) {
    const name = members.text(nameMembers[kind])
    if (name !== undefined) return [judgedOwner(asking, kind, name), ...renamed(asking, kind, name)]
  }
  const policy = members.text('PolicyArn')
  if (policy !== undefined) return [judgedPolicy(findPolicyOfArn(identities, account, policy), policy)]
  if (operation === 'GetAccessKeyLastUsed') return [ownerOfKey(asking, members.text('AccessKeyId') ?? '')]
  // Whoever names nobody means himself.
  const user = caller.userName === undefined ? undefined : identities.find('user', caller.userName)
  return [user === undefined ? { arn: caller.principalArn } : { ...user, arn: caller.principalArn }]
}

const nameMembers = { group: 'GroupName', role: 'RoleName', user: 'UserName' } as const
const arnOf = { group: groupArn, role: roleArn, user: userArn } as const

/** What a request makes is judged where it asks to have it, whatever there is; undefined for what is made for somebody else. */
function toBeMade({ account, operation, members }: Asking): Judged | undefined {
  const path = members.text('Path') ?? '/'
  switch (operation) {
    case 'CreateGroup':
      return { arn: groupArn(account, { name: members.text('GroupName') ?? '', path }) }
    case 'CreatePolicy':
      return { arn: policyArn(account, { name: members.text('PolicyName') ?? '', path }) }
    case 'CreateRole':
      return { arn: roleArn(account, { name: members.text('RoleName') ?? '', path }) }
    case 'CreateUser':
      return { arn: userArn(account, { name: members.text('UserName') ?? '', path }) }
    default:
      return undefined
  }
}

/** By the name that it has, however the request writes it. */
function judgedOwner({ identities, account }: Asking, kind: PolicyOwner['kind'], name: string): Judged {
  const found = identities.find(kind, name)
  if (found === undefined) return { arn: arnOf[kind](account, { name, path: '/' }) }
  return judgedEntity(account, found)
}

function judgedEntity(account: string, found: PolicyOwner): Judged {
  const arn = arnOf[found.kind](account, found)
  return found.kind === 'group' ? { arn } : { ...found, arn }
}

function judgedPolicy(found: ManagedPolicy | undefined, arn: string): Judged {
  return { arn, tags: found?.tags ?? [] }
}

/** [V] UpdateUser and UpdateGroup, API reference: who gives another name or path needs to be let do it to what it is then, too. */
function renamed({ identities, account, operation, members }: Asking, kind: PolicyOwner['kind'], name: string): readonly Judged[] {
  if (operation !== 'UpdateUser' && operation !== 'UpdateGroup') return []
  const found = identities.find(kind, name) ?? { name, path: '/' }
  const newName = members.text(kind === 'user' ? 'NewUserName' : 'NewGroupName') ?? found.name
  const newPath = members.text('NewPath') ?? found.path
  if (newName === found.name && newPath === found.path) return []
  return [{ arn: arnOf[kind](account, { name: newName, path: newPath }) }]
}

/** The user, group or role by the name that it has; what is no ARN of one as it stands there. */
function simulated(asking: Asking, arn: string): Judged {
  const parsed = parseIdentityArn(arn)
  if (parsed === undefined || parsed.resource === 'policy' || parsed.account !== asking.account) return { arn }
  const found = asking.identities.find(parsed.resource, parsed.name)
  return found === undefined || found.path !== parsed.path ? { arn } : judgedEntity(asking.account, found)
}

/** [I] AWS names a key that there is not, as one of another account, by its id. */
function ownerOfKey({ identities, account }: Asking, accessKeyId: string): Judged {
  const found = identities.find('access-key', accessKeyId)
  if (found?.name === accessKeyId && found.ownerId === account) return { arn: rootArn(account) }
  const owner = found?.name === accessKeyId ? identities.userOfId(found.ownerId) : undefined
  return owner === undefined ? { arn: `access key ${accessKeyId}` } : judgedEntity(account, owner)
}

/** [V] Service Authorization Reference: what conditions know the boundary of, that which is asked for or else that of the user or role. */
const ofBounded = /^(Create(User|Role)|(Put|Delete)(User|Role)(Policy|PermissionsBoundary)|(Attach|Detach)(User|Role)Policy)$/

function keysOf({ members, operation }: Asking, { tags = [], boundary }: Judged): ReadonlyMap<string, ContextValue> {
  const keys = new Map(tagContext(members.tags(), members.texts('TagKeys')))
  const policy = /^(Attach|Detach)/.test(operation) ? members.text('PolicyArn') : undefined
  const meant = ofBounded.test(operation) ? (members.text('PermissionsBoundary') ?? boundary) : undefined
  if (policy !== undefined) keys.set('iam:policyarn', policy)
  if (meant !== undefined) keys.set('iam:permissionsboundary', meant)
  for (const { Key, Value } of tags) {
    keys.set(`aws:resourcetag/${Key.toLowerCase()}`, Value)
    keys.set(`iam:resourcetag/${Key.toLowerCase()}`, Value)
  }
  return keys
}
