/** TagResource, UntagResource and ListTagsForResource of Application Auto Scaling: the tags of a scalable target. */

import { setOwn } from '../../../base/own.ts'
import { ScalingError } from '../contract/errors.ts'
import { scalingTagsMax } from '../contract/limits.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import type { ScalableTarget, ScalingTag } from '../targets/scalable-target.ts'
import { scalableTargetArn } from './scaling-arns.ts'
import type { ScalingContext } from './scaling-context.ts'

export async function listScalingTags(
  context: ScalingContext,
  { ResourceARN }: ScalingInput<'ListTagsForResource'>,
): Promise<ScalingOutput<'ListTagsForResource'>> {
  const Tags: { [key: string]: string } = {}
  for (const { key, value } of taggedTarget(context, ResourceARN).tags) setOwn(Tags, key, value)
  return { Tags }
}

export async function tagScalableTarget(
  context: ScalingContext,
  { ResourceARN, Tags }: ScalingInput<'TagResource'>,
): Promise<ScalingOutput<'TagResource'>> {
  const added = Object.entries(Tags).map(([key, value]) => ({ key, value }))
  await changeTags(context, ResourceARN, (tags) => {
    const after = [...tags.filter(({ key }) => !Object.hasOwn(Tags, key)), ...added]
    if (after.length <= scalingTagsMax) return after
    throw new ScalingError('TooManyTagsException', `The number of tags exceeds the limit: ${scalingTagsMax}`, { ResourceName: ResourceARN })
  })
  return {}
}

export async function untagScalableTarget(
  context: ScalingContext,
  { ResourceARN, TagKeys }: ScalingInput<'UntagResource'>,
): Promise<ScalingOutput<'UntagResource'>> {
  const removed = new Set(TagKeys)
  await changeTags(context, ResourceARN, (tags) => tags.filter(({ key }) => !removed.has(key)))
  return {}
}

async function changeTags(
  context: ScalingContext,
  resourceArn: string,
  change: (tags: readonly ScalingTag[]) => readonly ScalingTag[],
): Promise<void> {
  const { place, id } = taggedTarget(context, resourceArn)
  await context.targets.change(place, (before) => {
    if (before.target?.id !== id) throw notFound(resourceArn)
    return { ...before, target: { ...before.target, tags: change(before.target.tags) } }
  })
}

function taggedTarget({ engine, targets }: ScalingContext, resourceArn: string): ScalableTarget {
  const target = targets.ofRegion(engine.catalog.region).find(({ id }) => scalableTargetArn(engine, id) === resourceArn)
  if (target === undefined) throw notFound(resourceArn)
  return target
}

/** [I] The words. */
function notFound(resourceArn: string): ScalingError {
  return new ScalingError('ResourceNotFoundException', `The specified resource doesn't exist: ${resourceArn}`, {
    ResourceName: resourceArn,
  })
}
