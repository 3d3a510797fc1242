import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { nodeOn } from '../../../test/harness/nodes.ts'
import { type Body, call, openTestService, succeed } from '../../../test/harness/service.ts'
import { openTestStore, testStorage } from '../../../test/harness/test-storage.ts'
import { dayMs, hourMs, ManualClock, secondMs } from '../../base/clock.ts'
import { readPast } from '../../engine/history/read-past.ts'
import { stepRestores } from '../../engine/jobs/fill-restored-tables.ts'
import { stepHistories, type TrimProgress } from '../../engine/jobs/trim-histories.ts'
import { isHistoryEntry, tableHistoryRange } from '../../engine/keyspace/history-keys.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Service } from '../../server/start.ts'
import { deleteItem } from '../items/delete-item.ts'
import { putItem } from '../items/put-item.ts'
import { createTable } from '../tables/create-table.ts'
import { restoreTableToPointInTime } from './restore-table-to-point-in-time.ts'
import { updateContinuousBackups } from './update-continuous-backups.ts'

const TableName = 'Past'
const startMs = 1_795_341_600_000
const startSecond = startMs / 1000

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
}

async function openRecovering(periodDays = 1): Promise<{ engine: MeteredEngine; clock: ManualClock }> {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock, pitrLagMs: 0 })
  await createTable(engine, definition)
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: periodDays }
  await updateContinuousBackups(engine, { TableName, PointInTimeRecoverySpecification })
  return { engine, clock }
}

async function put(engine: MeteredEngine, id: string, value: string): Promise<void> {
  await putItem(engine, { TableName, Item: { id: { S: id }, v: { S: value } } }, new RequestUsage())
}

async function remove(engine: MeteredEngine, id: string): Promise<void> {
  await deleteItem(engine, { TableName, Key: { id: { S: id } } }, new RequestUsage())
}

/** What is kept of the past, entries and times of deletions. */
async function historyLength(engine: MeteredEngine): Promise<number> {
  const tableId = engine.catalog.find(TableName)?.tableId ?? 0
  return engine.store.view(
    async (view) => (await view.scan(tableHistoryRange(tableId), { entries: 10_000, bytes: 1 << 30 })).entries.length,
  )
}

async function past(engine: MeteredEngine, second: number, entries = 100, tableName = TableName): Promise<readonly string[]> {
  const table = engine.catalog.find(tableName)
  const epoch = table?.history?.epochs[0]?.number ?? 0
  const source = { tableId: table?.tableId ?? 0, cut: { epoch, second } }
  const found: string[] = []
  const budgets = { budget: { entries, bytes: 1 << 30 }, historyBudget: { entries, bytes: 1 << 30 } }
  let after: Parameters<typeof readPast>[2]
  do {
    const piece = await engine.store.view((view) => readPast(view, source, after, budgets))
    for (const { attributes } of piece.items) found.push(`${Object.values(attributes.id ?? {})}=${Object.values(attributes.v ?? {})}`)
    after = piece.upTo
  } while (after !== undefined)
  return found.sort()
}

test('An item leaves one entry for each second in which it is changed, and none without recovery', async () => {
  const { engine, clock } = await openRecovering()
  for (let at = 0; at < 5; at += 1) await put(engine, 'a', String(at))
  assert.equal(await historyLength(engine), 1)
  clock.advance(secondMs)
  for (let at = 5; at < 10; at += 1) await put(engine, 'a', String(at))
  assert.equal(await historyLength(engine), 2)
  assert.deepEqual(await past(engine, startSecond), ['a=4'])
  await updateContinuousBackups(engine, { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } })
  clock.advance(secondMs)
  await put(engine, 'a', 'unkept')
  assert.equal(await historyLength(engine), 2)
  await engine.close()
})

