import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'App'
const kinds = ['USER', 'ORDER', 'INVOICE']

async function open(context: TestContext, count = 3): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  const ask = advised.client()
  await ask('CreateTable', tableOf(TableName))
  for (const kind of kinds.slice(0, count)) {
    for (const number of [1, 2]) await ask('PutItem', { TableName, Item: { pk: { S: `${kind}#${number}` }, kind: { S: kind } } })
  }
  return advised
}

const scan = (ask: Ask, kind: string, input: object = {}) =>
  ask('Scan', { TableName, FilterExpression: 'kind = :k', ExpressionAttributeValues: { ':k': { S: kind } }, ...input })

/** So many requests for one item, not too many in a second. */
async function get(advised: AdvisedService, count: number): Promise<void> {
  for (let time = 0; time < count; time += 1) {
    await advised.client()('GetItem', { TableName, Key: { pk: { S: 'USER#1' } } }, { takesMs: 3 })
  }
}

const found = async (advised: AdvisedService) =>
  (await advised.found('single-table-unjoined')).map(({ severity, sentence }) => [severity, sentence])

test('Three kinds in one table, of which one is filtered out, and nothing is read together', async (context) => {
  const advised = await open(context)
  for (let time = 0; time < 20; time += 1) await scan(advised.client(), 'ORDER')
  await get(advised, 973)
  assert.deepEqual(await found(advised), [])
  await get(advised, 1)
  const sentence =
    'App holds 3 kinds of items (USER, ORDER, INVOICE, …); nothing is read together, and filters by kind drop 80 of 120 items.'
  assert.deepEqual(await found(advised), [['info', sentence]])
  await advised.client()('Scan', { TableName })
  assert.deepEqual(await found(advised), [], 'that reads all three together')
})

test('Two kinds, kinds that nothing is dropped of, and a second in which not all was heard are no reason', async (context) => {
  const two = await open(context, 2)
  const unfiltered = await open(context)
  const deaf = await open(context)
  for (const advised of [two, deaf]) for (let time = 0; time < 20; time += 1) await scan(advised.client(), 'ORDER')
  for (const advised of [two, unfiltered, deaf]) await get(advised, 1000)
  for (let time = 0; time < 600; time += 1) {
    await deaf.client()('GetItem', { TableName, Key: { pk: { S: 'USER#1' } } }, { takesMs: 0 })
  }
  for (const advised of [two, unfiltered, deaf]) assert.deepEqual(await found(advised), [])
})
