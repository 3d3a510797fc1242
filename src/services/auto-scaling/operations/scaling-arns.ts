/** The names by which auto scaling calls its targets, policies and actions, and the role it works under. */
import { partitionOf } from '../../../api/table-name.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { ScalableTarget } from '../targets/scalable-target.ts'

export function scalableTargetArn({ region, account }: MeteredEngine, targetId: string): string {
  return `arn:${partitionOf(region)}:application-autoscaling:${region}:${account}:scalable-target/${targetId}`
}

export function policyArn({ region, account }: MeteredEngine, { place, uuid }: ScalableTarget, policyName: string): string {
  return `arn:${partitionOf(region)}:autoscaling:${region}:${account}:scalingPolicy:${uuid}:resource/dynamodb/${place.resourceId}:policyName/${policyName}`
}

export function scheduledActionArn({ region, account }: MeteredEngine, { place, uuid }: ScalableTarget, actionName: string): string {
  return `arn:${partitionOf(region)}:autoscaling:${region}:${account}:scheduledAction:${uuid}:resource/dynamodb/${place.resourceId}:scheduledActionName/${actionName}`
}

export function alarmArn({ region, account }: MeteredEngine, alarmName: string): string {
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${alarmName}`
}

/** The service-linked role, which DynamoDB's targets have whatever role is asked for. */
export function roleArn({ region, account }: MeteredEngine): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable`
}
