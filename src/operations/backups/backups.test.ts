import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeOn } from '../../../test/harness/nodes.ts'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { FaultyService } from '../../../test/model/faulty-service.ts'
import { dayMs, hourMs, ManualClock } from '../../base/clock.ts'
import type { Engine } from '../../engine/engine.ts'
import { engineJobs } from '../../engine/jobs/engine-jobs.ts'
import { runDueJobs } from '../../engine/jobs/run-due-jobs.ts'
import { allBackupsRange } from '../../engine/keyspace/backup-keys.ts'
import { engineOf } from '../../engine/regions.ts'
import type { Service } from '../../server/start.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'u', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byU', KeySchema: [{ AttributeName: 'u', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
}

function put(service: Service, id: string, u: string): Promise<Body> {
  return succeed(service, 'PutItem', { TableName, Item: { id: { S: id }, u: { S: u } } })
}

async function backUp(service: Service, BackupName = 'backup'): Promise<string> {
  const { BackupDetails } = await succeed(service, 'CreateBackup', { TableName, BackupName })
  return (BackupDetails as { readonly BackupArn: string }).BackupArn
}

async function items(service: Service, tableName: string): Promise<readonly string[]> {
  const { Items } = await succeed(service, 'Scan', { TableName: tableName })
  return (Items as readonly { readonly id: { readonly S: string }; readonly u: { readonly S: string } }[])
    .map(({ id, u }) => `${id.S}=${u.S}`)
    .sort()
}

async function summaries(service: Service, input: object = {}): Promise<readonly Body[]> {
  return (await succeed(service, 'ListBackups', input)).BackupSummaries as readonly Body[]
}

function all(count: number, u: string): readonly string[] {
  return Array.from({ length: count }, (_, n) => `i${n}=${u}`).sort()
}

test('A backup holds one moment, whatever is written while it is made, and after its process died', async () => {
  const clock = new ManualClock(startMs)
  const faulty = await FaultyService.open({ clock })
  await succeed(faulty.service, 'CreateTable', definition)
  for (let n = 0; n < 60; n += 1) await put(faulty.service, `i${n}`, 'old')
  const arn = await backUp(faulty.service)
  for (let n = 0; n < 60; n += 2) await put(faulty.service, `i${n}`, 'new')
  for (let n = 1; n < 60; n += 4) await succeed(faulty.service, 'DeleteItem', { TableName, Key: { id: { S: `i${n}` } } })
  for (let n = 0; n < 30; n += 1) await put(faulty.service, `j${n}`, 'new')
  for (const fault of ['crash-after', 'crash-before', 'crash-after'] as const) {
    faulty.nextFault = fault
    await faulty.service.control.runJobs().catch(() => {})
    assert.equal(faulty.isCrashed, true)
    await faulty.restart()
  }
  for (let n = 3; n < 60; n += 4) await put(faulty.service, `i${n}`, 'newer')
  await faulty.service.control.runJobs()
  const { service } = faulty
  const { BackupDescription } = await succeed(service, 'DescribeBackup', { BackupArn: arn })
  const { BackupDetails, SourceTableDetails } = BackupDescription as { readonly [part: string]: Body }
  assert.equal(BackupDetails?.BackupStatus, 'AVAILABLE')
  assert.equal(SourceTableDetails?.ItemCount, 60)
  await succeed(service, 'DeleteTable', { TableName })
  await service.control.runJobs()
  await succeed(service, 'RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'Copy' })
  await service.control.runJobs()
  assert.deepEqual(await items(service, 'Copy'), all(60, 'old'))
  const found = await succeed(service, 'Query', {
    TableName: 'Copy',
    IndexName: 'byU',
    KeyConditionExpression: 'u = :u',
    ExpressionAttributeValues: { ':u': { S: 'old' } },
  })
  assert.equal(found.Count, 60)
  await service.close()
})

test('A table that is deleted while a backup of it is made is backed up all the same', async () => {
  const service = await openTestService('any', { clock: new ManualClock(startMs) })
  await succeed(service, 'CreateTable', definition)
  for (let n = 0; n < 40; n += 1) await put(service, `i${n}`, 'old')
  const arn = await backUp(service)
  await put(service, 'i0', 'new')
  await succeed(service, 'DeleteTable', { TableName })
  await succeed(service, 'CreateTable', definition)
  await put(service, 'i0', 'another')
  await service.control.runJobs()
  await succeed(service, 'RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'Copy' })
  await service.control.runJobs()
  assert.deepEqual(await items(service, 'Copy'), all(40, 'old'))
  await service.close()
})

test('A deleted table that had recovery on stays for 35 days as a backup of the system', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock })
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  for (let n = 0; n < 30; n += 1) await put(service, `i${n}`, 'old')
  clock.advance(hourMs)
  for (let n = 0; n < 30; n += 1) await put(service, `i${n}`, 'last')
  await succeed(service, 'DeleteTable', { TableName })
  assert.deepEqual(await summaries(service), [])
  const [summary] = await summaries(service, { BackupType: 'SYSTEM' })
  assert.equal(summary?.BackupName, 'Orders$DeletedTableBackup')
  assert.equal(summary?.BackupExpiryDateTime, (startMs + hourMs + 35 * dayMs) / 1000)
  const BackupArn = summary?.BackupArn
  // Before what else the table left is swept, and behind it.
  for (const TargetTableName of ['Before', 'Behind']) {
    await succeed(service, 'RestoreTableFromBackup', { BackupArn, TargetTableName })
    await service.control.runJobs()
    assert.deepEqual(await items(service, TargetTableName), all(30, 'last'))
  }
  clock.advance(35 * dayMs - 1)
  await service.control.runJobs()
  assert.equal((await summaries(service, { BackupType: 'ALL' })).length, 1)
  clock.advance(hourMs)
  assert.deepEqual(await summaries(service, { BackupType: 'ALL' }), [])
  await service.control.runJobs()
  assert.equal((await call(service, 'DescribeBackup', { BackupArn })).exception, 'BackupNotFoundException')
  await service.close()
})

