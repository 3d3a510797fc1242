/** What branches are told of, what they refuse while they are filled, and how they end. Their items: test/model/branch-model.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { readStream } from '../../../test/harness/stream-consumer.ts'
import { ManualClock, secondMs } from '../../base/clock.ts'
import type { Service } from '../../server/start.ts'

const parent = 'Orders'
const TableName = 'Trial'
const startMs = 1_795_341_600_000

const definition = {
  TableName: parent,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['id', 'sk', 'u'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'byU', KeySchema: [{ AttributeName: 'u', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'ownU',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'u', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
}

async function openFilled(options: Parameters<typeof openTestService>[1] = {}): Promise<{ service: Service; clock: ManualClock }> {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, ...options })
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', {
    TableName: parent,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
  for (let n = 0; n < 60; n += 1) await put(service, parent, n, 'old')
  clock.advance(secondMs)
  for (let n = 0; n < 60; n += 2) await put(service, parent, n, 'new')
  return { service, clock }
}

function put(service: Service, tableName: string, n: number, u: string): Promise<Body> {
  return succeed(service, 'PutItem', { TableName: tableName, Item: { id: { S: `i${n}` }, sk: { S: 's' }, u: { S: u } } })
}

async function description(service: Service): Promise<Body> {
  return (await succeed(service, 'DescribeTable', { TableName })).Table as Body
}

async function refusal(service: Service, operation: string, input: object): Promise<readonly unknown[]> {
  const { exception, message } = await call(service, operation, { TableName, ...input })
  return [exception, message]
}

const ofU = { KeyConditionExpression: 'u = :u', ExpressionAttributeValues: { ':u': { S: 'old' } } }

test('A branch is there at once, its indexes when it is filled, and then it is a table like any other', async () => {
  const { service } = await openFilled()
  const { branch, at, job } = await service.control.branch({ table: parent, as: TableName, at: startMs })
  assert.deepEqual([branch.name, branch.status, at], [TableName, 'ACTIVE', '2026-11-22T10:00:00.000Z'])
  const begun = await description(service)
  assert.equal(begun.TableStatus, 'ACTIVE')
  const [global] = begun.GlobalSecondaryIndexes as readonly Body[]
  assert.deepEqual([global?.IndexStatus, global?.Backfilling], ['CREATING', true])
  assert.deepEqual((begun.RestoreSummary as Body).RestoreInProgress, true)
  for (const [IndexName, kind] of [
    ['byU', 'global'],
    ['ownU', 'local'],
  ] as const)
    assert.deepEqual(await refusal(service, 'Scan', { IndexName }), [
      'ValidationException',
      `Cannot read from backfilling ${kind} secondary index: ${IndexName}`,
    ])
  const later = ['ContinuousBackupsUnavailableException', `Backups are being enabled for the table: ${TableName}. Please retry later`]
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  assert.deepEqual(await refusal(service, 'UpdateContinuousBackups', { PointInTimeRecoverySpecification }), later)
  assert.deepEqual(await refusal(service, 'CreateBackup', { BackupName: 'nightly' }), later)
  const [work] = (await service.control.jobs()).jobs
  assert.deepEqual([work?.id, work?.kind, work?.table, work?.makes, work?.canBeCancelled], [job, 'branch', parent, TableName, true])
  await service.control.runJobs()
  assert.deepEqual((await service.control.jobs()).jobs, [])
  const { IndexStatus } = ((await description(service)).GlobalSecondaryIndexes as readonly Body[])[0] ?? {}
  assert.equal(IndexStatus, 'ACTIVE')
  assert.equal((await succeed(service, 'Query', { TableName, IndexName: 'byU', ...ofU })).Count, 60)
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification })
  assert.equal(service.controlContext.engine.catalog.find(parent)?.history?.copies, undefined)
  await service.close()
})

test('A stream of a branch tells what was done to it, with what items were, and not that it is filled', async () => {
  const { service } = await openFilled()
  await service.control.branch({ table: parent, as: TableName, at: startMs })
  await succeed(service, 'UpdateTable', { TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } })
  await put(service, TableName, 0, 'mine')
  await succeed(service, 'DeleteItem', { TableName, Key: { id: { S: 'i1' }, sk: { S: 's' } } })
  const { Attributes } = await succeed(service, 'UpdateItem', {
    TableName,
    Key: { id: { S: 'i2' }, sk: { S: 's' } },
    UpdateExpression: 'SET v = u',
    ConditionExpression: 'u = :old',
    ExpressionAttributeValues: { ':old': { S: 'old' } },
    ReturnValues: 'ALL_NEW',
  })
  assert.deepEqual((Attributes as Body).v, { S: 'old' })
  await service.control.runJobs()
  const { LatestStreamArn } = (await description(service)) as { readonly LatestStreamArn: string }
  const records = await readStream((operation, input) => succeed(service, operation, input), LatestStreamArn)
  assert.deepEqual(
    records.map(({ eventName, dynamodb: { OldImage, NewImage } }) => [eventName, OldImage?.u, NewImage?.u, NewImage?.v]).sort(),
    [
      ['MODIFY', { S: 'old' }, { S: 'mine' }, undefined],
      ['MODIFY', { S: 'old' }, { S: 'old' }, { S: 'old' }],
      ['REMOVE', { S: 'old' }, undefined, undefined],
    ],
  )
  await service.close()
})

test('A branch is cancelled by deleting it, and then its parent keeps nothing for it', async () => {
  const { service } = await openFilled()
  const { job } = await service.control.branch({ table: parent, as: TableName, at: startMs })
  await service.control.cancelJob({ job })
  assert.equal((await call(service, 'DescribeTable', { TableName })).exception, 'ResourceNotFoundException')
  await service.control.runJobs()
  assert.equal(service.controlContext.engine.catalog.find(parent)?.history?.copies, undefined)
  await service.close()
})

test('A branch is refused without recovery, outside of its window, under a name that is taken or is none', async () => {
  const { service, clock } = await openFilled()
  const branch = (input: object): Promise<unknown> => service.control.branch({ table: parent, as: TableName, ...input })
  await assert.rejects(branch({ table: 'Nothing' }), { status: 404, message: 'Source table not found: Nothing' })
  await assert.rejects(branch({ as: parent }), { status: 400, message: `Table already exists: ${parent}` })
  await assert.rejects(branch({ as: 'no name' }), { status: 400, message: /TargetTableName|targetTableName/ })
  await assert.rejects(branch({ at: startMs - secondMs }), { message: /^An invalid restore time was specified/ })
  await assert.rejects(branch({ at: startMs + 10 * secondMs }), { message: /^An invalid restore time was specified/ })
  clock.advance(secondMs)
  // Up to now, without the lag of recovery.
  await branch({})
  assert.equal((await succeed(service, 'Scan', { TableName })).Count, 60)
  await assert.rejects(branch({ table: TableName, as: 'Next' }), { message: /^Backups are being enabled/ })
  await service.control.runJobs()
  await assert.rejects(branch({ table: TableName, as: 'Next' }), {
    message: `Point in time recovery is not enabled for table '${TableName}'`,
  })
  await service.close()
})
