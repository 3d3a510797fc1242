/** What operations of STS need to be allowed. Who is trusted by a role is decided with its trust policy (assume-role.ts). */
import { getOwn } from '../../../base/own.ts'
import type { Caller } from '../../../policies/caller.ts'
import { uncheckedText } from '../../unchecked-text.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { sessionRefused } from '../contract/errors.ts'

/** Throws an StsError when the caller is a session that may not ask for this. */
export function stsNeeds({ engine, caller, operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
  checkMayAsk(caller, operation)
  switch (operation) {
    case 'AssumeRole':
    case 'AssumeRoleWithWebIdentity':
    case 'GetCallerIdentity':
    case 'GetSessionToken':
      return []
    case 'GetFederationToken': {
      const name = getOwn(Object(raw) as { readonly [name: string]: unknown }, 'Name')
      return [{ action: operation, resource: `arn:aws:sts::${engine.account}:federated-user/${uncheckedText(name)}` }]
    }
    default:
      return [{ action: operation, resource: '*' }]
  }
}

/** [V] GetSessionToken and GetFederationToken, API reference; the words are of their own refusal. */
function checkMayAsk({ kind, session }: Caller, operation: string): void {
  if (session === undefined || kind === 'assumed-role' || operation === 'GetCallerIdentity') return
  if (operation === 'AssumeRole' && kind !== 'federated-user') return
  throw sessionRefused(operation)
}
