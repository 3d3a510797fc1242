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

const putOf = (pk: string) => ({ Put: { TableName, Item: { pk: { S: pk } } } })

async function write(advised: AdvisedService, count: number, input: (at: number) => object): Promise<void> {
  for (let at = 0; at < count; at += 1) await advised.client()('TransactWriteItems', input(at))
}

const found = async (advised: AdvisedService) =>
  (await advised.found('transaction-of-one')).map(({ severity, sentence }) => [severity, sentence])

test('One put in a transaction, twenty times, each with the token that the SDK makes up', async (context) => {
  const advised = await open(context)
  await write(advised, 19, (at) => ({ TransactItems: [putOf('a')], ClientRequestToken: `token-${at}` }))
  assert.deepEqual(await found(advised), [])
  await write(advised, 1, () => ({ TransactItems: [putOf('a')] }))
  assert.deepEqual(await found(advised), [['info', '20 transactions had one item: a condition does the same for half.']])
  const [finding] = await advised.found('transaction-of-one')
  assert.deepEqual(finding?.evidence, { transactions: 20, units: 40, unitsSaved: 20 })
})

test('One get in a transaction', async (context) => {
  const advised = await open(context)
  const input = { TransactItems: [{ Get: { TableName, Key: { pk: { S: 'a' } } } }] }
  for (let at = 0; at < 20; at += 1) await advised.client()('TransactGetItems', input)
  assert.deepEqual(await found(advised), [['info', '20 transactions read one item: GetItem with ConsistentRead does the same for half.']])
})

test('Two items, and a token that is really used again, are all right', async (context) => {
  const advised = await open(context)
  await write(advised, 25, () => ({ TransactItems: [putOf('a'), putOf('b')] }))
  await write(advised, 25, (at) => ({ TransactItems: [putOf('c')], ClientRequestToken: `token-${Math.min(at, 23)}` }))
  assert.deepEqual(await found(advised), [])
})
