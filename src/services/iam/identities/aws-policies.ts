/**
 * Managed policies of AWS that accounts find there: those that tables are used with. What they allow is AWS's; the wording is our own,
 * and services that Stator does not have are left out.
 */
import type { ManagedPolicy } from './entity.ts'
import { policyArn } from './identity-arns.ts'

const dynamodbNeighbours = [
  'application-autoscaling:*',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DescribeAlarmsForMetric',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
  'cloudwatch:PutMetricAlarm',
]

const dynamodbReads = [
  'dynamodb:BatchGetItem',
  'dynamodb:Describe*',
  'dynamodb:Get*',
  'dynamodb:List*',
  'dynamodb:PartiQLSelect',
  'dynamodb:Query',
  'dynamodb:Scan',
]

const neighbourReads = [
  'application-autoscaling:Describe*',
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DescribeAlarmsForMetric',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
]

/** Their ids are made up, and the same everywhere. */
export const awsPolicies: readonly ManagedPolicy[] = [
  awsPolicy('AdministratorAccess', 'ANPAADMINISTRATOR2345', 'Everything, everywhere.', ['*']),
  awsPolicy('AmazonDynamoDBFullAccess', 'ANPADYNAMODBFULL23456', 'Everything that concerns tables.', ['dynamodb:*', ...dynamodbNeighbours]),
  awsPolicy('AmazonDynamoDBReadOnlyAccess', 'ANPADYNAMODBREAD23456', 'Reading tables and what concerns them.', [
    ...dynamodbReads,
    ...neighbourReads,
  ]),
]

const byArn: ReadonlyMap<string, ManagedPolicy> = new Map(awsPolicies.map((policy) => [policyArn('aws', policy), policy]))

export function findAwsPolicy(arn: string): ManagedPolicy | undefined {
  return byArn.get(arn)
}

function awsPolicy(name: string, id: string, description: string, actions: readonly string[]): ManagedPolicy {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
  // When AWS began to have managed policies.
  const createdMs = Date.UTC(2015, 1, 6)
  return {
    kind: 'policy',
    name,
    path: '/',
    id,
    createdMs,
    updatedMs: createdMs,
    description,
    tags: [],
    versions: [{ number: 1, document, createdMs }],
    defaultVersion: 1,
    lastVersion: 1,
    isOfAws: true,
  }
}
