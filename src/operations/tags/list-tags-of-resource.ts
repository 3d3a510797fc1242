/** ListTagsOfResource (operations.md §5.5): the tags of a table or a stream by key, all in one answer. A NextToken is ignored. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTaggedArn, taggedResource, tagsOf } from './tagged-resource.ts'

export async function listTagsOfResource(
  engine: MeteredEngine,
  { ResourceArn }: InputOf<'ListTagsOfResource'>,
): Promise<OutputOf<'ListTagsOfResource'>> {
  checkTaggedArn(engine, ResourceArn)
  const tags = tagsOf(engine, taggedResource(engine, ResourceArn))
  return { Tags: [...tags].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => ({ Key: key, Value: value })) }
}
