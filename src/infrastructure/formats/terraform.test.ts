import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, only, range, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

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
    ['b'],
  )
  assert.deepEqual(reading.tables[0]?.input.GlobalSecondaryIndexes, [
    { IndexName: 'own', KeySchema: [hash('x')], Projection: { ProjectionType: 'ALL' } },
  ])
  assert.deepEqual(reading.tables[0]?.input.AttributeDefinitions.at(-1), typed('x', 'B'))
  assert.deepEqual(
    linesOf(reading).map((line) => line.replaceAll(/p\.json:\d+/g, 'p.json')),
    [
      'aws_dynamodb_table.a (p.json): not made: TableName depends on something, which is known after apply. Give --name aws_dynamodb_table.a=NAME if it is the name, or import the state.',
      'aws_dynamodb_table.c (p.json): not made: KeySchema.0.AttributeName depends on something, which is known after apply. Give --name aws_dynamodb_table.c=NAME if it is the name, or import the state.',
      'p.json aws_dynamodb_contributor_insights.i: not done: it is not read from infrastructure code yet.',
      'p.json aws_dynamodb_table.a.replica: not done: replicas are left out: they are made by UpdateTable (docs/global-tables.md).',
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
