/** GetResourcePolicy (operations.md §5.7): the policy of a table or a stream as it was put, and its revision. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTaggedArn, taggedResource } from '../tags/tagged-resource.ts'
import { policyNotFound, policyOf } from './attached-policy.ts'

export async function getResourcePolicy(
  engine: MeteredEngine,
  { ResourceArn }: InputOf<'GetResourcePolicy'>,
): Promise<OutputOf<'GetResourcePolicy'>> {
  checkTaggedArn(engine, ResourceArn)
  const policy = policyOf(engine, taggedResource(engine, ResourceArn))
  if (policy === undefined) throw policyNotFound(ResourceArn)
  return { Policy: policy.text, RevisionId: policy.revisionId }
}
