import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, only, range, typed } from '../../../test/harness/infrastructure-texts.ts'

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
