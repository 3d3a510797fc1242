/**
 * The AWS SDK for JavaScript and the AWS CLI with Application Auto Scaling: the tutorial of the DynamoDB developer guide, up to the
 * moment at which the capacity has changed.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalingActivitiesCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  paginateDescribeScalableTargets,
  RegisterScalableTargetCommand,
  ValidationException,
} from '@aws-sdk/client-application-auto-scaling'
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { clientEnvironment, credentials, region } from './dummy-credentials.ts'
import { findAwsCli, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const aws = findAwsCli()

const TableName = 'TestTable'
const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: `table/${TableName}`,
  ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
} as const

describe('Application Auto Scaling', () => {
  let server: RunningServer
  let dynamodb: DynamoDBClient
  let scaling: ApplicationAutoScalingClient

  before(async () => {
    server = await startServer()
    const options = { endpoint: server.endpoint, region, credentials, maxAttempts: 1 }
    dynamodb = new DynamoDBClient(options)
    scaling = new ApplicationAutoScalingClient(options)
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      }),
    )
  })

  after(async () => {
    dynamodb?.destroy()
    scaling?.destroy()
    assert.equal(await server?.close(), 0)
  })

  async function advanceClock(byMs: number): Promise<void> {
    const body = JSON.stringify({ byMs })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.endpoint}/_stator/clock/advance`, { method: 'POST', headers, body })
    assert.equal(answer.status, 200)
  }

  async function writeUnits(): Promise<number | undefined> {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
    return Table?.ProvisionedThroughput?.WriteCapacityUnits
  }

  test('the SDK registers a target and its policy, and writes make the table grow', async () => {
    const { ScalableTargetARN } = await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 5, MaxCapacity: 10 }))
    assert.match(ScalableTargetARN ?? '', /:scalable-target\//)
    const { PolicyARN, Alarms } = await scaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'MyScalingPolicy',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
          ScaleOutCooldown: 60,
          ScaleInCooldown: 60,
          TargetValue: 50,
        },
      }),
    )
    assert.match(PolicyARN ?? '', /policyName\/MyScalingPolicy$/)
    assert.equal(Alarms?.length, 4)
    // Three, because a minute of the real clock may end between two of them.
    for (let minute = 0; minute < 3; minute += 1) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: `${minute}` }, filler: { S: 'x'.repeat(300_000) } } }))
      await advanceClock(60_000)
    }
    assert.equal(await writeUnits(), 10)
    const { ScalingActivities } = await scaling.send(new DescribeScalingActivitiesCommand({ ServiceNamespace: 'dynamodb' }))
    const [activity] = ScalingActivities ?? []
    assert.equal(activity?.StatusMessage, 'Successfully set write capacity units to 10. Change successfully fulfilled by dynamodb.')
    assert.match(
      activity?.Cause ?? '',
      /^monitor alarm TargetTracking-table\/TestTable-AlarmHigh-.* in state ALARM triggered policy MyScalingPolicy$/,
    )
    assert.ok(activity?.StartTime instanceof Date)
  })

  test('the SDK knows the exceptions, and pages', async () => {
    await assert.rejects(
      scaling.send(new RegisterScalableTargetCommand({ ...target, ResourceId: 'table/Nothing', MinCapacity: 1, MaxCapacity: 2 })),
      (error) => error instanceof ValidationException && error.message === 'DynamoDB table does not exist: table/Nothing',
    )
    await assert.rejects(
      scaling.send(new DeleteScalingPolicyCommand({ ...target, PolicyName: 'Other' })),
      (error) => error instanceof ObjectNotFoundException && error.$metadata.httpStatusCode === 400,
    )
    const seen: (string | undefined)[] = []
    for await (const page of paginateDescribeScalableTargets({ client: scaling, pageSize: 1 }, { ServiceNamespace: 'dynamodb' })) {
      seen.push(...(page.ScalableTargets ?? []).map(({ ResourceId }) => ResourceId))
    }
    assert.deepEqual(seen, ['table/TestTable'])
    await scaling.send(new DeregisterScalableTargetCommand(target))
  })

  test('the AWS CLI does the same', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const command = async (...words: readonly string[]): Promise<string> => {
      const all = ['application-autoscaling', '--endpoint-url', server.endpoint, '--output', 'json', ...words]
      const { stdout } = await run(aws ?? 'aws', all, { env: clientEnvironment(server.endpoint), timeout: 60_000 })
      return stdout
    }
    const named = ['--service-namespace', 'dynamodb', '--resource-id', 'table/TestTable']
    const ofTarget = [...named, '--scalable-dimension', 'dynamodb:table:WriteCapacityUnits']
    await command('register-scalable-target', ...ofTarget, '--min-capacity', '12', '--max-capacity', '20')
    assert.equal(await writeUnits(), 12)
    const described = JSON.parse(await command('describe-scalable-targets', ...named)) as { ScalableTargets: { MinCapacity: number }[] }
    assert.equal(described.ScalableTargets[0]?.MinCapacity, 12)
    await assert.rejects(
      command('put-scaling-policy', ...ofTarget, '--policy-name', 'steps', '--policy-type', 'StepScaling'),
      /An error occurred \(ValidationException\) when calling the PutScalingPolicy operation/,
    )
    await command('deregister-scalable-target', ...ofTarget)
  })
})
