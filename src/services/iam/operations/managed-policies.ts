/** Managed policies and their versions. */
import { deleteConflict, IamError, noSuchEntity, quotaExceeded } from '../contract/errors.ts'
import { managedPoliciesMax, managedPolicySizeMax, policyVersionsMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import { awsPolicies } from '../identities/aws-policies.ts'
import type { ManagedPolicy, PolicyVersion } from '../identities/entity.ts'
import { policyArn } from '../identities/identity-arns.ts'
import { newEntityId } from '../identities/identity-ids.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { documentSize, parsedDocument } from './check-document.ts'
import { describePolicy, describeVersion, describeWholePolicy, encodedDocument, policyUses, versionId } from './describe.ts'
import { changeablePolicy, findPolicy } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'
import { checkTags } from './tags.ts'

export async function createPolicy(context: IamContext, input: Iam<'CreatePolicyInput'>): Promise<Iam<'CreatePolicyOutput'>> {
  const { engine, identities } = context
  const { PolicyName, Path = '/', PolicyDocument, Description, Tags = [] } = input
  checkTags(Tags)
  checkManagedDocument(PolicyDocument)
  const policy = await identities.change((turn) => {
    if (identities.find('policy', PolicyName) !== undefined) {
      throw new IamError('EntityAlreadyExistsException', `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`)
    }
    if (identities.all('policy').length >= managedPoliciesMax) throw quotaExceeded('PoliciesPerAccount', managedPoliciesMax)
    const createdMs = engine.clock.now()
    const made: ManagedPolicy = {
      kind: 'policy',
      name: PolicyName,
      path: Path,
      id: newEntityId('policy', engine.random),
      createdMs,
      updatedMs: createdMs,
      tags: Tags,
      versions: [{ number: 1, document: PolicyDocument, createdMs }],
      defaultVersion: 1,
      lastVersion: 1,
      ...(Description !== undefined && { description: Description }),
    }
    turn.put(made)
    return made
  })
  return { Policy: describeWholePolicy(engine.account, policyUses(identities), policy) }
}

export async function getPolicy(context: IamContext, input: Iam<'GetPolicyInput'>): Promise<Iam<'GetPolicyOutput'>> {
  return { Policy: describeWholePolicy(context.engine.account, policyUses(context.identities), findPolicy(context, input.PolicyArn)) }
}

export async function deletePolicy(context: IamContext, input: Iam<'DeletePolicyInput'>): Promise<void> {
  const { identities } = context
  await identities.change((turn) => {
    const policy = changeablePolicy(context, input.PolicyArn)
    if (policyUses(identities).has(input.PolicyArn)) throw deleteConflict('Cannot delete a policy attached to entities.')
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    }
    turn.remove(policy)
  })
}

export async function listPolicies(
  { engine, identities }: IamContext,
  input: Iam<'ListPoliciesInput'>,
): Promise<Iam<'ListPoliciesOutput'>> {
  const { Scope = 'All', OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter } = input
  const uses = policyUses(identities)
  const isMeant = (policy: ManagedPolicy): boolean => {
    const { attachments = 0, boundaries = 0 } = uses.get(policyArn(engine.account, policy)) ?? {}
    if (!policy.path.startsWith(PathPrefix) || (OnlyAttached && attachments === 0)) return false
    if (PolicyUsageFilter === undefined) return true
    return (PolicyUsageFilter === 'PermissionsPolicy' ? attachments : boundaries) > 0
  }
  const ofAccount = Scope === 'AWS' ? [] : identities.all('policy')
  const ofAws = Scope === 'Local' ? [] : awsPolicies
  // An account may have one that is called like one of AWS.
  const markOf = ({ name, isOfAws }: ManagedPolicy): string => `${foldedName(name)} ${isOfAws ? 'aws' : ''}`
  const policies = [...ofAccount, ...ofAws].filter(isMeant).sort((one, other) => (markOf(one) < markOf(other) ? -1 : 1))
  const { items, next } = pageOf(policies, input, markOf)
  return { Policies: items.map((policy) => describePolicy(engine.account, uses, policy)), ...next }
}

export async function createPolicyVersion(
  context: IamContext,
  input: Iam<'CreatePolicyVersionInput'>,
): Promise<Iam<'CreatePolicyVersionOutput'>> {
  const { engine, identities } = context
  checkManagedDocument(input.PolicyDocument)
  return identities.change((turn) => {
    const policy = changeablePolicy(context, input.PolicyArn)
    if (policy.versions.length >= policyVersionsMax) {
      throw new IamError(
        'LimitExceededException',
        `A managed policy can have up to ${policyVersionsMax} versions. Before you create a new version, you must delete an existing version.`,
      )
    }
    const createdMs = engine.clock.now()
    const number = policy.lastVersion + 1
    const version: PolicyVersion = { number, document: input.PolicyDocument, createdMs }
    const versions = [...policy.versions, version]
    const defaultVersion = input.SetAsDefault === true ? number : policy.defaultVersion
    const changed = { ...policy, versions, defaultVersion, lastVersion: number, updatedMs: createdMs }
    turn.put(changed)
    return { PolicyVersion: describeVersion(changed, version) }
  })
}

export async function getPolicyVersion(context: IamContext, input: Iam<'GetPolicyVersionInput'>): Promise<Iam<'GetPolicyVersionOutput'>> {
  const policy = findPolicy(context, input.PolicyArn)
  const version = findVersion(policy, input)
  return { PolicyVersion: { Document: encodedDocument(version.document), ...describeVersion(policy, version) } }
}

export async function deletePolicyVersion(context: IamContext, input: Iam<'DeletePolicyVersionInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const policy = changeablePolicy(context, input.PolicyArn)
    const version = findVersion(policy, input)
    if (version.number === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.')
    turn.put({ ...policy, versions: policy.versions.filter((each) => each !== version) })
  })
}

export async function setDefaultPolicyVersion(context: IamContext, input: Iam<'SetDefaultPolicyVersionInput'>): Promise<void> {
  await context.identities.change((turn) => {
    const policy = changeablePolicy(context, input.PolicyArn)
    const { number } = findVersion(policy, input)
    turn.put({ ...policy, defaultVersion: number, updatedMs: context.engine.clock.now() })
  })
}

/** The newest first. */
export async function listPolicyVersions(
  context: IamContext,
  input: Iam<'ListPolicyVersionsInput'>,
): Promise<Iam<'ListPolicyVersionsOutput'>> {
  const policy = findPolicy(context, input.PolicyArn)
  // Marks ascend as the numbers fall.
  const { items, next } = pageOf(policy.versions.toReversed(), input, ({ number }) => String(Number.MAX_SAFE_INTEGER - number))
  return { Versions: items.map((version) => describeVersion(policy, version)), ...next }
}

function findVersion(
  { versions }: ManagedPolicy,
  { PolicyArn, VersionId }: { readonly PolicyArn: string; readonly VersionId: string },
): PolicyVersion {
  const found = versions.find(({ number }) => versionId(number) === VersionId)
  if (found === undefined) throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`)
  return found
}

/** [V] docker/docs#4685 and cloud-platform-environments#14473. */
function checkManagedDocument(document: string): void {
  parsedDocument('identity', document)
  if (documentSize(document) > managedPolicySizeMax) throw quotaExceeded('PolicySize', managedPolicySizeMax)
}
