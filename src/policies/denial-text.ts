/** What a principal is told that may not do something: AWS's sentence, with its reason (iam-and-sigv4.md §3.5). */
import type { AccessRequest, Principal } from './access-request.ts'
import type { Decision, PolicyType } from './decide-access.ts'

const policyWords: { readonly [type in PolicyType]: string } = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
}

export function denialText({ action, resource, principal }: AccessRequest, decision: Extract<Decision, { kind: 'denied' }>): string {
  const { isExplicit, policyType } = decision
  const words = policyWords[policyType]
  const reason = isExplicit
    ? `with an explicit deny in ${policyType === 'identity' ? 'an' : 'a'} ${words}`
    : `because no ${words} allows the ${action} action`
  return `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'service':
      return principal.name
    case 'federated':
      return principal.provider
    default:
      return principal.arn
  }
}
