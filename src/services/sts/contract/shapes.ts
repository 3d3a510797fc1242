/** The shapes of those STS operations that Stator offers, from AWS's model of 2011-06-15. */
import type { ShapeData } from '../../../api/shapes/shape-data.ts'
import type { ShapeTable } from '../../../api/shapes/shape-table.ts'

const scalars = {
  AccessKeyIdType: { kind: 'string', min: 16, max: 128, pattern: '[\\w]*' },
  AccessKeySecretType: { kind: 'string' },
  AccountType: { kind: 'string' },
  ArnType: {
    kind: 'string',
    min: 20,
    max: 2048,
    pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+',
  },
  AssumedRoleIdType: { kind: 'string', min: 2, max: 193, pattern: '[\\w+=,.@:-]*' },
  Audience: { kind: 'string' },
  ClientTokenType: { kind: 'string', min: 4, max: 20000 },
  ContextAssertionType: { kind: 'string', min: 4, max: 2048 },
  DateType: { kind: 'timestamp' },
  DurationSecondsType: { kind: 'integer', min: 900, max: 129600 },
  ExternalIdType: { kind: 'string', min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  FederatedIdType: { kind: 'string', min: 2, max: 193, pattern: '[\\w+=,.@\\:-]*' },
  Issuer: { kind: 'string' },
  NonNegativeIntegerType: { kind: 'integer', min: 0 },
  RoleDurationSecondsType: { kind: 'integer', min: 900, max: 43200 },
  RoleSessionNameType: { kind: 'string', min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
  SerialNumberType: { kind: 'string', min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' },
  SessionPolicyDocumentType: { kind: 'string', min: 1, max: 2048, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
  SourceIdentityType: { kind: 'string', min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
  TagKeyType: { kind: 'string', min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
  TagValueType: { kind: 'string', min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
  TokenCodeType: { kind: 'string', min: 6, max: 6, pattern: '[\\d]*' },
  TokenType: { kind: 'string' },
  UnrestrictedSessionPolicyDocumentType: { kind: 'string', min: 1, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
  UrlType: { kind: 'string', min: 4, max: 2048 },
  UserIdType: { kind: 'string' },
  UserNameType: { kind: 'string', min: 2, max: 32, pattern: '[\\w+=,.@-]*' },
  WebIdentitySubjectType: { kind: 'string', min: 6, max: 255 },
} as const

const collections = {
  PolicyDescriptorListType: { kind: 'list', of: 'PolicyDescriptorType' },
  ProvidedContextsListType: { kind: 'list', of: 'ProvidedContext', min: 1, max: 5 },
  TagKeyListType: { kind: 'list', of: 'TagKeyType', max: 50 },
  TagListType: { kind: 'list', of: 'Tag', max: 50 },
} as const

const structures = {
  AssumedRoleUser: { kind: 'structure', members: { AssumedRoleId: 'AssumedRoleIdType!', Arn: 'ArnType!' } },
  Credentials: {
    kind: 'structure',
    members: {
      AccessKeyId: 'AccessKeyIdType!',
      SecretAccessKey: 'AccessKeySecretType!',
      SessionToken: 'TokenType!',
      Expiration: 'DateType!',
    },
  },
  FederatedUser: { kind: 'structure', members: { FederatedUserId: 'FederatedIdType!', Arn: 'ArnType!' } },
  PolicyDescriptorType: { kind: 'structure', members: { arn: 'ArnType' } },
  ProvidedContext: { kind: 'structure', members: { ProviderArn: 'ArnType', ContextAssertion: 'ContextAssertionType' } },
  Tag: { kind: 'structure', members: { Key: 'TagKeyType!', Value: 'TagValueType!' } },
} as const

const messages = {
  AssumeRoleInput: {
    kind: 'structure',
    members: {
      RoleArn: 'ArnType!',
      RoleSessionName: 'RoleSessionNameType!',
      PolicyArns: 'PolicyDescriptorListType',
      Policy: 'UnrestrictedSessionPolicyDocumentType',
      DurationSeconds: 'RoleDurationSecondsType',
      Tags: 'TagListType',
      TransitiveTagKeys: 'TagKeyListType',
      ExternalId: 'ExternalIdType',
      SerialNumber: 'SerialNumberType',
      TokenCode: 'TokenCodeType',
      SourceIdentity: 'SourceIdentityType',
      ProvidedContexts: 'ProvidedContextsListType',
    },
  },
  AssumeRoleOutput: {
    kind: 'structure',
    members: {
      Credentials: 'Credentials',
      AssumedRoleUser: 'AssumedRoleUser',
      PackedPolicySize: 'NonNegativeIntegerType',
      SourceIdentity: 'SourceIdentityType',
    },
  },
  AssumeRoleWithWebIdentityInput: {
    kind: 'structure',
    members: {
      RoleArn: 'ArnType!',
      RoleSessionName: 'RoleSessionNameType!',
      WebIdentityToken: 'ClientTokenType!',
      ProviderId: 'UrlType',
      PolicyArns: 'PolicyDescriptorListType',
      Policy: 'SessionPolicyDocumentType',
      DurationSeconds: 'RoleDurationSecondsType',
    },
  },
  AssumeRoleWithWebIdentityOutput: {
    kind: 'structure',
    members: {
      Credentials: 'Credentials',
      SubjectFromWebIdentityToken: 'WebIdentitySubjectType',
      AssumedRoleUser: 'AssumedRoleUser',
      PackedPolicySize: 'NonNegativeIntegerType',
      Provider: 'Issuer',
      Audience: 'Audience',
      SourceIdentity: 'SourceIdentityType',
    },
  },
  GetAccessKeyInfoInput: { kind: 'structure', members: { AccessKeyId: 'AccessKeyIdType!' } },
  GetAccessKeyInfoOutput: { kind: 'structure', members: { Account: 'AccountType' } },
  GetCallerIdentityInput: { kind: 'structure', members: {} },
  GetCallerIdentityOutput: { kind: 'structure', members: { UserId: 'UserIdType', Account: 'AccountType', Arn: 'ArnType' } },
  GetFederationTokenInput: {
    kind: 'structure',
    members: {
      Name: 'UserNameType!',
      Policy: 'SessionPolicyDocumentType',
      PolicyArns: 'PolicyDescriptorListType',
      DurationSeconds: 'DurationSecondsType',
      Tags: 'TagListType',
    },
  },
  GetFederationTokenOutput: {
    kind: 'structure',
    members: { Credentials: 'Credentials', FederatedUser: 'FederatedUser', PackedPolicySize: 'NonNegativeIntegerType' },
  },
  GetSessionTokenInput: {
    kind: 'structure',
    members: { DurationSeconds: 'DurationSecondsType', SerialNumber: 'SerialNumberType', TokenCode: 'TokenCodeType' },
  },
  GetSessionTokenOutput: { kind: 'structure', members: { Credentials: 'Credentials' } },
} as const

type Shapes = typeof scalars & typeof collections & typeof structures & typeof messages

export const stsShapes: ShapeTable = { ...scalars, ...collections, ...structures, ...messages }

/** The data of the shape of that name. Times are seconds since 1970. */
export type Sts<Name extends keyof Shapes> = ShapeData<Shapes, Name>
