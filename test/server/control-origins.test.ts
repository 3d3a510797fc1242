/** By which infrastructure code tables were made, as the control endpoint notes and tells it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ControlError } from '../../src/server/control/control-error.ts'
import { openTestService, succeed } from '../harness/service.ts'

const table = {
  TableName: 'Orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

const region = 'us-east-1'

test('The origin of a table is told until the table goes, stays while it changes, and is not that of a branch', async () => {
  const service = await openTestService('any')
  const { control } = service
  await succeed(service, 'CreateTable', table)
  assert.deepEqual(await control.origins(), { origins: [] })
  const origin = { table: 'Orders', region, source: 'shop', id: 'OrdersTable', retained: false }
  assert.deepEqual(await control.setOrigin({ table: 'Orders', source: 'shop', id: 'OrdersTable' }), origin)
  await succeed(service, 'UpdateTable', { TableName: 'Orders', DeletionProtectionEnabled: true })
  await succeed(service, 'UpdateTable', { TableName: 'Orders', DeletionProtectionEnabled: false })
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await succeed(service, 'UpdateContinuousBackups', { TableName: 'Orders', PointInTimeRecoverySpecification })
  await control.branch({ table: 'Orders', as: 'Branch' })
  assert.deepEqual(await control.origins(), { origins: [origin] })
  const retained = { ...origin, source: 'other', retained: true }
  assert.deepEqual(await control.setOrigin({ table: 'Orders', source: 'other', id: 'OrdersTable', retained: true }), retained)
  assert.deepEqual(await control.origins(), { origins: [retained] })
  await succeed(service, 'DeleteTable', { TableName: 'Orders' })
  await control.runJobs()
  await succeed(service, 'CreateTable', table)
  assert.deepEqual(await control.origins(), { origins: [] })
  await service.close()
})

test('Where each region has its own tables, so it is with their origins', async () => {
  const service = await openTestService('any', { regions: 'isolated' })
  const { control } = service
  await succeed(service, 'CreateTable', table)
  const origin = await control.setOrigin({ table: 'Orders', source: 'shop', id: 'Orders', region })
  assert.deepEqual(await control.origins({ region }), { origins: [origin] })
  assert.deepEqual(await control.origins({ region: 'eu-west-1' }), { origins: [] })
  await assert.rejects(
    control.setOrigin({ table: 'Orders', source: 'shop', id: 'Orders', region: 'eu-west-1' }),
    (error) => error instanceof ControlError && error.status === 404,
  )
  await service.close()
})

test('An origin says of which table, of what and as what', async () => {
  const service = await openTestService('any')
  await succeed(service, 'CreateTable', table)
  const wrong: readonly (readonly [input: object, status: number])[] = [
    [{ table: 'Orders', source: 'shop' }, 400],
    [{ table: 'Orders', id: 'Orders' }, 400],
    [{ table: 'Orders', source: '', id: 'Orders' }, 400],
    [{ table: 'Orders', source: 'shop', id: 'Orders', retained: 'yes' }, 400],
    [{ table: 'None', source: 'shop', id: 'Orders' }, 404],
  ]
  for (const [input, status] of wrong) {
    await assert.rejects(service.control.setOrigin(input as never), (error) => error instanceof ControlError && error.status === status)
  }
  await service.close()
})
