/** What operations on groups and who belongs to them are asked and answer. */

export const groupMessages = {
  ListGroupsForUserInput: {
    kind: 'structure',
    members: { UserName: 'ExistingUserNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListGroupsForUserOutput: {
    kind: 'structure',
    members: { Groups: 'GroupListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  CreateGroupInput: { kind: 'structure', members: { Path: 'PathType', GroupName: 'GroupNameType!' } },
  CreateGroupOutput: { kind: 'structure', members: { Group: 'Group!' } },
  GetGroupInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  GetGroupOutput: {
    kind: 'structure',
    members: { Group: 'Group!', Users: 'UserListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  UpdateGroupInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', NewPath: 'PathType', NewGroupName: 'GroupNameType' } },
  DeleteGroupInput: { kind: 'structure', members: { GroupName: 'GroupNameType!' } },
  ListGroupsInput: { kind: 'structure', members: { PathPrefix: 'PathPrefixType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListGroupsOutput: { kind: 'structure', members: { Groups: 'GroupListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' } },
  AddUserToGroupInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', UserName: 'ExistingUserNameType!' } },
  RemoveUserFromGroupInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', UserName: 'ExistingUserNameType!' } },
  PutGroupPolicyInput: {
    kind: 'structure',
    members: { GroupName: 'GroupNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  GetGroupPolicyInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', PolicyName: 'PolicyNameType!' } },
  GetGroupPolicyOutput: {
    kind: 'structure',
    members: { GroupName: 'GroupNameType!', PolicyName: 'PolicyNameType!', PolicyDocument: 'PolicyDocumentType!' },
  },
  DeleteGroupPolicyInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', PolicyName: 'PolicyNameType!' } },
  ListGroupPoliciesInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListGroupPoliciesOutput: {
    kind: 'structure',
    members: { PolicyNames: 'PolicyNameListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  AttachGroupPolicyInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', PolicyArn: 'ArnType!' } },
  DetachGroupPolicyInput: { kind: 'structure', members: { GroupName: 'GroupNameType!', PolicyArn: 'ArnType!' } },
  ListAttachedGroupPoliciesInput: {
    kind: 'structure',
    members: { GroupName: 'GroupNameType!', PathPrefix: 'PolicyPathType', Marker: 'MarkerType', MaxItems: 'MaxItemsType' },
  },
  ListAttachedGroupPoliciesOutput: {
    kind: 'structure',
    members: { AttachedPolicies: 'AttachedPoliciesListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
} as const
