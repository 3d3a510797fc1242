/** Which function answers which operation of STS. */
import type { StsOperation } from '../contract/operations.ts'
import type { StsInput } from '../contract/read-input.ts'
import type { Sts } from '../contract/shapes.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { getAccessKeyInfo, getCallerIdentity } from './caller-identity.ts'
import type { StsContext } from './sts-context.ts'
import { getFederationToken, getSessionToken } from './tokens.ts'

type StsHandlers = {
  readonly [Name in StsOperation]: (context: StsContext, input: StsInput<Name>) => Promise<Sts<`${Name}Output`>>
}

export const stsHandlers: StsHandlers = {
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetFederationToken: getFederationToken,
  GetSessionToken: getSessionToken,
}
