/** Several changes of items as one transaction, in a real browser: gathered in the editor and the grid, sent together, and never lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialog, Page } from 'playwright-core'
import { withOrders } from '../harness/console-orders.ts'
import { type ConsolePage, openConsole, skipWithoutChromium } from '../harness/console-page.ts'
import { TestIdentities } from '../harness/test-identities.ts'

const options = { skip: skipWithoutChromium }

const keyOf = (at: number): object => ({ pk: { S: `CUST#${at % 3}` }, sk: { S: `ORDER#${at}` } })

async function itemOf({ ask }: ConsolePage, at: number): Promise<unknown> {
  return (await ask('GetItem', { TableName: 'Orders', Key: keyOf(at) })).Item
}

async function setTotal({ ask }: ConsolePage, at: number, total: string): Promise<void> {
  await ask('UpdateItem', {
    TableName: 'Orders',
    Key: keyOf(at),
    UpdateExpression: 'SET #t = :v',
    ExpressionAttributeNames: { '#t': 'total' },
    ExpressionAttributeValues: { ':v': { N: total } },
  })
}

/** Opens the item, replaces a part of its text, and adds the change. */
async function addChange(page: Page, at: number, from: string, to: string): Promise<void> {
  await page.getByRole('button', { name: `Open CUST#${at % 3} / ORDER#${at}`, exact: true }).click()
  const text = page.getByLabel('The item as JSON')
  await text.fill((await text.inputValue()).replace(from, to))
  await page.getByRole('button', { name: 'Add to transaction' }).press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

async function openItems({ page, open }: ConsolePage): Promise<void> {
  await open('/tables/Orders/items?run=1')
  await page.getByText(/^12 items for/).waitFor()
}

test('A change, a new item and a deletion are gathered and written together', options, async (t) => {
  const opened = await withOrders(t)
  const { page, ask, checkAccess } = opened
  await openItems(opened)
  await addChange(page, 3, '"total": 3', '"total": 300')
  await page.getByRole('button', { name: 'Item', exact: true }).click()
  await page.getByLabel('The item as JSON').fill('{"pk": "new", "sk": "<b>x</b>"}')
  await page.getByRole('button', { name: 'Add to transaction' }).click()
  await page.getByLabel('Select CUST#1 / ORDER#4', { exact: true }).check()
  await page.getByRole('button', { name: 'Add their deletion to transaction' }).click()
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.getByRole('button', { name: 'Transaction: 3 changes' }).press('Enter')
  const entries = tray.getByRole('listitem')
  assert.deepEqual(
    (await entries.allTextContents()).map((text) => text.trim()),
    ['update Orders CUST#0 / ORDER#3total', 'put Orders new / <b>x</b>', 'delete Orders CUST#1 / ORDER#4'],
  )
  await tray.getByRole('button', { name: 'The same on the command line' }).click()
  await tray.getByText(/aws dynamodb transact-write-items/).waitFor()
  await checkAccess()
  assert.deepEqual((await itemOf(opened, 3)) as object, { ...keyOf(3), status: { S: 'done' }, total: { N: '3' } })
  await tray.getByRole('button', { name: 'Send all together' }).press('Enter')
  await tray.getByText('Done: 3 changes in one transaction.').waitFor()
  await page.getByText('300', { exact: true }).waitFor()
  assert.deepEqual(await itemOf(opened, 3), { ...keyOf(3), status: { S: 'done' }, total: { N: '300' } })
  assert.equal(await itemOf(opened, 4), undefined)
  const { Item } = await ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'new' }, sk: { S: '<b>x</b>' } } })
  assert.deepEqual(Item, { pk: { S: 'new' }, sk: { S: '<b>x</b>' } })
})

