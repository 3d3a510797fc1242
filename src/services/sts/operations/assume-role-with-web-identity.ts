/**
 * AssumeRoleWithWebIdentity: a session of a role for who has no key here but the token of a provider that `--iam-file` names, if the
 * role's trust policy names that provider and its conditions hold. It is asked without a signature.
 */
import type { ContextValue } from '../../../policies/context-keys.ts'
import { roleArn } from '../../iam/identities/identity-arns.ts'
import { oidcProviderArn } from '../../iam/identities/oidc-provider.ts'
import { StsError, validationError } from '../contract/errors.ts'
import { roleSecondsDefault } from '../contract/limits.ts'
import type { Sts } from '../contract/shapes.ts'
import { checkTrusted } from './check-trusted.ts'
import { checkPassed } from './passed-policies.ts'
import { beginRoleSession, checkSeconds, readRoleArn } from './role-session.ts'
import type { StsContext } from './sts-context.ts'
import { readTokenTags } from './token-tags.ts'
import { verifyToken, type WebIdentity } from './verify-token.ts'

type Input = Sts<'AssumeRoleWithWebIdentityInput'>
type Output = Sts<'AssumeRoleWithWebIdentityOutput'>

export async function assumeRoleWithWebIdentity(context: StsContext, input: Input): Promise<Output> {
  const { engine, identities } = context
  const { RoleArn, RoleSessionName, WebIdentityToken, ProviderId, DurationSeconds: seconds = roleSecondsDefault } = input
  const { name } = readRoleArn(RoleArn)
  // [I] Of AWS they are Facebook and Amazon, with access tokens that only they can read.
  if (ProviderId !== undefined) throw validationError('Providers of OAuth 2.0 are not offered: leave ProviderId out.')
  const identity = verifyToken(WebIdentityToken, {
    providerOf: (issuer) => identities.all('oidc-provider').find(({ url }) => url === issuer),
    nowMs: engine.clock.now(),
  })
  const { sourceIdentity, ...tags } = readTokenTags(identity.claims)
  const passed = checkPassed(context, { ...input, ...tags })
  // Who isn't let doesn't learn whether there is such a role.
  const role = identities.find('role', name)
  if (role === undefined || roleArn(engine.account, role) !== RoleArn) throw denied('sts:AssumeRoleWithWebIdentity')
  const givenKeys = keysOf(engine.account, identity)
  const bearer = {
    action: 'sts:AssumeRoleWithWebIdentity',
    principal: { kind: 'federated', provider: oidcProviderArn(engine.account, identity.provider) },
    policies: { identity: [], principalTags: new Map<string, string>() },
    keys: new Map(givenKeys),
    refusal: denied,
  } as const
  checkTrusted(context, role, bearer, { RoleSessionName, ...tags, ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) })
  checkSeconds(role, seconds)
  return {
    ...(await beginRoleSession(context, role, { name: RoleSessionName, seconds, passed, sourceIdentity, givenKeys })),
    SubjectFromWebIdentityToken: identity.subject,
    Provider: oidcProviderArn(engine.account, identity.provider),
    Audience: identity.audience,
  }
}

/** Of the trust policy's conditions and, after that, of the session's. */
function keysOf(
  account: string,
  { provider, subject, audience, claims }: WebIdentity,
): readonly (readonly [key: string, value: ContextValue])[] {
  const prefix = provider.name.toLowerCase()
  const methods = [claims['amr']].flat().filter((each) => typeof each === 'string')
  return [
    ['aws:federatedprovider', oidcProviderArn(account, provider)],
    [`${prefix}:sub`, subject],
    [`${prefix}:aud`, audience],
    ...(methods.length > 0 ? [[`${prefix}:amr`, methods] as const] : []),
  ]
}

/** [V] As clients have published it: neither who asks nor the role is named. */
function denied(action: string): StsError {
  return new StsError('AccessDeniedException', `Not authorized to perform ${action}`)
}
