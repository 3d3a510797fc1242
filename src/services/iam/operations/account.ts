/** The account as a whole: its alias and how much of what there is. */
import { IamError, noSuchEntity } from '../contract/errors.ts'
import {
  accessKeysPerUserMax,
  attachedPoliciesMax,
  groupInlineSizeMax,
  groupsMax,
  groupsPerUserMax,
  managedPoliciesMax,
  managedPolicySizeMax,
  policyVersionsMax,
  roleInlineSizeMax,
  rolesMax,
  trustPolicySizeMax,
  userInlineSizeMax,
  usersMax,
} from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import { foldedName } from '../identities/identity-keys.ts'
import type { IamContext } from './iam-context.ts'
import { type PageRequest, pageOf } from './page.ts'

/** An account has one alias: another takes its place. */
export async function createAccountAlias({ identities }: IamContext, input: Iam<'CreateAccountAliasInput'>): Promise<void> {
  await identities.change((turn) => {
    const [before] = identities.all('alias')
    if (before?.name === input.AccountAlias) {
      throw new IamError('EntityAlreadyExistsException', `The account alias ${input.AccountAlias} already exists.`)
    }
    if (before !== undefined) turn.remove(before)
    turn.put({ kind: 'alias', name: input.AccountAlias })
  })
}

export async function deleteAccountAlias({ identities }: IamContext, input: Iam<'DeleteAccountAliasInput'>): Promise<void> {
  await identities.change((turn) => {
    const found = identities.find('alias', input.AccountAlias)
    if (found === undefined) throw noSuchEntity(`The account alias ${input.AccountAlias} cannot be found.`)
    turn.remove(found)
  })
}

export async function listAccountAliases({ identities }: IamContext, input: PageRequest): Promise<Iam<'ListAccountAliasesOutput'>> {
  const { items, next } = pageOf(identities.all('alias'), input, ({ name }) => foldedName(name))
  return { AccountAliases: items.map(({ name }) => name), ...next }
}

/** What there is not here (certificates, devices, providers) is counted as none. */
export async function getAccountSummary({ engine, identities }: IamContext): Promise<Iam<'GetAccountSummaryOutput'>> {
  const policies = identities.all('policy')
  return {
    SummaryMap: {
      Users: identities.all('user').length,
      UsersQuota: usersMax,
      Groups: identities.all('group').length,
      GroupsQuota: groupsMax,
      Roles: identities.all('role').length,
      RolesQuota: rolesMax,
      Policies: policies.length,
      PoliciesQuota: managedPoliciesMax,
      PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
      AccountAccessKeysPresent: identities.accessKeysOf(engine.account).length > 0 ? 1 : 0,
      AccessKeysPerUserQuota: accessKeysPerUserMax,
      GroupsPerUserQuota: groupsPerUserMax,
      AttachedPoliciesPerUserQuota: attachedPoliciesMax,
      AttachedPoliciesPerGroupQuota: attachedPoliciesMax,
      AttachedPoliciesPerRoleQuota: attachedPoliciesMax,
      VersionsPerPolicyQuota: policyVersionsMax,
      PolicySizeQuota: managedPolicySizeMax,
      UserPolicySizeQuota: userInlineSizeMax,
      GroupPolicySizeQuota: groupInlineSizeMax,
      RolePolicySizeQuota: roleInlineSizeMax,
      AssumeRolePolicySizeQuota: trustPolicySizeMax,
      AccountMFAEnabled: 0,
      MFADevices: 0,
      MFADevicesInUse: 0,
      InstanceProfiles: 0,
      Providers: 0,
      ServerCertificates: 0,
    },
  }
}
