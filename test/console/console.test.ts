/** What a person does with the console, in a real browser: each part's main path, by mouse and by keyboard, and whatever names and values there are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orders, withOrders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'
import { TestIdentities } from '../harness/test-identities.ts'

const options = { skip: skipWithoutChromium }

test('Somebody new makes a table in the form and finds it in the list', options, async (t) => {
  const { page, open, ask, checkAccess } = await openConsole(t)
  await open('/')
  await page.getByText('There are no tables yet').waitFor()
  await checkAccess()
  await page.getByRole('button', { name: 'Make a table' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Music')
  await page.getByLabel('Partition key', { exact: true }).fill('Artist')
  await page.getByLabel('Sort key, if there is one', { exact: true }).fill('SongTitle')
  await page.getByRole('button', { name: 'An index' }).click()
  const index = page.getByRole('group', { name: 'Indexes' })
  await index.getByLabel('Name').fill('byGenre')
  await index.getByLabel('Partition key', { exact: true }).fill('Genre')
  await checkAccess()
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByRole('link', { name: 'Music' }).waitFor()
  const { Table } = (await ask('DescribeTable', { TableName: 'Music' })) as {
    Table: { KeySchema: unknown; GlobalSecondaryIndexes: unknown[] }
  }
  assert.deepEqual(Table.KeySchema, [
    { AttributeName: 'Artist', KeyType: 'HASH' },
    { AttributeName: 'SongTitle', KeyType: 'RANGE' },
  ])
  assert.equal(Table.GlobalSecondaryIndexes.length, 1)
})

test('What AWS refuses is said in its words, and the form stays', options, async (t) => {
  const { page, open } = await openConsole(t)
  await open('/?make=table')
  await page.getByLabel('Name', { exact: true }).fill('a')
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByRole('alert').getByText('ValidationException').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'a')
})

test('A partition key makes a Query, none a Scan; the address says all of it, and what it cost is told', options, async (t) => {
  const { page, open, checkAccess } = await withOrders(t)
  await open('/tables/Orders/items')
  await page.getByRole('button', { name: 'Scan' }).click()
  await page.getByText(/^12 items for 2 RCU in 1 page, and that is all./).waitFor()
  await page.getByLabel('pk =').fill('CUST#1')
  await page.getByLabel('How sk is compared').selectOption('begins with')
  await page.getByLabel('Value of sk').fill('ORDER#1')
  await page.getByLabel('Value of sk').press('Enter')
  await page.getByText(/^2 items for 0.5 RCU/).waitFor()
  assert.match(page.url(), /pk=CUST%231.*op=begins\+with.*sk=ORDER%231/)
  await checkAccess()
  await page.reload()
  await page.getByText(/^2 items for 0.5 RCU/).waitFor()
  await page.goBack()
  await page.getByText(/^12 items for 2 RCU/).waitFor()
})

test('A filter on what an index has as its key is asked better, and what it drops is told', options, async (t) => {
  const { page, open } = await withOrders(t)
  await open('/tables/Orders/items')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByLabel('Attribute').fill('status')
  await page.getByLabel('Value', { exact: true }).fill('open')
  await page.getByRole('button', { name: 'Scan' }).click()
  await page.getByText('The filter drops 75 % of what is paid for.').waitFor()
  await page.getByRole('button', { name: /Ask better/ }).click()
  await page.getByText(/^3 items for 0.5 RCU in 1 page, and that is all./).waitFor()
  assert.match(page.url(), /index=byStatus.*pk=open/)
})

test('An item is edited by keyboard alone: only what changed is written', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  await open('/tables/Orders/items?pk=CUST%230&run=1')
  await page.getByText('4 items').first().waitFor()
  await page.getByRole('table', { name: 'Items of Orders' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const text = page.getByLabel('The item as JSON')
  await checkAccess()
  await text.fill((await text.inputValue()).replace('"total": 3', '"total": 300,\n "note": "x"'))
  await page.getByRole('region', { name: 'What changes' }).getByText('note').waitFor()
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { Item } = await ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'CUST#0' }, sk: { S: 'ORDER#3' } } })
  assert.deepEqual(Item, { pk: { S: 'CUST#0' }, sk: { S: 'ORDER#3' }, status: { S: 'done' }, total: { N: '300' }, note: { S: 'x' } })
})

test('A save that meets another’s change shows it and overwrites nothing until it was looked at', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  const Key = { pk: { S: 'CUST#0' }, sk: { S: 'ORDER#0' } }
  await open('/tables/Orders/items?pk=CUST%230&sk=ORDER%230&run=1')
  await page.getByRole('button', { name: /^Open CUST#0/ }).click()
  const text = page.getByLabel('The item as JSON')
  await text.fill((await text.inputValue()).replace('"total": 0', '"total": 1'))
  const other = {
    UpdateExpression: 'SET #t = :v',
    ExpressionAttributeNames: { '#t': 'total' },
    ExpressionAttributeValues: { ':v': { N: '77' } },
  }
  await ask('UpdateItem', { TableName: 'Orders', Key, ...other })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('region', { name: 'What somebody else changed meanwhile' }).getByText('77').waitFor()
  assert.deepEqual(((await ask('GetItem', { TableName: 'Orders', Key })).Item as { total: unknown }).total, { N: '77' })
  await page.getByRole('button', { name: /I have seen it/ }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(((await ask('GetItem', { TableName: 'Orders', Key })).Item as { total: unknown }).total, { N: '1' })
})

test('A save that only adds an attribute does not bring back an item that somebody else deleted', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  const Key = { pk: { S: 'CUST#0' }, sk: { S: 'ORDER#0' } }
  await open('/tables/Orders/items?pk=CUST%230&sk=ORDER%230&run=1')
  await page.getByRole('button', { name: /^Open CUST#0/ }).click()
  const text = page.getByLabel('The item as JSON')
  await text.fill((await text.inputValue()).replace('"total": 0', '"total": 0, "note": "x"'))
  await ask('DeleteItem', { TableName: 'Orders', Key })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('ConditionalCheckFailedException').waitFor()
  assert.deepEqual(await ask('GetItem', { TableName: 'Orders', Key }), {})
})

test('Markup, control characters, right-to-left marks and 390 KB are shown as text', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  const pk = '<img src=x onerror="document.title=1">'
  await ask('PutItem', {
    TableName: 'Orders',
    Item: { pk: { S: pk }, sk: { S: '\u202egnp.exe\u0000\n' }, big: { S: 'x'.repeat(390_000) } },
  })
  await open(`/tables/Orders/items?${new URLSearchParams({ pk, run: '1' })}`)
  await page.getByText(/^1 item for/).waitFor()
  const row = page.getByRole('table').getByRole('row').nth(1)
  assert.match((await row.textContent()) ?? '', /<img src=x.*⟨U\+202E⟩gnp\.exe␀␊.*x{300}…/)
  assert.equal(await page.title(), 'Stator')
  await page.getByRole('button', { name: /^Open/ }).click()
  await page.getByText('381 KB of 400 KB').waitFor()
})

test('Requests scroll by as they are answered, with what went wrong and what to do', options, async (t) => {
  const { page, open, server, ask, checkAccess } = await withOrders(t)
  await open('/requests')
  await page.getByText('PutItem').first().waitFor()
  await fetch(server.endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.Scan',
      'X-Amz-Date': '20261122T100000Z',
      Authorization: 'AWS4-HMAC-SHA256 Credential=t/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
    body: '{"TableName":"Nothing"}',
  })
  await page.getByText('ResourceNotFoundException').waitFor()
  await page.getByText('No table of this name is in this region').waitFor()
  await checkAccess()
  await page.getByRole('button', { name: 'Pause' }).click()
  await ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'a' }, sk: { S: 'b' } } })
  await page.getByRole('button', { name: 'Go on (1 more)' }).click()
  await page.getByRole('button', { name: 'GetItem' }).click()
  await page.getByRole('dialog', { name: 'GetItem Orders' }).getByText('--trace full').waitFor()
})

test('A hot key is found and named, on the map and under it', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  for (let at = 0; at < 40; at += 1) await ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'CUST#hot' }, sk: { S: 'b' } } })
  await open('/tables/Orders/heat')
  await page.getByText(/CUST#hot has \d+ % of the reads/).waitFor()
  await page.getByRole('link', { name: 'CUST#hot' }).waitFor()
  await page.getByRole('img', { name: /Heat map of reads/ }).focus()
  await page.keyboard.press('ArrowLeft')
  await page.getByText(/partition 1, hashes 00000000 to 03ffffff/).waitFor()
  await checkAccess()
})

test('Patterns are listed without values, and throttles with what to do and what would not help', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  const small = { ...orders, TableName: 'Small', BillingMode: 'PROVISIONED', GlobalSecondaryIndexes: undefined }
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  const AttributeDefinitions = orders.AttributeDefinitions.slice(0, 2)
  await ask('CreateTable', { ...small, AttributeDefinitions, ProvisionedThroughput })
  for (let at = 0; at < 3; at += 1)
    await ask('PutItem', { TableName: 'Small', Item: { pk: { S: 'k' }, sk: { S: String(at) }, x: { S: 'x'.repeat(300_000) } } })
  await open('/patterns')
  await page.getByRole('button', { name: 'PutItem Orders' }).click()
  await page.getByRole('dialog').getByText('Requests', { exact: true }).waitFor()
  await checkAccess()
  await page.keyboard.press('Escape')
  await open('/throttles')
  await page.getByText('TableWriteProvisionedThroughputExceeded').waitFor()
  await page.getByText('Would not help:').waitFor()
  await checkAccess()
})

test('Anything is found from anywhere by keyboard: tables, views, ARNs, keys', options, async (t) => {
  const { page, open } = await withOrders(t)
  await open('/requests')
  await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'A table, a view' }).fill('Orders CUST#2')
  await page.getByRole('option', { name: 'Orders: CUST#2' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText(/^4 items for/).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'A table, a view' }).fill('arn:aws:dynamodb:us-east-1:123456789012:table/Orders')
  await page.getByRole('option', { name: /table of this ARN/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('main').focus()
  await page.keyboard.type('gp')
  await page.getByRole('heading', { name: 'Access patterns' }).waitFor()
})

test('A table is deleted only by who types its name', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  await open('/tables/Orders/definition')
  await page.getByRole('button', { name: 'Delete this table' }).click()
  await checkAccess()
  await page.getByLabel('Name of the table').fill('Order')
  assert.equal(await page.getByRole('button', { name: 'Delete the table' }).isDisabled(), true)
  await page.getByLabel('Name of the table').fill('Orders')
  await page.getByRole('button', { name: 'Delete the table' }).click()
  await page.getByText('There are no tables yet').waitFor()
  assert.deepEqual(await ask('ListTables', {}), { TableNames: [] })
})

test('A page that may only look has nothing to change anything with', options, async (t) => {
  const { page, open, ask } = await openConsole(t, { consoleMode: 'read' })
  await ask('CreateTable', orders)
  await open('/')
  await page.getByRole('link', { name: 'Orders' }).click()
  await page.getByRole('button', { name: 'Scan' }).waitFor()
  for (const name of ['Item', 'Make a table', 'Delete this table']) assert.equal(await page.getByRole('button', { name }).count(), 0, name)
})

test('When the server goes away the page says so', options, async (t) => {
  const { page, open, server } = await withOrders(t)
  await open('/')
  await page.getByRole('link', { name: 'Orders' }).waitFor()
  await server.close()
  await page.getByRole('alert').getByText('does not answer').waitFor()
  await page.getByRole('link', { name: 'Orders' }).waitFor()
})

test(
  'Where requests must be signed the page asks for keys, signs with them, and says AWS’s words when they are wrong',
  options,
  async (t) => {
    const { page, open, server, checkAccess } = await openConsole(t, { identities: () => new TestIdentities() })
    await open('/')
    await page.getByRole('heading', { name: 'Stator' }).waitFor()
    await checkAccess()
    const signIn = async (id: string, secret: string): Promise<void> => {
      await page.getByLabel('Access key id').fill(id)
      await page.getByLabel('Secret access key').fill(secret)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }
    await signIn('root', 'wrong')
    await page
      .getByRole('alert')
      .getByText(/signature/i)
      .waitFor()
    await page.getByRole('button', { name: 'Other keys' }).click()
    await signIn('root', 'secret')
    await page.getByText('There are no tables yet').waitFor()
    await page.getByRole('button', { name: 'Make a table' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Signed ü')
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('alert').getByText('ValidationException').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Signed')
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('link', { name: 'Signed' }).click()
    await page.getByRole('button', { name: 'Scan' }).click()
    await page.getByText(/^0 items for 2 RCU in/).waitFor()
    await page.goto(`${server.endpoint}/_stator/console/requests`)
    await page.getByText('this console’s, too').click()
    await page.getByRole('button', { name: 'CreateTable' }).first().waitFor()
    await page.getByRole('button', { name: /^Sign out root/ }).click()
    await page.getByLabel('Access key id').waitFor()
  },
)
