/** Application Auto Scaling as it looks on the wire: answers, errors and pages, without a socket. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-date': '20261122T100000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/application-autoscaling/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

const ofTable = { ServiceNamespace: 'dynamodb', ResourceId: 'table/Orders', ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }
const registered = { ...ofTable, MinCapacity: 5, MaxCapacity: 10 }
const tracking = {
  ...ofTable,
  PolicyName: 'keep',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 50,
    PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
  },
}
const roleArn =
  'arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable'

describe('Application Auto Scaling', () => {
  let service: Service

  before(async () => {
    service = await openTestService('any')
    for (const TableName of ['Orders', 'People', 'Places']) {
      await succeed(service, 'CreateTable', {
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      })
    }
  })

  after(() => service.close())

  interface Said {
    readonly status: number
    readonly body: { readonly [member: string]: unknown }
  }

  async function send(operation: string, text: string, more: object = {}): Promise<Said> {
    const target = `AnyScaleFrontendService.${operation}`
    const answer = await service.handle({ target, headers: { ...headers, ...more }, body: Buffer.from(text) })
    assert.equal(answer.headers['Content-Type'], 'application/x-amz-json-1.1')
    return { status: answer.status, body: JSON.parse(answer.body) as Said['body'] }
  }

  async function ask(operation: string, input: object): Promise<Said['body']> {
    const { status, body } = await send(operation, JSON.stringify(input))
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  async function refused(operation: string, input: object): Promise<string> {
    const { status, body } = await send(operation, JSON.stringify(input))
    return `${status} ${body.__type}: ${body.Message ?? body.message}`
  }

  test('a target is registered, described, changed by what is named, and deregistered', async () => {
    const { ScalableTargetARN } = await ask('RegisterScalableTarget', registered)
    assert.match(String(ScalableTargetARN), /^arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target\/[0-9a-f]{36}$/)
    const described = {
      ...registered,
      RoleARN: roleArn,
      CreationTime: 1_795_341_600,
      SuspendedState: { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false },
      ScalableTargetARN,
    }
    assert.deepEqual(await ask('DescribeScalableTargets', { ServiceNamespace: 'dynamodb' }), { ScalableTargets: [described] })
    await ask('RegisterScalableTarget', { ...ofTable, MaxCapacity: 20, SuspendedState: { DynamicScalingInSuspended: true } })
    const changed = {
      ...described,
      MaxCapacity: 20,
      SuspendedState: { ...described.SuspendedState, DynamicScalingInSuspended: true },
    }
    assert.deepEqual(await ask('DescribeScalableTargets', { ServiceNamespace: 'dynamodb' }), { ScalableTargets: [changed] })
    assert.deepEqual(await ask('DeregisterScalableTarget', ofTable), {})
    assert.deepEqual(await ask('DescribeScalableTargets', { ServiceNamespace: 'dynamodb' }), { ScalableTargets: [] })
    assert.equal(
      await refused('DeregisterScalableTarget', ofTable),
      '400 ObjectNotFoundException: No scalable target found for service namespace: dynamodb, resource ID: table/Orders, scalable dimension: dynamodb:table:WriteCapacityUnits',
    )
  })

  test('a policy is put, described with its alarms, put again, and goes with its target', async () => {
    assert.equal(
      await refused('PutScalingPolicy', tracking),
      '400 ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, resource ID: table/Orders, scalable dimension: dynamodb:table:WriteCapacityUnits',
    )
    await ask('RegisterScalableTarget', registered)
    const put = await ask('PutScalingPolicy', tracking)
    assert.match(
      String(put.PolicyARN),
      /^arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/Orders:policyName\/keep$/,
    )
    const alarms = put.Alarms as readonly { readonly AlarmName: string; readonly AlarmARN: string }[]
    assert.deepEqual(
      alarms.map(({ AlarmName }) => AlarmName.slice(0, -37)),
      ['AlarmHigh', 'AlarmLow', 'ProvisionedCapacityHigh', 'ProvisionedCapacityLow'].map((name) => `TargetTracking-table/Orders-${name}`),
    )
    for (const { AlarmName, AlarmARN } of alarms) assert.equal(AlarmARN, `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`)
    const changed = { ...tracking.TargetTrackingScalingPolicyConfiguration, TargetValue: 70, ScaleInCooldown: 60, DisableScaleIn: true }
    assert.deepEqual(await ask('PutScalingPolicy', { ...tracking, TargetTrackingScalingPolicyConfiguration: changed }), put)
    assert.deepEqual(await ask('DescribeScalingPolicies', { ServiceNamespace: 'dynamodb', PolicyNames: ['keep'] }), {
      ScalingPolicies: [{ ...tracking, ...put, TargetTrackingScalingPolicyConfiguration: changed, CreationTime: 1_795_341_600 }],
    })
    assert.deepEqual(await ask('DescribeScalingPolicies', { ServiceNamespace: 'dynamodb', PolicyNames: ['other'] }), {
      ScalingPolicies: [],
    })
    assert.equal(
      await refused('PutScalingPolicy', { ...tracking, PolicyName: 'other' }),
      '400 ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    )
    assert.equal(
      await refused('DeleteScalingPolicy', { ...ofTable, PolicyName: 'other' }),
      '400 ObjectNotFoundException: No scaling policy found for service namespace: dynamodb, resource ID: table/Orders, scalable dimension: dynamodb:table:WriteCapacityUnits, policy name: other',
    )
    assert.deepEqual(await ask('DeleteScalingPolicy', { ...ofTable, PolicyName: 'keep' }), {})
    await ask('PutScalingPolicy', tracking)
    await ask('DeregisterScalableTarget', ofTable)
    await ask('RegisterScalableTarget', registered)
    assert.deepEqual(await ask('DescribeScalingPolicies', { ServiceNamespace: 'dynamodb' }), { ScalingPolicies: [] })
    await ask('DeregisterScalableTarget', ofTable)
  })

  test('what is no table, no index or no dimension of theirs is refused', async () => {
    const unsupported = '400 ValidationException: Unsupported service namespace, resource type or scalable dimension'
    const register = (more: object): Promise<string> => refused('RegisterScalableTarget', { ...registered, ...more })
    assert.equal(await register({ ServiceNamespace: 'ecs' }), unsupported)
    assert.equal(await register({ ResourceId: 'dynamo/Orders' }), unsupported)
    assert.equal(await register({ ResourceId: 'table/Orders/index/byName' }), unsupported)
    assert.equal(await register({ ScalableDimension: 'dynamodb:index:ReadCapacityUnits' }), unsupported)
    assert.equal(await register({ ResourceId: 'table/Nothing' }), '400 ValidationException: DynamoDB table does not exist: table/Nothing')
    assert.equal(
      await register({ ResourceId: 'table/Orders/index/byName', ScalableDimension: 'dynamodb:index:ReadCapacityUnits' }),
      '400 ValidationException: DynamoDB index does not exist: table/Orders/index/byName',
    )
    assert.equal(await refused('DescribeScalableTargets', { ServiceNamespace: 'ecs' }), unsupported)
  })

  test('bounds must be there, above nothing and in order', async () => {
    assert.match(
      await refused('RegisterScalableTarget', ofTable),
      /^400 ValidationException: Minimum capacity and maximum capacity must be/,
    )
    assert.equal(
      await refused('RegisterScalableTarget', { ...registered, MinCapacity: 11 }),
      '400 ValidationException: Maximum capacity cannot be less than minimum capacity',
    )
    assert.match(await refused('RegisterScalableTarget', { ...registered, MinCapacity: 0 }), /^400 ValidationException: Minimum capacity/)
  })

  test('policies that DynamoDB cannot have are refused', async () => {
    await ask('RegisterScalableTarget', registered)
    const configuration = tracking.TargetTrackingScalingPolicyConfiguration
    const put = (more: object): Promise<string> => refused('PutScalingPolicy', { ...tracking, ...more })
    const configured = (more: object): Promise<string> => put({ TargetTrackingScalingPolicyConfiguration: { ...configuration, ...more } })
    assert.match(await put({ PolicyType: 'StepScaling' }), /^400 ValidationException: Policy type StepScaling is not supported/)
    assert.match(await put({ PolicyType: undefined }), /^400 ValidationException: Policy type must be/)
    assert.match(await put({ TargetTrackingScalingPolicyConfiguration: undefined }), /^400 ValidationException: Target tracking/)
    for (const TargetValue of [19.9, 90.1, -1]) assert.match(await configured({ TargetValue }), /^400 ValidationException: Target value/)
    assert.match(await configured({ ScaleOutCooldown: -1 }), /^400 ValidationException: Scale out cooldown/)
    assert.match(
      await configured({ PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' } }),
      /^400 ValidationException: Predefined metric type DynamoDBReadCapacityUtilization is not supported/,
    )
    assert.match(await configured({ CustomizedMetricSpecification: {} }), /^400 ValidationException: Stator does not offer/)
    await ask('DeregisterScalableTarget', ofTable)
  })

  test('constraints are told together, in the words of AWS', async () => {
    assert.equal(
      await refused('DescribeScalableTargets', { ServiceNamespace: '' }),
      "400 ValidationException: 1 validation error detected: Value '' at 'serviceNamespace' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
    assert.equal(
      await refused('DeleteScalingPolicy', { ServiceNamespace: 'dynamodb', ResourceId: 'x' }),
      "400 ValidationException: 2 validation errors detected: Value null at 'policyName' failed to satisfy constraint: Member must not be null; Value null at 'scalableDimension' failed to satisfy constraint: Member must not be null",
    )
    assert.equal(
      await refused('DescribeScalingActivities', { ServiceNamespace: 'dynamodb', MaxResults: 51 }),
      "400 ValidationException: 1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    )
    assert.match(
      await refused('PutScalingPolicy', { ...tracking, PolicyName: 'tab\t' }),
      /'policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: \\p\{Print\}\+$/,
    )
    assert.match(await refused('DescribeScalableTargets', { ServiceNamespace: 5 }), /^400 SerializationException: NUMBER_VALUE/)
    assert.match(
      await refused('DescribeScalableTargets', { ServiceNamespace: 'dynamodb', ResourceIds: 'x' }),
      /^400 SerializationException/,
    )
  })

  test('what is no request of the service is answered as AWS answers', async () => {
    assert.equal((await send('NoSuchThing', '{}')).body.__type, 'UnknownOperationException')
    assert.equal((await send('DescribeScalableTargets', '{')).body.__type, 'SerializationException')
    assert.equal((await send('DescribeScalableTargets', '[]')).body.__type, 'SerializationException')
    assert.equal(
      (await send('DescribeScalableTargets', '{}', { authorization: undefined })).body.__type,
      'MissingAuthenticationTokenException',
    )
  })

  test('lists come in pages that a token goes on with', async () => {
    for (const TableName of ['Orders', 'People', 'Places']) {
      await ask('RegisterScalableTarget', { ...registered, ResourceId: `table/${TableName}`, MinCapacity: 6 })
    }
    for (const [operation, list] of [
      ['DescribeScalableTargets', 'ScalableTargets'],
      ['DescribeScalingActivities', 'ScalingActivities'],
    ] as const) {
      const seen: unknown[] = []
      let NextToken: unknown
      do {
        const page = await ask(operation, { ServiceNamespace: 'dynamodb', MaxResults: 2, ...(NextToken !== undefined && { NextToken }) })
        seen.push(...(page[list] as unknown[]))
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      const whole = await ask(operation, { ServiceNamespace: 'dynamodb' })
      assert.equal(seen.length, 3)
      assert.deepEqual(seen, whole[list])
    }
    assert.match(
      await refused('DescribeScalableTargets', { ServiceNamespace: 'dynamodb', NextToken: 'abc' }),
      /^400 InvalidNextTokenException/,
    )
    assert.match(
      await refused('DescribeScalingPolicies', { ServiceNamespace: 'dynamodb', ScalableDimension: ofTable.ScalableDimension }),
      /^400 ValidationException: A resource ID must be/,
    )
    const some = await ask('DescribeScalableTargets', { ServiceNamespace: 'dynamodb', ResourceIds: ['table/People', 'table/Nothing'] })
    assert.equal((some.ScalableTargets as unknown[]).length, 1)
    for (const TableName of ['Orders', 'People', 'Places'])
      await ask('DeregisterScalableTarget', { ...ofTable, ResourceId: `table/${TableName}` })
    const { ScalingActivities } = await ask('DescribeScalingActivities', { ...ofTable })
    assert.equal((ScalingActivities as unknown[]).length, 1)
  })

  test('targets have tags, whatever they are called', async () => {
    const Tags = JSON.parse('{"__proto__":"a","constructor":"b"}') as object
    const { ScalableTargetARN: ResourceARN } = await ask('RegisterScalableTarget', { ...registered, Tags })
    assert.deepEqual((await ask('ListTagsForResource', { ResourceARN })).Tags, Tags)
    await ask('TagResource', { ResourceARN, Tags: { constructor: 'c', team: 'd' } })
    await ask('UntagResource', { ResourceARN, TagKeys: ['__proto__', 'nothing'] })
    assert.deepEqual(await ask('ListTagsForResource', { ResourceARN }), { Tags: { constructor: 'c', team: 'd' } })
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`tag${index}`, '']))
    assert.match(await refused('TagResource', { ResourceARN, Tags: many }), /^400 TooManyTagsException/)
    await ask('DeregisterScalableTarget', ofTable)
    assert.match(await refused('ListTagsForResource', { ResourceARN }), /^404 ResourceNotFoundException/)
    assert.match(
      await refused('ListTagsForResource', { ResourceARN: 'arn:aws:dynamodb:::table/x' }),
      /^400 ValidationException: 1 validation error/,
    )
  })
})
