import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Carts'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const Key = { pk: { S: 'a' } }
const update = (ask: Ask, input: object = {}) =>
  ask('UpdateItem', { TableName, Key, UpdateExpression: 'ADD pieces :n', ExpressionAttributeValues: { ':n': { N: '1' } }, ...input })
const get = (ask: Ask) => ask('GetItem', { TableName, Key, ConsistentRead: true })

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await run()
}

const found = async (advised: AdvisedService) =>
  (await advised.found('return-values-unused')).map(({ severity, sentence }) => [severity, sentence])

async function readBack(advised: AdvisedService, pauseMs = 0, input: object = {}): Promise<void> {
  await update(advised.client(), input)
  advised.pass(pauseMs)
  await get(advised.client())
}

test('Twenty updates that are read back', async (context) => {
  const advised = await open(context)
  await times(19, () => readBack(advised, 200))
  assert.deepEqual(await found(advised), [])
  await readBack(advised)
  await times(20, () => update(advised.client()))
  assert.deepEqual(await found(advised), [['info', '20 of 40 updates are read back: ALL_NEW answers it for nothing.']])
  await update(advised.client())
  assert.deepEqual(await found(advised), [], 'fewer than half')
})

test('A read before the update, one that comes later, and an update that answers with the item are all right', async (context) => {
  const advised = await open(context)
  await times(25, async () => {
    await get(advised.client())
    await update(advised.client())
    advised.pass(201)
  })
  await times(25, () => readBack(advised, 201))
  await times(25, () => readBack(advised, 0, { ReturnValues: 'ALL_OLD' }))
  assert.deepEqual(await found(advised), [])
})
