import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, readTexts, type Texts } from '../../../test/harness/infrastructure-texts.ts'
import type { ImportOptions } from '../import-options.ts'
import type { TableSpec } from '../tables/table-spec.ts'

const hash = (name: string): object => ({ AttributeName: name, KeyType: 'HASH' })
const range = (name: string): object => ({ AttributeName: name, KeyType: 'RANGE' })
const typed = (name: string, type: string): object => ({ AttributeName: name, AttributeType: type })

async function only(texts: Texts, options: Partial<ImportOptions> = {}, paths?: readonly string[]): Promise<TableSpec> {
  const reading = await readTexts(texts, options, paths)
  assert.deepEqual(linesOf(reading), [])
  const [table, more] = reading.tables
  assert(table !== undefined && more === undefined)
  return table
}

function json(value: object): string {
  return JSON.stringify(value, null, 2)
}

const cdkTable = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  },
  UpdateReplacePolicy: 'Retain',
  DeletionPolicy: 'Retain',
}

function stack(templateFile: string, more: object = {}): object {
  return { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile }, ...more }
}

test('CDK: tables are called by the paths of their constructs, in stacks, stages and stacks inside of others', async () => {
  const hashOfNested = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
  const url = { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, `/x/${hashOfNested}.json`]] }
  const texts = {
    'cdk.out/manifest.json': json({
      version: '55.0.0',
      artifacts: {
        'Shop.assets': { type: 'cdk:asset-manifest' },
        Shop: stack('Shop.template.json'),
        Users: stack('Users.template.json', { environment: 'aws://111111111111/eu-central-1' }),
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    }),
    'cdk.out/Shop.template.json': json({
      Resources: {
        Orders7D8C3A2B: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Shop/Orders/Resource' } },
        DataItems0A1B2C3D: cdkTable,
        SessionsAB12CD34: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Shop/Sessions/Resource' } },
        Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } },
        CDKMetadata: { Type: 'AWS::CDK::Metadata' },
      },
      Outputs: { Exported: { Value: { Ref: 'Orders7D8C3A2B' }, Export: { Name: 'Shop:ExportsOutputRefOrders' } } },
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
    }),
    'cdk.out/Shop.assets.json': json({ files: { [hashOfNested]: { source: { path: 'Nested.nested.template.json' } } } }),
    'cdk.out/Nested.nested.template.json': json({ Resources: { Inner: cdkTable } }),
    'cdk.out/Users.template.json': json({
      Resources: {
        SessionsAB12CD34: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Users/Sessions/Resource' } },
        Copy: {
          ...cdkTable,
          Properties: {
            ...cdkTable.Properties,
            TableName: { 'Fn::Join': ['-', [{ 'Fn::ImportValue': 'Shop:ExportsOutputRefOrders' }, { Ref: 'AWS::Region' }]] },
          },
        },
      },
    }),
    'cdk.out/tree.json': json({
      tree: {
        path: '',
        children: {
          Shop: {
            path: 'Shop',
            children: {
              Data: {
                path: 'Shop/Data',
                children: {
                  Items: {
                    path: 'Shop/Data/Items',
                    children: {
                      Resource: { path: 'Shop/Data/Items/Resource', attributes: { 'aws:cdk:cloudformation:type': 'AWS::DynamoDB::Table' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    }),
    'cdk.out/assembly-Prod/manifest.json': json({
      version: '55.0.0',
      artifacts: { ProdShop: stack('ProdShop.template.json', { displayName: 'Prod/Shop (Prod-Shop)' }) },
    }),
    'cdk.out/assembly-Prod/ProdShop.template.json': json({
      Resources: { Carts11223344: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Prod/Shop/Carts/Resource' } } },
    }),
  }
  for (const paths of [['cdk.out'], ['cdk.out/manifest.json'], ['.']]) {
    const reading = await readTexts(texts, {}, paths)
    assert.deepEqual(
      reading.tables.map(({ input, isRetained }) => [input.TableName, isRetained]),
      ['Orders', 'Data-Items', 'Shop-Sessions', 'Inner', 'Users-Sessions', 'Orders-eu-central-1', 'Carts'].map((name) => [name, true]),
    )
    assert.deepEqual(linesOf(reading), [])
  }
})

test('CDK: an assembly that was made without all of its context is told, and one that is not made', async () => {
  const texts = {
    'manifest.json': json({ version: '1', missing: [{ key: 'vpc' }], artifacts: { A: stack('A.json') } }),
    'A.json': json({ Resources: {} }),
  }
  assert.deepEqual(linesOf(await readTexts(texts, {}, ['manifest.json'])), [
    'manifest.json:3 context: not done: it was synthesized without knowing all of its context: run cdk synth once with credentials.',
  ])
  await assert.rejects(readTexts({ 'app/cdk.json': '{}' }, {}, ['app']), { message: 'app: there is no cdk.out: run cdk synth.' })
})

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

const terraformTable = {
  name: 'orders',
  hash_key: 'pk',
  range_key: 'sk',
  attribute: [
    { name: 'pk', type: 'S' },
    { name: 'sk', type: 'N' },
  ],
  billing_mode: 'PROVISIONED',
  read_capacity: 5,
  write_capacity: 6,
  table_class: '',
  deletion_protection_enabled: null,
  global_secondary_index: [
    {
      name: 'bySk',
      hash_key: 'sk',
      range_key: '',
      projection_type: 'INCLUDE',
      non_key_attributes: ['a'],
      read_capacity: 1,
      write_capacity: 2,
      on_demand_throughput: [],
      warm_throughput: [],
    },
    {
      name: 'byBoth',
      hash_key: null,
      key_schema: [
        { attribute_name: 'sk', key_type: 'HASH' },
        { attribute_name: 'pk', key_type: 'RANGE' },
      ],
      projection_type: 'ALL',
      non_key_attributes: [],
      read_capacity: 3,
      write_capacity: 4,
    },
  ],
  local_secondary_index: [{ name: 'local', range_key: 'sk', projection_type: 'KEYS_ONLY', non_key_attributes: null }],
  on_demand_throughput: [{ max_read_request_units: -1, max_write_request_units: -1 }],
  stream_enabled: true,
  stream_view_type: 'NEW_IMAGE',
  server_side_encryption: [{ enabled: true, kms_key_arn: '' }],
  ttl: [{ attribute_name: 'expires', enabled: true }],
  point_in_time_recovery: [{ enabled: true, recovery_period_in_days: 0 }],
  tags: { own: 'x' },
  tags_all: { own: 'x', team: 'y' },
  replica: [],
}

const terraformSpec = {
  TableName: 'orders',
  KeySchema: [hash('pk'), range('sk')],
  AttributeDefinitions: [typed('pk', 'S'), typed('sk', 'N')],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
  GlobalSecondaryIndexes: [
    {
      IndexName: 'bySk',
      KeySchema: [hash('sk')],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
    },
    {
      IndexName: 'byBoth',
      KeySchema: [hash('sk'), range('pk')],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
    },
  ],
  LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: [hash('pk'), range('sk')], Projection: { ProjectionType: 'KEYS_ONLY' } }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  SSESpecification: { Enabled: true },
  Tags: [
    { Key: 'own', Value: 'x' },
    { Key: 'team', Value: 'y' },
  ],
}

const terraformResource = (type: string, name: string, values: object): object => ({
  address: `${type}.${name}`,
  mode: 'managed',
  type,
  name,
  values,
})

test('Terraform: a state and a plan say the same of a table, in modules and with what stands beside it', async () => {
  const resources = [
    terraformResource('aws_dynamodb_table', 'orders', terraformTable),
    terraformResource('aws_dynamodb_table_item', 'first', {
      table_name: 'orders',
      hash_key: 'pk',
      item: '{"pk":{"S":"a"},"sk":{"N":"1"}}',
    }),
    terraformResource('aws_dynamodb_resource_policy', 'p', {
      resource_arn: 'arn:aws:dynamodb:eu-west-1:1:table/orders',
      policy: '{"Version":"2012-10-17"}',
    }),
    terraformResource('aws_appautoscaling_target', 't', {
      service_namespace: 'dynamodb',
      resource_id: 'table/orders',
      scalable_dimension: 'dynamodb:table:ReadCapacityUnits',
      min_capacity: 5,
      max_capacity: 50,
    }),
    terraformResource('aws_appautoscaling_policy', 'p', {
      name: 'reads',
      service_namespace: 'dynamodb',
      resource_id: 'table/orders',
      scalable_dimension: 'dynamodb:table:ReadCapacityUnits',
      target_tracking_scaling_policy_configuration: [
        {
          target_value: 70,
          scale_in_cooldown: 10,
          predefined_metric_specification: [{ predefined_metric_type: 'DynamoDBReadCapacityUtilization' }],
        },
      ],
    }),
  ]
  const shown = { format_version: '1.0', values: { root_module: { child_modules: [{ address: 'module.a', resources }] } } }
  const planned = {
    format_version: '1.2',
    planned_values: { root_module: { resources } },
    resource_changes: [{ address: 'aws_dynamodb_table.orders', change: { actions: ['create'], after_unknown: { arn: true, ttl: [{}] } } }],
  }
  const state = {
    version: 4,
    lineage: 'x',
    resources: (resources as readonly { readonly type: string; readonly name: string; readonly values: object }[]).map(
      ({ type, name, values }) => ({
        mode: 'managed',
        type,
        name,
        instances: [{ attributes: values }, { deposed: '1', attributes: { ...values, name: 'old' } }],
      }),
    ),
  }
  for (const text of [shown, planned, state].map(json)) {
    const spec = await only({ 'p.json': text })
    assert.deepEqual(spec.input, terraformSpec)
    assert.equal(spec.id, 'aws_dynamodb_table.orders')
    assert.deepEqual(
      [spec.ttl, spec.recovery, spec.policy],
      [{ Enabled: true, AttributeName: 'expires' }, { PointInTimeRecoveryEnabled: true }, '{"Version":"2012-10-17"}'],
    )
    assert.deepEqual(spec.seeds[0]?.items, [{ pk: { S: 'a' }, sk: { N: '1' } }])
    const configuration = {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
      ScaleInCooldown: 10,
    }
    assert.deepEqual(spec.scaling, [{ kind: 'Read', min: 5, max: 50, policies: [{ name: 'reads', configuration }], schedules: [] }])
  }
})

test('Terraform: what is known after apply, an index of its own, and what is not done', async () => {
  const plan = {
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          terraformResource('aws_dynamodb_table', 'a', {
            ...terraformTable,
            name: undefined,
            global_secondary_index: [],
            replica: [{ region_name: 'eu-west-2' }],
          }),
          terraformResource('aws_dynamodb_table', 'b', {
            ...terraformTable,
            name: 'b',
            billing_mode: 'PAY_PER_REQUEST',
            global_secondary_index: [],
          }),
          terraformResource('aws_dynamodb_table', 'c', { ...terraformTable, name: 'c' }),
          terraformResource('aws_dynamodb_global_secondary_index', 'i', {
            table_name: 'b',
            index_name: 'own',
            key_schema: [{ attribute_name: 'x', attribute_type: 'B', key_type: 'HASH' }],
            projection: [{ projection_type: 'ALL' }],
          }),
          terraformResource('aws_dynamodb_contributor_insights', 'i', { table_name: 'b' }),
          terraformResource('aws_dynamodb_table_item', 'i', { table_name: 'nowhere', item: '{}' }),
          terraformResource('aws_iam_role', 'r', {}),
          terraformResource('aws_iam_role', 's', {}),
        ],
      },
    },
    resource_changes: [
      { address: 'aws_dynamodb_table.a', change: { after_unknown: { name: true } } },
      { address: 'aws_dynamodb_table.c', change: { after_unknown: { hash_key: true } } },
    ],
  }
  const reading = await readTexts({ 'p.json': json(plan) })
  assert.deepEqual(
    reading.tables.map(({ input }) => input.TableName),
    ['a', 'b'],
  )
  assert.deepEqual(reading.tables[1]?.input.GlobalSecondaryIndexes, [
    { IndexName: 'own', KeySchema: [hash('x')], Projection: { ProjectionType: 'ALL' } },
  ])
  assert.deepEqual(reading.tables[1]?.input.AttributeDefinitions.at(-1), typed('x', 'B'))
  assert.deepEqual(
    linesOf(reading).map((line) => line.replaceAll(/p\.json:\d+/g, 'p.json')),
    [
      'aws_dynamodb_table.c (p.json): not made: KeySchema.0.AttributeName depends on something, which is known after apply. Give --name aws_dynamodb_table.c=NAME if it is the name, or import the state.',
      'p.json aws_dynamodb_contributor_insights.i: not done: Stator has none of that yet.',
      'p.json aws_dynamodb_table.a.replica: not done: replicas are left out: Stator has no global tables yet.',
      'p.json aws_dynamodb_table.a.TableName: not done: depends on something, which is known after apply. Give --name aws_dynamodb_table.a=NAME if it is the name, or import the state. The name is made.',
      'p.json aws_dynamodb_table_item.i: not done: no file here makes its table.',
      '2 resources that are no tables: aws_iam_role (2)',
    ],
  )
})

test('Terraform: what only it can read is told with what to run', async () => {
  await assert.rejects(readTexts({ 's.json': json({ encrypted_data: 'x', lineage: 'y', version: 4 }) }), {
    message: /it is encrypted: run tofu show -json/,
  })
  await assert.rejects(readTexts({ 'd/main.tf': 'resource "x" {}' }, {}, ['d']), {
    message: /^d: only Terraform reads \.tf files: run terraform plan/,
  })
  await assert.rejects(readTexts({ 'plan.bin': 'PK\u0003\u0004' }), { message: /^plan\.bin: it is a zip, perhaps a plan of Terraform/ })
  await assert.rejects(readTexts({ 'shared-local-instance.db': 'SQLite format 3\0' }), {
    message: /a database of DynamoDB Local: start DynamoDB Local on it/,
  })
})

test('Pulumi: both providers, outputs before inputs, and secrets that the state keeps', async () => {
  const camel = {
    name: 'orders-1a2b3c4',
    hashKey: 'id',
    billingMode: 'PAY_PER_REQUEST',
    attributes: [
      { name: 'id', type: 'S' },
      { name: 'at', type: 'N' },
    ],
    globalSecondaryIndexes: [{ name: 'byAt', hashKey: 'at', projectionType: 'ALL' }],
    ttl: { attributeName: 't', enabled: true },
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    tags: { someTag: 'x' },
  }
  const native = {
    tableName: 'native',
    keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    sseSpecification: { sseEnabled: true },
    timeToLiveSpecification: { attributeName: 't', enabled: true },
  }
  const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'x' }
  const resource = (type: string, name: string, outputs: object, more: object = {}): object => ({
    urn: `urn:pulumi:dev::shop::${type}::${name}`,
    type,
    custom: true,
    outputs,
    ...more,
  })
  const state = {
    version: 3,
    deployment: {
      resources: [
        { urn: 'urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev', type: 'pulumi:pulumi:Stack', custom: false },
        resource('aws:dynamodb/table:Table', 'orders', camel, { inputs: { name: 'other' } }),
        resource('aws:dynamodb/tableItem:TableItem', 'one', { tableName: 'orders-1a2b3c4', item: '{"id":{"S":"a"}}' }),
        resource('aws-native:dynamodb:Table', 'native', native),
        resource('aws:dynamodb/table:Table', 'hidden', { ...camel, name: 'hidden', hashKey: secret }),
        resource('aws:dynamodb/table:Table', 'gone', { ...camel, name: 'gone' }, { delete: true }),
        resource('aws:s3/bucket:Bucket', 'b', {}),
      ],
    },
  }
  const reading = await readTexts({ 'stack.json': json(state) })
  const [first, second] = reading.tables.toSorted((a, b) => (a.id < b.id ? 1 : -1))
  assert.deepEqual(first?.input, {
    TableName: 'orders-1a2b3c4',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S'), typed('at', 'N')],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [{ IndexName: 'byAt', KeySchema: [hash('at')], Projection: { ProjectionType: 'ALL' } }],
    SSESpecification: { Enabled: true },
    Tags: [{ Key: 'someTag', Value: 'x' }],
  })
  assert.equal(first?.seeds.length, 1)
  assert.equal(second?.input.TableName, 'native')
  assert.deepEqual(second?.input.SSESpecification, { Enabled: true })
  assert.deepEqual(second?.ttl, { AttributeName: 't', Enabled: true })
  assert.deepEqual(
    linesOf(reading).map((line) => line.replaceAll(/stack\.json:\d+/g, 'stack.json')),
    [
      'hidden (stack.json): not made: KeySchema.0.AttributeName depends on a secret, which the state keeps to itself. Export it with --show-secrets.',
      '1 resource that is no table: aws:s3/bucket:Bucket',
    ],
  )
})

test('NoSQL Workbench: a model with its indexes, its items once, and its capacity', async () => {
  const attribute = (AttributeName: string, AttributeType: string): object => ({ AttributeName, AttributeType })
  const item = (n: number): object => ({ pk: { S: `c${n}` }, sk: { S: 'profile' } })
  const model = {
    ModelName: 'Shop',
    ModelMetadata: { Author: 'x', AWSService: 'Amazon DynamoDB', Version: '3.0' },
    DataModel: [
      {
        TableName: 'Shop',
        KeyAttributes: { PartitionKey: attribute('pk', 'S'), SortKey: attribute('sk', 'S') },
        NonKeyAttributes: [attribute('total', 'N')],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byTotal',
            KeyAttributes: { PartitionKey: attribute('total', 'N') },
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
          },
        ],
        TableFacets: [{ FacetName: 'Customer', TableData: [item(1)] }],
        TableData: [item(1), item(2)],
        DataAccess: { MySql: {} },
        BillingMode: 'PROVISIONED',
        ProvisionedCapacitySettings: {
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
          AutoScalingRead: {
            ScalableTargetRequest: { MinCapacity: 1, MaxCapacity: 10, ServiceRole: 'x' },
            ScalingPolicyConfiguration: { TargetValue: 70 },
          },
        },
      },
    ],
  }
  const spec = await only({ 'model.json': json(model) })
  assert.deepEqual(spec.input, {
    TableName: 'Shop',
    KeySchema: [hash('pk'), range('sk')],
    AttributeDefinitions: [typed('pk', 'S'), typed('sk', 'S'), typed('total', 'N')],
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byTotal',
        KeySchema: [hash('total')],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      },
    ],
  })
  assert.deepEqual(
    spec.seeds.map(({ items }) => items.length),
    [2, 1],
  )
  assert.equal(spec.scaling[0]?.max, 10)
})

