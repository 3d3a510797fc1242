/** Auto scaling as DynamoDB's own operations ask for it (metering/table-scaling.ts): the same targets and policies, in other words. */
import { ServiceError } from '../../api/errors.ts'
import { engineOfCatalog } from '../../engine/regions.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { ScaledCapacity, ScalingSettings, ScalingSettingsUpdate, TableScaling } from '../../metering/table-scaling.ts'
import { ScalingError } from './contract/errors.ts'
import { deleteScalingPolicy } from './operations/delete-scaling-policy.ts'
import { deregisterScalableTarget } from './operations/deregister-scalable-target.ts'
import { putScalingPolicy } from './operations/put-scaling-policy.ts'
import { registerScalableTarget } from './operations/register-scalable-target.ts'
import { type DynamodbDimension, dynamodb } from './operations/scalable-resource.ts'
import { roleArn } from './operations/scaling-arns.ts'
import type { ScalingContext } from './operations/scaling-context.ts'
import type { ScalableTarget, ScalingPolicy } from './targets/scalable-target.ts'

/** Resolves when it knows what others have changed. */
export async function tableScaling(context: ScalingContext): Promise<TableScaling> {
  await Promise.all([context.targets.catchUp(), context.alarms.catchUp()])
  return {
    settingsOf: (region, capacity) => {
      const engine = engineOfCatalog(context.engine, region)
      const target = targetOf(context, engine, capacity)
      return target && settingsOf(engine, target)
    },
    change: (region, capacity, update) =>
      inDynamoWords(change({ ...context, engine: engineOfCatalog(context.engine, region) }, capacity, update)),
  }
}

function resourceOf({ tableName, indexName, access }: ScaledCapacity): {
  readonly ServiceNamespace: typeof dynamodb
  readonly ResourceId: string
  readonly ScalableDimension: DynamodbDimension
} {
  const units = access === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits'
  return {
    ServiceNamespace: dynamodb,
    ResourceId: indexName === undefined ? `table/${tableName}` : `table/${tableName}/index/${indexName}`,
    ScalableDimension: indexName === undefined ? `dynamodb:table:${units}` : `dynamodb:index:${units}`,
  }
}

function targetOf({ targets }: ScalingContext, { catalog }: MeteredEngine, capacity: ScaledCapacity): ScalableTarget | undefined {
  const { ResourceId: resourceId, ScalableDimension: dimension } = resourceOf(capacity)
  return targets.find({ region: catalog.region, resourceId, dimension })
}

function settingsOf(engine: MeteredEngine, { minCapacity, maxCapacity, policies }: ScalableTarget): ScalingSettings {
  return {
    MinimumUnits: minCapacity,
    MaximumUnits: maxCapacity,
    AutoScalingRoleArn: roleArn(engine),
    ScalingPolicies: policies.map(describePolicy),
  }
}

function describePolicy(policy: ScalingPolicy): NonNullable<ScalingSettings['ScalingPolicies']>[number] {
  const { name, targetPercent, disableScaleIn, scaleInCooldownSeconds, scaleOutCooldownSeconds } = policy
  return {
    PolicyName: name,
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: targetPercent,
      DisableScaleIn: disableScaleIn ?? false,
      ...(scaleInCooldownSeconds !== undefined && { ScaleInCooldown: scaleInCooldownSeconds }),
      ...(scaleOutCooldownSeconds !== undefined && { ScaleOutCooldown: scaleOutCooldownSeconds }),
    },
  }
}

/** Registers, changes or takes away the target, then its policy. Each may be done again. */
async function change(context: ScalingContext, capacity: ScaledCapacity, update: ScalingSettingsUpdate): Promise<void> {
  const resource = resourceOf(capacity)
  const before = targetOf(context, context.engine, capacity)
  if (update.AutoScalingDisabled === true) {
    if (before !== undefined) await deregisterScalableTarget(context, resource)
    return
  }
  const { MinimumUnits, MaximumUnits, ScalingPolicyUpdate } = update
  await registerScalableTarget(context, {
    ...resource,
    ...(MinimumUnits !== undefined && { MinCapacity: MinimumUnits }),
    ...(MaximumUnits !== undefined && { MaxCapacity: MaximumUnits }),
  })
  if (ScalingPolicyUpdate === undefined) return
  const known = before?.policies[0]?.name
  const PolicyName = ScalingPolicyUpdate.PolicyName ?? known ?? `$${capacity.tableName}-scaling-policy`
  if (known !== undefined && known !== PolicyName) await deleteScalingPolicy(context, { ...resource, PolicyName: known })
  const { TargetValue, DisableScaleIn, ScaleInCooldown, ScaleOutCooldown } = ScalingPolicyUpdate.TargetTrackingScalingPolicyConfiguration
  await putScalingPolicy(context, {
    ...resource,
    PolicyName,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: {
        PredefinedMetricType: capacity.access === 'read' ? 'DynamoDBReadCapacityUtilization' : 'DynamoDBWriteCapacityUtilization',
      },
      ...(DisableScaleIn !== undefined && { DisableScaleIn }),
      ...(ScaleInCooldown !== undefined && { ScaleInCooldown }),
      ...(ScaleOutCooldown !== undefined && { ScaleOutCooldown }),
    },
  })
}

/** What auto scaling refuses, DynamoDB refuses; which of its exceptions that is, is not known [I]. */
async function inDynamoWords(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof ScalingError)) throw error
    const isLimit = error.exception === 'LimitExceededException'
    const isBusy = error.exception === 'ConcurrentUpdateException'
    throw new ServiceError(isLimit ? 'LimitExceededException' : isBusy ? 'ResourceInUseException' : 'ValidationException', error.message)
  }
}
