/** What the console does with recovery, backups, restores and exports, in a real browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOrders } from '../harness/console-orders.ts'
import { type ConsolePage, type openConsole, skipWithoutChromium } from '../harness/console-page.ts'
import { TestBuckets } from '../harness/test-buckets.ts'

const options = { skip: skipWithoutChromium }

const recoveryOn = {
  TableName: 'Orders',
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
}

/** Until all that goes on is done, and what waits for its time, too. */
async function finish({ server, clock }: ConsolePage): Promise<void> {
  await server.control.runJobs()
  clock.advance(10_000)
  await server.control.runJobs()
}

test('Recovery is switched on, kept shorter and switched off, with its command and window', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  page.on('dialog', (dialog) => dialog.accept())
  const told = async (): Promise<unknown> =>
    ((await ask('DescribeContinuousBackups', { TableName: 'Orders' })).ContinuousBackupsDescription as { [name: string]: unknown })
      .PointInTimeRecoveryDescription
  await open('/tables/Orders/items')
  await page.getByRole('link', { name: 'Backups' }).click()
  const card = page.getByRole('region', { name: 'Point-in-time recovery' })
  await card.getByText('off', { exact: true }).waitFor()
  await page.getByText('An export needs point-in-time recovery').waitFor()
  await card.getByLabel('days that are kept').fill('7')
  await card.getByText(/aws dynamodb update-continuous-backups [\s\S]*"RecoveryPeriodInDays": 7/).waitFor()
  await card.getByRole('button', { name: 'Switch recovery on' }).press('Enter')
  await card.getByText('7 days').waitFor()
  assert.equal(await card.locator('time').first().getAttribute('datetime'), '2026-11-22T10:00:00.000Z')
  await checkAccess()
  await card.getByLabel('days that are kept').fill('3')
  await card.getByRole('button', { name: 'Keep it so long' }).click()
  await card.getByText('3 days').waitFor()
  assert.equal(((await told()) as { RecoveryPeriodInDays: unknown }).RecoveryPeriodInDays, 3)
  await card.getByRole('button', { name: 'Switch recovery off' }).click()
  await card.getByText('off', { exact: true }).waitFor()
  assert.deepEqual(await told(), { PointInTimeRecoveryStatus: 'DISABLED' })
})

test('A backup is made, restored to a new table and deleted only by who says so', options, async (t) => {
  const opened = await withOrders(t)
  const { page, open, ask, checkAccess } = opened
  await open('/tables/Orders/backups')
  const card = page.getByRole('region', { name: 'Backups', exact: true })
  await card.getByText('There are none').waitFor()
  await card.getByLabel('Name of a new backup').fill('a!')
  await card.getByRole('button', { name: 'Make a backup' }).click()
  await card.getByRole('alert').getByText('ValidationException').waitFor()
  await card.getByLabel('Name of a new backup').fill('before')
  await card.getByText(/aws dynamodb create-backup [\s\S]*"BackupName": "before"/).waitFor()
  await card.getByLabel('Name of a new backup').press('Enter')
  await card.getByRole('row', { name: /before creating user/ }).waitFor()
  await finish(opened)
  await card.getByRole('row', { name: /before available user/ }).waitFor()
  await checkAccess()
  await card.getByRole('button', { name: 'before' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'before' })
  await dialog.getByText('byStatus').waitFor()
  await checkAccess()
  await dialog.getByLabel('Name of the new table').fill('Orders')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await dialog.getByRole('alert').getByText('TableAlreadyExistsException').waitFor()
  await dialog.getByLabel('Name of the new table').fill('OrdersAgain')
  await dialog.getByText(/aws dynamodb restore-table-from-backup [\s\S]*"TargetTableName": "OrdersAgain"/).waitFor()
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('status').getByText('The table OrdersAgain is being restored.').waitFor()
  await page.getByRole('region', { name: 'Works' }).getByText('restore').waitFor()
  await finish(opened)
  assert.equal(((await ask('Scan', { TableName: 'OrdersAgain' })) as { Count: unknown }).Count, 12)
  let answer = false
  page.on('dialog', (question) => (answer ? question.accept() : question.dismiss()))
  await card.getByRole('button', { name: 'before' }).click()
  await dialog.getByRole('button', { name: 'Delete the backup' }).click()
  assert.equal(((await ask('ListBackups', {})) as { BackupSummaries: unknown[] }).BackupSummaries.length, 1)
  answer = true
  await dialog.getByRole('button', { name: 'Delete the backup' }).click()
  await card.getByText('There are none').waitFor()
  assert.deepEqual(await ask('ListBackups', {}), { BackupSummaries: [] })
})

