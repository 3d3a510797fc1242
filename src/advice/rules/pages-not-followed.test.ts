import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Log'
const pageKb = 350
const itemsInAll = 8

/** A collection of nearly 3 MB. */
async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  const ask = advised.client()
  await ask('CreateTable', tableOf(TableName, { hasSortKey: true }))
  const text = 'x'.repeat(pageKb * 1000)
  for (let at = 0; at < itemsInAll; at += 1) {
    await ask('PutItem', { TableName, Item: { pk: { S: 'a' }, sk: { S: String(at) }, text: { S: text } } })
  }
  return advised
}

const report = { TableName, KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } }

async function page(ask: Ask, input: object = report): Promise<object | undefined> {
  return (await ask('Query', input)).body.LastEvaluatedKey as object | undefined
}

async function pages(ask: Ask): Promise<void> {
  let start = await page(ask)
  while (start !== undefined) start = await page(ask, { ...report, ExclusiveStartKey: start })
}

const found = async (advised: AdvisedService) =>
  (await advised.found('pages-not-followed')).map(({ severity, sentence }) => [severity, sentence])

test('A report that reads the first page of a large collection is an error while nobody ever reads on', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  for (let time = 0; time < 9; time += 1) await page(ask)
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
  await page(ask)
  advised.pass(299_000)
  assert.deepEqual(await found(advised), [], 'somebody may still read on')
  advised.pass(2000)
  const sentence = '10 answers ended at 1 MB with LastEvaluatedKey; nobody read on: what is behind is invisible to the program.'
  assert.deepEqual(await found(advised), [['error', sentence]])
})

test('It is a warning where some read on, and nothing when nearly all do', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  for (let time = 0; time < 10; time += 1) await page(ask)
  // Three answers each.
  for (let time = 0; time < 13; time += 1) await pages(advised.client('other'))
  advised.pass(300_001)
  assert.deepEqual(
    (await found(advised)).map(([severity]) => severity),
    ['warning'],
  )
  for (let time = 0; time < 1; time += 1) await pages(ask)
  assert.deepEqual(await found(advised), [], 'ten of 52 are less than a fifth')
})

test('The first ten with a limit of ten, and pages that another process reads on, are all right', async (context) => {
  const advised = await open(context)
  for (let time = 0; time < 12; time += 1) await page(advised.client(), { ...report, Limit: 2 })
  for (let time = 0; time < 12; time += 1) {
    const start = await page(advised.client('one'))
    await page(advised.client('other'), { ...report, ExclusiveStartKey: start, Limit: 1 })
  }
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
})

test('Nothing is said of what could have been asked while nobody listened', async (context) => {
  const advised = await open(context)
  for (let time = 0; time < 10; time += 1) await page(advised.client())
  const nowMs = advised.advisor.stopwatch.now()
  // More in one second than is heard.
  while (advised.advisor.listens(nowMs))
    await advised.client()('GetItem', { TableName, Key: { pk: { S: 'b' }, sk: { S: 'b' } } }, { takesMs: 0 })
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
})
