/** GetAccountAuthorizationDetails: everything that says who may do what, in one list. */
import type { Iam } from '../contract/shapes.ts'
import { awsPolicies } from '../identities/aws-policies.ts'
import type { Group, ManagedPolicy, PolicyOwner, Role, User } from '../identities/entity.ts'
import { parseIdentityArn, policyArn } from '../identities/identity-arns.ts'
import { foldedName } from '../identities/identity-keys.ts'
import {
  boundaryOf,
  describeGroup,
  describeRole,
  describeUser,
  describeVersion,
  describeWholePolicy,
  encodedDocument,
  type PolicyUses,
  policyUses,
} from './describe.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'

type Listed = User | Group | Role | ManagedPolicy
type Details = Iam<'GetAccountAuthorizationDetailsOutput'>

/** Of AWS's policies those that are in use, as on AWS. */
export async function getAccountAuthorizationDetails(
  context: IamContext,
  input: Iam<'GetAccountAuthorizationDetailsInput'>,
): Promise<Details> {
  const { engine, identities } = context
  const { Filter = [] } = input
  const uses = policyUses(identities)
  const usedAwsPolicies = awsPolicies.filter((policy) => uses.has(policyArn(engine.account, policy)))
  const all: readonly Listed[] = [
    ...identities.all('group'),
    ...[...identities.all('policy'), ...usedAwsPolicies].sort((one, other) => (markOf(one) < markOf(other) ? -1 : 1)),
    ...identities.all('role'),
    ...identities.all('user'),
  ]
  const { items, next } = pageOf(
    all.filter((each) => Filter.length === 0 || Filter.includes(filterOf(each))),
    input,
    markOf,
  )
  return { ...detailsOf(context, uses, items), ...next }
}

function detailsOf(context: IamContext, uses: PolicyUses, items: readonly Listed[]): Details {
  const { account } = context.engine
  const ofKind = <Kind extends Listed['kind']>(kind: Kind): readonly Extract<Listed, { readonly kind: Kind }>[] =>
    items.filter((each): each is Extract<Listed, { readonly kind: Kind }> => each.kind === kind)
  return {
    UserDetailList: ofKind('user').map((user) => userDetail(context, user)),
    GroupDetailList: ofKind('group').map((group) => ({
      ...describeGroup(account, group),
      GroupPolicyList: inlineOf(group),
      AttachedManagedPolicies: attachedOf(group),
    })),
    RoleDetailList: ofKind('role').map((role) => ({
      ...describeRole(context, role),
      InstanceProfileList: [],
      RolePolicyList: inlineOf(role),
      AttachedManagedPolicies: attachedOf(role),
      ...boundaryOf(role),
      Tags: role.tags,
    })),
    Policies: ofKind('policy').map((policy) => ({
      ...describeWholePolicy(account, uses, policy),
      PolicyVersionList: policy.versions.map((version) => ({
        Document: encodedDocument(version.document),
        ...describeVersion(policy, version),
      })),
    })),
  }
}

function userDetail({ engine, identities }: IamContext, user: User): Iam<'UserDetail'> {
  const groups = identities.all('group').filter(({ id }) => user.groupIds.includes(id))
  return {
    ...describeUser(engine.account, user),
    UserPolicyList: inlineOf(user),
    GroupList: groups.map(({ name }) => name),
    AttachedManagedPolicies: attachedOf(user),
    ...boundaryOf(user),
    Tags: user.tags,
  }
}

function inlineOf({ inlinePolicies }: PolicyOwner): Iam<'PolicyDetailListType'> {
  return Object.entries(inlinePolicies).map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encodedDocument(document) }))
}

function attachedOf({ attachedPolicies }: PolicyOwner): Iam<'AttachedPoliciesListType'> {
  return attachedPolicies.map((arn) => ({ PolicyName: parseIdentityArn(arn)?.name ?? '', PolicyArn: arn }))
}

function filterOf(listed: Listed): Iam<'EntityType'> {
  switch (listed.kind) {
    case 'user':
      return 'User'
    case 'group':
      return 'Group'
    case 'role':
      return 'Role'
    case 'policy':
      return listed.isOfAws ? 'AWSManagedPolicy' : 'LocalManagedPolicy'
  }
}

function markOf(listed: Listed): string {
  return `${listed.kind} ${foldedName(listed.name)} ${listed.kind === 'policy' && listed.isOfAws ? 'aws' : ''}`
}
