/** Contributor Insights: what tables and indexes come to, read by CloudWatch's client of the SDK, minute by minute, over restarts and nodes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CloudWatchClient, DescribeInsightRulesCommand, GetInsightRuleReportCommand } from '@aws-sdk/client-cloudwatch'
import { dayMs, hourMs, ManualClock, minuteMs } from '../../src/base/clock.ts'
import { type RunningStator, start } from '../../src/index.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { frontDoorStorage, openTestStore } from '../harness/test-storage.ts'

const startMs = 1_795_341_600_000
const TableName = 'Orders'
const table = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'g'].map((AttributeName) => ({ AttributeName, AttributeType: AttributeName === 'sk' ? 'N' : 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'byG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
}
const ruleOf = (kind: string, resource = TableName, atMs = startMs): string => `DynamoDBContributorInsights-${kind}-${resource}-${atMs}`

describe('Contributor Insights by the client of the SDK', () => {
  const clock = new ManualClock(startMs)
  let stator: RunningStator
  let client: CloudWatchClient

  const ask = async (operation: string, input: object): Promise<{ readonly [member: string]: unknown }> => {
    const response = await fetch(stator.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20261122T100000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as { readonly [member: string]: unknown }
    assert.equal(response.status, 200, JSON.stringify(body))
    return body
  }
  const put = (pk: string, sk: number, g?: string): Promise<unknown> =>
    ask('PutItem', { TableName, Item: { pk: { S: pk }, sk: { N: String(sk) }, ...(g !== undefined && { g: { S: g } }) } })
  const report = (RuleName: string, more: object = {}): Promise<import('@aws-sdk/client-cloudwatch').GetInsightRuleReportCommandOutput> =>
    client.send(
      new GetInsightRuleReportCommand({
        RuleName,
        StartTime: new Date(startMs),
        EndTime: new Date(startMs + hourMs),
        Period: 60,
        ...more,
      }),
    )

  before(async () => {
    stator = await start({ port: 0, clock, jobs: 'manual', ...(await frontDoorStorage()) })
    client = new CloudWatchClient({
      endpoint: stator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })
    await ask('CreateTable', table)
    await stator.control.runJobs()
    await put('before', 1)
    for (const IndexName of [undefined, 'byG'])
      await ask('UpdateContributorInsights', { TableName, ...(IndexName && { IndexName }), ContributorInsightsAction: 'ENABLE' })
  })

  after(async () => {
    client.destroy()
    await stator.close()
  })

  test('a table with a sort key has four rules, an index without one has two', async () => {
    const { InsightRules: rules = [] } = await client.send(new DescribeInsightRulesCommand({}))
    assert.deepEqual(
      rules.map(({ Name }) => Name),
      [ruleOf('PKC'), ruleOf('PKC', 'Orders-byG'), ruleOf('PKT'), ruleOf('PKT', 'Orders-byG'), ruleOf('SKC'), ruleOf('SKT')],
    )
    assert.deepEqual(
      { ...rules[0], Definition: JSON.parse(rules[0]?.Definition ?? '') },
      {
        Name: ruleOf('PKC'),
        State: 'ENABLED',
        Schema: '{"Name":"ServiceLogRule","Version":1}',
        Definition: {
          Schema: { Name: 'ServiceLogRule', Version: 1 },
          LogFormat: 'JSON',
          Contribution: { Keys: ['$.pk'], ValueOf: '$.ConsumedThroughputUnits', Filters: [] },
          AggregateOn: 'Sum',
        },
        ManagedRule: true,
      },
    )
    const first = await client.send(new DescribeInsightRulesCommand({ MaxResults: 4 }))
    assert.equal(first.InsightRules?.length, 4)
    const second = await client.send(new DescribeInsightRulesCommand({ MaxResults: 4, NextToken: first.NextToken }))
    assert.deepEqual(second.InsightRules, rules.slice(4))
    assert.equal(second.NextToken, undefined)
  })

  test('a report has keys as text, three for a write unit and one for a read unit, minute by minute, the largest first', async () => {
    for (const sk of [1, 2, 3]) await put('hot', sk, 'x')
    await put('cold', 1, 'y')
    clock.advance(minuteMs)
    await ask('GetItem', { TableName, Key: { pk: { S: 'hot' }, sk: { N: '1' } }, ConsistentRead: true })
    await ask('Query', {
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'cold' } },
    })
    const found = await report(ruleOf('PKC'), {
      Metrics: ['UniqueContributors', 'MaxContributorValue', 'SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'],
    })
    const [first, second] = [new Date(startMs), new Date(startMs + minuteMs)]
    const { $metadata: _, ...body } = found
    assert.deepEqual(body, {
      KeyLabels: ['pk'],
      AggregationStatistic: 'SUM',
      AggregateValue: 13.5,
      ApproximateUniqueCount: 2,
      Contributors: [
        {
          Keys: ['hot'],
          ApproximateAggregateValue: 10,
          Datapoints: [
            { Timestamp: first, ApproximateValue: 9 },
            { Timestamp: second, ApproximateValue: 1 },
          ],
        },
        {
          Keys: ['cold'],
          ApproximateAggregateValue: 3.5,
          Datapoints: [
            { Timestamp: first, ApproximateValue: 3 },
            { Timestamp: second, ApproximateValue: 0.5 },
          ],
        },
      ],
      MetricDatapoints: [
        { Timestamp: first, UniqueContributors: 2, MaxContributorValue: 9, SampleCount: 4, Sum: 12, Minimum: 3, Maximum: 3, Average: 3 },
        {
          Timestamp: second,
          UniqueContributors: 2,
          MaxContributorValue: 1,
          SampleCount: 2,
          Sum: 1.5,
          Minimum: 0.5,
          Maximum: 1,
          Average: 0.75,
        },
      ],
    })
  })

  test('whole keys and those of an index are told apart, and a report is as long as it is asked to be', async () => {
    const { KeyLabels, Contributors = [] } = await report(ruleOf('SKC'), { Period: 3600, MaxContributorCount: 2, OrderBy: 'Maximum' })
    assert.deepEqual(KeyLabels, ['pk', 'sk'])
    assert.equal(Contributors.length, 2)
    assert.deepEqual(Contributors[0]?.Keys?.length, 2)
    assert.equal(Contributors[0]?.ApproximateAggregateValue, 3)
    const ofIndex = await report(ruleOf('PKC', 'Orders-byG'))
    assert.deepEqual(
      ofIndex.Contributors?.map(({ Keys, ApproximateAggregateValue }) => [Keys, ApproximateAggregateValue]),
      [
        [['x'], 9],
        [['y'], 3],
      ],
    )
    assert.deepEqual((await report(ruleOf('PKT'))).Contributors, [])
  })

  test('what is wrong with a request is said', async () => {
    await assert.rejects(report('nothing'), { name: 'ResourceNotFoundException', message: 'The rule nothing does not exist.' })
    for (const [more, message] of [
      [{ Period: 90 }, /Period must be a multiple of 60/],
      [{ EndTime: new Date(startMs) }, /StartTime must be less than the parameter EndTime/],
      [{ MaxContributorCount: 101 }, /between 1 and 100/],
      [{ OrderBy: 'Average' }, /OrderBy must be a value in the set/],
      [{ Metrics: ['Median'] }, /Metrics must be a value in the set/],
    ] as const) {
      await assert.rejects(report(ruleOf('PKC'), more), { name: 'InvalidParameterValueException', message })
    }
    await assert.rejects(client.send(new DescribeInsightRulesCommand({ NextToken: 'x' })), { name: 'InvalidNextToken' })
  })

  test('throttled keys alone leave the rules of throttles, and disabled insights none', async () => {
    await ask('UpdateContributorInsights', { TableName, ContributorInsightsAction: 'ENABLE', ContributorInsightsMode: 'THROTTLED_KEYS' })
    const names = async (): Promise<readonly unknown[]> =>
      ((await client.send(new DescribeInsightRulesCommand({}))).InsightRules ?? [])
        .map(({ Name }) => Name)
        .filter((name) => !name?.includes('byG'))
    assert.deepEqual(await names(), [ruleOf('PKT'), ruleOf('SKT')])
    await ask('UpdateContributorInsights', { TableName, ContributorInsightsAction: 'DISABLE' })
    assert.deepEqual(await names(), [])
    await assert.rejects(report(ruleOf('PKT')), { name: 'ResourceNotFoundException' })
    await ask('UpdateContributorInsights', {
      TableName,
      ContributorInsightsAction: 'ENABLE',
      ContributorInsightsMode: 'ACCESSED_AND_THROTTLED_KEYS',
    })
    const again = ruleOf('PKC', TableName, startMs + minuteMs)
    assert.ok((await names()).includes(again))
    await put('later', 1)
    assert.ok((await report(again)).Contributors?.some(({ Keys }) => Keys?.[0] === 'later'))
  })
})

test('Refused requests count for their keys, and what minutes came to is there after a restart, on every node, for a day', async () => {
  const store = await openTestStore()
  const clock = new ManualClock(startMs)
  const open = () => openTestService({ kind: 'custom', open: () => keptOpen(store) }, { clock, throughput: 'enforce' })
  let service = await open()
  await succeed(service, 'CreateTable', {
    ...table,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    GlobalSecondaryIndexes: undefined,
    AttributeDefinitions: table.AttributeDefinitions.slice(0, 2),
  })
  await service.control.runJobs()
  await succeed(service, 'UpdateContributorInsights', { TableName, ContributorInsightsAction: 'ENABLE' })
  let refused = 0
  for (let at = 0; at < 320; at += 1) {
    const body = Buffer.from(JSON.stringify({ TableName, Item: { pk: { S: 'hot' }, sk: { N: '1' } } }))
    const { status } = await service.handle({
      target: 'DynamoDB_20120810.PutItem',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20261122T100000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body,
    })
    if (status === 400) refused += 1
  }
  assert.ok(refused > 0)
  const { readContributors } = await import('../../src/metering/insights/read-contributors.ts')
  const throttled = async (): Promise<number> => {
    const { engine } = service.controlContext
    const found = engine.catalog.find(TableName) ?? assert.fail()
    const minute = startMs / minuteMs
    const minutes = await readContributors(engine, {
      table: found,
      index: undefined,
      rule: 'SKT',
      fromMinute: minute,
      toMinute: minute + 1,
    })
    return minutes.get(minute)?.all.sum ?? 0
  }
  assert.equal(await throttled(), refused)
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.equal(await throttled(), refused)
  await service.close()
  service = await open()
  assert.equal(await throttled(), refused)
  clock.advance(dayMs - hourMs)
  await service.control.runJobs()
  assert.equal(await throttled(), refused)
  clock.advance(2 * hourMs)
  await service.control.runJobs()
  assert.equal(await throttled(), 0)
  await service.close()
  await store.close()
})
