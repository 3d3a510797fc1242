import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { stepSweep } from '../../engine/jobs/sweep-deleted-tables.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { createTable } from './create-table.ts'
import { deleteTable } from './delete-table.ts'
import { describeTable } from './describe-table.ts'

const engine = await openMeteredEngine({
  storage: testStorage(),
  clock: new ManualClock(0),
  random: seededRandom(1),
})
const input = {
  TableName: 'music',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    { IndexName: 'again', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
} as const

test('DeleteTable answers DELETING, frees the name at once and leaves a sweep', async () => {
  const { TableDescription: created } = await createTable(engine, input)
  const { TableDescription: deleted } = await deleteTable(engine, { TableName: 'music' })
  assert.equal(deleted?.TableStatus, 'DELETING')
  assert.equal(deleted.TableId, created?.TableId)
  assert.equal(deleted.GlobalSecondaryIndexes, undefined)
  const absent = { name: 'ResourceNotFoundException', message: 'Requested resource not found: Table: music not found' }
  await assert.rejects(describeTable(engine, { TableName: 'music' }), absent)
  await assert.rejects(deleteTable(engine, { TableName: 'music' }), absent)
  const { TableDescription: recreated } = await createTable(engine, input)
  assert.notEqual(recreated?.TableId, created?.TableId)
  assert.equal(await stepSweep(engine), true)
  assert.equal(await stepSweep(engine), false)
  await deleteTable(engine, { TableName: 'music' })
})

test('DeleteTable refuses a protected table', async () => {
  await createTable(engine, { ...input, TableName: 'protected', DeletionProtectionEnabled: true })
  await assert.rejects(deleteTable(engine, { TableName: 'protected' }), {
    name: 'ValidationException',
    message: 'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
  })
})

test('DeleteTable refuses a table with an index in creation', async () => {
  await createTable(engine, { ...input, TableName: 'busy' })
  await changeTables(engine, ['busy'], (tables) => {
    const table = tables.find('busy')
    assert(table !== undefined)
    tables.replace({ ...table, indexes: table.indexes.map((index) => ({ ...index, status: 'CREATING', backfilling: true })) })
  })
  await assert.rejects(deleteTable(engine, { TableName: 'busy' }), {
    name: 'ResourceInUseException',
    message:
      'Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.',
  })
})
