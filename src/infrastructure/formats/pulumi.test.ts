import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

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
