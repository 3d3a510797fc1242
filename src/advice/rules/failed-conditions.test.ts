import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Locks'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const condition = (version: string) => ({
  ConditionExpression: 'attribute_not_exists(version) OR version = :v',
  ExpressionAttributeValues: { ':v': { N: version } },
})

async function put(advised: AdvisedService, count: number, input: object): Promise<void> {
  const Item = { pk: { S: 'a' }, version: { N: '1' } }
  for (let time = 0; time < count; time += 1) await advised.client()('PutItem', { TableName, Item, ...input }, { takesMs: 3 })
}

const found = async (advised: AdvisedService) =>
  (await advised.found('failed-conditions')).map(({ severity, sentence }) => [severity, sentence])

test('A busy lock of versions fails thirty times in a hundred', async (context) => {
  const advised = await open(context)
  await put(advised, 1, condition('1'))
  await put(advised, 99, condition('2'))
  assert.deepEqual(await found(advised), [])
  await put(advised, 1, condition('2'))
  assert.deepEqual(await found(advised), [['info', '99 % of these writes fail their condition and are paid.']])
  await put(advised, 232, condition('1'))
  assert.deepEqual(await found(advised), [['info', '30 % of these writes fail their condition and are paid.']])
  await put(advised, 1, condition('1'))
  assert.deepEqual(await found(advised), [])
})

test('That nothing is written twice is what a condition on the key is for', async (context) => {
  const advised = await open(context)
  await put(advised, 120, { ConditionExpression: 'attribute_not_exists(pk)' })
  assert.deepEqual(await found(advised), [])
})
