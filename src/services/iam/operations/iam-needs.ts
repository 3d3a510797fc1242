/** What operations of IAM need to be allowed: on which user, group, role or policy, and with which condition keys. */
import { getOwn } from '../../../base/own.ts'
import type { Caller } from '../../../policies/caller.ts'
import type { ContextValue } from '../../../policies/context-keys.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { IamError } from '../contract/errors.ts'
import type { PolicyOwner, Tag } from '../identities/entity.ts'
import { groupArn, policyArn, roleArn, userArn } from '../identities/identity-arns.ts'
import type { IdentityRecords } from '../identities/identity-records.ts'

type Asked = Omit<WingCall, 'writing'>

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
export function iamNeeds(identities: IdentityRecords, asked: Asked): readonly WingNeed[] {
  const { operation, caller } = asked
  if (isBarred(caller)) throw new IamError('UnrecognizedClientException', 'The security token included in the request is invalid')
  const member = reader(asked.raw)
  const keys = keysOf(identities, member)
  return resourcesOf(identities, asked, member).map((resource) => ({ action: operation, resource, keys }))
}

/** [V] GetSessionToken and GetFederationToken, API reference: only sessions of roles, and those that began with a second factor, get in. */
function isBarred({ kind, session }: Caller): boolean {
  return session !== undefined && kind !== 'assumed-role' && session.mfa !== true
}

/** Both, where a user is put into a group. */
function resourcesOf(identities: IdentityRecords, { engine, operation, caller }: Asked, member: Member): readonly string[] {
  const { account } = engine
  const list = lists[operation]
  if (list !== undefined) return [`arn:aws:iam::${account}:${list}`]
  if (ofEverything.test(operation)) return ['*']
  const policy = member('PolicyName')
  if (operation === 'CreatePolicy') return [policyArn(account, { name: policy ?? '', path: member('Path') ?? '/' })]
  const source = member('PolicySourceArn')
  if (source !== undefined) return [source]
  const group = member('GroupName')
  if (group !== undefined) return [groupArn(account, placeOf(identities, 'group', group, member))]
  const role = member('RoleName')
  if (role !== undefined) return [roleArn(account, placeOf(identities, 'role', role, member))]
  const user = member('UserName')
  if (user !== undefined) return [userArn(account, placeOf(identities, 'user', user, member))]
  // Whoever names nobody means himself.
  return [member('PolicyArn') ?? caller.principalArn]
}

/** Of what is to be made the path that is asked for. */
function placeOf(identities: IdentityRecords, kind: PolicyOwner['kind'], name: string, member: Member): Pick<PolicyOwner, 'name' | 'path'> {
  return identities.find(kind, name) ?? { name, path: member('Path') ?? '/' }
}

/** `iam:PermissionsBoundary` is that which is asked for, or else that of the user or role. */
function keysOf(identities: IdentityRecords, member: Member): ReadonlyMap<string, ContextValue> {
  const owner = ownerOf(identities, member)
  const policy = member('PolicyArn')
  const boundary = member('PermissionsBoundary') ?? owner?.boundary
  const keys = new Map<string, ContextValue>()
  if (policy !== undefined) keys.set('iam:policyarn', policy)
  if (boundary !== undefined) keys.set('iam:permissionsboundary', boundary)
  for (const { Key, Value } of owner?.tags ?? []) {
    keys.set(`aws:resourcetag/${Key.toLowerCase()}`, Value)
    keys.set(`iam:resourcetag/${Key.toLowerCase()}`, Value)
  }
  const tags = member.tags()
  for (const { Key, Value } of tags) keys.set(`aws:requesttag/${Key.toLowerCase()}`, Value)
  const tagKeys = [...tags.map(({ Key }) => Key), ...member.tagKeys()]
  if (tagKeys.length > 0) keys.set('aws:tagkeys', tagKeys)
  return keys
}

function ownerOf(identities: IdentityRecords, member: Member): { readonly boundary?: string; readonly tags: readonly Tag[] } | undefined {
  const user = member('UserName')
  const role = member('RoleName')
  if (user !== undefined) return identities.find('user', user)
  return role === undefined ? undefined : identities.find('role', role)
}

/** The members of a request that is not checked yet. */
interface Member {
  (name: string): string | undefined
  tags(): readonly Tag[]
  tagKeys(): readonly string[]
}

function reader(raw: unknown): Member {
  const members = typeof raw === 'object' && raw !== null ? (raw as { readonly [name: string]: unknown }) : {}
  const text = (of: { readonly [name: string]: unknown }, name: string): string | undefined => {
    const value = getOwn(of, name)
    return typeof value === 'string' ? value : undefined
  }
  const list = (name: string): readonly unknown[] => {
    const value = getOwn(members, name)
    return Array.isArray(value) ? value : []
  }
  const member = (name: string): string | undefined => text(members, name)
  const tags = (): readonly Tag[] =>
    list('Tags').flatMap((each) => {
      const tag = typeof each === 'object' && each !== null ? (each as { readonly [name: string]: unknown }) : {}
      const Key = text(tag, 'Key')
      return Key === undefined ? [] : [{ Key, Value: text(tag, 'Value') ?? '' }]
    })
  return Object.assign(member, { tags, tagKeys: () => list('TagKeys').filter((each) => typeof each === 'string') })
}
