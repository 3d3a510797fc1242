import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import type { InputOf } from '../../api/operations.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { stepTableStates } from '../../engine/jobs/table-states.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { createTable } from './create-table.ts'
import { deleteTable } from './delete-table.ts'
import { describeTable } from './describe-table.ts'

const second = 1000
const input: InputOf<'CreateTable'> = {
  TableName: 'music',
  AttributeDefinitions: [
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'pk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
}

function engineWith(options: Partial<EngineOptions> = {}): Promise<MeteredEngine> {
  return openMeteredEngine({
    storage: testStorage(),
    clock: new ManualClock(0),
    random: seededRandom(1),
    ...options,
  })
}

function isError(name: string, message: string) {
  return (error: unknown): boolean => error instanceof Error && error.name === name && error.message === message
}

test('CreateTable answers CREATING, and the next request sees the table ACTIVE with the same id', async () => {
  const engine = await engineWith()
  const { TableDescription: created } = await createTable(engine, input)
  const { Table: described } = await describeTable(engine, { TableName: 'music' })
  assert.equal(created?.TableStatus, 'CREATING')
  assert.equal(described?.TableStatus, 'ACTIVE')
  assert.match(created?.TableId ?? '', /^[0-9a-f]{8}-/)
  assert.equal(described?.TableId, created?.TableId)
  assert.deepEqual(
    described?.AttributeDefinitions?.map((definition) => definition.AttributeName),
    ['pk', 'sk'],
  )
})

const policyText = JSON.stringify({ Statement: { Effect: 'Deny', Principal: '*', Action: 'dynamodb:*', Resource: '*' } })

test('CreateTable: every parameter comes back from DescribeTable', async () => {
  const engine = await engineWith()
  const projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: ['z', 'a'] } as const
  await createTable(engine, {
    ...input,
    GlobalSecondaryIndexes: [
      {
        IndexName: 'swapped',
        KeySchema: [
          { AttributeName: 'sk', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: projection,
        OnDemandThroughput: { MaxReadRequestUnits: 3 },
        WarmThroughput: { ReadUnitsPerSecond: 12_500 },
      },
    ],
    LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: input.KeySchema ?? [], Projection: { ProjectionType: 'KEYS_ONLY' } }],
    VectorIndexes: [
      {
        IndexName: 'vectors',
        VectorAttribute: { AttributeName: 'v' },
        Dimensions: 8,
        DistanceFunction: 'EUCLIDEAN',
        Projection: { ProjectionType: 'ALL' },
        SearchSchema: [{ AttributeName: 'pk', SearchSchemaElementType: 'INLINE_FILTER' }],
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    SSESpecification: { Enabled: true },
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    DeletionProtectionEnabled: true,
    OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 },
    WarmThroughput: { ReadUnitsPerSecond: 12_345, WriteUnitsPerSecond: 4567 },
    Tags: [{ Key: 'team', Value: 'blue' }],
    ResourcePolicy: policyText,
  })
  const { Table: table } = await describeTable(engine, { TableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/music' })
  assert(table !== undefined)
  const [globalIndex] = table.GlobalSecondaryIndexes ?? []
  assert.deepEqual(globalIndex?.Projection, { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'z'] })
  assert.deepEqual(globalIndex.KeySchema?.[0], { AttributeName: 'sk', KeyType: 'HASH' })
  assert.deepEqual(globalIndex.OnDemandThroughput, { MaxReadRequestUnits: 3 })
  assert.deepEqual(globalIndex.WarmThroughput, { ReadUnitsPerSecond: 12_500, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' })
  assert.equal(globalIndex.IndexStatus, 'ACTIVE')
  assert.deepEqual(table.LocalSecondaryIndexes?.[0]?.KeySchema, input.KeySchema)
  const [vectorIndex] = table.VectorIndexes ?? []
  assert.equal(vectorIndex?.IndexStatus, 'ACTIVE')
  assert.deepEqual(vectorIndex.SearchSchema, [{ AttributeName: 'pk', SearchSchemaElementType: 'INLINE_FILTER' }])
  assert.deepEqual(table.StreamSpecification, { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' })
  assert.equal(table.LatestStreamLabel, '1970-01-01T00:00:00.000')
  assert.equal(table.SSEDescription?.SSEType, 'KMS')
  assert.deepEqual(table.TableClassSummary, { TableClass: 'STANDARD_INFREQUENT_ACCESS' })
  assert.equal(table.DeletionProtectionEnabled, true)
  assert.deepEqual(table.OnDemandThroughput, { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 })
  assert.deepEqual(table.WarmThroughput, { ReadUnitsPerSecond: 12_345, WriteUnitsPerSecond: 4567, Status: 'ACTIVE' })
  const stored = engine.catalog.find('music')
  assert.deepEqual(stored?.tags, [{ key: 'team', value: 'blue' }])
  assert.deepEqual(stored.policy, { text: policyText, revisionId: '0' })
})

test('CreateTable of an existing name is refused, also when two arrive together', async () => {
  const engine = await engineWith()
  const refused = isError('ResourceInUseException', 'Table already exists: music')
  const both = await Promise.allSettled([createTable(engine, input), createTable(engine, input)])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  await assert.rejects(createTable(engine, input), refused)
})

test('CreateTable tells what is wrong with the definition before it tells that the table exists', async () => {
  const engine = await engineWith()
  await createTable(engine, input)
  await assert.rejects(createTable(engine, { ...input, TableClass: 'GOLD' }), { name: 'ValidationException' })
})

test('CreateTable takes no ARN of something other than a table', async () => {
  const engine = await engineWith()
  await assert.rejects(
    createTable(engine, { ...input, TableName: 'arn:aws:s3:::bucket' }),
    isError('ValidationException', 'Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:::bucket'),
  )
})

test('A 501st table in change is refused', async () => {
  const engine = await engineWith({ tableStateDelayMs: second })
  await Promise.all(Array.from({ length: 500 }, (_, at) => createTable(engine, { ...input, TableName: `table${at}` })))
  await assert.rejects(
    createTable(engine, input),
    isError('LimitExceededException', 'Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted simultaneously'),
  )
})

test('With a delay a table is CREATING until its time has come, cannot be deleted before, and is DELETING for as long', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith({ clock, tableStateDelayMs: 2 * second })
  const status = async (): Promise<string | undefined> => (await describeTable(engine, { TableName: 'music' })).Table?.TableStatus
  await createTable(engine, input)
  assert.equal(await stepTableStates(engine, clock.now()), false)
  assert.equal(await status(), 'CREATING')
  const inUse = 'Attempt to change a resource which is still in use: Table is being'
  await assert.rejects(deleteTable(engine, { TableName: 'music' }), isError('ResourceInUseException', `${inUse} created: music`))

  clock.advance(2 * second)
  assert.equal(await stepTableStates(engine, clock.now()), true)
  assert.equal(await stepTableStates(engine, clock.now()), false)
  assert.equal(await status(), 'ACTIVE')

  await deleteTable(engine, { TableName: 'music' })
  assert.equal(await stepTableStates(engine, clock.now()), false)
  assert.equal(await status(), 'DELETING')
  await assert.rejects(deleteTable(engine, { TableName: 'music' }), isError('ResourceInUseException', `${inUse} deleted: music`))
  await assert.rejects(createTable(engine, input), isError('ResourceInUseException', 'Table already exists: music'))

  clock.advance(2 * second)
  await stepTableStates(engine, clock.now())
  await assert.rejects(status(), isError('ResourceNotFoundException', 'Requested resource not found: Table: music not found'))
  await createTable(engine, input)
})
