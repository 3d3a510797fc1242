/** ExpectedRevisionId: what a request believes of the policy that it changes (operations.md §5.7). */
import type { AttachedPolicy } from '../../engine/schema/table.ts'
import type { TaggedResource } from '../tags/tagged-resource.ts'
import { policyNotFound } from './attached-policy.ts'

const none = 'NO_POLICY'

/** Throws PolicyNotFoundException. */
export function checkRevision(resource: TaggedResource, policy: AttachedPolicy | undefined, expected: string | undefined): void {
  if (expected === undefined || expected === (policy?.revisionId ?? none)) return
  const name = resource.kind === 'table' ? resource.tableName : resource.arn
  // guess: the words where there is no policy at all
  if (policy === undefined) {
    throw policyNotFound(
      `Requested update for policy with revision id ${expected}, but there is no policy associated to target table ${name}.`,
    )
  }
  if (expected === none) {
    throw policyNotFound(
      `Requested policy update expecting none to be present for table ${name}, but a policy exists with revision id ${policy.revisionId}.`,
    )
  }
  throw policyNotFound(
    `Requested update for policy with revision id ${expected}, but the policy associated to target table ${name} has revision id ${policy.revisionId}.`,
  )
}
