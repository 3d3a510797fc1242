import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Orders'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const values = { ExpressionAttributeValues: { ':n': { N: '1' } } }
const total = { Update: { TableName, Key: { pk: { S: 'total' } }, UpdateExpression: 'ADD amount :n', ...values } }

async function order(advised: AdvisedService, count: number, isCancelled: boolean): Promise<void> {
  const conflict = { match: { operation: 'TransactWriteItems', key: { pk: { S: 'total' } } }, do: { conflict: true }, times: count }
  if (isCancelled) await advised.addFault(conflict)
  for (let at = 0; at < count; at += 1) {
    const put = { Put: { TableName, Item: { pk: { S: `order-${at}` } } } }
    const { status } = await advised.client()('TransactWriteItems', { TransactItems: [put, total] }, { takesMs: 3 })
    assert.equal(status, isCancelled ? 400 : 200)
  }
}

const found = (advised: AdvisedService) => advised.found('transaction-conflicts')

test('Orders that all update one total: a warning from ten conflicts, an error from a fifth', async (context) => {
  const advised = await open(context)
  await order(advised, 9, true)
  assert.deepEqual(await found(advised), [])
  await order(advised, 1, true)
  assert.deepEqual(
    (await found(advised)).map(({ severity }) => severity),
    ['error'],
  )
  await order(advised, 40, false)
  assert.deepEqual(
    (await found(advised)).map(({ severity }) => severity),
    ['error'],
    'ten of fifty',
  )
  await order(advised, 1, false)
  const [finding] = await found(advised)
  assert.deepEqual([finding?.severity, finding?.key], ['warning', 'total'])
  assert.equal(finding?.sentence, '20 % of transactions on Orders collide, most of them on total; each try pays twice.')
})

test('Three conflicts, and ten of more than a thousand, are all right', async (context) => {
  const advised = await open(context)
  await order(advised, 3, true)
  await order(advised, 100, false)
  assert.deepEqual(await found(advised), [])
  await order(advised, 7, true)
  await order(advised, 890, false)
  assert.equal((await found(advised)).length, 1, 'ten of a thousand')
  await order(advised, 1, false)
  assert.deepEqual(await found(advised), [])
})
