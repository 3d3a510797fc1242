/**
 * Temporary credentials: everything that is to be known of a session stands in its token, sealed under the server key. So no store is
 * needed for them, and they hold on every node and after a restart.
 */
import type { SealingKeys } from '../../../base/sealing.ts'

/** Who goes on as what: a role, a user, the root user, or a federated user of one of the two. */
export interface Session {
  readonly kind: 'assumed-role' | 'user' | 'root' | 'federated-user'
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of the role or the user; of the root user the account. */
  readonly entityId: string
  /** Of roles and of federated users. */
  readonly sessionName?: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** Documents. */
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
  readonly tags: readonly (readonly [key: string, value: string])[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** Condition keys, in lower case, that the token of another provider gave it. */
  readonly givenKeys?: readonly (readonly [key: string, value: string | readonly string[]])[]
}

const format = 1
const purpose = 'session token'

export function sealSession(keys: SealingKeys, session: Session): string {
  return keys.seal(JSON.stringify({ format, session }), purpose)
}

/** Undefined for a text that is no token of this server. */
export function openSession(keys: SealingKeys, token: string): Session | undefined {
  const text = keys.open(token, purpose)
  if (text === undefined) return undefined
  const opened = JSON.parse(text) as { readonly format: number; readonly session: Session }
  return opened.format === format ? opened.session : undefined
}
