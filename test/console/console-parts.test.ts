/** The parts of the console beyond items and traffic: time, faults, cost, statements, streams, entities, metrics, files, changes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { orders, withOrders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }

test('The clock is moved, stopped and set back, each with the line for a test', options, async (t) => {
  const { page, open, checkAccess } = await openConsole(t, { isTestCluster: true })
  await open('/time')
  await page.getByRole('button', { name: 'Stop it' }).click()
  await page.getByText('stands still').waitFor()
  await page.getByText('await stator.control.setClock({ frozen: true })').waitFor()
  const before = await page.locator('time').getAttribute('datetime')
  await page.getByRole('button', { name: 'a day' }).click()
  await page.getByText('await stator.control.advanceClock({ byMs: 86400000 })').waitFor()
  await page.waitForFunction(`document.querySelector('time').dateTime !== '${before}'`)
  const after = await page.locator('time').getAttribute('datetime')
  assert.equal(Date.parse(after ?? '') - Date.parse(before ?? ''), 86_400_000)
  await checkAccess()
})

test('A fault is added, counts what it strikes, and goes', options, async (t) => {
  const { page, open, server } = await withOrders(t)
  await open('/time')
  await page.getByLabel('Operation').fill('DescribeLimits')
  await page.getByLabel('What they meet').selectOption('error')
  await page.getByLabel('So often').fill('1')
  await page
    .getByText('await stator.control.addFault({"match":{"operation":"DescribeLimits"},"times":1,"do":{"error":"InternalServerError"}})')
    .waitFor()
  await page.getByRole('button', { name: 'Add the fault' }).click()
  await page.getByText('{"operation":"DescribeLimits"}').first().waitFor()
  const { faults } = await server.control.faults()
  assert.deepEqual(faults[0]?.do, { error: 'InternalServerError' })
  await page.getByRole('button', { name: /^Remove / }).click()
  await page.getByText('There are none.').waitFor()
  await page.getByLabel('Operation').fill('NoSuchThing')
  await page.getByRole('button', { name: 'Add the fault' }).click()
  await page.getByRole('alert').waitFor()
})

test('Cost is told for each way of paying, and grows with the load', options, async (t) => {
  const { page, open, checkAccess } = await withOrders(t)
  await open('/cost')
  const cell = page
    .getByRole('row', { name: /Orders/ })
    .getByRole('cell')
    .nth(1)
  const one = Number((await cell.textContent())?.replace('$', ''))
  assert.ok(one > 0)
  await checkAccess()
  await page.getByRole('slider').fill('1')
  await page
    .getByRole('status')
    .or(page.getByText('10', { exact: true }))
    .first()
    .waitFor()
  const ten = Number((await cell.textContent())?.replace('$', ''))
  assert.ok(Math.abs(ten / one - 10) < 0.5, `${one} and ${ten}`)
})

test('A statement is completed, run by keyboard and explained; AWS’s words when it is wrong', options, async (t) => {
  const { page, open, checkAccess } = await withOrders(t)
  await open('/statements')
  await page.getByRole('button', { name: 'Run' }).waitFor()
  await page.getByLabel('Statement').pressSequentially('SELECT * FROM Ord')
  await page.getByRole('button', { name: '"Orders"', exact: true }).waitFor()
  await page.keyboard.press('Tab')
  await page.getByLabel('Statement').pressSequentially('WHERE total > 8')
  await page.keyboard.press('Control+Enter')
  await page.getByText(/^3 items in .* 12 items read/).waitFor()
  await page.getByText(/75 % of what was read was dropped/).waitFor()
  await checkAccess()
  await page.getByLabel('Statement').fill('SELEKT')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText('ValidationException').waitFor()
})

test('Records of a stream show as they come, old beside new', options, async (t) => {
  const { page, open, ask, checkAccess } = await openConsole(t)
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
  await ask('CreateTable', { ...orders, StreamSpecification })
  const key = { pk: { S: 'a' }, sk: { S: 'b' } }
  await ask('PutItem', { TableName: 'Orders', Item: { ...key, n: { N: '1' } } })
  await open('/tables/Orders/stream')
  await page.getByText('No records yet').waitFor()
  await page.getByText(/of 4 shards/).waitFor()
  await ask('PutItem', { TableName: 'Orders', Item: { ...key, n: { N: '2' } } })
  const row = page.getByRole('row', { name: /modify/ })
  await row.waitFor()
  assert.equal(await row.locator('del').textContent(), '1')
  assert.equal(await row.locator('ins').textContent(), '2')
  await checkAccess()
})

test('A table without a stream says how it gets one', options, async (t) => {
  const { page, open, ask } = await openConsole(t)
  await ask('CreateTable', orders)
  await open('/tables/Orders/stream')
  await page.getByText('aws dynamodb update-table --table-name Orders').waitFor()
})

test('Entities are found by how keys begin, named, and led to', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  await ask('PutItem', { TableName: 'Orders', Item: { pk: { S: 'CUST#0' }, sk: { S: 'PROFILE' }, vip: { BOOL: true } } })
  await open('/tables/Orders/entities')
  await page.getByRole('button', { name: 'Look at a sample' }).click()
  await page.getByText('2 shapes among 13 items').waitFor()
  await page.getByLabel('Name of CUST#… / PROFILE').fill('Customer')
  await page.getByRole('list', { name: 'Attributes of CUST#… / PROFILE' }).getByText('vip').waitFor()
  await checkAccess()
  await page.reload()
  await page.getByRole('button', { name: 'Look at a sample' }).click()
  assert.equal(await page.getByLabel('Name of CUST#… / PROFILE').inputValue(), 'Customer')
  await page.getByRole('link', { name: 'Its items' }).first().click()
  await page.getByText(/^12 items for/).waitFor()
})

test('Metrics are drawn with the edges of alarms', options, async (t) => {
  const { page, open, clock, server, checkAccess } = await withOrders(t)
  const Dimensions = [{ Name: 'TableName', Value: 'Orders' }]
  const edge = { ComparisonOperator: 'GreaterThanThreshold', Threshold: 7, Period: 60, EvaluationPeriods: 1, Statistic: 'Sum' }
  await putAlarm(server.endpoint, {
    AlarmName: 'busy',
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ConsumedWriteCapacityUnits',
    Dimensions,
    ...edge,
  })
  clock.advance(60_000)
  await server.control.runJobs()
  await open('/tables/Orders/metrics')
  await page.getByRole('img', { name: /^Writes: consumed .*, alarm busy 7$/ }).waitFor()
  await page.locator('canvas').first().waitFor()
  await page.getByText('ConsumedWriteCapacityUnits, edge 7').waitFor()
  await checkAccess()
})

async function putAlarm(endpoint: string, input: object): Promise<void> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'GraniteServiceVersion20100801.PutMetricAlarm',
      'X-Amz-Date': '20261122T100000Z',
      Authorization: 'AWS4-HMAC-SHA256 Credential=t/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
    body: JSON.stringify(input),
  })
  assert.equal(answer.status, 200, await answer.text())
}

test('A file becomes items, what is none is told, and items become files', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  await open('/tables/Orders/files')
  const lines = ['{"Item":{"pk":{"S":"x"},"sk":{"S":"1"},"n":{"N":"5"}}}', '{"pk":"x","sk":"2","list":[1,"a"]}', '{"broken', '"text"']
  const file = { name: 'items.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('\n')) }
  await page.getByLabel(/Drop a file here/).setInputFiles(file)
  await page.getByText('has 2 items, and 2 that are none').waitFor()
  await page.getByRole('button', { name: 'Put 2 items' }).click()
  await page.getByText('2 of 2 items put.').waitFor()
  const { Items } = (await ask('Query', {
    TableName: 'Orders',
    KeyConditionExpression: 'pk = :x',
    ExpressionAttributeValues: { ':x': { S: 'x' } },
  })) as { Items: unknown }
  assert.deepEqual(Items, [
    { pk: { S: 'x' }, sk: { S: '1' }, n: { N: '5' } },
    { pk: { S: 'x' }, sk: { S: '2' }, list: { L: [{ N: '1' }, { S: 'a' }] } },
  ])
  const csv = { name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from('pk,sk,note\ny,1,"a, ""b""\nc"\ny,2,\ny,3\n') }
  await page.getByLabel(/Drop a file here/).setInputFiles(csv)
  await page.getByText('has 2 items, and 1 that are none').waitFor()
  await page.getByRole('button', { name: 'Put 2 items' }).click()
  await page.getByText('2 of 2 items put.').waitFor()
  const { Item } = await ask('GetItem', { TableName: 'Orders', Key: { pk: { S: 'y' }, sk: { S: '1' } } })
  assert.deepEqual(Item, { pk: { S: 'y' }, sk: { S: '1' }, note: { S: 'a, "b"\nc' } })
  await page.getByRole('region', { name: 'Items to a file' }).getByRole('combobox').selectOption('CSV')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Save/ }).click()])
  assert.equal(download.suggestedFilename(), 'Orders.csv')
  const saved = readFileSync(await download.path(), 'utf8')
  assert.match(saved, /^y,1,.*"a, ""b""\nc"/m)
})

test('A table is changed by forms, and the command for it is told', options, async (t) => {
  const { page, open, ask, checkAccess } = await withOrders(t)
  await open('/tables/Orders/definition')
  await page.getByRole('button', { name: 'NEW_AND_OLD_IMAGES' }).click()
  await page.getByText(/aws dynamodb update-table [\s\S]*"StreamViewType": "NEW_AND_OLD_IMAGES"/).waitFor()
  await page.getByRole('group', { name: 'Deletion protection' }).getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('group', { name: 'Deletion protection' }).getByRole('button', { name: 'Switch it off' }).waitFor()
  await page.getByLabel('Attribute with the second').fill('expires')
  await page.getByRole('button', { name: 'Let items expire' }).click()
  await page.getByRole('group', { name: 'Time to live' }).getByText('expires').waitFor()
  await page.getByLabel('Key of a tag').fill('team')
  await page.getByLabel('Value of a tag').fill('shop')
  await page.getByRole('button', { name: 'Tag it' }).click()
  await page.getByRole('group', { name: 'Tags' }).getByText('team').waitFor()
  await checkAccess()
  const { Table } = (await ask('DescribeTable', { TableName: 'Orders' })) as { Table: { [name: string]: unknown } }
  assert.deepEqual(Table.StreamSpecification, { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' })
  assert.equal(Table.DeletionProtectionEnabled, true)
})

test('An index is added to a table, and shows how far it is filled', options, async (t) => {
  const { page, open, server } = await withOrders(t)
  await open('/tables/Orders/definition')
  await page.getByLabel('name of the index').fill('byTotal')
  await page.getByLabel('its partition key').fill('sk')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByRole('row', { name: /byTotal global .* creating/ }).waitFor()
  await page.getByRole('region', { name: 'Works' }).getByText('backfill').waitFor()
  await server.control.runJobs()
  await page.reload()
  await page.getByRole('row', { name: /byTotal global .* active/ }).waitFor()
})
