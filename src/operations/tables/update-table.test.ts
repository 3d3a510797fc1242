import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { dayMs, hourMs, ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { createTable } from './create-table.ts'
import { describeTable } from './describe-table.ts'
import { updateTable } from './update-table.ts'

const TableName = 'music'
const P = 'One or more parameter values were invalid: '

type Description = NonNullable<OutputOf<'DescribeTable'>['Table']>
type Update = Omit<InputOf<'UpdateTable'>, 'TableName'>

function units(read: number, write: number) {
  return { ReadCapacityUnits: read, WriteCapacityUnits: write }
}

const key = {
  TableName,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
}
const again = { IndexName: 'again', KeySchema: key.KeySchema, Projection: { ProjectionType: 'ALL' as const } }
const onDemand: InputOf<'CreateTable'> = { ...key, BillingMode: 'PAY_PER_REQUEST', GlobalSecondaryIndexes: [again] }
const provisioned: InputOf<'CreateTable'> = {
  ...key,
  ProvisionedThroughput: units(10, 10),
  GlobalSecondaryIndexes: [{ ...again, ProvisionedThroughput: units(10, 10) }],
}

async function engineWith(input: InputOf<'CreateTable'>, options: Partial<EngineOptions> = {}): Promise<MeteredEngine> {
  const engine = await openMeteredEngine({
    storage: testStorage(),
    clock: new ManualClock(0),
    random: seededRandom(1),
    ...options,
  })
  await createTable(engine, input)
  return engine
}

/** Does what is due now, or much of it. Resolves with whether more is. */
function runJobs(engine: MeteredEngine): Promise<boolean> {
  return runDueJobs(meteredJobs(engine), engine.clock)
}

async function update(engine: MeteredEngine, change: Update): Promise<Description> {
  const { TableDescription: table } = await updateTable(engine, { TableName, ...change })
  assert(table !== undefined)
  return table
}

async function describe(engine: MeteredEngine): Promise<Description> {
  const { Table: table } = await describeTable(engine, { TableName })
  assert(table !== undefined)
  return table
}

async function refusal(engine: MeteredEngine, change: Update): Promise<string> {
  try {
    await updateTable(engine, { TableName, ...change })
  } catch (error) {
    assert(error instanceof Error)
    return `${error.name}: ${error.message}`
  }
  return 'accepted'
}

function updateOfIndex(update: object): Update {
  return { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'again', ...update } }] }
}

test('UpdateTable answers UPDATING with the throughput in force, and the next request sees the new one', async () => {
  const clock = new ManualClock(1000)
  const engine = await engineWith(provisioned, { clock })
  const updating = await update(engine, { ProvisionedThroughput: units(20, 5) })
  assert.equal(updating.TableStatus, 'UPDATING')
  const times = { LastIncreaseDateTime: 1, LastDecreaseDateTime: 1, NumberOfDecreasesToday: 1 }
  assert.deepEqual(updating.ProvisionedThroughput, { ...times, ReadCapacityUnits: 10, WriteCapacityUnits: 10 })
  const updated = await describe(engine)
  assert.equal(updated.TableStatus, 'ACTIVE')
  assert.deepEqual(updated.ProvisionedThroughput, { ...times, ReadCapacityUnits: 20, WriteCapacityUnits: 5 })
  assert.deepEqual(updated.WarmThroughput, { ReadUnitsPerSecond: 20, WriteUnitsPerSecond: 10, Status: 'ACTIVE' })
})

test('With a delay an index is UPDATING until its time has come, beside the table, and cannot be changed again meanwhile', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith(provisioned, { clock })
  engine.settings.tableStateDelayMs = 1000
  await update(engine, updateOfIndex({ ProvisionedThroughput: units(11, 10) }))
  const updating = await describe(engine)
  assert.equal(updating.TableStatus, 'ACTIVE')
  assert.equal(updating.GlobalSecondaryIndexes?.[0]?.IndexStatus, 'UPDATING')
  assert.equal(updating.GlobalSecondaryIndexes[0].ProvisionedThroughput?.ReadCapacityUnits, 10)
  const inUse =
    'ResourceInUseException: Attempt to change a resource which is still in use: Index is being updated.  Table: music Index: again'
  assert.equal(await refusal(engine, updateOfIndex({ ProvisionedThroughput: units(12, 10) })), inUse)
  assert.equal(await refusal(engine, { DeletionProtectionEnabled: true }), 'accepted')
  clock.advance(1000)
  await runJobs(engine)
  const updated = await describe(engine)
  assert.equal(updated.TableStatus, 'ACTIVE')
  assert.equal(updated.GlobalSecondaryIndexes?.[0]?.IndexStatus, 'ACTIVE')
  assert.equal(updated.GlobalSecondaryIndexes[0].ProvisionedThroughput?.ReadCapacityUnits, 11)
  assert.equal(updated.GlobalSecondaryIndexes[0].WarmThroughput?.ReadUnitsPerSecond, 11)
})

