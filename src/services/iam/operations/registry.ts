/** Which function answers which operation of IAM. */
import type { IamOperation } from '../contract/operations.ts'
import type { IamInput } from '../contract/read-input.ts'
import { createAccessKey, deleteAccessKey, getAccessKeyLastUsed, listAccessKeys, updateAccessKey } from './access-keys.ts'
import { createAccountAlias, deleteAccountAlias, getAccountSummary, listAccountAliases } from './account.ts'
import { attachPolicy, deleteBoundary, detachPolicy, listAttachedPolicies, putBoundary } from './attached-policies.ts'
import { getAccountAuthorizationDetails } from './authorization-details.ts'
import { listEntitiesForPolicy } from './entities-for-policy.ts'
import {
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listGroupsForUser,
  removeUserFromGroup,
  updateGroup,
} from './groups.ts'
import type { IamContext } from './iam-context.ts'
import { deleteInlinePolicy, getInlinePolicy, listInlinePolicies, putInlinePolicy } from './inline-policies.ts'
import {
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  getPolicy,
  getPolicyVersion,
  listPolicies,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './managed-policies.ts'
import { listNone, listVirtualMfaDevices, noLoginProfile } from './other-credentials.ts'
import {
  createRole,
  deleteRole,
  getRole,
  listInstanceProfilesForRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './roles.ts'
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate.ts'
import { listTags, tagEntity, untagEntity } from './tags.ts'
import { createUser, deleteUser, getUser, listUsers, updateUser } from './users.ts'

/** Each rejects with an IamError, or throws it. What it resolves with is of the shape `<operation>Output`, or has more than that. */
type IamHandlers = {
  readonly [Name in IamOperation]: (context: IamContext, input: IamInput<Name>) => Promise<unknown>
}

export const iamHandlers: IamHandlers = {
  CreateUser: createUser,
  GetUser: getUser,
  UpdateUser: updateUser,
  DeleteUser: deleteUser,
  ListUsers: listUsers,
  TagUser: tagEntity('user'),
  UntagUser: untagEntity('user'),
  ListUserTags: listTags('user'),
  PutUserPolicy: putInlinePolicy('user'),
  GetUserPolicy: getInlinePolicy('user'),
  DeleteUserPolicy: deleteInlinePolicy('user'),
  ListUserPolicies: listInlinePolicies('user'),
  AttachUserPolicy: attachPolicy('user'),
  DetachUserPolicy: detachPolicy('user'),
  ListAttachedUserPolicies: listAttachedPolicies('user'),
  PutUserPermissionsBoundary: putBoundary('user'),
  DeleteUserPermissionsBoundary: deleteBoundary('user'),
  ListGroupsForUser: listGroupsForUser,
  CreateAccessKey: createAccessKey,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,
  ListAccessKeys: listAccessKeys,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetLoginProfile: noLoginProfile,
  DeleteLoginProfile: noLoginProfile,
  ListMFADevices: listNone('MFADevices'),
  ListVirtualMFADevices: listVirtualMfaDevices,
  ListSSHPublicKeys: listNone('SSHPublicKeys'),
  ListSigningCertificates: listNone('Certificates'),
  ListServiceSpecificCredentials: listNone('ServiceSpecificCredentials'),
  CreateGroup: createGroup,
  GetGroup: getGroup,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  ListGroups: listGroups,
  AddUserToGroup: addUserToGroup,
  RemoveUserFromGroup: removeUserFromGroup,
  PutGroupPolicy: putInlinePolicy('group'),
  GetGroupPolicy: getInlinePolicy('group'),
  DeleteGroupPolicy: deleteInlinePolicy('group'),
  ListGroupPolicies: listInlinePolicies('group'),
  AttachGroupPolicy: attachPolicy('group'),
  DetachGroupPolicy: detachPolicy('group'),
  ListAttachedGroupPolicies: listAttachedPolicies('group'),
  CreateRole: createRole,
  GetRole: getRole,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  DeleteRole: deleteRole,
  ListRoles: listRoles,
  TagRole: tagEntity('role'),
  UntagRole: untagEntity('role'),
  ListRoleTags: listTags('role'),
  PutRolePolicy: putInlinePolicy('role'),
  GetRolePolicy: getInlinePolicy('role'),
  DeleteRolePolicy: deleteInlinePolicy('role'),
  ListRolePolicies: listInlinePolicies('role'),
  AttachRolePolicy: attachPolicy('role'),
  DetachRolePolicy: detachPolicy('role'),
  ListAttachedRolePolicies: listAttachedPolicies('role'),
  PutRolePermissionsBoundary: putBoundary('role'),
  DeleteRolePermissionsBoundary: deleteBoundary('role'),
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  DeletePolicy: deletePolicy,
  ListPolicies: listPolicies,
  CreatePolicyVersion: createPolicyVersion,
  GetPolicyVersion: getPolicyVersion,
  DeletePolicyVersion: deletePolicyVersion,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  ListPolicyVersions: listPolicyVersions,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  TagPolicy: tagEntity('policy'),
  UntagPolicy: untagEntity('policy'),
  ListPolicyTags: listTags('policy'),
  CreateAccountAlias: createAccountAlias,
  DeleteAccountAlias: deleteAccountAlias,
  ListAccountAliases: listAccountAliases,
  GetAccountSummary: getAccountSummary,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
}
