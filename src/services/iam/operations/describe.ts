/** Identities as IAM tells of them. */
import { shownText } from '../../../policies/bound-principals.ts'
import type { Iam } from '../contract/shapes.ts'
import type { AccessKey, Group, ManagedPolicy, PolicyVersion, Role, User } from '../identities/entity.ts'
import { groupArn, policyArn, roleArn, userArn } from '../identities/identity-arns.ts'
import type { IdentityRecords } from '../identities/identity-records.ts'
import { principalsOf } from '../identities/principals.ts'
import type { IamContext } from './iam-context.ts'

/** IAM tells times in whole seconds. */
export function seconds(timeMs: number): number {
  return Math.floor(timeMs / 1000)
}

/** Documents travel percent-encoded, as RFC 3986 has it. */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Lists of users leave out tags and boundary. */
export function describeUser(account: string, user: User): Iam<'User'> {
  return { Path: user.path, UserName: user.name, UserId: user.id, Arn: userArn(account, user), CreateDate: seconds(user.createdMs) }
}

export function describeWholeUser(account: string, user: User): Iam<'User'> {
  return { ...describeUser(account, user), ...boundaryOf(user), ...tagsOf(user) }
}

export function describeGroup(account: string, group: Group): Iam<'Group'> {
  return { Path: group.path, GroupName: group.name, GroupId: group.id, Arn: groupArn(account, group), CreateDate: seconds(group.createdMs) }
}

/** Where others are who are named. */
type DescribedIn = Pick<IamContext, 'engine' | 'identities'>

/** Lists of roles leave out tags and boundary. */
export function describeRole({ engine, identities }: DescribedIn, role: Role): Iam<'Role'> {
  const { account } = engine
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(account, role),
    CreateDate: seconds(role.createdMs),
    AssumeRolePolicyDocument: encodedDocument(shownText(role.trustPolicy, role.trustedIds, principalsOf(identities, account))),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  }
}

export function describeWholeRole(context: DescribedIn, role: Role): Iam<'Role'> {
  return { ...describeRole(context, role), ...boundaryOf(role), ...tagsOf(role) }
}

export function describeAccessKey(userName: string, accessKey: AccessKey): Iam<'AccessKeyMetadata'> {
  return {
    UserName: userName,
    AccessKeyId: accessKey.name,
    Status: accessKey.isActive ? 'Active' : 'Inactive',
    CreateDate: seconds(accessKey.createdMs),
  }
}

/** Lists of policies leave out description and tags. */
export function describePolicy(account: string, uses: PolicyUses, policy: ManagedPolicy): Iam<'Policy'> {
  const arn = policyArn(account, policy)
  const { attachments = 0, boundaries = 0 } = uses.get(arn) ?? {}
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: versionId(policy.defaultVersion),
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: seconds(policy.createdMs),
    UpdateDate: seconds(policy.updatedMs),
  }
}

export function describeWholePolicy(account: string, uses: PolicyUses, policy: ManagedPolicy): Iam<'Policy'> {
  const { description, tags } = policy
  return {
    ...describePolicy(account, uses, policy),
    ...(description !== undefined && { Description: description }),
    ...(tags.length > 0 && { Tags: tags }),
  }
}

/** Without its document, as lists of versions have it. */
export function describeVersion({ defaultVersion }: ManagedPolicy, version: PolicyVersion): Iam<'PolicyVersion'> {
  return {
    VersionId: versionId(version.number),
    IsDefaultVersion: version.number === defaultVersion,
    CreateDate: seconds(version.createdMs),
  }
}

export function versionId(number: number): string {
  return `v${number}`
}

/** How often managed policies are attached and are boundaries, by their ARNs. */
export type PolicyUses = ReadonlyMap<string, { readonly attachments: number; readonly boundaries: number }>

export function policyUses(identities: IdentityRecords): PolicyUses {
  const uses = new Map<string, { attachments: number; boundaries: number }>()
  const useOf = (arn: string): { attachments: number; boundaries: number } => {
    const use = uses.get(arn) ?? { attachments: 0, boundaries: 0 }
    uses.set(arn, use)
    return use
  }
  const principals = [...identities.all('user'), ...identities.all('role')]
  for (const { boundary } of principals) if (boundary !== undefined) useOf(boundary).boundaries += 1
  for (const { attachedPolicies } of [...principals, ...identities.all('group')]) {
    for (const arn of attachedPolicies) useOf(arn).attachments += 1
  }
  return uses
}

export function boundaryOf({ boundary }: User | Role): { readonly PermissionsBoundary?: Iam<'AttachedPermissionsBoundary'> } {
  if (boundary === undefined) return {}
  // [V] What AWS answers, though its model has another word (github.com/hashicorp/terraform-provider-aws prints it).
  return { PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundary } }
}

function tagsOf({ tags }: User | Role): { readonly Tags?: Iam<'TagListType'> } {
  return tags.length > 0 ? { Tags: tags } : {}
}