test('Throughput may be decreased four times a UTC day, then once an hour, up to 27 times; table and index count apart', async () => {
  const clock = new ManualClock(20 * dayMs)
  const engine = await engineWith({ ...provisioned, ProvisionedThroughput: units(1000, 1000) }, { clock })
  let read = 1000
  const decrease = (): Promise<string> => {
    read -= 1
    return refusal(engine, { ProvisionedThroughput: units(read, 1000) })
  }
  for (let n = 0; n < 4; n += 1) assert.equal(await decrease(), 'accepted')
  const limit = await decrease()
  assert.equal(
    limit,
    'LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at Wednesday, January 21, 1970 12:00:00 AM UTC. Next decrease can be made at Wednesday, January 21, 1970 1:00:00 AM UTC',
  )
  assert.equal(await refusal(engine, updateOfIndex({ ProvisionedThroughput: units(9, 9) })), 'accepted')
  assert.equal(await refusal(engine, { ProvisionedThroughput: units(2000, 2000) }), 'accepted')
  for (let n = 4; n < 27; n += 1) {
    clock.advance(hourMs - 1)
    assert.match(await decrease(), /^LimitExceededException/)
    clock.advance(1)
    assert.equal(await decrease(), 'accepted')
  }
  assert.equal((await describe(engine)).ProvisionedThroughput?.NumberOfDecreasesToday, 27)
  assert.match(
    await decrease(),
    /Number of decreases today: 27\..*Next decrease can be made at Thursday, January 22, 1970 12:00:00 AM UTC$/,
  )
  clock.advance(hourMs)
  assert.equal((await describe(engine)).ProvisionedThroughput?.NumberOfDecreasesToday, 0)
  assert.equal(await decrease(), 'accepted')
})

test('The same throughput is refused, of the table and of an index', async () => {
  const engine = await engineWith(provisioned)
  assert.equal(
    await refusal(engine, { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(10, 10) }),
    'ValidationException: The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 10. Requested ReadCapacityUnits: 10. Current WriteCapacityUnits provisioned for the table: 10. Requested WriteCapacityUnits: 10. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
  )
  assert.match(
    await refusal(engine, updateOfIndex({ ProvisionedThroughput: units(10, 10) })),
    /^ValidationException: The provisioned throughput for the index again will not change\. The requested value equals the current value\. /,
  )
})

