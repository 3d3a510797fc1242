/** The names by which auto scaling calls its targets, policies and actions, and the role it works under. */
import { partitionOf } from '../../../api/table-name.ts'
import type { Engine } from '../../../engine/engine.ts'
import type { ScalableTarget } from '../targets/scalable-target.ts'

export function scalableTargetArn({ region, account }: Engine, targetId: string): string {
  return `arn:${partitionOf(region)}:application-autoscaling:${region}:${account}:scalable-target/${targetId}`
}

export function policyArn({ region, account }: Engine, { place, uuid }: ScalableTarget, policyName: string): string {
  return `arn:${partitionOf(region)}:autoscaling:${region}:${account}:scalingPolicy:${uuid}:resource/dynamodb/${place.resourceId}:policyName/${policyName}`
}

export function scheduledActionArn({ region, account }: Engine, { place, uuid }: ScalableTarget, actionName: string): string {
  return `arn:${partitionOf(region)}:autoscaling:${region}:${account}:scheduledAction:${uuid}:resource/dynamodb/${place.resourceId}:scheduledActionName/${actionName}`
}

export function alarmArn({ region, account }: Engine, alarmName: string): string {
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${alarmName}`
}

/** The service-linked role, which DynamoDB's targets have whatever role is asked for. */
export function roleArn({ region, account }: Engine): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable`
}
