/** UntagResource (operations.md §5.5): removes tags from a table or a stream. Keys that it does not have are no error. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkedTagKey, checkTagCount } from '../tables/definition/check-tags.ts'
import { changeTags, checkTaggedArn, taggedResource } from './tagged-resource.ts'

export async function untagResource(
  engine: MeteredEngine,
  { ResourceArn, TagKeys }: InputOf<'UntagResource'>,
): Promise<OutputOf<'UntagResource'>> {
  checkTaggedArn(engine, ResourceArn)
  if (TagKeys.length === 0) throw invalid('Atleast one Tag Key needs to be provided as Input.')
  checkTagCount(TagKeys.length)
  const removed = new Set(TagKeys.map(checkedTagKey))
  const resource = taggedResource(engine, ResourceArn)
  await changeTags(engine, resource, (tags) => tags.filter(({ key }) => !removed.has(key)))
  return {}
}
