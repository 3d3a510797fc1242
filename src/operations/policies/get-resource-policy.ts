/** GetResourcePolicy (operations.md §5.7): the policy of a table or a stream as it was put, with those whom it means as they are called now, and its revision. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { shownText } from '../../policies/bound-principals.ts'
import type { AskedRequest } from '../request/asked-request.ts'
import { checkTaggedArn, taggedResource } from '../tags/tagged-resource.ts'
import { policyNotFound, policyOf } from './attached-policy.ts'

export async function getResourcePolicy(
  engine: MeteredEngine,
  { ResourceArn }: InputOf<'GetResourcePolicy'>,
  _usage: RequestUsage,
  { principals }: Pick<AskedRequest, 'principals'>,
): Promise<OutputOf<'GetResourcePolicy'>> {
  checkTaggedArn(engine, ResourceArn)
  const policy = policyOf(engine, taggedResource(engine, ResourceArn))
  if (policy === undefined) throw policyNotFound(ResourceArn)
  const text = principals === undefined ? policy.text : shownText(policy.text, policy.boundIds, principals)
  return { Policy: text, RevisionId: policy.revisionId }
}