const serverlessResource = `Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: \${self:custom.prefix}-orders-\${AWS::Region}
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
        KeySchema: [{ AttributeName: id, KeyType: HASH }]`

test('Serverless: variables, files, several resources, streams and seeds', async () => {
  const texts = {
    'serverless.yml': `
service: shop
useDotenv: true
provider: { name: aws, stage: "\${opt:stage, 'dev'}", region: "\${opt:region}" }
params: { default: { size: 5 }, prod: { size: 50 } }
custom:
  names: { dev: d, prod: p }
  prefix: \${self:service}-\${self:custom.names.\${sls:stage}}\${env:SUFFIX, ''}\${self:custom.nothing, '-x'}
  dynamodb:
    seed:
      main: { sources: [{ table: shop-p!-x-users, sources: [seed/users.json], rawsources: [seed/raw.json] }, { table: nowhere, sources: [seed/users.json] }] }
functions:
  handler:
    events: [{ stream: { type: dynamodb, arn: x } }, { stream: { type: kinesis, arn: y } }, { http: GET / }]
resources:
  - Resources:
      Users:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: \${self:custom.prefix}-users
          ProvisionedThroughput: { ReadCapacityUnits: "\${param:size}", WriteCapacityUnits: "\${file(units.yml):\${sls:stage}.write}" }
          AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
          KeySchema: [{ AttributeName: id, KeyType: HASH }]
  - \${file(resources/orders.yml)}
  - extensions: { Users: { DeletionPolicy: Retain } }
`,
    'units.yml': 'prod: { write: 7 }\n',
    'resources/orders.yml': `Resources:\n    Orders:\n      Type: AWS::DynamoDB::Table\n      Properties:\n        TableName: !Sub '\${self:custom.prefix}-orders-\${AWS::Region}'\n        BillingMode: PAY_PER_REQUEST\n        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]\n        KeySchema: [{ AttributeName: id, KeyType: HASH }]\n`,
    '.env': 'SUFFIX="!"\n',
    'seed/users.json': '[{"id": "a", "n": 12345678901234567890}]',
    'seed/raw.json': '[{"id": {"S": "b"}}]',
  }
  const renamed = {
    ...texts,
    'serverless.yml': texts['serverless.yml'].replaceAll("'-x'", "''").replaceAll('shop-p!-x-', 'shop-p-1-'),
    '.env': 'SUFFIX="-1"\n',
  }
  const reading = await readTexts(renamed, { stage: 'prod' }, ['.'])
  assert.deepEqual(
    reading.tables.map(({ input, isRetained }) => [input.TableName, input.ProvisionedThroughput, isRetained]),
    [
      ['shop-p-1-users', { ReadCapacityUnits: 50, WriteCapacityUnits: 7 }, true],
      ['shop-p-1-orders-eu-west-1', undefined, false],
    ],
  )
  assert.deepEqual(
    reading.tables[0]?.seeds.flatMap(({ items }) => items),
    [{ id: { S: 'a' }, n: { N: '12345678901234567890' } }, { id: { S: 'b' } }],
  )
  assert.deepEqual((await readTexts(renamed, { stage: 'prod', seedSets: new Set(['other']) }, ['.'])).tables[0]?.seeds, [])
  assert.deepEqual(linesOf(reading), [
    'serverless.yml:14 functions.handler: not done: Stator runs no functions yet.',
    'serverless.yml:11 seed.main: not done: no file here makes the table nowhere.',
    '1 resource that is no table: functions',
  ])
})

