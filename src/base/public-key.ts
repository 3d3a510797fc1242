/** Public keys of others, as they publish them (JWK, RFC 7517), and whether a signature was made with their other half. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'

export type SignatureHash = 'sha256' | 'sha384' | 'sha512'

export interface PublicKey {
  /** Of RSA keys alone. */
  readonly modulusBits: number | undefined
  readonly key: KeyObject
}

/** Undefined for what is no public key, whatever it is. */
export function readPublicKey(jwk: { readonly [member: string]: unknown }): PublicKey | undefined {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return { key, modulusBits: key.asymmetricKeyDetails?.modulusLength }
  } catch {
    return undefined
  }
}

/** Of RSA by PKCS #1 v1.5, of elliptic curves as two numbers side by side: both as JWS has them (RFC 7518). */
export function isSignature({ key }: PublicKey, hash: SignatureHash, text: string, signature: Uint8Array): boolean {
  return verify(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
}