test('An item that is deleted and comes again within a second was what it was before that second', async () => {
  const { engine, clock } = await openRecovering()
  await put(engine, 'a', 'before')
  clock.advance(secondMs)
  await remove(engine, 'a')
  await put(engine, 'a', 'again')
  await remove(engine, 'a')
  await put(engine, 'a', 'after')
  assert.deepEqual(await past(engine, startSecond), ['a=before'])
  assert.deepEqual(await past(engine, startSecond + 1), ['a=after'])
  assert.deepEqual(await past(engine, startSecond - 1), [])
  await engine.close()
})

test('The past is read in pieces of any size, however often its items were changed and however many are gone', async () => {
  const { engine, clock } = await openRecovering()
  for (let second = 0; second < 30; second += 1) {
    await put(engine, 'hot', String(second))
    await put(engine, `gone${second}`, 'x')
    await put(engine, `cold${second % 3}`, String(second))
    if (second > 0) await remove(engine, `gone${second - 1}`)
    clock.advance(secondMs)
  }
  const at = (second: number): readonly string[] => {
    const cold = [0, 1, 2].flatMap((n) => (n > second ? [] : [`cold${n}=${second - ((second - n) % 3)}`]))
    return [...cold, `gone${second}=x`, `hot=${second}`]
  }
  for (const second of [0, 1, 7, 15, 28, 29]) {
    for (const entries of [1, 2, 3, 7, 100])
      assert.deepEqual(await past(engine, startSecond + second, entries), at(second), `${second} by ${entries}`)
  }
  await engine.close()
})

test('What recovery cannot go back to any more is trimmed in bounded steps, and what it can is not', async () => {
  const { engine, clock } = await openRecovering()
  for (let hour = 0; hour < 48; hour += 1) {
    await put(engine, 'a', String(hour))
    await put(engine, `b${hour}`, 'x')
    await remove(engine, `b${hour}`)
    clock.advance(hourMs)
  }
  const progress: TrimProgress = new Map()
  const budget = { entries: 10, bytes: 1 << 30 }
  let left = await historyLength(engine)
  while (await stepHistories(engine, clock.now(), progress, budget)) {
    const now = await historyLength(engine)
    assert.ok(left - now <= 10)
    left = now
  }
  // Changes of the last 24 hours: an entry of a, one of its b and when that was deleted.
  assert.equal(left, 23 * 3)
  assert.deepEqual(await past(engine, startSecond + 24 * 3600), ['a=24'])
  assert.deepEqual(await past(engine, startSecond + 40 * 3600), ['a=40'])
  await engine.close()
})

