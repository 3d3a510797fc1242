/** Finding what a request names, in IAM's words when it is not there or is not to be changed by the API. */
import { IamError, noSuchEntity, validationError } from '../contract/errors.ts'
import { findAwsPolicy } from '../identities/aws-policies.ts'
import type { AccessKey, EntityOf, ManagedPolicy, PolicyOwner, User } from '../identities/entity.ts'
import { parseIdentityArn, policyArn } from '../identities/identity-arns.ts'
import type { IdentityRecords } from '../identities/identity-records.ts'
import type { IamContext } from './iam-context.ts'

export type OwnerKind = PolicyOwner['kind']

/** How requests name users, groups and roles. */
export interface OwnerNames {
  readonly UserName?: string
  readonly GroupName?: string
  readonly RoleName?: string
}

const nameMembers = { user: 'UserName', group: 'GroupName', role: 'RoleName' } as const

/** The user, group or role that the request names. */
export function findOwner<Kind extends OwnerKind>({ identities }: IamContext, kind: Kind, names: OwnerNames): EntityOf<Kind> {
  const name = names[nameMembers[kind]] ?? ''
  const found = identities.find(kind, name)
  if (found === undefined) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`)
  return found
}

/** The same to be changed: one of the file is refused. */
export function changeableOwner<Kind extends OwnerKind>(context: IamContext, kind: Kind, names: OwnerNames): EntityOf<Kind> {
  const owner = findOwner(context, kind, names)
  const { isFromFile, name }: PolicyOwner = owner
  checkChangeable(isFromFile, `The ${kind} ${name}`)
  return owner
}

export function findPolicy({ engine, identities }: IamContext, arn: string): ManagedPolicy {
  const found = findPolicyOfArn(identities, engine.account, arn)
  if (found === undefined) throw noSuchEntity(`Policy ${arn} was not found.`)
  return found
}

export function changeablePolicy(context: IamContext, arn: string): ManagedPolicy {
  const policy = findPolicy(context, arn)
  // [I] AWS refuses to change its own policies.
  if (policy.isOfAws) throw new IamError('UnmodifiableEntityException', `Policy ${arn} is managed by AWS and cannot be changed.`)
  checkChangeable(policy.isFromFile, `The policy ${policy.name}`)
  return policy
}

/** For whoever only may be given it. [V] github.com/pulumi/pulumi#7419 */
export function attachablePolicy({ engine, identities }: IamContext, arn: string): ManagedPolicy {
  checkPolicyArn(arn)
  const found = findPolicyOfArn(identities, engine.account, arn)
  if (found === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  return found
}

/** [I] The words for what is no ARN. */
function checkPolicyArn(arn: string): void {
  if (!arn.startsWith('arn:')) throw validationError(`ARN ${arn} is not valid.`)
}

/** A policy of the account, or AWS's; undefined for an ARN that is not letter by letter that of one. */
export function findPolicyOfArn(identities: IdentityRecords, account: string, arn: string): ManagedPolicy | undefined {
  const parsed = parseIdentityArn(arn)
  if (parsed?.resource !== 'policy') return undefined
  if (parsed.account === 'aws') return findAwsPolicy(arn)
  const found = identities.find('policy', parsed.name)
  return found !== undefined && policyArn(account, found) === arn ? found : undefined
}

/** The user whom a request means that need not name one: the one who asks. */
export function namedOrAsking(context: IamContext, { UserName }: OwnerNames): User | 'root' {
  const { caller } = context
  if (UserName !== undefined) return findOwner(context, 'user', { UserName })
  if (caller.kind === 'root') return 'root'
  if (caller.userName === undefined) throw validationError('Must specify userName when calling with non-User credentials')
  return findOwner(context, 'user', { UserName: caller.userName })
}

/** Among the keys of one owner. */
export function findAccessKey({ identities }: IamContext, ownerId: string, accessKeyId: string): AccessKey {
  const found = identities.find('access-key', accessKeyId)
  if (found?.name !== accessKeyId || found.ownerId !== ownerId) {
    throw noSuchAccessKey(accessKeyId)
  }
  return found
}

export function noSuchAccessKey(accessKeyId: string): IamError {
  return noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`)
}

/** What the file says, only the file changes. */
export function checkChangeable(isFromFile: true | undefined, what: string): void {
  if (isFromFile) throw new IamError('UnmodifiableEntityException', `${what} comes from the file of --iam-file: change it there.`)
}
