import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Orders'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  const ask = advised.client()
  await ask('CreateTable', tableOf(TableName, { hasSortKey: true }))
  for (let at = 10; at < 30; at += 1) {
    const state = at < 20 ? 'done' : 'open'
    await ask('PutItem', { TableName, Item: { pk: { S: 'a' }, sk: { S: String(at) }, state: { S: state } } })
  }
  return advised
}

const ofKey = { TableName, KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } }
const filtered = {
  ...ofKey,
  FilterExpression: '#s = :s',
  ExpressionAttributeNames: { '#s': 'state' },
  ExpressionAttributeValues: { ':a': { S: 'a' }, ':s': { S: 'open' } },
}

async function page(ask: Ask, input: object): Promise<object | undefined> {
  return (await ask('Query', input)).body.LastEvaluatedKey as object | undefined
}

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await run()
}

const found = (advised: AdvisedService) => advised.found('partial-filter-limit')

test('Whether there is one that matches is asked with Limit 1 and a filter: it looks at one item', async (context) => {
  const advised = await open(context)
  await times(9, () => page(advised.client(), { ...filtered, Limit: 1 }))
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
  await page(advised.client(), { ...filtered, Limit: 1 })
  advised.pass(300_001)
  const [finding, ...others] = await found(advised)
  assert.deepEqual(others, [])
  assert.equal(finding?.severity, 'warning')
  assert.equal(
    finding.sentence,
    'Limit 1 counts items read, not found: of 10 pages that came short though there was more, 100 % were the last that was asked for.',
  )
  assert.match(finding.patterns?.[0] ?? '', /filter state = \?$/)
})

test('A limit of one on keys alone, pages that are half full, and pages that are read on are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(12, () => page(ask, { ...ofKey, Limit: 1 }))
  // The first twelve hold ten that do not match; from the sixth, half of ten do.
  await times(12, () => page(ask, { ...filtered, Limit: 10, ExclusiveStartKey: { pk: { S: 'a' }, sk: { S: '14' } } }))
  await times(12, async () => {
    const start = await page(ask, { ...filtered, Limit: 8 })
    await page(ask, { ...filtered, Limit: 12, ExclusiveStartKey: start })
  })
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
})

test('Half of the short pages must be the last that was asked for', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  const abandon = () => page(ask, { ...filtered, Limit: 5 })
  await times(11, async () => {
    const start = await page(ask, { ...filtered, Limit: 5 })
    await page(ask, { ...filtered, Limit: 20, ExclusiveStartKey: start })
  })
  await times(10, abandon)
  advised.pass(300_001)
  assert.deepEqual(await found(advised), [])
  await abandon()
  advised.pass(300_001)
  assert.equal((await found(advised)).length, 1)
})

test('It is told in place of pages that nobody reads on', async (context) => {
  const advised = await open(context)
  await times(10, () => page(advised.client(), { ...filtered, Limit: 1 }))
  advised.pass(300_001)
  assert.deepEqual(
    (await advised.findings()).map(({ id }) => id),
    ['partial-filter-limit'],
  )
})
