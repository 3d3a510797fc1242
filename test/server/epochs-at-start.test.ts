/** What a database does about the past of its tables when it is opened: some tables in a turn, nothing when it is only looked at, and later when it cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { checkDatabase } from '../../src/server/check-folder.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Store, StoreUnavailable } from '../../src/storage/store.ts'
import { forwardedStore, keptOpen } from '../harness/forwarded-store.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const tableCount = 24

/** A store that outlasts who has it open, with a table that remembers nothing, and others that do. */
async function filledStore(clock: ManualClock): Promise<Store> {
  const store = openMemoryStore()
  const service = await openTestService({ kind: 'custom', open: () => keptOpen(store) }, { clock })
  for (let at = 0; at <= tableCount; at += 1) {
    const TableName = `Past${at}`
    await succeed(service, 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    })
    if (at === tableCount) continue
    await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  }
  await service.close()
  return store
}

/** The numbers of the last ones. */
function epochs({ catalog }: Engine): ReadonlySet<number> {
  return new Set([...catalog.tables()].map(({ history }) => history?.epochs.at(-1)?.number ?? 0))
}

test('Epochs begin in turns of bounded size when a database is opened, and none when it is checked', async () => {
  const clock = new ManualClock(1_795_341_600_000)
  const store = await filledStore(clock)
  const report = await checkDatabase({ kind: 'custom', open: () => keptOpen(store) }, { fix: true })
  assert.equal(report.found, 0)
  let turns = 0
  const counted: Store = {
    ...forwardedStore(store),
    close: async () => {},
    write: (...asked) => {
      turns += 1
      return store.write(...asked)
    },
  }
  const service = await openTestService({ kind: 'custom', open: () => counted }, { clock })
  assert.deepEqual([...epochs(service.controlContext.engine)].sort(), [0, 2])
  assert.equal(turns, 3)
  await service.close()
})

test('A database that cannot be written when it is opened is read, and its tables are changed when their epochs have begun', async () => {
  const clock = new ManualClock(1_795_341_600_000)
  const store = await filledStore(clock)
  let isFull = true
  const full: Store = {
    ...forwardedStore(store),
    close: async () => {},
    write: async (...asked) => {
      if (isFull) throw new StoreUnavailable('the disk is full')
      return store.write(...asked)
    },
  }
  const service = await openTestService({ kind: 'custom', open: () => full }, { clock })
  const put = (TableName: string): ReturnType<typeof call> => call(service, 'PutItem', { TableName, Item: { id: { S: 'a' } } })
  assert.equal((await call(service, 'Scan', { TableName: 'Past0' })).status, 200)
  assert.equal((await put('Past0')).status, 500)
  isFull = false
  // What is changed now would be of the epoch before.
  assert.deepEqual([(await put('Past0')).status, (await put(`Past${tableCount}`)).status], [500, 200])
  await service.control.runJobs()
  assert.equal((await put('Past0')).status, 200)
  assert.deepEqual([...epochs(service.controlContext.engine)].sort(), [0, 2])
  await service.close()
})
