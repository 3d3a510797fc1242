import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Notes'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const put = (ask: Ask, pk: string) => ask('PutItem', { TableName, Item: { pk: { S: pk } } })
const get = (ask: Ask, pk: string, input: object = {}) => ask('GetItem', { TableName, Key: { pk: { S: pk } }, ...input })
const found = (advised: AdvisedService) => advised.found('consistent-read-missing')

async function each(pks: readonly string[], run: (pk: string) => Promise<unknown>): Promise<void> {
  for (const pk of pks) await run(pk)
}

test('Notes that are put and then read', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  const both = async (pk: string) => {
    await put(ask, pk)
    advised.pass(100)
    await get(ask, pk)
  }
  await each(['a', 'b', 'c', 'a'], both)
  assert.deepEqual(await found(advised), [])
  await both('b')
  const [finding] = await found(advised)
  assert.equal(finding?.severity, 'warning')
  assert.equal(finding.sentence, "5 reads came 100 ms after the same caller's write and may see the old value on AWS.")
})

test('It takes three items', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  const query = { TableName, KeyConditionExpression: 'pk = :p' }
  const both = async (pk: string) => {
    await put(ask, pk)
    await ask('Query', { ...query, ExpressionAttributeValues: { ':p': { S: pk } } })
  }
  await each(['a', 'b', 'a', 'b', 'a', 'b'], both)
  assert.deepEqual(await found(advised), [])
  await both('c')
  assert.equal((await found(advised)).length, 1)
})

test('A consistent read, one that comes later, another item, and another program are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await each(['a', 'b', 'c', 'd', 'e', 'f'], async (pk) => {
    await put(ask, pk)
    await get(ask, pk, { ConsistentRead: true })
    await get(ask, `${pk}2`)
    advised.pass(100)
    await get(ask, pk)
  })
  await each(['a', 'b', 'c', 'd', 'e', 'f'], async (pk) => {
    await put(ask, pk)
    await advised.client('other')('Scan', { TableName })
    await get(advised.client('other'), pk)
  })
  assert.deepEqual(await found(advised), [])
})