test('Serverless: what only the framework can look up, what depends on itself, and programs', async () => {
  const service = (prefix: string): Texts => ({
    'serverless.yml': `service: shop\nprovider: { name: aws }\ncustom: { prefix: "${prefix}" }\nresources:\n  Resources:\n    ${serverlessResource}\n`,
  })
  const unknown = await readTexts(service('${ssm:/name}'))
  assert.equal(unknown.tables[0]?.input.TableName, 'Orders')
  assert.match(
    linesOf(unknown)[0] ?? '',
    /Orders\.TableName: not done: depends on \$\{ssm:\/name\}, which only the framework can look up\. Give --resolve ssm:\/name=VALUE\. The name is made\.$/,
  )
  assert.equal(
    (await readTexts(service('${ssm:/name}'), { resolutions: new Map([['ssm:/name', 'n']]) })).tables[0]?.input.TableName,
    'n-orders-${AWS::Region}',
  )
  assert.equal((await readTexts(service("${ssm:/name, 'f'}"))).tables[0]?.input.TableName, 'f-orders-${AWS::Region}')
  await assert.rejects(readTexts(service('${self:custom.prefix}')), { message: /\$\{self:custom\.prefix\} depends on itself/ })
  assert.match(linesOf(await readTexts(service('${file(x.js):y}')))[0] ?? '', /which is a program/)
  await assert.rejects(readTexts({ 'serverless.ts': 'export default {}' }), { message: /it is a program: run serverless package/ })
})

