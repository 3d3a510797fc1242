import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import type { Table } from '../schema/table.ts'
import { decodeTable, encodeTable } from '../schema/table-record.ts'
import { allEmpty, tableDescription } from './describe.ts'

const home = { region: 'eu-west-2', account: '123456789012', clock: new ManualClock(0) }
const arn = 'arn:aws:dynamodb:eu-west-2:123456789012:table/music'
const pk = { name: 'pk', type: 'S' } as const
const score = { name: 'score', type: 'N' } as const
const photo = { name: '__proto__', type: 'B' } as const

const plain: Table = {
  tableId: 1,
  name: 'music',
  uuid: 'u',
  status: 'ACTIVE',
  creationMs: 1_500,
  attributes: [pk],
  key: { hash: [pk], range: [] },
  indexes: [],
  vectorIndexes: [],
  billingMode: 'PROVISIONED',
  provisioned: { readUnits: 5, writeUnits: 6 },
  warm: { readUnits: 5, writeUnits: 6 },
  tableClass: 'STANDARD',
  deletionProtection: false,
  tags: [],
}

/** A table that has everything. */
const rich: Table = {
  tableId: 7,
  name: 'music',
  uuid: 'u',
  status: 'ACTIVE',
  creationMs: 1_234,
  onDemandSinceMs: 2_345,
  streamLabel: '2026-11-22T10:00:00.000',
  attributes: [photo, pk, score],
  key: { hash: [pk], range: [score] },
  indexes: [
    {
      kind: 'global',
      indexId: 1,
      name: 'by-score',
      key: { hash: [score, pk], range: [photo] },
      projection: { type: 'INCLUDE', nonKeyAttributes: ['a', 'b'] },
      status: 'ACTIVE',
      onDemandMaxima: { writeUnitsMax: 9 },
      warm: { readUnits: 12_001, writeUnits: 4001 },
    },
    {
      kind: 'local',
      indexId: 2,
      name: 'by-photo',
      key: { hash: [pk], range: [photo] },
      projection: { type: 'ALL', nonKeyAttributes: [] },
      status: 'ACTIVE',
    },
  ],
  vectorIndexes: [
    {
      indexId: 3,
      name: 'by-meaning',
      vectorAttribute: 'embedding',
      dimensions: 3,
      distance: 'COSINE',
      projection: { type: 'KEYS_ONLY', nonKeyAttributes: [] },
      searchSchema: [{ ...pk, role: 'HASH' }],
      status: 'CREATING',
      backfilling: false,
    },
  ],
  billingMode: 'PAY_PER_REQUEST',
  onDemandMaxima: { readUnitsMax: 7, writeUnitsMax: 8 },
  warm: { readUnits: 13_000, writeUnits: 5000 },
  stream: { viewType: 'OLD_IMAGE' },
  encryption: { keyId: 'alias/mine' },
  tableClass: 'STANDARD_INFREQUENT_ACCESS',
  deletionProtection: true,
  tags: [{ key: 'team', value: 'a\u0000b\ud800' }],
  policy: { text: '{"Version":"2012-10-17"}', revisionId: '1' },
}

test('A table comes back from its record as it was, odd names and text included', () => {
  assert.deepEqual(decodeTable(encodeTable(rich)), rich)
  assert.deepEqual(decodeTable(Buffer.from(encodeTable(plain))), plain)
  assert(encodeTable(rich).isWellFormed() && !encodeTable(rich).includes('\u0000'))
})

test('A table record of another format is refused', () => {
  for (const other of [1, 5]) {
    assert.throws(() => decodeTable(encodeTable(plain).replace('"format":2', `"format":${other}`)), /unknown format of a table record/)
  }
})

test('The description of a plain provisioned table has the members it always has and no others', () => {
  assert.deepEqual(tableDescription(home, plain, allEmpty), {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    TableName: 'music',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    TableStatus: 'ACTIVE',
    CreationDateTime: 1.5,
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    TableSizeBytes: 0,
    ItemCount: 0,
    TableArn: arn,
    TableId: 'u',
    DeletionProtectionEnabled: false,
    WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 6, Status: 'ACTIVE' },
  })
})