test('Turned off, nothing is left, and turned on again recovery begins anew', async () => {
  const { engine, clock } = await openRecovering()
  await put(engine, 'a', '1')
  await updateContinuousBackups(engine, { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } })
  while (await stepHistories(engine, clock.now(), new Map())) {}
  assert.equal(await historyLength(engine), 0)
  clock.advance(10 * secondMs)
  await put(engine, 'a', '2')
  const { ContinuousBackupsDescription } = await updateContinuousBackups(engine, {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
  assert.equal(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.EarliestRestorableDateTime, startSecond + 10)
  clock.advance(secondMs)
  await put(engine, 'a', '3')
  assert.deepEqual(await past(engine, startSecond + 10), ['a=2'])
  await engine.close()
})

test('What says when an item was deleted is not trimmed when it was written anew meanwhile', async () => {
  const { engine, clock } = await openRecovering()
  await put(engine, 'a', '1')
  await remove(engine, 'a')
  const before = clock.now()
  clock.advance(2 * dayMs)
  const trimmed: TrimProgress = new Map()
  // The first step says what is to be trimmed. The next reads what is old; then the item comes and goes again.
  assert.equal(await stepHistories(engine, clock.now(), trimmed), true)
  const store = engine.store.by((unguarded) => ({
    ...forwardedStore(unguarded),
    view: async (...asked) => {
      const found = await unguarded.view(...asked)
      await put(engine, 'a', '2')
      await remove(engine, 'a')
      return found
    },
  }))
  assert.equal(await stepHistories({ ...engine, store }, clock.now(), trimmed), true)
  const tableId = engine.catalog.find(TableName)?.tableId ?? 0
  const { entries } = await engine.store.view(async (view) => view.scan(tableHistoryRange(tableId), { entries: 10, bytes: 1 << 20 }))
  const deleted = entries.filter(({ key }) => !isHistoryEntry(key)).map(({ value }) => Number(String(value).split(' ')[1]) / 1000)
  assert.ok(deleted.length === 1 && (deleted[0] ?? 0) > before, `${deleted}`)
  await engine.close()
})

async function recoverable(service: Service): Promise<readonly [number, number]> {
  const { ContinuousBackupsDescription } = await succeed(service, 'DescribeContinuousBackups', { TableName })
  const { PointInTimeRecoveryDescription } = ContinuousBackupsDescription as Body
  const told = PointInTimeRecoveryDescription as { readonly [name: string]: number }
  return [(told.EarliestRestorableDateTime ?? 0) - startSecond, (told.LatestRestorableDateTime ?? 0) - startSecond]
}

test('A shorter period drops what is older for good, and a clock that comes back from far ahead brings nothing back', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, pitrLagMs: 0 })
  await succeed(service, 'CreateTable', definition)
  const recover = (RecoveryPeriodInDays: number): Promise<Body> =>
    succeed(service, 'UpdateContinuousBackups', {
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays },
    })
  await recover(35)
  clock.advance(10 * dayMs)
  assert.deepEqual(await recoverable(service), [0, 864_000])
  await recover(2)
  assert.deepEqual(await recoverable(service), [691_200, 864_000])
  await recover(35)
  assert.deepEqual(await recoverable(service), [691_200, 864_000])
  await service.control.runJobs()
  const put = (v: string): Promise<Body> => succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' }, v: { S: v } } })
  clock.advance(3650 * dayMs)
  await put('far ahead')
  await service.control.runJobs()
  clock.advance(-3650 * dayMs)
  await service.control.runJobs()
  // What the clock showed before is trimmed; what it shows again begins now.
  assert.deepEqual(await recoverable(service), [864_000, 864_000])
  clock.advance(secondMs)
  await put('later')
  await succeed(service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Then',
    RestoreDateTime: startSecond + 864_000,
  })
  await service.control.runJobs()
  const { Items } = await succeed(service, 'Scan', { TableName: 'Then' })
  assert.deepEqual(Items, [{ id: { S: 'a' }, v: { S: 'far ahead' } }])
  await service.close()
})

test('Items that expire and tables that are changed are restored as they were', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, pitrLagMs: 0, ttlSweepIntervalMs: 0 })
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  await succeed(service, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
  await service.control.runJobs()
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' }, exp: { N: String(startSecond + 10) }, u: { S: 'x' } } })
  clock.advance(60 * secondMs)
  await service.control.runJobs()
  assert.equal((await succeed(service, 'Scan', { TableName })).Count, 0)
  await succeed(service, 'UpdateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'u', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      { Create: { IndexName: 'byU', KeySchema: [{ AttributeName: 'u', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } },
    ],
  })
  clock.advance(hourMs)
  await service.control.runJobs()
  await succeed(service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Then',
    RestoreDateTime: startSecond + 5,
  })
  await service.control.runJobs()
  const found = await succeed(service, 'Query', {
    TableName: 'Then',
    IndexName: 'byU',
    KeyConditionExpression: 'u = :u',
    ExpressionAttributeValues: { ':u': { S: 'x' } },
  })
  assert.equal(found.Count, 1)
  // It has expired, and is there all the same: time to live is not restored.
  clock.advance(hourMs)
  await service.control.runJobs()
  assert.equal((await succeed(service, 'Scan', { TableName: 'Then' })).Count, 1)
  await service.close()
})

