import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, only, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

test('An input of CreateTable is taken as it is, and says nothing of what it does not name', async () => {
  const input = { TableName: 'orders', KeySchema: [hash('id')], AttributeDefinitions: [typed('id', 'S')], BillingMode: 'PAY_PER_REQUEST' }
  const { tags, ...spec } = { tags: 0, ...(await only({ 'input.json': json(input) })) }
  assert.deepEqual(spec.input, input)
  assert.deepEqual([spec.ttl, spec.recovery, spec.policy, tags], [undefined, undefined, undefined, 0])
  const several = await readTexts({ 'inputs.yaml': `- ${json(input).replaceAll('\n', ' ')}\n- { TableName: '', KeySchema: [] }\n` })
  assert.equal(several.tables.length, 1)
  assert.match(linesOf(several)[0] ?? '', /a table without a name .*TableName is empty: the skeleton is not filled in\./)
})

test('An answer of DescribeTable, and what stands beside it, is what would make such a table', async () => {
  const described = {
    Table: {
      TableName: 'orders',
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders',
      CreationDateTime: 1.5,
      KeySchema: [hash('id')],
      AttributeDefinitions: [typed('id', 'S'), typed('at', 'N')],
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: 1 },
      WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byAt',
          IndexStatus: 'ACTIVE',
          IndexSizeBytes: 0,
          ItemCount: 0,
          IndexArn: 'x',
          KeySchema: [hash('at')],
          Projection: { ProjectionType: 'ALL' },
          ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      LatestStreamArn: 'x',
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:aws:kms:eu-west-1:1:key/k' },
      TableClassSummary: { TableClass: 'STANDARD' },
      DeletionProtectionEnabled: true,
    },
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 't' },
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 7 },
    },
    Tags: [{ Key: 'a', Value: 'b' }],
    Policy: '{"Version":"2012-10-17"}',
  }
  const spec = await only({ 'orders.json': json(described) })
  assert.deepEqual(spec.input, {
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S'), typed('at', 'N')],
    GlobalSecondaryIndexes: [{ IndexName: 'byAt', KeySchema: [hash('at')], Projection: { ProjectionType: 'ALL' } }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    DeletionProtectionEnabled: true,
    BillingMode: 'PAY_PER_REQUEST',
    TableClass: 'STANDARD',
    SSESpecification: { Enabled: true, KMSMasterKeyId: 'arn:aws:kms:eu-west-1:1:key/k' },
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  assert.deepEqual(spec.ttl, { Enabled: true, AttributeName: 't' })
  assert.deepEqual(spec.recovery, { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 })
  assert.equal(spec.policy, '{"Version":"2012-10-17"}')
  const { BillingModeSummary: _, ...older } = described.Table
  const units = { ...older, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }, GlobalSecondaryIndexes: undefined }
  const provisioned = await only({ 'orders.json': json({ TableDescription: units }) })
  assert.deepEqual(
    [provisioned.input.BillingMode, provisioned.input.ProvisionedThroughput],
    ['PROVISIONED', { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }],
  )
})
