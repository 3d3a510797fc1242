/** What the access patterns say of a request once it is answered. */
import type { AnsweredAccess } from './access-pattern.ts'
import type { RequestUsage } from './request-usage.ts'

/** Called once for each request; one without a pattern, as when it was refused before it was understood, is not counted. */
export function recordAccess(answered: AnsweredAccess & { readonly usage: RequestUsage }, nowMs: number): void {
  answered.usage.pattern?.count(answered, nowMs)
}
