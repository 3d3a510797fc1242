/** The console's view of what the advisor has found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }

test('A finding is told with what to change, muted with a reason, and told again', options, async (t) => {
  const { page, open, ask, server, checkAccess } = await openConsole(t)
  await open('/advice')
  await page.getByText('Nothing was found so far').waitFor()
  await ask('CreateTable', {
    TableName: 'Orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  for (let id = 0; id < 60; id += 1) {
    await ask('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'Orders', Item: { id: { S: `<b>order-${id}</b>` } } } }] })
  }
  await open('/advice?table=Orders')
  await page.getByRole('heading', { name: 'Advice on Orders' }).waitFor()
  const card = page.getByRole('article').filter({ hasText: 'transaction-of-one' })
  await card.getByText('Change:').waitFor()
  await card.getByText('What it rests on').click()
  await card.getByRole('link', { name: /transactions/ }).waitFor()
  await checkAccess()
  await card.getByRole('button', { name: 'Do not tell this' }).click()
  await card.getByLabel('Why').fill('imported once')
  await card.getByRole('button', { name: 'Do not tell it any more' }).click()
  await page.getByText('1 muted, or the effect of another').click()
  await page.getByText('Muted: imported once').waitFor()
  const { muted } = await server.control.mutedAdvice()
  assert.deepEqual(
    muted.map(({ why }) => why),
    ['imported once'],
  )
  await page.getByRole('button', { name: 'Tell it again' }).click()
  await page.getByRole('button', { name: 'Tell it again' }).click()
  await page.getByText('1 muted, or the effect of another').waitFor({ state: 'detached' })
})

test('Without an advisor the view says so', options, async (t) => {
  const { page, open } = await openConsole(t, { advice: 'off' })
  await open('/advice')
  await page.getByText('This server gives no advice: it was started with --advice off.').waitFor()
})
