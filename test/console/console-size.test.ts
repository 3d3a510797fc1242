/** However much there is, the page holds only what can be seen: long lists, many tables, a feed that does not end. Counts, not times. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { withOrders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }

/** Rows of the lists of a page: at a height of 800 pixels, with some above and below that nobody sees. */
const rowsMax = 60

const rowCount = (page: Page): Promise<number> => page.locator('.rows .row').count()

/** Of scripts and styles, compressed, before anything is clicked: what the page promises (decision 44). */
const firstLoadBytesMax = 100 * 1024

test('The first load is small, and what few need is read when it is shown', options, async (t) => {
  const { page, open } = await withOrders(t)
  const sizes = new Map<string, number>()
  page.on('response', (response) => {
    const [, name] = /\/([^/]+\.(?:js|css))$/.exec(response.url()) ?? []
    if (name !== undefined) sizes.set(name, Number(response.headers()['content-length']))
  })
  await open('/tables/Orders/items?run=1')
  await page.getByText(/^12 items for/).waitFor()
  const first = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  assert.ok(first > 0 && first <= firstLoadBytesMax, `${first} bytes: ${[...sizes.keys()].join(', ')}`)
  const before = sizes.size
  await page.getByRole('link', { name: 'Backups' }).click()
  await page.getByRole('region', { name: 'Backups', exact: true }).waitFor()
  assert.ok(sizes.size > before)
})

test('Of 500 tables those are there, and asked about, that can be seen', options, async (t) => {
  const { page, open, ask } = await openConsole(t)
  for (let at = 0; at < 500; at += 1) {
    await ask('CreateTable', {
      TableName: `Table-${String(at).padStart(3, '0')}`,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  }
  let described = 0
  page.on('request', (request) => {
    if (request.headers()['x-amz-target']?.endsWith('.DescribeTable')) described += 1
  })
  await open('/')
  await page.getByRole('link', { name: 'Table-000' }).waitFor()
  assert.ok((await rowCount(page)) <= rowsMax)
  await page.locator('.rows').evaluate((rows) => rows.scrollTo(0, rows.scrollHeight))
  await page.getByRole('link', { name: 'Table-499' }).waitFor()
  assert.ok((await rowCount(page)) <= rowsMax)
  assert.ok(described <= 2 * rowsMax, `${described} descriptions`)
})

test('Of 3,000 items those are in the page that can be seen, and pages are read as they are needed', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  for (let at = 0; at < 3000; at += 25) {
    const puts = Array.from({ length: 25 }, (_, one) => ({
      PutRequest: { Item: { pk: { S: 'many' }, sk: { S: String(at + one).padStart(5, '0') } } },
    }))
    await ask('BatchWriteItem', { RequestItems: { Orders: puts } })
  }
  await open('/tables/Orders/items?pk=many&run=1&limit=1000')
  await page.getByText(/^1,000 items for/).waitFor()
  assert.ok((await rowCount(page)) <= rowsMax)
  const grid = page.getByRole('table', { name: 'Items of Orders' })
  await grid.focus()
  await page.keyboard.press('End')
  await page.getByText(/^2,000 items for/).waitFor()
  await page.keyboard.press('End')
  await page.getByText(/^3,000 items for/).waitFor()
  await page.keyboard.press('End')
  await page.getByText('02999', { exact: true }).waitFor()
  assert.ok((await rowCount(page)) <= rowsMax)
})

test('A feed of many requests is kept to the last 5,000, and shows what can be seen', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  await open('/requests')
  await page.getByText('PutItem').first().waitFor()
  for (let at = 0; at < 6000; at += 100) {
    await Promise.all(Array.from({ length: 100 }, () => ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'a' }, sk: { S: 'b' } } })))
  }
  await page.getByText(/5,000 requests of the last 5,000/).waitFor()
  assert.ok((await rowCount(page)) <= rowsMax)
})
