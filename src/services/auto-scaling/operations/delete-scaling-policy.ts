/** DeleteScalingPolicy: its alarms go with it. */

import { ScalingError } from '../contract/errors.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import { deletePolicyAlarms } from './policy-alarms.ts'
import { dynamodb, placeOf } from './scalable-resource.ts'
import type { ScalingContext } from './scaling-context.ts'

export async function deleteScalingPolicy(
  context: ScalingContext,
  input: ScalingInput<'DeleteScalingPolicy'>,
): Promise<ScalingOutput<'DeleteScalingPolicy'>> {
  const place = placeOf(context.engine, input)
  const { policy } = await context.targets.change(place, (before) => {
    const removed = before.target?.policies.find(({ name }) => name === input.PolicyName)
    if (before.target === undefined || removed === undefined) {
      // [I] The words, after those for targets.
      throw new ScalingError(
        'ObjectNotFoundException',
        `No scaling policy found for service namespace: ${dynamodb}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}, policy name: ${input.PolicyName}`,
      )
    }
    const policies = before.target.policies.filter((each) => each !== removed)
    return { ...before, target: { ...before.target, policies }, policy: removed }
  })
  await deletePolicyAlarms(context, policy)
  return {}
}
