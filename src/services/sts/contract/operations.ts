/** The STS operations that Stator offers, and those it knows of and does not: for an honest answer to either. */

export const stsOperations = {
  AssumeRole: { notes: 'by the trust policy; session policies, tags, source identity, external id; one hour when a role assumes a role' },
  AssumeRoleWithWebIdentity: { notes: 'unsigned, with a token of a provider that --iam-file names; by the trust policy' },
  GetAccessKeyInfo: { notes: 'the account that an access key id was made for' },
  GetCallerIdentity: { notes: 'whoever asks' },
  GetFederationToken: { notes: 'for users and the root user; what the session may do is no more than the policies that are passed' },
  GetSessionToken: { notes: 'for users and the root user; devices for a second factor there are none' },
} as const

export type StsOperation = keyof typeof stsOperations

export const absentOperations: ReadonlySet<string> = new Set([
  'AssumeRoleWithSAML',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetDelegatedAccessToken',
  'GetWebIdentityToken',
])
