import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  for (const TableName of ['Users', 'Carts']) await advised.client()('CreateTable', tableOf(TableName))
  await advised.client()('PutItem', { TableName: 'Carts', Item: { pk: { S: 'user-1' } } })
  return advised
}

const get = (ask: Ask, TableName: string, pk: string) => ask('GetItem', { TableName, Key: { pk: { S: pk } } })
const query = (ask: Ask, TableName: string, pk: string) =>
  ask('Query', { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: pk } } })

async function times(count: number, run: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 1) await run(at)
}

async function together(ask: Ask, cart = 'user-1', pass = (): void => {}): Promise<void> {
  await get(ask, 'Users', 'USER#user-1')
  pass()
  await query(ask, 'Carts', cart)
}

const found = async (advised: AdvisedService) =>
  (await advised.found('tables-read-together')).map(({ severity, sentence }) => [severity, sentence])

test('A user and his cart, fifty times', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(49, () => together(ask))
  assert.deepEqual(await found(advised), [])
  await together(ask, undefined, () => advised.pass(50))
  assert.deepEqual(await found(advised), [['info', 'Carts and Users are read together by the same key in 100 %.']])
  await times(33, () => get(ask, 'Users', 'someone'))
  assert.deepEqual(await found(advised), [['info', 'Carts and Users are read together by the same key in 60 %.']])
  await get(ask, 'Users', 'someone')
  assert.deepEqual(await found(advised), [])
})

test('Users that are looked up before anything, other keys, later reads, and other programs are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(60, async () => {
    await together(ask)
    await get(ask, 'Users', 'user-2')
  })
  assert.deepEqual(await found(advised), [])
  for (const run of [
    (other: AdvisedService) => get(other.client(), 'Users', 'user-2').then(() => get(other.client(), 'Carts', 'user-1')),
    (other: AdvisedService) => together(other.client(), 'user-1', () => other.pass(51)).then(() => other.pass(51)),
    (other: AdvisedService) => get(other.client('one'), 'Users', 'user-1').then(() => get(other.client('two'), 'Carts', 'user-1')),
  ]) {
    const other = await open(context)
    await times(60, () => run(other))
    assert.deepEqual(await found(other), [])
  }
})
