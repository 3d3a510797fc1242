/** TagResource (operations.md §5.5): adds tags to a table or a stream, or gives those it has new values. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkedTags, checkTagCount } from '../tables/definition/check-tags.ts'
import { changeTags, checkTaggedArn, taggedResource } from './tagged-resource.ts'

export async function tagResource(engine: MeteredEngine, { ResourceArn, Tags }: InputOf<'TagResource'>): Promise<OutputOf<'TagResource'>> {
  checkTaggedArn(engine, ResourceArn)
  if (Tags.length === 0) throw invalid('Atleast one Tag needs to be provided as Input.')
  const added = checkedTags(Tags)
  await changeTags(engine, taggedResource(engine, ResourceArn), (tags) => {
    const values = new Map([...tags, ...added].map(({ key, value }) => [key, value]))
    checkTagCount(values.size)
    return [...values].map(([key, value]) => ({ key, value }))
  })
  return {}
}
