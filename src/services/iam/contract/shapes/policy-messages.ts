/** What operations on managed policies are asked and answer. */

export const policyMessages = {
  CreatePolicyInput: {
    kind: 'structure',
    members: {
      PolicyName: 'PolicyNameType!',
      Path: 'PolicyPathType',
      PolicyDocument: 'PolicyDocumentType!',
      Description: 'PolicyDescriptionType',
      Tags: 'TagListType',
    },
  },
  CreatePolicyOutput: { kind: 'structure', members: { Policy: 'Policy' } },
  GetPolicyInput: { kind: 'structure', members: { PolicyArn: 'ArnType!' } },
  GetPolicyOutput: { kind: 'structure', members: { Policy: 'Policy' } },
  DeletePolicyInput: { kind: 'structure', members: { PolicyArn: 'ArnType!' } },
  ListPoliciesInput: {
    kind: 'structure',
    members: {
      Scope: 'PolicyScopeType',
      OnlyAttached: 'BooleanType',
      PathPrefix: 'PolicyPathType',
      PolicyUsageFilter: 'PolicyUsageType',
      Marker: 'MarkerType',
      MaxItems: 'MaxItemsType',
    },
  },
  ListPoliciesOutput: {
    kind: 'structure',
    members: { Policies: 'PolicyListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  CreatePolicyVersionInput: {
    kind: 'structure',
    members: { PolicyArn: 'ArnType!', PolicyDocument: 'PolicyDocumentType!', SetAsDefault: 'BooleanType' },
  },
  CreatePolicyVersionOutput: { kind: 'structure', members: { PolicyVersion: 'PolicyVersion' } },
  GetPolicyVersionInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', VersionId: 'PolicyVersionIdType!' } },
  GetPolicyVersionOutput: { kind: 'structure', members: { PolicyVersion: 'PolicyVersion' } },
  DeletePolicyVersionInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', VersionId: 'PolicyVersionIdType!' } },
  SetDefaultPolicyVersionInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', VersionId: 'PolicyVersionIdType!' } },
  ListPolicyVersionsInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListPolicyVersionsOutput: {
    kind: 'structure',
    members: { Versions: 'PolicyDocumentVersionListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  ListEntitiesForPolicyInput: {
    kind: 'structure',
    members: {
      PolicyArn: 'ArnType!',
      EntityFilter: 'EntityType',
      PathPrefix: 'PathType',
      PolicyUsageFilter: 'PolicyUsageType',
      Marker: 'MarkerType',
      MaxItems: 'MaxItemsType',
    },
  },
  ListEntitiesForPolicyOutput: {
    kind: 'structure',
    members: {
      PolicyGroups: 'PolicyGroupListType',
      PolicyUsers: 'PolicyUserListType',
      PolicyRoles: 'PolicyRoleListType',
      IsTruncated: 'BooleanType',
      Marker: 'ResponseMarkerType',
    },
  },
  TagPolicyInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', Tags: 'TagListType!' } },
  UntagPolicyInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', TagKeys: 'TagKeyListType!' } },
  ListPolicyTagsInput: { kind: 'structure', members: { PolicyArn: 'ArnType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListPolicyTagsOutput: { kind: 'structure', members: { Tags: 'TagListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
} as const
