/** What operations on the account as a whole, and simulations, are asked and answer. */

export const accountMessages = {
  CreateAccountAliasInput: { kind: 'structure', members: { AccountAlias: 'AccountAliasType!' } },
  DeleteAccountAliasInput: { kind: 'structure', members: { AccountAlias: 'AccountAliasType!' } },
  ListAccountAliasesInput: { kind: 'structure', members: { Marker: 'MarkerType', MaxItems: 'MaxItemsType' } },
  ListAccountAliasesOutput: {
    kind: 'structure',
    members: { AccountAliases: 'AccountAliasListType!', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  GetAccountSummaryInput: { kind: 'structure', members: {} },
  GetAccountSummaryOutput: { kind: 'structure', members: { SummaryMap: 'SummaryMapType' } },
  GetAccountAuthorizationDetailsInput: {
    kind: 'structure',
    members: { Filter: 'EntityListType', MaxItems: 'MaxItemsType', Marker: 'MarkerType' },
  },
  GetAccountAuthorizationDetailsOutput: {
    kind: 'structure',
    members: {
      UserDetailList: 'UserDetailListType',
      GroupDetailList: 'GroupDetailListType',
      RoleDetailList: 'RoleDetailListType',
      Policies: 'ManagedPolicyDetailListType',
      IsTruncated: 'BooleanType',
      Marker: 'ResponseMarkerType',
    },
  },
  SimulateCustomPolicyInput: {
    kind: 'structure',
    members: {
      PolicyInputList: 'SimulationPolicyListType!',
      PermissionsBoundaryPolicyInputList: 'SimulationPolicyListType',
      ActionNames: 'ActionNameListType!',
      ResourceArns: 'ResourceNameListType',
      ResourcePolicy: 'PolicyDocumentType',
      ResourceOwner: 'ResourceNameType',
      CallerArn: 'ResourceNameType',
      ContextEntries: 'ContextEntryListType',
      ResourceHandlingOption: 'ResourceHandlingOptionType',
      MaxItems: 'MaxItemsType',
      Marker: 'MarkerType',
    },
  },
  SimulateCustomPolicyOutput: {
    kind: 'structure',
    members: { EvaluationResults: 'EvaluationResultsListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  SimulatePrincipalPolicyInput: {
    kind: 'structure',
    members: {
      PolicySourceArn: 'ArnType!',
      PolicyInputList: 'SimulationPolicyListType',
      PermissionsBoundaryPolicyInputList: 'SimulationPolicyListType',
      ActionNames: 'ActionNameListType!',
      ResourceArns: 'ResourceNameListType',
      ResourcePolicy: 'PolicyDocumentType',
      ResourceOwner: 'ResourceNameType',
      CallerArn: 'ResourceNameType',
      ContextEntries: 'ContextEntryListType',
      ResourceHandlingOption: 'ResourceHandlingOptionType',
      MaxItems: 'MaxItemsType',
      Marker: 'MarkerType',
    },
  },
  SimulatePrincipalPolicyOutput: {
    kind: 'structure',
    members: { EvaluationResults: 'EvaluationResultsListType', IsTruncated: 'BooleanType', Marker: 'ResponseMarkerType' },
  },
  GetContextKeysForCustomPolicyInput: { kind: 'structure', members: { PolicyInputList: 'SimulationPolicyListType!' } },
  GetContextKeysForCustomPolicyOutput: { kind: 'structure', members: { ContextKeyNames: 'ContextKeyNamesResultListType' } },
  GetContextKeysForPrincipalPolicyInput: {
    kind: 'structure',
    members: { PolicySourceArn: 'ArnType!', PolicyInputList: 'SimulationPolicyListType' },
  },
  GetContextKeysForPrincipalPolicyOutput: { kind: 'structure', members: { ContextKeyNames: 'ContextKeyNamesResultListType' } },
} as const