test('The description of a table with everything shows everything', () => {
  const description = tableDescription(home, rich, (indexId) => ({ itemCount: indexId + 10, sizeBytes: indexId + 100 }))
  assert.deepEqual(description, {
    AttributeDefinitions: [
      { AttributeName: '__proto__', AttributeType: 'B' },
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'score', AttributeType: 'N' },
    ],
    TableName: 'music',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'score', KeyType: 'RANGE' },
    ],
    TableStatus: 'ACTIVE',
    CreationDateTime: 1.234,
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    TableSizeBytes: 100,
    ItemCount: 10,
    TableArn: arn,
    TableId: 'u',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: 2.345 },
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-score',
        KeySchema: [
          { AttributeName: 'score', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: '__proto__', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] },
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
        OnDemandThroughput: { MaxWriteRequestUnits: 9 },
        WarmThroughput: { ReadUnitsPerSecond: 12_001, WriteUnitsPerSecond: 4001, Status: 'ACTIVE' },
        IndexSizeBytes: 101,
        ItemCount: 11,
        IndexArn: `${arn}/index/by-score`,
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-photo',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: '__proto__', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
        IndexSizeBytes: 102,
        ItemCount: 12,
        IndexArn: `${arn}/index/by-photo`,
      },
    ],
    VectorIndexes: [
      {
        IndexName: 'by-meaning',
        SearchSchema: [{ AttributeName: 'pk', SearchSchemaElementType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
        VectorAttribute: { AttributeName: 'embedding' },
        Dimensions: 3,
        DistanceFunction: 'COSINE',
        IndexStatus: 'CREATING',
        Backfilling: false,
        IndexSizeBytes: 0,
        ItemCount: 0,
        IndexArn: `${arn}/index/by-meaning`,
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
    LatestStreamLabel: '2026-11-22T10:00:00.000',
    LatestStreamArn: `${arn}/stream/2026-11-22T10:00:00.000`,
    SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:aws:kms:eu-west-2:123456789012:alias/mine' },
    TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    DeletionProtectionEnabled: true,
    OnDemandThroughput: { MaxReadRequestUnits: 7, MaxWriteRequestUnits: 8 },
    WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000, Status: 'ACTIVE' },
  })
})

test('A table that is CREATING does not know yet since when it is on demand, nor how warm its indexes are', () => {
  const description = tableDescription(home, { ...rich, status: 'CREATING' }, allEmpty)
  assert.deepEqual(description.BillingModeSummary, { BillingMode: 'PAY_PER_REQUEST' })
  assert.equal(description.GlobalSecondaryIndexes?.[0]?.WarmThroughput, undefined)
  assert.equal(description.WarmThroughput?.Status, 'CREATING')
})

test('A table that is DELETING shows no indexes', () => {
  const description = tableDescription(home, { ...rich, status: 'DELETING' }, allEmpty)
  assert.equal(description.TableStatus, 'DELETING')
  for (const member of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes', 'VectorIndexes']) assert(!(member in description), member)
})

test('A disabled stream leaves its label and ARN behind', () => {
  const { stream: _, ...disabled } = rich
  const description = tableDescription(home, disabled, allEmpty)
  assert.equal(description.StreamSpecification, undefined)
  assert.equal(description.LatestStreamLabel, '2026-11-22T10:00:00.000')
})

test('The key AWS manages has one ARN per account and Region; key ids and ARNs of customers are shown as such', () => {
  const arnOf = (keyId: string | undefined, place = home): string | undefined =>
    tableDescription(place, { ...rich, encryption: keyId === undefined ? {} : { keyId } }, allEmpty).SSEDescription?.KMSMasterKeyArn
  assert.match(arnOf(undefined) ?? '', /^arn:aws:kms:eu-west-2:123456789012:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.equal(arnOf(undefined), arnOf('alias/aws/dynamodb'))
  assert.notEqual(arnOf(undefined), arnOf(undefined, { ...home, account: '210987654321' }))
  assert.equal(arnOf('0a1b'), 'arn:aws:kms:eu-west-2:123456789012:key/0a1b')
  assert.equal(arnOf('arn:aws:kms:us-east-1:1:key/x'), 'arn:aws:kms:us-east-1:1:key/x')
})
