/**
 * Who asks, once that is known: what authentication finds out and everything behind it goes by. Stands alone because policies,
 * identities, the audit trail and the operations all speak of it.
 */
import type { ContextValue } from './context-keys.ts'

export interface Caller {
  /** `web-identity`: who brings the token of another provider in place of a signature, to be let into a role. */
  readonly kind: 'root' | 'user' | 'assumed-role' | 'federated-user' | 'web-identity'
  /** Twelve digits. */
  readonly accountId: string
  /** As messages name it: of the user, of the session, of the account's root. */
  readonly arn: string
  /** What policies know it by: of the user or of the role, not of the session. */
  readonly principalArn: string
  /** `AIDA…` of a user, `AROA…:session` of a role's session, the account of its root. */
  readonly userId: string
  /** Of users only. */
  readonly userName?: string
  /** Of sessions of roles and of federated users. */
  readonly sessionName?: string
  /** The key that the request is signed with, as far as it is known. */
  readonly accessKeyId?: string
  /** Of temporary credentials only. */
  readonly session?: CallerSession
}

export interface CallerSession {
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** Texts of the policies that were passed when the session began. */
  readonly policies: readonly string[]
  /** ARNs of the managed policies that were passed. */
  readonly policyArns: readonly string[]
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** Condition keys, in lower case, that the token of another provider gave the session. */
  readonly givenKeys?: ReadonlyMap<string, ContextValue>
  /** Of the role, or of the user who asked for it: whose policies a federated user has. */
  readonly issuerId?: string
}

export function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`
}

/** Who may do everything in an account: who asks where nobody is asked who they are. */
export function rootOf(accountId: string, accessKeyId?: string): Caller {
  const arn = rootArn(accountId)
  return { kind: 'root', accountId, arn, principalArn: arn, userId: accountId, ...(accessKeyId !== undefined && { accessKeyId }) }
}

/** Who sends a request without a signature, where that may be. */
export function webIdentityOf(accountId: string): Caller {
  return { kind: 'web-identity', accountId, arn: '', principalArn: '', userId: '' }
}
