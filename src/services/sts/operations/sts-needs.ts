/** What operations of STS need to be allowed. Who is trusted by a role is decided with its trust policy (assume-role.ts). */
import { getOwn } from '../../../base/own.ts'
import { uncheckedText } from '../../unchecked-text.ts'
import type { WingCall, WingNeed } from '../../wing.ts'

export function stsNeeds({ engine, operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
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