test('A table goes on-demand and back; what belongs to one mode is gone in the other', async () => {
  const clock = new ManualClock(5000)
  const engine = await engineWith(provisioned, { clock })
  await update(engine, { BillingMode: 'PAY_PER_REQUEST', OnDemandThroughput: { MaxReadRequestUnits: 7 } })
  const there = await describe(engine)
  assert.deepEqual(there.BillingModeSummary, { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: 5 })
  assert.deepEqual(there.ProvisionedThroughput, { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 })
  assert.deepEqual(there.OnDemandThroughput, { MaxReadRequestUnits: 7 })
  assert.deepEqual(there.WarmThroughput, { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' })
  assert.equal(there.GlobalSecondaryIndexes?.[0]?.ProvisionedThroughput?.ReadCapacityUnits, 0)
  assert.equal((await update(engine, { BillingMode: 'PAY_PER_REQUEST' })).TableStatus, 'UPDATING')

  clock.advance(1000)
  const back = { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(3, 4) } as const
  assert.equal(await refusal(engine, back), `ValidationException: ${P}ProvisionedThroughput must be specified for index: again`)
  await update(engine, { ...back, ...updateOfIndex({ ProvisionedThroughput: units(5, 6) }) })
  const here = await describe(engine)
  assert.deepEqual(here.BillingModeSummary, { BillingMode: 'PROVISIONED', LastUpdateToPayPerRequestDateTime: 5 })
  assert.deepEqual(here.ProvisionedThroughput, { NumberOfDecreasesToday: 0, ReadCapacityUnits: 3, WriteCapacityUnits: 4 })
  assert.equal(here.OnDemandThroughput, undefined)
  assert.equal(here.GlobalSecondaryIndexes?.[0]?.ProvisionedThroughput?.WriteCapacityUnits, 6)
  assert.equal(here.GlobalSecondaryIndexes[0].IndexStatus, 'ACTIVE')
})

test('A table goes on-demand at most four times in 24 hours', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith({ ...key, ProvisionedThroughput: units(1, 1) }, { clock })
  const there = { BillingMode: 'PAY_PER_REQUEST' } as const
  for (let n = 0; n < 4; n += 1) {
    clock.advance(1000)
    assert.equal(await refusal(engine, there), 'accepted')
    await update(engine, { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(1, 1) })
  }
  assert.match(await refusal(engine, there), /^LimitExceededException: Subscriber limit exceeded: Update to PayPerRequest mode/)
  clock.advance(dayMs - 3000)
  assert.equal(await refusal(engine, there), 'accepted')
})

test('On-demand ceilings merge; -1 lifts one, is echoed, and then gone', async () => {
  const engine = await engineWith({ ...onDemand, OnDemandThroughput: { MaxReadRequestUnits: 10 } })
  await update(engine, { OnDemandThroughput: { MaxWriteRequestUnits: 20 } })
  assert.deepEqual((await describe(engine)).OnDemandThroughput, { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 })
  const lifting = await update(engine, { OnDemandThroughput: { MaxReadRequestUnits: -1 } })
  assert.deepEqual(lifting.OnDemandThroughput, { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 20 })
  assert.deepEqual((await describe(engine)).OnDemandThroughput, { MaxWriteRequestUnits: 20 })
  await update(engine, { OnDemandThroughput: { MaxWriteRequestUnits: -1 } })
  assert.equal((await describe(engine)).OnDemandThroughput, undefined)
  const range = `ValidationException: ${P}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range`
  for (const MaxReadRequestUnits of [0, -2]) assert.equal(await refusal(engine, { OnDemandThroughput: { MaxReadRequestUnits } }), range)
  await update(engine, updateOfIndex({ OnDemandThroughput: { MaxReadRequestUnits: 3 } }))
  assert.deepEqual((await describe(engine)).GlobalSecondaryIndexes?.[0]?.OnDemandThroughput, { MaxReadRequestUnits: 3 })
  const ofIndex = await update(engine, updateOfIndex({ OnDemandThroughput: { MaxReadRequestUnits: -1 } }))
  assert.deepEqual(ofIndex.GlobalSecondaryIndexes?.[0]?.OnDemandThroughput, { MaxReadRequestUnits: -1 })
  assert.equal((await describe(engine)).GlobalSecondaryIndexes?.[0]?.OnDemandThroughput, undefined)
})

test('Throughput that does not fit the billing mode is refused', async () => {
  const engine = await engineWith(onDemand)
  assert.equal(
    await refusal(engine, { ProvisionedThroughput: units(1, 1) }),
    `ValidationException: ${P}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
  )
  assert.equal(
    await refusal(engine, updateOfIndex({ ProvisionedThroughput: units(1, 1) })),
    `ValidationException: ${P}The only Updates for index: again when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
  )
  const create = (index: object): Update => ({
    AttributeDefinitions: key.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: { ...again, IndexName: 'more', ...index } }],
  })
  assert.equal(
    await refusal(engine, create({ ProvisionedThroughput: units(1, 1) })),
    `ValidationException: ${P}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: more when BillingMode is PAY_PER_REQUEST`,
  )
  const other = await engineWith(provisioned)
  assert.equal(
    await refusal(other, create({})),
    `ValidationException: ${P}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: more`,
  )
  assert.equal(
    await refusal(other, { OnDemandThroughput: { MaxReadRequestUnits: 5 } }),
    `ValidationException: ${P}MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED`,
  )
})