test('Serverless: variables that stand for each other again and again are one sentence', async () => {
  const lists = Array.from({ length: 40 }, (_, at) => `  l${at}: ["\${self:custom.l${at + 1}}", "\${self:custom.l${at + 1}}"]`).join('\n')
  const head = 'service: shop\nprovider: { name: aws }\nresources: { Resources: { T: "${self:custom.l0}" } }\ncustom:\n'
  await assert.rejects(readTexts({ 'serverless.yml': `${head}${lists}\n  l40: x\n` }), {
    message: /its variables stand for more than 1000000 values/,
  })
  const text = `${head}  l0: "${'${self:service}'.repeat(1001)}"\n`
  await assert.rejects(readTexts({ 'serverless.yml': text }), { message: /a text has more than 1000 variables/ })
})

test('Architect: tables, indexes and streams of its own language and of JSON', async () => {
  const arc = `@app
shop

@tables
orders   # all of them
  id *String
  at **Number
  expires TTL
  encrypt true
  PointInTimeRecovery true

@tables-indexes
orders
  email *String
  at **Number
  projection keys
orders
  at *Number
  name byAt
  projection a b

@tables-streams
orders
`
  const indexes = [
    { IndexName: 'email-at-index', KeySchema: [hash('email'), range('at')], Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'byAt', KeySchema: [hash('at')], Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] } },
  ]
  const json1 = {
    app: 'shop',
    tables: [{ orders: { id: '*String', at: '**Number', expires: 'TTL', encrypt: true, PointInTimeRecovery: true } }],
    'tables-indexes': [
      { orders: { email: '*String', at: '**Number', projection: 'keys' } },
      { orders: { at: '*Number', name: 'byAt', projection: ['a', 'b'] } },
    ],
    'tables-streams': [{ orders: {} }],
  }
  for (const texts of [{ 'app.arc': arc }, { 'arc.json': json(json1) }] as readonly Texts[]) {
    const reading = await readTexts(texts)
    const [spec] = reading.tables
    assert.deepEqual(spec?.input, {
      TableName: 'shop-staging-orders',
      KeySchema: [hash('id'), range('at')],
      AttributeDefinitions: [typed('id', 'S'), typed('at', 'N'), typed('email', 'S')],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: indexes,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { Enabled: true },
    })
    assert.deepEqual([spec?.ttl, spec?.recovery], [{ Enabled: true, AttributeName: 'expires' }, { PointInTimeRecoveryEnabled: true }])
    assert.match(linesOf(reading)[0] ?? '', /orders\.stream: not done: Stator runs no functions yet; the table has the stream\.$/)
  }
})

