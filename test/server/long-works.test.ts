/** The list of long works: what goes on, how far it is and how long it will take, after a restart, too; and what can be cancelled. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock, secondMs } from '../../src/base/clock.ts'
import { engineJobs } from '../../src/engine/jobs/engine-jobs.ts'
import { runDueJobs } from '../../src/engine/jobs/run-due-jobs.ts'
import type { Service } from '../../src/server/start.ts'
import type { WatchedWork } from '../../src/server/works.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000
const itemCount = 384
const clock = new ManualClock(startMs)

async function openFilled(store = openMemoryStore()): Promise<Service> {
  const service = await openTestService({ kind: 'custom', open: () => keptOpen(store) }, { clock, pitrLagMs: 0 })
  await succeed(service, 'CreateTable', onDemandTable(TableName, { id: 'S' }))
  for (let n = 0; n < itemCount; n += 1) await succeed(service, 'PutItem', { TableName, Item: { id: { S: `i${n}` }, g: { S: 'x' } } })
  return service
}

async function jobs(service: Service): Promise<readonly WatchedWork[]> {
  return (await service.control.jobs()).jobs
}

/** One step of each job of the database. */
async function step({ controlContext: { engine } }: Service): Promise<void> {
  for (const job of engineJobs(engine)) await job.step(engine.clock.now())
}

async function addIndex(service: Service): Promise<void> {
  await succeed(service, 'UpdateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'byG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } },
    ],
  })
}

test('A backup, a restore and a backfill are listed with what is done and left of them, and are gone when they are over', async () => {
  const store = openMemoryStore()
  let service = await openFilled(store)
  assert.deepEqual(await jobs(service), [])
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'nightly' })
  clock.advance(secondMs)
  await succeed(service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Then',
    UseLatestRestorableTime: true,
  })
  await addIndex(service)
  const begun = await jobs(service)
  assert.deepEqual(
    begun.map(({ kind, table, makes, state, share, itemsDone, itemsTotal }) => [kind, table, makes, state, share, itemsDone, itemsTotal]),
    [
      ['backup', TableName, 'nightly', 'running', 0, 0, itemCount],
      ['backfill', TableName, 'byG', 'running', 0, undefined, undefined],
      ['restore', TableName, 'Then', 'running', 0, 0, itemCount],
    ],
  )
  assert.ok(begun.every(({ remainingMs }) => remainingMs === undefined))
  clock.advance(10 * secondMs)
  await step(service)
  const gone = await jobs(service)
  for (const { kind, share, itemsDone = 96, remainingMs = 0, startedMs } of gone) {
    assert.ok(share > 0.01 && share < 0.9 && itemsDone === 96, `${kind} ${share} ${itemsDone}`)
    assert.ok(Math.abs(remainingMs - ((1 - share) * (clock.now() - startedMs)) / share) <= 11 * secondMs, `${kind} ${remainingMs}`)
  }
  // Another process knows as much, and goes on.
  await service.close()
  service = await openTestService({ kind: 'custom', open: () => keptOpen(store) }, { clock, pitrLagMs: 0 })
  assert.deepEqual(
    (await jobs(service)).map(({ id, share }) => [id, share]),
    gone.map(({ id, share }) => [id, share]),
  )
  await service.control.runJobs()
  assert.deepEqual(await jobs(service), [])
  await service.close()
})

test('What was slow before this process saw it makes no estimate longer', async () => {
  const service = await openFilled()
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'nightly' })
  clock.advance(hourMs)
  assert.equal((await jobs(service))[0]?.remainingMs, undefined)
  clock.advance(secondMs)
  await step(service)
  assert.equal((await jobs(service))[0]?.remainingMs, 3 * secondMs)
  await service.close()
})

test('The backfill of an index is cancelled by deleting the index, and other works cannot be', async () => {
  const service = await openFilled()
  await addIndex(service)
  await step(service)
  const [backfill] = await jobs(service)
  assert.equal(backfill?.canBeCancelled, true)
  assert.equal((await service.control.cancelJob({ job: backfill.id })).makes, 'byG')
  await service.control.runJobs()
  assert.deepEqual(await jobs(service), [])
  const { Table } = await succeed(service, 'DescribeTable', { TableName })
  assert.equal((Table as { readonly GlobalSecondaryIndexes?: unknown }).GlobalSecondaryIndexes, undefined)
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'nightly' })
  const [backup] = await jobs(service)
  await assert.rejects(service.control.cancelJob({ job: backup?.id ?? '' }), { message: 'Nothing cancels this backup, on AWS neither.' })
  await assert.rejects(service.control.cancelJob({ job: 'backup-1' }), { message: 'There is no job "backup-1".' })
  await service.close()
})

test('With isolated regions the works of all of them are listed, and cancelled where they are', async () => {
  const service = await openTestService('any', { clock, regions: 'isolated' })
  await succeed(service, 'CreateTable', onDemandTable(TableName, { id: 'S' }))
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' } } })
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'nightly' })
  await addIndex(service)
  assert.deepEqual((await jobs(service)).map(({ kind, region }) => [kind, region]).sort(), [
    ['backfill', 'us-east-1'],
    ['backup', 'us-east-1'],
  ])
  const backfill = (await jobs(service)).find(({ kind }) => kind === 'backfill')
  await service.control.cancelJob({ job: backfill?.id ?? '' })
  await runDueJobs(engineJobs(service.controlContext.engine), clock)
  assert.deepEqual(await jobs(service), [])
  await call(service, 'DeleteTable', { TableName })
  await service.close()
})