test('A restore goes on in bounded steps while its source is written to', async () => {
  const { engine, clock } = await openRecovering()
  for (let n = 0; n < 20; n += 1) await put(engine, `i${n}`, 'old')
  const cut = startSecond
  clock.advance(secondMs)
  await restoreTableToPointInTime(engine, { SourceTableName: TableName, TargetTableName: 'Then', RestoreDateTime: cut })
  const options = { piecesMax: 1, budgets: { budget: { entries: 3, bytes: 1 << 30 }, historyBudget: { entries: 3, bytes: 1 << 30 } } }
  for (let n = 0; n < 20; n += 1) {
    if (n % 3 === 0) await remove(engine, `i${n}`)
    else await put(engine, `i${n}`, 'new')
    await put(engine, `j${n}`, 'new')
    if (n < 4) assert.equal(await stepRestores(engine, clock.now(), options), true)
  }
  assert.equal(engine.catalog.find(TableName)?.history?.copies?.length, 1)
  assert.equal(engine.catalog.find('Then')?.status, 'CREATING')
  while (await stepRestores(engine, clock.now(), options)) {}
  assert.equal(engine.catalog.find('Then')?.status, 'ACTIVE')
  assert.equal(engine.catalog.find(TableName)?.history?.copies, undefined)
  assert.deepEqual(await past(engine, cut, 100, 'Then'), Array.from({ length: 20 }, (_, n) => `i${n}=old`).sort())
  await engine.close()
})

test('A source that is deleted is swept when nothing is restored from it any more', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, pitrLagMs: 0 })
  await succeed(service, 'CreateTable', definition)
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  for (let n = 0; n < 60; n += 1) await succeed(service, 'PutItem', { TableName, Item: { id: { S: `i${n}` } } })
  await succeed(service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Then',
    UseLatestRestorableTime: true,
  })
  await succeed(service, 'DeleteItem', { TableName, Key: { id: { S: 'i7' } } })
  await succeed(service, 'DeleteTable', { TableName })
  assert.equal((await call(service, 'DescribeTable', { TableName })).exception, 'ResourceNotFoundException')
  await service.control.runJobs()
  assert.equal((await succeed(service, 'Scan', { TableName: 'Then' })).Count, 60)
  await service.close()
})

test('Two nodes whose clocks differ keep the order of what happens to an item', async () => {
  const store = await openTestStore()
  const clocks = [new ManualClock(startMs + 900), new ManualClock(startMs + 400)]
  const [ahead, behind] = await Promise.all(clocks.map((clock, at) => nodeOn(store, clock, at + 1, { pitrLagMs: 0 })))
  assert.ok(ahead !== undefined && behind !== undefined)
  await succeed(ahead.service, 'CreateTable', definition)
  await succeed(ahead.service, 'UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
  const write = (service: Service, v: string): Promise<Body> =>
    succeed(service, 'PutItem', { TableName, Item: { id: { S: 'a' }, v: { S: v } } })
  await write(ahead.service, 'first')
  for (const clock of clocks) clock.advance(300)
  // For one the second has passed, for the other it has not.
  await succeed(ahead.service, 'DeleteItem', { TableName, Key: { id: { S: 'a' } } })
  await write(behind.service, 'second')
  for (const clock of clocks) clock.advance(5 * secondMs)
  await succeed(behind.service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Then',
    RestoreDateTime: startSecond,
  })
  await succeed(behind.service, 'RestoreTableToPointInTime', {
    SourceTableName: TableName,
    TargetTableName: 'Next',
    RestoreDateTime: startSecond + 1,
  })
  for (let round = 0; round < 10; round += 1) for (const { service } of [ahead, behind]) await service.control.runJobs()
  const value = async (name: string): Promise<unknown> => (await succeed(ahead.service, 'Scan', { TableName: name })).Items
  assert.deepEqual(await value('Then'), [{ id: { S: 'a' }, v: { S: 'first' } }])
  assert.deepEqual(await value('Next'), [{ id: { S: 'a' }, v: { S: 'second' } }])
  for (const { service } of [ahead, behind]) await service.close()
  await store.close()
})
