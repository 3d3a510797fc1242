/** Whether a statement of a resource or trust policy is about who asks, and how directly it names them (iam-and-sigv4.md §3.1, §3.4). */
import type { Principal } from './access-request.ts'
import { rootArn } from './caller.ts'
import type { ListedPrincipals, PrincipalEntry } from './policy-document.ts'

/**
 * How a principal is meant: itself; as a session of its role, which boundary and session policy go on limiting; or as one of its
 * account, to which it is then left whom to let.
 */
export type Naming = 'itself' | 'role' | 'account'

/** Undefined when the statement is not about the principal. */
export function namingOf(listed: ListedPrincipals, principal: Principal): Naming | undefined {
  if (listed.isNegated) return isExempt(listed.entries, principal) ? undefined : 'itself'
  const found = new Set(listed.entries.map((entry) => namingBy(entry, principal)))
  return (['itself', 'role', 'account'] as const).find((naming) => found.has(naming))
}

function namingBy({ type, name }: PrincipalEntry, principal: Principal): Naming | undefined {
  if (type === 'AWS' && name === '*') return 'itself'
  switch (principal.kind) {
    case 'service':
      return type === 'Service' && name === principal.name ? 'itself' : undefined
    case 'federated':
      return type === 'Federated' && name === principal.provider ? 'itself' : undefined
    default:
  }
  if (type !== 'AWS') return undefined
  const { arn, principalArn, id, accountId } = principal
  if (name === arn) return 'itself'
  if (name === principalArn || name === id) return principalArn === arn ? 'itself' : 'role'
  return name === accountId || name === rootArn(accountId) ? 'account' : undefined
}

/** A session is exempt from `NotPrincipal` only when its account, its role and itself are listed. */
function isExempt(entries: readonly PrincipalEntry[], principal: Principal): boolean {
  if (principal.kind === 'service' || principal.kind === 'federated')
    return entries.some((entry) => namingBy(entry, principal) === 'itself')
  const names = new Set(entries.filter(({ type }) => type === 'AWS').map(({ name }) => name))
  const { accountId, arn, principalArn, id } = principal
  if (names.has('*')) return true
  const hasAccount = names.has(accountId) || names.has(rootArn(accountId))
  const hasPrincipal = principal.kind === 'root' || names.has(principalArn) || names.has(id)
  return hasAccount && hasPrincipal && (arn === principalArn || names.has(arn))
}
