/** What operations on users and their access keys are asked and answer. */

export const userMessages = {
  CreateUserInput: {
    kind: 'structure',
    members: { Path: 'PathType', UserName: 'UserNameType!', PermissionsBoundary: 'ArnType', Tags: 'TagListType' },
  },
  CreateUserOutput: { kind: 'structure', members: { User: 'User' } },
  GetUserInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType' } },
  GetUserOutput: { kind: 'structure', members: { User: 'User!' } },
  UpdateUserInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', NewPath: 'PathType', NewUserName: 'UserNameType' } },
  DeleteUserInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!' } },
  ListUsersInput: { kind: 'structure', members: { PathPrefix: 'PathPrefixType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListUsersOutput: { kind: 'structure', members: { Users: 'UserListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
  TagUserInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', Tags: 'TagListType!' } },
  UntagUserInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', TagKeys: 'TagKeyListType!' } },
  ListUserTagsInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListUserTagsOutput: { kind: 'structure', members: { Tags: 'TagListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
  PutUserPolicyInput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  GetUserPolicyInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', PolicyName: 'PolicyNameType!' } },
  GetUserPolicyOutput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  DeleteUserPolicyInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType!', PolicyName: 'PolicyNameType!' } },
  ListUserPoliciesInput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListUserPoliciesOutput: {
    kind: 'structure',
    members: { PolicyNames: 'PolicyNameListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  AttachUserPolicyInput: { kind: 'structure', members: { UserName: 'UserNameType!', PolicyArn: 'ArnType!' } },
  DetachUserPolicyInput: { kind: 'structure', members: { UserName: 'UserNameType!', PolicyArn: 'ArnType!' } },
  ListAttachedUserPoliciesInput: {
    kind: 'structure',
    members: { UserName: 'UserNameType!', PathPrefix: 'PolicyPathType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListAttachedUserPoliciesOutput: {
    kind: 'structure',
    members: { AttachedPolicies: 'AttachedPoliciesListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  PutUserPermissionsBoundaryInput: { kind: 'structure', members: { UserName: 'UserNameType!', PermissionsBoundary: 'ArnType!' } },
  DeleteUserPermissionsBoundaryInput: { kind: 'structure', members: { UserName: 'UserNameType!' } },
  CreateAccessKeyInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType' } },
  CreateAccessKeyOutput: { kind: 'structure', members: { AccessKey: 'AccessKey!' } },
  UpdateAccessKeyInput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType', AccessKeyId: 'AccessKeyIdType!', Status: 'StatusType!' },
  },
  DeleteAccessKeyInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType', AccessKeyId: 'AccessKeyIdType!' } },
  ListAccessKeysInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListAccessKeysOutput: {
    kind: 'structure',
    members: { AccessKeyMetadata: 'AccessKeyMetadataListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  GetAccessKeyLastUsedInput: { kind: 'structure', members: { AccessKeyId: 'AccessKeyIdType!' } },
  GetAccessKeyLastUsedOutput: { kind: 'structure', members: { UserName: 'ExistingUserNameType', AccessKeyLastUsed: 'AccessKeyLastUsed' } },
  GetLoginProfileInput: { kind: 'structure', members: { UserName: 'UserNameType' } },
  GetLoginProfileOutput: { kind: 'structure', members: { LoginProfile: 'LoginProfile!' } },
  DeleteLoginProfileInput: { kind: 'structure', members: { UserName: 'UserNameType' } },
  ListMFADevicesInput: { kind: 'structure', members: { UserName: 'ExistingUserNameType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListMFADevicesOutput: {
    kind: 'structure',
    members: { MFADevices: 'MfaDeviceListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  ListVirtualMFADevicesInput: {
    kind: 'structure',
    members: { AssignmentStatus: 'AssignmentStatusType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListVirtualMFADevicesOutput: {
    kind: 'structure',
    members: { VirtualMFADevices: 'VirtualMFADeviceListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  ListSSHPublicKeysInput: { kind: 'structure', members: { UserName: 'UserNameType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListSSHPublicKeysOutput: {
    kind: 'structure',
    members: { SSHPublicKeys: 'SSHPublicKeyListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  ListSigningCertificatesInput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListSigningCertificatesOutput: {
    kind: 'structure',
    members: { Certificates: 'CertificateListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  ListServiceSpecificCredentialsInput: {
    kind: 'structure',
    members: { UserName: 'UserNameType', ServiceName: 'ServiceName', AllUsers: 'AllUsers', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListServiceSpecificCredentialsOutput: {
    kind: 'structure',
    members: { ServiceSpecificCredentials: 'ServiceSpecificCredentialsListType', Marker: 'ResponseMarkerType', IsTruncated: 'BooleanType' },
  },
} as const
