/** DeleteResourcePolicy (operations.md §5.7): takes the policy of a table or a stream away; where there is none it has nothing to do. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTaggedArn, taggedResource } from '../tags/tagged-resource.ts'
import { changePolicy } from './attached-policy.ts'
import { checkRevision } from './check-revision.ts'

export async function deleteResourcePolicy(
  engine: MeteredEngine,
  { ResourceArn, ExpectedRevisionId }: InputOf<'DeleteResourcePolicy'>,
): Promise<OutputOf<'DeleteResourcePolicy'>> {
  checkTaggedArn(engine, ResourceArn)
  const resource = taggedResource(engine, ResourceArn)
  let removed: string | undefined
  await changePolicy(engine, resource, (policy) => {
    checkRevision(resource, policy, ExpectedRevisionId)
    removed = policy?.revisionId
    return undefined
  })
  return removed === undefined ? {} : { RevisionId: removed }
}