test('Warm throughput goes up only, and shows when it is there', async () => {
  const engine = await engineWith(onDemand)
  const warming = await update(engine, { WarmThroughput: { ReadUnitsPerSecond: 13_000 } })
  assert.deepEqual(warming.WarmThroughput, { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000, Status: 'UPDATING' })
  const warm = { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' }
  assert.deepEqual((await describe(engine)).WarmThroughput, warm)
  assert.equal(
    await refusal(engine, { WarmThroughput: { ReadUnitsPerSecond: 12_999 } }),
    `ValidationException: ${P}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
  )
  await update(engine, updateOfIndex({ WarmThroughput: { ReadUnitsPerSecond: 13_000 } }))
  assert.deepEqual((await describe(engine)).GlobalSecondaryIndexes?.[0]?.WarmThroughput, warm)
})

test('Each stream has its label, which stays; enabling twice and disabling none are refused', async () => {
  const engine = await engineWith(onDemand)
  const enable = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } } as const
  const disable = { StreamSpecification: { StreamEnabled: false } }
  assert.equal(await refusal(engine, disable), 'ValidationException: Table has no stream to disable: TableName: music')
  const first = await update(engine, enable)
  assert.deepEqual(first.StreamSpecification, { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' })
  assert.equal(first.LatestStreamLabel, '1970-01-01T00:00:00.000')
  assert.equal(await refusal(engine, enable), 'ValidationException: Table already has an enabled stream: TableName: music')
  const disabled = await update(engine, disable)
  assert.equal(disabled.StreamSpecification, undefined)
  assert.equal(disabled.LatestStreamLabel, first.LatestStreamLabel)
  const second = await update(engine, enable)
  assert.equal(second.LatestStreamLabel, '1970-01-01T00:00:00.001', 'no label is given twice')
})

test('The table class changes twice in 30 days; to the class it has is no change', async () => {
  const clock = new ManualClock(3000)
  const engine = await engineWith(onDemand, { clock })
  await update(engine, { TableClass: 'STANDARD' })
  assert.equal((await describe(engine)).TableClassSummary, undefined)
  const infrequent = { TableClass: 'STANDARD_INFREQUENT_ACCESS' }
  await update(engine, infrequent)
  assert.deepEqual((await describe(engine)).TableClassSummary, { ...infrequent, LastUpdateDateTime: 3 })
  await update(engine, { TableClass: 'STANDARD' })
  assert.deepEqual((await describe(engine)).TableClassSummary, { TableClass: 'STANDARD', LastUpdateDateTime: 3 })
  assert.match(await refusal(engine, infrequent), /^LimitExceededException/)
  clock.advance(30 * dayMs)
  assert.equal(await refusal(engine, infrequent), 'accepted')
})

test('Encryption is switched on, to another key and off; what would change nothing is refused', async () => {
  const engine = await engineWith(onDemand)
  const off = { SSESpecification: { Enabled: false } }
  assert.equal(await refusal(engine, off), `ValidationException: ${P}Table is already encrypted by default`)
  await update(engine, { SSESpecification: { Enabled: true } })
  assert.equal((await describe(engine)).SSEDescription?.Status, 'ENABLED')
  const mine = { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/mine' } } as const
  await update(engine, mine)
  assert.equal((await describe(engine)).SSEDescription?.KMSMasterKeyArn, 'arn:aws:kms:us-east-1:123456789012:alias/mine')
  assert.equal(await refusal(engine, mine), 'accepted')
  const myArn = { SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:us-east-1:123456789012:alias/mine' } as const
  assert.equal(
    await refusal(engine, { SSESpecification: myArn }),
    `ValidationException: ${P}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key`,
  )
  await update(engine, off)
  assert.equal((await describe(engine)).SSEDescription, undefined)
})

test('Deletion protection changes at once', async () => {
  const engine = await engineWith(onDemand)
  const answer = await update(engine, { DeletionProtectionEnabled: true })
  assert.equal(answer.TableStatus, 'ACTIVE')
  assert.equal(answer.DeletionProtectionEnabled, true)
  assert.equal((await describe(engine)).DeletionProtectionEnabled, true)
})

test('Only this request defines the key of a new index, but cannot give an attribute of another key another type', async () => {
  const engine = await engineWith(onDemand)
  const definitions = [
    { AttributeName: 'pk', AttributeType: 'N' },
    { AttributeName: 'new', AttributeType: 'B' },
    { AttributeName: 'unused', AttributeType: 'B' },
  ] as const
  const KeySchema = [
    { AttributeName: 'new', KeyType: 'HASH' },
    { AttributeName: 'pk', KeyType: 'RANGE' },
  ] as const
  const Create = { IndexName: 'more', KeySchema, Projection: { ProjectionType: 'ALL' } } as const
  assert.equal(
    await refusal(engine, { AttributeDefinitions: definitions, GlobalSecondaryIndexUpdates: [{ Create }] }),
    `ValidationException: ${P}Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{pk:S:HASH}] New schema: Schema:[SchemaElement: key{new:B:HASH}, SchemaElement: key{pk:N:RANGE}]`,
  )
  const unused = { ...Create, KeySchema: KeySchema.slice(0, 1) }
  const adding = { AttributeDefinitions: definitions, GlobalSecondaryIndexUpdates: [{ Create: unused }] }
  const { AttributeDefinitions } = await update(engine, adding)
  assert.deepEqual(AttributeDefinitions, [
    { AttributeName: 'new', AttributeType: 'B' },
    { AttributeName: 'pk', AttributeType: 'S' },
  ])
  await runJobs(engine)
  await update(engine, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'more' } }] })
  assert.deepEqual((await describe(engine)).AttributeDefinitions, key.AttributeDefinitions)
})

test('Indexes that cannot be created or deleted are named', async () => {
  const sort = { AttributeName: 'sk', AttributeType: 'S' as const }
  const KeySchema = [...key.KeySchema, { AttributeName: 'sk', KeyType: 'RANGE' as const }]
  const AttributeDefinitions = [...key.AttributeDefinitions, sort]
  const LocalSecondaryIndexes = [{ IndexName: 'local', KeySchema, Projection: { ProjectionType: 'ALL' as const } }]
  const engine = await engineWith({ ...onDemand, KeySchema, AttributeDefinitions, LocalSecondaryIndexes })
  const remove = (IndexName: string): Update => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })
  const add = (IndexName: string): Update => ({
    AttributeDefinitions: key.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: { ...again, IndexName } }],
  })
  assert.equal(
    await refusal(engine, remove('nowhere')),
    'ResourceNotFoundException: Requested resource not found: Index nowhere for table music',
  )
  assert.equal(
    await refusal(engine, { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'local', WarmThroughput: { ReadUnitsPerSecond: 1 } } }] }),
    'ValidationException: Cannot update an index that is not a GlobalSecondaryIndex: local',
  )
  assert.equal(
    await refusal(engine, remove('local')),
    'ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: local',
  )
  for (const name of ['again', 'local']) {
    assert.equal(await refusal(engine, add(name)), 'ValidationException: Attempting to create an index which already exists')
  }
  const both = [...(add('more').GlobalSecondaryIndexUpdates ?? []), ...(remove('again').GlobalSecondaryIndexUpdates ?? [])]
  assert.equal(
    await refusal(engine, { AttributeDefinitions: key.AttributeDefinitions, GlobalSecondaryIndexUpdates: both }),
    'LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  )
  for (let n = 2; n <= 20; n += 1) {
    assert.equal(await refusal(engine, add(`more${n}`)), 'accepted')
    await runJobs(engine)
  }
  assert.equal(
    await refusal(engine, add('more21')),
    'LimitExceededException: Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20',
  )
})

test('Vector indexes are added to on-demand tables and deleted, in the states of other indexes', async () => {
  const clock = new ManualClock(0)
  const engine = await engineWith(onDemand, { clock })
  engine.settings.tableStateDelayMs = 1000
  const vectors = (IndexName: string, Dimensions = 3): Update => ({
    VectorIndexUpdates: [
      {
        Create: {
          IndexName,
          VectorAttribute: { AttributeName: 'v' },
          Dimensions,
          DistanceFunction: 'COSINE',
          Projection: { ProjectionType: 'ALL' },
        },
      },
    ],
  })
  const states = async (): Promise<readonly unknown[]> => {
    const { TableStatus, VectorIndexes } = await describe(engine)
    return [TableStatus, VectorIndexes?.[0]?.IndexStatus, VectorIndexes?.[0]?.Backfilling]
  }
  const settle = async (byMs: number): Promise<void> => {
    clock.advance(byMs)
    await runJobs(engine)
  }
  await update(engine, vectors('plain'))
  assert.deepEqual(await states(), ['UPDATING', 'CREATING', false])
  await settle(1000)
  assert.deepEqual(await states(), ['ACTIVE', 'CREATING', true])
  await settle(3000)
  assert.deepEqual(await states(), ['ACTIVE', 'ACTIVE', undefined])
  assert.equal(
    await refusal(engine, vectors('other', 4)),
    `ValidationException: ${P}Conflicting attribute definition for 'v'. All VectorIndexes on the same vector attribute must use the same dimensions.`,
  )
  assert.equal(
    await refusal(engine, { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(1, 1) }),
    `ValidationException: ${P}Vector indexes are only supported for PAY_PER_REQUEST tables`,
  )
  await update(engine, { VectorIndexUpdates: [{ Delete: { IndexName: 'plain' } }] })
  assert.deepEqual(await states(), ['UPDATING', 'DELETING', undefined])
  await settle(1000)
  assert.deepEqual(await states(), ['ACTIVE', undefined, undefined])
})

test('UpdateTable of a table that is not there names it, but first tells what is wrong with the request', async () => {
  const engine = await engineWith(onDemand)
  const absent = { TableName: 'nowhere' }
  await assert.rejects(updateTable(engine, { ...absent, DeletionProtectionEnabled: true }), {
    name: 'ResourceNotFoundException',
    message: 'Requested resource not found: Table: nowhere not found',
  })
  await assert.rejects(updateTable(engine, absent), { name: 'ValidationException' })
})
