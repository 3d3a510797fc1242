/**
 * A token of another provider (a JWT, RFC 7519) as who it says that its bearer is. It is believed when one of the provider's keys signed
 * it, for one of its clients, and its time is now by Stator's clock.
 */
import { secondMs } from '../../../base/clock.ts'
import { isSignature } from '../../../base/public-key.ts'
import { type OidcProvider, tokenSignatures } from '../../iam/identities/oidc-provider.ts'
import { StsError } from '../contract/errors.ts'
import { tokenSkewSecondsMax } from '../contract/limits.ts'

export interface WebIdentity {
  readonly provider: OidcProvider
  readonly subject: string
  readonly audience: string
  readonly claims: Claims
}

export interface Claims {
  readonly [name: string]: unknown
}

export interface TokenJudge {
  providerOf(issuer: string): OidcProvider | undefined
  readonly nowMs: number
}

/** Throws the error that STS answers with when the token is not to be believed. */
export function verifyToken(token: string, { providerOf, nowMs }: TokenJudge): WebIdentity {
  const { header, claims, signed, signature } = readToken(token)
  const { iss, sub } = claims
  if (typeof iss !== 'string') throw missingClaim('iss')
  const provider = providerOf(iss)
  // [V] as clients have published it, and so have they the next three.
  if (provider === undefined) throw invalid(`No OpenIDConnect provider found in your account for ${iss}`)
  if (!isSignedBy(provider, header, signed, signature))
    throw invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  checkTimes(claims, Math.floor(nowMs / secondMs))
  const audience = [claims['aud']].flat().find((each) => provider.clientIds.some((clientId) => clientId === each))
  if (typeof audience !== 'string') throw invalid('Incorrect token audience')
  if (typeof sub !== 'string' || sub === '') throw missingClaim('sub')
  return { provider, subject: sub, audience, claims }
}

interface Token {
  readonly header: Claims
  readonly claims: Claims
  readonly signed: string
  readonly signature: Buffer
}

const form = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

function readToken(token: string): Token {
  const [, head = '', body = '', signature = ''] = form.exec(token) ?? []
  const header = jsonIn(head)
  const claims = jsonIn(body)
  // [I] As remembered.
  if (header === undefined || claims === undefined)
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') }
}

function jsonIn(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}

/** A token that names no key may be signed with the only one that fits: nobody makes the server try many. */
function isSignedBy({ keys }: OidcProvider, { alg, kid }: Claims, signed: string, signature: Buffer): boolean {
  const way = tokenSignatures.get(String(alg))
  if (way === undefined) return false
  const fitting = keys.filter(({ id, family }) => family === way.family && (kid === undefined || id === kid))
  const [key] = fitting
  return key !== undefined && fitting.length === 1 && isSignature(key.publicKey, way.hash, signed, signature)
}

/** Times are seconds since 1970, perhaps with a fraction. */
function checkTimes({ exp, nbf, iat }: Claims, nowSeconds: number): void {
  if (typeof exp !== 'number') throw missingClaim('exp')
  if (exp <= nowSeconds) {
    throw new StsError(
      'ExpiredWebIdentityToken',
      `Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${Math.floor(exp)}`,
    )
  }
  if (typeof iat !== 'number') throw missingClaim('iat')
  // [I] Which error, and its words. The clocks of providers may be a little ahead.
  const isFuture = [iat, nbf].some((time) => time !== undefined && !(Number(time) <= nowSeconds + tokenSkewSecondsMax))
  if (isFuture) throw new StsError('IDPRejectedClaimException', 'The token is not valid yet: its "iat" or "nbf" lies in the future.')
}

/** [I] The words. */
function missingClaim(name: string): StsError {
  return invalid(`Missing a required claim: ${name}`)
}

function invalid(message: string): StsError {
  return new StsError('InvalidIdentityTokenException', message)
}