test('A file that is given twice is one, and a folder may not hold without end', async () => {
  const table = json({
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    BillingMode: 'PAY_PER_REQUEST',
  })
  assert.equal((await only({ 'd/a.json': table }, {}, ['d/a.json', 'd', 'd/a.json'])).input.TableName, 'orders')
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`d/${at % 7}/${at}.txt`, '']))
  await assert.rejects(readTexts({ ...many, 'd/a.json': table }, {}, ['d']), { message: /^d\S*: it holds more than 10000 files\.$/ })
})

test('Files of items belong to the table that their name says', async () => {
  const table = json({
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    BillingMode: 'PAY_PER_REQUEST',
  })
  const reading = await readTexts(
    { 'd/orders.json': table, 'd/orders.seed.jsonl': '{"id":"a"}\n{"id":{"S":"b"}}\n', 'd/users.jsonl': '{}\n' },
    {},
    ['d'],
  )
  assert.deepEqual(reading.tables[0]?.seeds[0]?.items, [{ id: { S: 'a' } }, { id: { S: 'b' } }])
  assert.deepEqual(linesOf(reading), [
    'd/users.jsonl users: not done: no file here makes such a table: stator copy puts items into one that is there.',
  ])
  await assert.rejects(readTexts({ 'orders.json': table, 'orders.jsonl': '{"id":"a"}\n{"id":\n' }), {
    message: 'orders.jsonl:2: it is not JSON.',
  })
  await assert.rejects(readTexts({ 'notes.json': '{"a": 1}' }), { message: /^notes\.json: it is no infrastructure code that is known/ })
})
