/** What operations of STS need to be allowed. Who is trusted by a role is decided with its trust policy (assume-role.ts). */
import type { Caller } from '../../../policies/caller.ts'
import { federatedUserArn } from '../../iam/identities/identity-arns.ts'
import { tagContext, UncheckedMembers } from '../../unchecked-members.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { sessionRefused } from '../contract/errors.ts'
import { stsShapes } from '../contract/shapes.ts'

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
      const members = new UncheckedMembers(stsShapes, operation, raw)
      const resource = federatedUserArn(engine.account, members.text('Name') ?? '')
      const keys = tagContext(members.tags())
      // [V] IAM's guide, session tags: who passes tags needs to be allowed that, too.
      const actions = members.tags().length > 0 ? [operation, 'TagSession'] : [operation]
      return actions.map((action) => ({ action, resource, keys }))
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
