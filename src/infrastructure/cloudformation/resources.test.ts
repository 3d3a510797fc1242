import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, readTexts } from '../../../test/harness/infrastructure-texts.ts'

const key = 'AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }]'

test('the older form of a key is the newer one', async () => {
  const text = `Resources:
  Old:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }, { AttributeName: at, AttributeType: N }]
      KeySchema: { HashKeyElement: { AttributeName: id, AttributeType: S }, RangeKeyElement: { AttributeName: at, AttributeType: N } }
      GlobalSecondaryIndexes: []
`
  const { tables } = await readTexts({ 'f.yaml': text })
  assert.deepEqual(tables[0]?.input.KeySchema, [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ])
  assert.equal(tables[0]?.input.GlobalSecondaryIndexes, undefined)
})

test('a global table on demand has its limits, the stream that its replicas need, and the key of its own replica', async () => {
  const text = `Resources:
  Global:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      BillingMode: PAY_PER_REQUEST
      ${key.replace(', KeySchema', '\n      KeySchema')}
      SSESpecification: { SSEEnabled: true, SSEType: KMS }
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 9 }
      MultiRegionConsistency: STRONG
      Replicas:
        - { Region: eu-west-1, SSESpecification: { KMSMasterKeyId: k }, ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 8 }, TableClass: STANDARD_INFREQUENT_ACCESS, ReplicaStreamSpecification: { ResourcePolicy: { PolicyDocument: { Version: 2012-10-17 } } } }
        - { Region: eu-west-2 }
        - { Region: eu-west-3 }
`
  const reading = await readTexts({ 'f.yaml': text })
  const [spec] = reading.tables
  assert.deepEqual(spec?.input, {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'k' },
    OnDemandThroughput: { MaxReadRequestUnits: 8, MaxWriteRequestUnits: 9 },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    TableName: 'Global',
    Tags: [],
  })
  assert.equal(spec?.streamPolicy, '{"Version":"2012-10-17"}')
  assert.deepEqual(linesOf(reading), [
    'f.yaml:11 Global.Replicas: not done: the replicas in eu-west-2, eu-west-3 are left out: replicas are made by UpdateTable (docs/global-tables.md).',
    'f.yaml:10 Global.MultiRegionConsistency: not done: replicas are made by UpdateTable (docs/global-tables.md).',
  ])
  const none = await readTexts({ 'f.yaml': `Resources:\n  G: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ${key} } }\n` })
  assert.deepEqual(linesOf(none), ['G (f.yaml:2): not made: it has no Replicas.'])
})

test("Amplify's own resource is a table with small letters", async () => {
  const text = `Resources:
  Todo:
    Type: Custom::AmplifyDynamoDBTable
    Properties:
      ServiceToken: !GetAtt Manager.Arn
      tableName: !Sub 'Todo-\${AWS::Region}-NONE'
      attributeDefinitions: [{ attributeName: id, attributeType: S }]
      keySchema: [{ attributeName: id, keyType: HASH }]
      billingMode: PAY_PER_REQUEST
      allowDestructiveGraphqlSchemaUpdates: true
      streamSpecification: { streamViewType: NEW_AND_OLD_IMAGES }
      sseSpecification: { sseEnabled: false }
  Manager: { Type: 'AWS::Lambda::Function' }
`
  const reading = await readTexts({ 'f.yaml': text })
  assert.deepEqual(linesOf(reading), ['1 resource that is no table: AWS::Lambda::Function'])
  assert.deepEqual(reading.tables[0]?.input, {
    TableName: 'Todo-eu-west-1-NONE',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    SSESpecification: { Enabled: false },
    Tags: [],
  })
})

test('what is of another kind than it must be is told with its line', async () => {
  const refused = async (properties: string): Promise<readonly string[]> =>
    linesOf(await readTexts({ 'f.yaml': `Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      ${properties}\n` }))
  assert.deepEqual(await refused('KeySchema: 7'), ['T (f.yaml:5): not made: KeySchema: it must be a list.'])
  assert.deepEqual(await refused('KeySchema: [7]'), ['T (f.yaml:5): not made: KeySchema.0: it must be a map.'])
  assert.deepEqual(await refused('BillingMode: PAY_PER_REQUEST'), ['T (f.yaml:2): not made: it has no KeySchema.'])
  assert.deepEqual(
    await refused(`ProvisionedThroughput: { ReadCapacityUnits: many }\n      ${key.replace(', KeySchema', '\n      KeySchema')}`),
    ['T (f.yaml:5): not made: ProvisionedThroughput.ReadCapacityUnits: it must be a number.'],
  )
  assert.deepEqual(await refused(`DeletionProtectionEnabled: perhaps\n      ${key.replace(', KeySchema', '\n      KeySchema')}`), [
    'f.yaml:5 T.DeletionProtectionEnabled: not done: it must be true or false.',
  ])
})
