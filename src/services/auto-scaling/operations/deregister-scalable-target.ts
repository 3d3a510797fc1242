/** DeregisterScalableTarget: its policies and scheduled actions go with it; what was done for it is told for six weeks more. */

import { ScalingError } from '../contract/errors.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import { deletePolicyAlarms } from './policy-alarms.ts'
import { dynamodb, placeOf } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

export async function deregisterScalableTarget(
  context: ScalingContext,
  input: ScalingInput<'DeregisterScalableTarget'>,
): Promise<ScalingOutput<'DeregisterScalableTarget'>> {
  const place = placeOf(context.engine, input)
  const { policies } = await context.targets.change(place, (before) => {
    if (before.target === undefined) {
      // The words are of a user's report on another operation [I].
      throw new ScalingError(
        'ObjectNotFoundException',
        `No scalable target found for service namespace: ${dynamodb}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}`,
      )
    }
    return { ...before, target: undefined, policies: before.target.policies }
  })
  for (const policy of policies) await deletePolicyAlarms(context, policy)
  return {}
}