test('A table is restored as it was at the end of the second that is chosen', options, async (t) => {
  const opened = await withOrders(t, { pitrLagMs: 0 })
  const { page, open, ask, clock, checkAccess } = opened
  await ask('UpdateContinuousBackups', recoveryOn)
  clock.advance(60_000)
  await ask('PutItem', { TableName: 'Orders', Item: { pk: { S: 'late' }, sk: { S: 'x' } } })
  clock.advance(60_000)
  await open('/tables/Orders/backups')
  await page.getByRole('button', { name: 'Restore to a second' }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore Orders to a new table' })
  await dialog.getByLabel('Name of the new table').fill('Before')
  await dialog.getByText('"UseLatestRestorableTime": true').waitFor()
  await dialog.getByLabel('the end of a second').check()
  await dialog.getByText('2026-11-22T10:02:00.000Z', { exact: true }).waitFor()
  const second = dialog.getByLabel('The second, in your zone')
  await second.fill((await second.inputValue()).replace(':02', ':00'))
  await dialog.getByText('"RestoreDateTime": "2026-11-22T10:00:00.000Z"').waitFor()
  await checkAccess()
  await second.press('Enter')
  await page.getByRole('status').getByText('The table Before is being restored.').waitFor()
  await finish(opened)
  assert.equal(((await ask('Scan', { TableName: 'Before' })) as { Count: unknown }).Count, 12)
})

test('A table is exported to a bucket; one that failed says why, in AWS’s words', options, async (t) => {
  const buckets = new TestBuckets('lake')
  t.after(() => buckets.remove())
  const opened = await withOrders(t, { buckets: buckets.options })
  const { page, open, ask, checkAccess } = opened
  await ask('UpdateContinuousBackups', recoveryOn)
  await open('/tables/Orders/backups')
  const card = page.getByRole('region', { name: 'Exports', exact: true })
  await card.getByLabel('Bucket').fill('lake')
  await card.getByLabel('Prefix').fill('daily')
  await card.getByLabel('Format').selectOption('ION')
  await card.getByText('lake/daily/AWSDynamoDB/…').waitFor()
  await card.getByText(/aws dynamodb export-table-to-point-in-time [\s\S]*"ExportFormat": "ION"/).waitFor()
  await card.getByRole('button', { name: 'Export the table' }).press('Enter')
  await card.getByRole('row', { name: /in progress ION/ }).waitFor()
  await finish(opened)
  await card.getByRole('row', { name: /completed ION 12 .* lake\/daily\/AWSDynamoDB\/.*manifest-summary.json/ }).waitFor()
  assert.ok(buckets.keys('lake').some((key) => /^daily\/AWSDynamoDB\/.*\.ion\.gz$/.test(key)))
  await card.getByLabel('Bucket').fill('nowhere')
  await card.getByRole('button', { name: 'Export the table' }).click()
  await card.getByRole('row', { name: /in progress ION/ }).waitFor()
  await finish(opened)
  await card.getByRole('row', { name: /failed S3NoSuchBucket/ }).waitFor()
  await checkAccess()
})

test('Backups come page by page, and outlive their table', options, async (t) => {
  const opened = await withOrders(t)
  const { page, open, ask, clock, checkAccess } = opened
  for (let at = 0; at < 26; at += 1) {
    clock.advance(1000)
    await ask('CreateBackup', { TableName: 'Orders', BackupName: `backup-${String(at).padStart(2, '0')}` })
  }
  await finish(opened)
  await ask('DeleteTable', { TableName: 'Orders' })
  await finish(opened)
  await open('/tables/Orders/backups')
  await page.getByRole('alert').getByText('ResourceNotFoundException').waitFor()
  await page.getByRole('button', { name: 'backup-00' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'backup-25' }).count(), 0)
  await page.getByRole('button', { name: 'Next page of backups' }).click()
  await page.getByRole('button', { name: 'backup-25' }).waitFor()
  await checkAccess()
  await page.getByRole('button', { name: 'Page of backups before' }).click()
  await page.getByRole('button', { name: 'backup-00' }).click()
  await page.getByRole('dialog').getByLabel('Name of the new table').fill('Orders')
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('status').getByText('The table Orders is being restored.').waitFor()
})

test('Who may only look sees recovery, backups and exports without a form', options, async (t) => {
  const opened = await openReadOnly(t)
  const { page, open } = opened
  await open('/tables/Orders/backups')
  await page.getByText('7 days').waitFor()
  await page.getByRole('button', { name: 'kept' }).click()
  await page.getByRole('dialog').getByText('available').waitFor()
  for (const name of ['Switch recovery off', 'Restore', 'Make a backup', 'Delete the backup', 'Export the table'])
    assert.equal(await page.getByRole('button', { name }).count(), 0, name)
})

async function openReadOnly(t: Parameters<typeof openConsole>[0]): Promise<ConsolePage> {
  const opened = await withOrders(t, { consoleMode: 'read' })
  await opened.ask('UpdateContinuousBackups', recoveryOn)
  await opened.ask('CreateBackup', { TableName: 'Orders', BackupName: 'kept' })
  await finish(opened)
  return opened
}
