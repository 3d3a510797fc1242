/**
 * Whether a request is signed with the secret that it says (iam-and-sigv4.md §1.3, all steps but the token's). What is done before the
 * secret has spoken is bounded by the size of the head, but for one hash of the body, which only those get who name a known key.
 */
import { sha256Hex } from '../../base/digest.ts'
import { signingKeysMax } from '../limits.ts'
import { canonicalRequestHash, namesOf } from './canonical-request.ts'
import {
  type Credential,
  checkAge,
  checkAlgorithm,
  checkDate,
  checkHostSigned,
  checkScope,
  readCredential,
  type WantedScope,
} from './check-parts.ts'
import { readSignature, type Signature } from './read-signature.ts'
import { invalidSignature } from './refusals.ts'
import type { SignedRequest } from './signed-request.ts'
import { SigningKey } from './signing-key.ts'

/** A signature whose parts are right, as far as can be seen without the secret. */
export interface ReadableSignature {
  readonly signature: Signature
  readonly credential: Credential
  readonly signedHeaders: readonly string[]
}

/** What repeats from request to request of one client. */
interface Known {
  readonly credential: Credential
  readonly key: SigningKey
}

export class Verifier {
  /** By credential, of requests that were verified; the one that was made first goes first. */
  readonly #known = new Map<string, Known>()
  /** Lists of signed headers of such requests, taken apart. */
  readonly #lists = new Map<string, readonly string[]>()

  /** Throws AWS's error for the first step that fails, up to the one where the key is looked up. */
  read({ headers, query }: SignedRequest, wanted: WantedScope, nowMs: number): ReadableSignature {
    const signature = readSignature(headers, query)
    const { date } = signature
    checkAge(signature, checkDate(date), nowMs)
    const signedHeaders = this.#lists.get(signature.signedHeaders) ?? namesOf(signature.signedHeaders)
    checkHostSigned(signedHeaders)
    checkAlgorithm(signature.algorithm)
    const credential = this.#known.get(signature.credential)?.credential ?? readCredential(signature.credential)
    checkScope(credential, wanted, date)
    return { signature, credential, signedHeaders }
  }

  /** Throws unless the signature is what the secret makes of the request. */
  verify(request: SignedRequest, { signature, credential, signedHeaders }: ReadableSignature, secretAccessKey: string): void {
    const known = this.#known.get(signature.credential)
    const isKnown = known?.key.secretAccessKey === secretAccessKey
    const key = isKnown ? known.key : new SigningKey(secretAccessKey, credential)
    const payloadHash = sha256Hex(request.sentBody)
    const statedHash = request.headers['x-amz-content-sha256']
    const requestHash = canonicalRequestHash(request, signedHeaders, payloadHash)
    if (!key.verifies(signature.signature, signature.date, requestHash) || (statedHash ?? payloadHash) !== payloadHash) throw mismatch()
    if (!isKnown) remember(this.#known, signature.credential, { credential, key })
    if (!this.#lists.has(signature.signedHeaders)) remember(this.#lists, signature.signedHeaders, signedHeaders)
  }
}

function remember<Value>(known: Map<string, Value>, name: string, value: Value): void {
  known.delete(name)
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= signingKeysMax) known.delete(oldest)
  known.set(name, value)
}

function mismatch(): Error {
  return invalidSignature(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
}
