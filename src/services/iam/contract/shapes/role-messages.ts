/** What operations on roles are asked and answer. */

export const roleMessages = {
  CreateRoleInput: {
    kind: 'structure',
    members: {
      Path: 'PathType',
      RoleName: 'RoleNameType!',
      AssumeRolePolicyDocument: 'PolicyDocumentType!',
      Description: 'RoleDescriptionType',
      MaxSessionDuration: 'RoleMaxSessionDurationType',
      PermissionsBoundary: 'ArnType',
      Tags: 'TagListType',
    },
  },
  CreateRoleOutput: { kind: 'structure', members: { Role: 'Role!' } },
  GetRoleInput: { kind: 'structure', members: { RoleName: 'RoleNameType!' } },
  GetRoleOutput: { kind: 'structure', members: { Role: 'Role!' } },
  UpdateRoleInput: {
    kind: 'structure',
    members: { RoleName: 'RoleNameType!', Description: 'RoleDescriptionType', MaxSessionDuration: 'RoleMaxSessionDurationType' },
  },
  UpdateRoleOutput: { kind: 'structure', members: {} },
  UpdateRoleDescriptionInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', Description: 'RoleDescriptionType!' } },
  UpdateRoleDescriptionOutput: { kind: 'structure', members: { Role: 'Role' } },
  UpdateAssumeRolePolicyInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PolicyDocument: 'PolicyDocumentType!' } },
  DeleteRoleInput: { kind: 'structure', members: { RoleName: 'RoleNameType!' } },
  ListRolesInput: { kind: 'structure', members: { PathPrefix: 'PathPrefixType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListRolesOutput: { kind: 'structure', members: { Roles: 'RoleListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
  TagRoleInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', Tags: 'TagListType!' } },
  UntagRoleInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', TagKeys: 'TagKeyListType!' } },
  ListRoleTagsInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListRoleTagsOutput: { kind: 'structure', members: { Tags: 'TagListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
  PutRolePolicyInput: {
    kind: 'structure',
    members: { RoleName: 'RoleNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  GetRolePolicyInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PolicyName: 'PolicyNameType!' } },
  GetRolePolicyOutput: {
    kind: 'structure',
    members: { RoleName: 'RoleNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  DeleteRolePolicyInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PolicyName: 'PolicyNameType!' } },
  ListRolePoliciesInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListRolePoliciesOutput: {
    kind: 'structure',
    members: { PolicyNames: 'PolicyNameListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  AttachRolePolicyInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PolicyArn: 'ArnType!' } },
  DetachRolePolicyInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PolicyArn: 'ArnType!' } },
  ListAttachedRolePoliciesInput: {
    kind: 'structure',
    members: { RoleName: 'RoleNameType!', PathPrefix: 'PolicyPathType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListAttachedRolePoliciesOutput: {
    kind: 'structure',
    members: { AttachedPolicies: 'AttachedPoliciesListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  PutRolePermissionsBoundaryInput: { kind: 'structure', members: { RoleName: 'RoleNameType!', PermissionsBoundary: 'ArnType!' } },
  DeleteRolePermissionsBoundaryInput: { kind: 'structure', members: { RoleName: 'RoleNameType!' } },
  ListInstanceProfilesForRoleInput: {
    kind: 'structure',
    members: { RoleName: 'RoleNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListInstanceProfilesForRoleOutput: {
    kind: 'structure',
    members: { InstanceProfiles: 'InstanceProfileListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
} as const
