import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonText } from '../base/json-text.ts'
import { writeOutput } from './write-output.ts'

test('doubles have a point, in structures, maps and lists; integers and what is text already have none', () => {
  const capacity = {
    TableName: 't',
    CapacityUnits: 3,
    Table: { CapacityUnits: 1, ReadCapacityUnits: 0.5 },
    GlobalSecondaryIndexes: { g: { CapacityUnits: 2 } },
  }
  assert.equal(
    writeOutput('Query', {
      Items: new JsonText('[{"a":{"N":"1"}}]'),
      Count: 1,
      ScannedCount: 1,
      ConsumedCapacity: capacity,
      Left: undefined,
    }),
    '{"Items":[{"a":{"N":"1"}}],"Count":1,"ScannedCount":1,"ConsumedCapacity":{"TableName":"t","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0,"ReadCapacityUnits":0.5},"GlobalSecondaryIndexes":{"g":{"CapacityUnits":2.0}}}}',
  )
  assert.equal(
    writeOutput('PutItem', { ItemCollectionMetrics: { ItemCollectionKey: { pk: { S: 'a' } }, SizeEstimateRangeGB: [0, 1] } }),
    '{"ItemCollectionMetrics":{"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":[0.0,1.0]}}',
  )
  assert.equal(
    writeOutput('DescribeTable', {
      Table: { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }, CreationDateTime: 7 },
    }),
    '{"Table":{"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},"CreationDateTime":7}}',
  )
  assert.equal(writeOutput('BatchGetItem', { ConsumedCapacity: [{ CapacityUnits: -1 }] }), '{"ConsumedCapacity":[{"CapacityUnits":-1.0}]}')
})