test('With isolated regions a backup is made, and one of the system expires, when the last table of its region is gone', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, regions: 'isolated' })
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  for (let n = 0; n < 60; n += 1) await put(service, `i${n}`, 'old')
  const arn = await backUp(service)
  await succeed(service, 'DeleteTable', { TableName })
  // As another region sees it, which may have the jobs.
  const { engine } = service.controlContext
  await drainJobs(engineOf(engine, 'eu-west-1'), clock)
  assert.deepEqual(
    (await summaries(service, { BackupType: 'ALL' })).map(({ BackupStatus, BackupType }) => [BackupType, BackupStatus]),
    [
      ['USER', 'AVAILABLE'],
      ['SYSTEM', 'AVAILABLE'],
    ],
  )
  clock.advance(36 * dayMs)
  await drainJobs(engineOf(engine, 'eu-west-1'), clock)
  const backups = await engine.store.view(async (view) => view.scan(allBackupsRange(), { entries: 10, bytes: 1 << 20 }))
  assert.equal(backups.entries.length, 1)
  await succeed(service, 'RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'Copy' })
  await service.control.runJobs()
  assert.deepEqual(await items(service, 'Copy'), all(60, 'old'))
  await service.close()
})

async function drainJobs(engine: Engine, clock: ManualClock): Promise<void> {
  while (await runDueJobs(engineJobs(engine), clock)) {}
}

test('A table without recovery leaves no backup, and a backup that is made leaves no history', async () => {
  const service = await openTestService('any', { clock: new ManualClock(startMs) })
  await succeed(service, 'CreateTable', definition)
  await put(service, 'i0', 'old')
  const arn = await backUp(service)
  await put(service, 'i0', 'new')
  await service.control.runJobs()
  await succeed(service, 'DeleteTable', { TableName })
  assert.equal((await summaries(service, { BackupType: 'ALL' })).length, 1)
  await succeed(service, 'DeleteBackup', { BackupArn: arn })
  await service.control.runJobs()
  assert.deepEqual(await summaries(service, { BackupType: 'ALL' }), [])
  await service.close()
})

test('Two nodes write while a backup is made, and it holds exactly what was written before it', async () => {
  const store = await openTestStore()
  const clocks = [new ManualClock(startMs + 900), new ManualClock(startMs + 400)]
  const [ahead, behind] = await Promise.all(clocks.map((clock, at) => nodeOn(store, clock, at + 1)))
  assert.ok(ahead !== undefined && behind !== undefined)
  await succeed(ahead.service, 'CreateTable', definition)
  for (let n = 0; n < 20; n += 1) await put(n % 2 === 0 ? ahead.service : behind.service, `i${n}`, 'old')
  const arn = await backUp(behind.service)
  for (let n = 0; n < 20; n += 1) await put(n % 3 === 0 ? ahead.service : behind.service, `i${n}`, 'new')
  for (let round = 0; round < 10; round += 1) for (const { service } of [ahead, behind]) await service.control.runJobs()
  await succeed(ahead.service, 'RestoreTableFromBackup', { BackupArn: arn, TargetTableName: 'Copy' })
  for (let round = 0; round < 10; round += 1) for (const { service } of [ahead, behind]) await service.control.runJobs()
  assert.deepEqual(await items(behind.service, 'Copy'), all(20, 'old'))
  for (const { service } of [ahead, behind]) await service.close()
  await store.close()
})
