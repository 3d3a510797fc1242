/**
 * Whom a server knows. Authentication and authorisation ask this and don't care where it is kept: in a file of keys, or in the records
 * of the IAM service. All of it is answered from memory.
 */
import type { Principals } from './bound-principals.ts'
import type { Caller } from './caller.ts'
import type { PoliciesOf } from './decide-access.ts'

export interface Identities {
  /** Whose permanent key it is, with its secret. Undefined for one that is unknown, inactive or deleted, and for temporary keys. */
  keyOf(accessKeyId: string): KnownKey | undefined
  /** What a session token says, if it was given for this temporary key. */
  sessionOf(accessKeyId: string, token: string): FoundSession
  /** Told of each request that is let in, with what it is signed for. */
  used?(caller: Caller, service: string, region: string): void
  /** What has a say in what the caller may do. Left out: whoever is known may do everything. */
  policiesOf?(caller: Caller): PoliciesOf
  /** Where others change what is known: brings it up to date with a moment after the call. Left out: it always is. */
  catchUp?: (() => Promise<void>) | undefined
  /** The user of this ARN, or a session of the role of it, for questions about them. */
  callerOf?(arn: string): Caller | undefined
  /** By whom saved policies are bound. Left out: by nobody. */
  readonly principals?: Principals
}

export interface KnownKey {
  readonly secretAccessKey: string
  readonly caller: Caller
}

export type FoundSession = ({ readonly kind: 'session' } & KnownKey) | { readonly kind: 'expired' } | { readonly kind: 'invalid' }
