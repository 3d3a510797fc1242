/** Values edited where they stand in the grid, in a real browser: by keyboard and mouse, and never over what somebody else did. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOrders } from '../harness/console-orders.ts'
import { type ConsolePage, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }

const Key = { pk: { S: 'CUST#0' }, sk: { S: 'ORDER#0' } }

async function itemOf({ ask }: ConsolePage): Promise<unknown> {
  return (await ask('GetItem', { TableName: 'Orders', Key })).Item
}

/** The grid with this item alone, and the keyboard in it. */
async function openItem({ page, open, ask }: ConsolePage, others: object): Promise<void> {
  await ask('PutItem', { TableName: 'Orders', Item: { ...Key, ...others } })
  await open('/tables/Orders/items?pk=CUST%230&sk=ORDER%230&run=1')
  await page.getByText(/^1 item for/).waitFor()
  await page.getByRole('table', { name: 'Items of Orders' }).focus()
}

test('A number, a string and a boolean are edited by keyboard alone, and nothing else is written', options, async (t) => {
  const opened = await withOrders(t)
  const { page, ask, checkAccess } = opened
  await openItem(opened, { n: { N: '1' }, s: { S: 'a\n<b>' }, yes: { BOOL: true }, map: { M: {} } })
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const number = page.getByLabel('n of CUST#0 / ORDER#0')
  await number.waitFor()
  await checkAccess()
  await ask('UpdateItem', { TableName: 'Orders', Key, UpdateExpression: 'SET extra = :o', ExpressionAttributeValues: { ':o': { S: 'x' } } })
  await number.fill('2.50')
  await page.keyboard.press('Enter')
  await number.waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('F2')
  const text = page.getByLabel('s of CUST#0 / ORDER#0')
  assert.equal(await text.inputValue(), 'a\n<b>')
  await page.keyboard.press('End')
  await page.keyboard.type(' c')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('d')
  await page.keyboard.press('Enter')
  await text.waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByLabel('yes of CUST#0 / ORDER#0').selectOption('false')
  await page.keyboard.press('Enter')
  await page.getByText('false', { exact: true }).waitFor()
  const expected = { ...Key, n: { N: '2.5' }, s: { S: 'a\n<b> c\nd' }, yes: { BOOL: false }, map: { M: {} }, extra: { S: 'x' } }
  assert.deepEqual(await itemOf(opened), expected)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'CUST#0 / ORDER#0' }).waitFor()
})

test('On a telephone the column that the keyboard is at comes into sight', options, async (t) => {
  const opened = await withOrders(t)
  const { page } = opened
  await page.setViewportSize({ width: 390, height: 800 })
  await openItem(opened, { a: { N: '1' }, b: { N: '2' }, c: { N: '3' }, d: { N: '4' } })
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight')
  await page.locator('.is-at').getByText('4', { exact: true }).waitFor()
  await page.waitForFunction('document.querySelector(".is-at").getBoundingClientRect().right <= innerWidth')
  await page.keyboard.press('Enter')
  await page.getByLabel('d of CUST#0 / ORDER#0').waitFor()
})

test('Escape writes nothing, a double click edits, the key and long or unseen text are not edited in the grid', options, async (t) => {
  const opened = await withOrders(t)
  const { page } = opened
  const before = { n: { N: '1' }, long: { S: 'x'.repeat(390_000) }, marked: { S: 'a\u202eb\r' } }
  await openItem(opened, before)
  await page.getByText('1', { exact: true }).dblclick()
  const number = page.getByLabel('n of CUST#0 / ORDER#0')
  await number.fill('7')
  await page.keyboard.press('Escape')
  await number.waitFor({ state: 'detached' })
  assert.equal(await page.getByRole('table', { name: 'Items of Orders' }).evaluate('document.activeElement.getAttribute("role")'), 'table')
  assert.deepEqual(await itemOf(opened), { ...Key, ...before })
  for (const name of ['sk', 'long', 'marked']) {
    const cells = await page.getByRole('columnheader').allTextContents()
    await page.getByRole('row').nth(1).getByRole('cell').nth(cells.indexOf(name)).click()
    await page.getByRole('dialog', { name: 'CUST#0 / ORDER#0' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
})

test('A value that somebody else changed is shown and not overwritten until it was looked at', options, async (t) => {
  const opened = await withOrders(t)
  const { page, ask, checkAccess } = opened
  await openItem(opened, { n: { N: '1' } })
  await page.getByText('1', { exact: true }).dblclick()
  const number = page.getByLabel('n of CUST#0 / ORDER#0')
  await number.fill('x')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('ValidationException').waitFor()
  await number.fill('2')
  await ask('UpdateItem', { TableName: 'Orders', Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '77' } } })
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'What somebody else changed meanwhile' }).getByText('77').waitFor()
  await checkAccess()
  assert.deepEqual(await itemOf(opened), { ...Key, n: { N: '77' } })
  await page.keyboard.press('Escape')
  await page.getByRole('cell').getByText('77', { exact: true }).dblclick()
  await number.fill('3')
  await ask('UpdateItem', { TableName: 'Orders', Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '78' } } })
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /I have seen it/ }).press('Enter')
  assert.equal(await number.inputValue(), '3')
  await page.waitForFunction('document.activeElement.getAttribute("aria-label") === "n of CUST#0 / ORDER#0"')
  await page.keyboard.press('Enter')
  await number.waitFor({ state: 'detached' })
  assert.deepEqual(await itemOf(opened), { ...Key, n: { N: '3' } })
  await page.getByRole('cell').getByText('3', { exact: true }).dblclick()
  await number.fill('4')
  await ask('DeleteItem', { TableName: 'Orders', Key })
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('ConditionalCheckFailedException').waitFor()
  assert.equal(await itemOf(opened), undefined)
})

test('A value of the grid is added to the transaction that has another of the same item', options, async (t) => {
  const opened = await withOrders(t)
  const { page } = opened
  await openItem(opened, { n: { N: '1' }, m: { N: '5' } })
  await page.getByText('1', { exact: true }).dblclick()
  await page.getByLabel('n of CUST#0 / ORDER#0').fill('2')
  await page.getByRole('button', { name: 'Add to transaction' }).press('Enter')
  await page.getByLabel('Select CUST#0 / ORDER#0, in the transaction').waitFor()
  await page.getByText('5', { exact: true }).dblclick()
  await page.getByLabel('m of CUST#0 / ORDER#0').fill('6')
  await page.getByRole('button', { name: 'Add to transaction' }).press('Enter')
  assert.deepEqual(await itemOf(opened), { ...Key, n: { N: '1' }, m: { N: '5' } })
  await page.getByRole('button', { name: 'Transaction: 1 change' }).waitFor()
  await page.getByRole('button', { name: 'Send all together' }).press('Enter')
  await page.getByText('Done: 1 change in one transaction.').waitFor()
  assert.deepEqual(await itemOf(opened), { ...Key, n: { N: '2' }, m: { N: '6' } })
})

test('Who may only look opens a value, and edits none', options, async (t) => {
  const opened = await withOrders(t, { consoleMode: 'read' })
  const { page } = opened
  await openItem(opened, { n: { N: '1' } })
  await page.getByText('1', { exact: true }).click()
  await page.getByRole('dialog', { name: 'CUST#0 / ORDER#0' }).waitFor()
  assert.equal(await page.getByLabel('n of CUST#0 / ORDER#0').count(), 0)
})
