/** Whether the caller may ask a service beside DynamoDB for an operation: everything that it needs is held against the caller's policies. */
import { ServiceError } from '../../api/errors.ts'
import { type AccessRequest, principalOf } from '../../policies/access-request.ts'
import type { Caller } from '../../policies/caller.ts'
import type { ContextKeys } from '../../policies/context-keys.ts'
import { decideAccess, type PoliciesOf } from '../../policies/decide-access.ts'
import { denialText } from '../../policies/denial-text.ts'
import type { WingNeed } from '../../services/wing.ts'

export interface WingAsker {
  /** As policies name it: `iam`. */
  readonly service: string
  readonly account: string
  readonly caller: Caller
  readonly policies: PoliciesOf
  readonly keys: ContextKeys
}

/** Throws AccessDeniedException for the first need that is refused. No resource of these services has a policy of its own. */
export function authorizeWing({ service, account, caller, policies, keys }: WingAsker, needs: readonly WingNeed[]): void {
  const principal = principalOf(caller)
  for (const { action, resource, keys: own } of needs) {
    const name = `${service}:${action}`
    const request: AccessRequest = {
      action: name,
      actionKey: name.toLowerCase(),
      resource,
      principal,
      keys: (key) => own?.get(key) ?? keys(key),
    }
    const decision = decideAccess(request, policies, { accountId: account })
    if (decision.kind === 'denied') throw new ServiceError('AccessDeniedException', denialText(request, decision))
  }
}
