/** Which policies have a say in what a user, a group or a role may do, as documents. */
import { findAwsPolicy } from './aws-policies.ts'
import type { ManagedPolicy, PolicyOwner } from './entity.ts'
import { parseIdentityArn } from './identity-arns.ts'
import type { IdentityRecords } from './identity-records.ts'

export interface DocumentOf {
  /** The ARN of a managed policy, the name of an inline one. */
  readonly name: string
  readonly type: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed'
  readonly document: string
}

/** Inline and managed; a user has those of its groups, too. */
export function identityPoliciesOf(identities: IdentityRecords, owner: PolicyOwner): readonly DocumentOf[] {
  const groups = owner.kind === 'user' ? owner.groupIds.flatMap((id) => identities.groupOfId(id) ?? []) : []
  return [owner, ...groups].flatMap((each) => policiesOfOne(identities, each))
}

/** The default version; undefined when there is no such policy. */
export function managedPolicyOf(identities: IdentityRecords, arn: string): DocumentOf | undefined {
  const ofAws = findAwsPolicy(arn)
  if (ofAws !== undefined) return { name: arn, type: 'aws-managed', document: defaultDocument(ofAws) }
  const parsed = parseIdentityArn(arn)
  const found = parsed?.resource === 'policy' && parsed.account !== 'aws' ? identities.find('policy', parsed.name) : undefined
  return found?.path === parsed?.path && found !== undefined
    ? { name: arn, type: 'user-managed', document: defaultDocument(found) }
    : undefined
}

function policiesOfOne(identities: IdentityRecords, { kind, inlinePolicies, attachedPolicies }: PolicyOwner): readonly DocumentOf[] {
  const inline = Object.entries(inlinePolicies).map(([name, document]) => ({ name, type: kind, document }))
  return [...inline, ...attachedPolicies.flatMap((arn) => managedPolicyOf(identities, arn) ?? [])]
}

function defaultDocument({ versions, defaultVersion }: ManagedPolicy): string {
  return versions.find(({ number }) => number === defaultVersion)?.document ?? ''
}