test('A transaction that meets another’s change writes nothing, says so beside the entry, and loses nothing', options, async (t) => {
  const opened = await withOrders(t)
  const { page, checkAccess } = opened
  await openItems(opened)
  await addChange(page, 0, '"status": "open"', '"status": "paid"')
  await addChange(page, 1, '"total": 1', '"total": 100')
  // What is changed here was not changed there: the item is not as it was read all the same.
  await setTotal(opened, 0, '77')
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByRole('alert').getByText('TransactionCanceledException').waitFor()
  const [first, second] = await tray.getByRole('listitem').allTextContents()
  assert.match(first ?? '', /CUST#0 \/ ORDER#0.*ConditionalCheckFailed.*What somebody else changed meanwhiletotal0 77/)
  assert.doesNotMatch(second ?? '', /None|Failed/)
  await checkAccess()
  assert.deepEqual(await itemOf(opened, 1), { ...keyOf(1), status: { S: 'done' }, total: { N: '1' } })
  await tray.getByRole('button', { name: 'I have seen it: mine on top' }).click()
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByText('Done: 2 changes in one transaction.').waitFor()
  assert.deepEqual(await itemOf(opened, 0), { ...keyOf(0), status: { S: 'paid' }, total: { N: '77' } })
  assert.deepEqual(await itemOf(opened, 1), { ...keyOf(1), status: { S: 'done' }, total: { N: '100' } })
})

test('What is gathered is opened as it was left, removed one by one, and leaving the page asks', options, async (t) => {
  const opened = await withOrders(t)
  const { page } = opened
  const asked: string[] = []
  const answer = (dialog: Dialog): Promise<void> => {
    asked.push(dialog.type())
    return dialog.type() === 'beforeunload' ? dialog.dismiss() : dialog.accept()
  }
  page.on('dialog', answer)
  await openItems(opened)
  await addChange(page, 3, '"total": 3', '"total": 300')
  await addChange(page, 3, '"total": 300', '"total": 301')
  await addChange(page, 6, '"total": 6', '"total": 600')
  await page.getByRole('link', { name: 'Requests' }).click()
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.getByRole('button', { name: 'Transaction: 2 changes' }).click()
  await Promise.all([page.waitForEvent('dialog'), page.evaluate('setTimeout(() => location.reload())')])
  assert.deepEqual(asked, ['beforeunload'])
  await tray.getByRole('button', { name: 'Remove from the transaction: update Orders CUST#0 / ORDER#6' }).press('Enter')
  await tray.getByRole('button', { name: 'Transaction: 1 change', exact: true }).waitFor()
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Transaction: 1 change')
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByText('Done: 1 change in one transaction.').waitFor()
  assert.deepEqual(((await itemOf(opened, 3)) as { total: unknown }).total, { N: '301' })
  assert.deepEqual(((await itemOf(opened, 6)) as { total: unknown }).total, { N: '6' })
  await page.reload()
  assert.deepEqual(asked, ['beforeunload'])
})

test('A transaction takes 100 actions, and one whose answer is lost is sent again and done once', options, async (t) => {
  const opened = await withOrders(t)
  const { page, open, ask } = opened
  for (let at = 0; at < 101; at += 25) {
    const puts = Array.from({ length: Math.min(25, 101 - at) }, (_, one) => ({
      PutRequest: { Item: { pk: { S: 'many' }, sk: { S: String(at + one).padStart(3, '0') }, n: { N: '1' } } },
    }))
    await ask('BatchWriteItem', { RequestItems: { Orders: puts } })
  }
  await open('/tables/Orders/items?pk=many&run=1&limit=200')
  await page.getByText(/^101 items for/).waitFor()
  await page.getByRole('table', { name: 'Items of Orders' }).focus()
  for (let at = 0; at < 101; at += 1) {
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
  }
  await page.getByText('101 items selected').waitFor()
  await page.getByRole('button', { name: 'Add their deletion to transaction' }).click()
  await page.getByRole('alert').getByText('A transaction has 100 actions at most').waitFor()
  await page.getByText('1 item selected').waitFor()
  await page.route('**/', async (route) => {
    if (route.request().headers()['x-amz-target']?.endsWith('.TransactWriteItems') !== true) return void (await route.continue())
    await route.fetch()
    await route.abort()
    await page.unroute('**/')
  })
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByRole('alert').getByText('Nobody answered').waitFor()
  await tray.getByRole('button', { name: 'Transaction: 100 changes' }).waitFor()
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByText('Done: 100 changes in one transaction.').waitFor()
  await page.getByText(/^1 item for/).waitFor()
})

test('Values of 390 KB, markup and right-to-left keys are gathered, moved and written as they are', options, async (t) => {
  const opened = await withOrders(t)
  const { page, open, ask, checkAccess } = opened
  const Key = { pk: { S: 'مرحبا' }, sk: { S: '<script>x</script>' } }
  const big = { S: 'x'.repeat(390_000) }
  await ask('PutItem', { TableName: 'Orders', Item: { ...Key, big, n: { N: '1' } } })
  await page.setViewportSize({ width: 390, height: 800 })
  await open(`/tables/Orders/items?${new URLSearchParams({ pk: 'مرحبا', run: '1' })}`)
  await page.getByRole('button', { name: /^Open مرحبا/ }).click()
  const text = page.getByLabel('The item as JSON')
  await text.fill((await text.inputValue()).replace('"sk": "<script>', '"sk": "<style>'))
  await page.getByRole('button', { name: 'Add to transaction' }).click()
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.getByText('2 of 100 actions').waitFor()
  await tray.getByRole('button', { name: 'Transaction: 1 change' }).click()
  assert.match((await tray.getByRole('listitem').textContent()) ?? '', /move Orders مرحبا \/ <script>x<\/script>/)
  await checkAccess()
  await tray.getByRole('button', { name: 'Send all together' }).click()
  await tray.getByText('Done: 1 change in one transaction.').waitFor()
  const moved = { ...Key, sk: { S: '<style>x</script>' } }
  assert.deepEqual(await ask('GetItem', { TableName: 'Orders', Key }), {})
  assert.deepEqual((await ask('GetItem', { TableName: 'Orders', Key: moved })).Item, { ...moved, big, n: { N: '1' } })
})

test('Who signs out gives up what is gathered, if that is meant; who may only look gathers nothing', options, async (t) => {
  const { page, open } = await openConsole(t, { identities: () => new TestIdentities() })
  await open('/')
  await page.getByLabel('Access key id').fill('root')
  await page.getByLabel('Secret access key').fill('secret')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Make a table' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Signed')
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByRole('link', { name: 'Signed' }).click()
  await page.getByRole('button', { name: 'Item', exact: true }).click()
  await page.getByLabel('The item as JSON').fill('{"pk": "secret"}')
  await page.getByRole('button', { name: 'Add to transaction' }).click()
  const tray = page.getByRole('region', { name: 'Transaction', exact: true })
  await tray.waitFor()
  page.once('dialog', (dialog) => dialog.dismiss())
  await page.getByRole('button', { name: /^Sign out root/ }).click()
  await tray.waitFor()
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: /^Sign out root/ }).click()
  await page.getByLabel('Access key id').waitFor()
  await page.getByLabel('Access key id').fill('root')
  await page.getByLabel('Secret access key').fill('secret')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Scan' }).waitFor()
  assert.equal(await tray.count(), 0)
  const looking = await withOrders(t, { consoleMode: 'read' })
  await openItems(looking)
  await looking.page.getByRole('button', { name: 'Open CUST#0 / ORDER#0', exact: true }).click()
  await looking.page.getByLabel('The item as JSON').waitFor()
  assert.equal(await looking.page.getByRole('button', { name: /transaction/ }).count(), 0)
})
