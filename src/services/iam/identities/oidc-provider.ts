/**
 * A provider of identities by OpenID Connect: whose tokens are taken for sessions of roles (docs/sts.md), for which clients, and the
 * public keys that they are signed with (RFC 7517). Which signatures there are stands here, as it decides which keys are of use.
 */
import { type PublicKey, readPublicKey, type SignatureHash } from '../../../base/public-key.ts'
import { providerKeysMax, rsaBitsMin } from '../contract/limits.ts'

export interface OidcProvider {
  readonly kind: 'oidc-provider'
  /** The URL without its `https://`, as ARNs and condition keys name it. */
  readonly name: string
  /** What the claim `iss` of its tokens is. */
  readonly url: string
  /** Of which the claim `aud` names one. */
  readonly clientIds: readonly string[]
  readonly keys: readonly ProviderKey[]
  readonly isFromFile: true
}

export interface ProviderKey {
  /** By which tokens name it. */
  readonly id?: string
  readonly family: KeyFamily
  readonly publicKey: PublicKey
}

interface Jwk {
  readonly [member: string]: unknown
}

type KeyFamily = 'RSA' | 'P-256' | 'P-384' | 'P-521'

/** The signatures that AWS takes, by their name in tokens. [V] Creating an OIDC provider, IAM's guide. */
export const tokenSignatures: ReadonlyMap<string, { readonly hash: SignatureHash; readonly family: KeyFamily }> = new Map([
  ['RS256', { hash: 'sha256', family: 'RSA' }],
  ['RS384', { hash: 'sha384', family: 'RSA' }],
  ['RS512', { hash: 'sha512', family: 'RSA' }],
  ['ES256', { hash: 'sha256', family: 'P-256' }],
  ['ES384', { hash: 'sha384', family: 'P-384' }],
  ['ES512', { hash: 'sha512', family: 'P-521' }],
])

const families: ReadonlySet<unknown> = new Set([...tokenSignatures.values()].map(({ family }) => family))

export function oidcProviderArn(account: string, { name }: Pick<OidcProvider, 'name'>): string {
  return `arn:aws:iam::${account}:oidc-provider/${name}`
}

/** The keys of a set that signatures of tokens are made with. Throws an error that says what is wrong, behind the name of the set. */
export function readKeySet(value: unknown): readonly ProviderKey[] {
  const listed = (Object(value) as { readonly keys?: unknown }).keys
  if (!Array.isArray(listed)) throw new Error('is no JWKS: it needs a list "keys"')
  if (listed.length > providerKeysMax) throw new Error(`has more than ${providerKeysMax} keys`)
  const keys = listed.flatMap((each, at) => readKey(Object(each) as Jwk, at + 1) ?? [])
  if (keys.length === 0) throw new Error('has no RSA or EC key that signs')
  return keys
}

/** Undefined for keys that are for something else, which providers publish as well. */
function readKey(jwk: Jwk, position: number): ProviderKey | undefined {
  const { kty, crv, use = 'sig', kid } = jwk
  const family = kty === 'EC' ? crv : kty
  if (use !== 'sig' || !families.has(family)) return undefined
  const publicKey = readPublicKey(jwk)
  const bits = publicKey?.modulusBits ?? rsaBitsMin
  if (publicKey === undefined || bits < rsaBitsMin)
    throw new Error(`has a key ${position} that is no public key of ${rsaBitsMin} bits or more`)
  return { family: family as KeyFamily, publicKey, ...(typeof kid === 'string' && { id: kid }) }
}
