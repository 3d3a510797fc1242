import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Events'

async function open(context: TestContext, operation: string): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  await advised.addFault({ match: { operation }, do: { unprocessed: 3 }, times: 1 })
  return advised
}

const pks = ['a', 'b', 'c', 'd', 'e']
const keyOf = (pk: string) => ({ pk: { S: pk } })
const requestOf = (all: readonly string[]) => ({ [TableName]: all.map((pk) => ({ PutRequest: { Item: keyOf(pk) } })) })
const write = (ask: Ask) => ask('BatchWriteItem', { RequestItems: requestOf(pks) })
const read = (ask: Ask) => ask('BatchGetItem', { RequestItems: { [TableName]: { Keys: pks.map(keyOf) } } })
/** The program goes on. */
const other = (ask: Ask) => ask('GetItem', { TableName, Key: keyOf('z') })

const found = async (advised: AdvisedService) =>
  (await advised.found('unprocessed-dropped')).map(({ severity, sentence }) => [severity, sentence])

test('A batch that is written once, of which some comes back, loses that: an error after a minute', async (context) => {
  const advised = await open(context, 'BatchWriteItem')
  const ask = advised.client()
  await write(ask)
  await other(ask)
  advised.pass(59_990)
  assert.deepEqual(await found(advised), [])
  advised.pass(20)
  assert.deepEqual(await found(advised), [['error', '3 items came back unprocessed and were never sent again: they are not in the table.']])
})

test('Of a batch that is read it is a warning', async (context) => {
  const advised = await open(context, 'BatchGetItem')
  const ask = advised.client()
  await read(ask)
  await other(ask)
  advised.pass(60_001)
  const sentence = '3 keys came back unprocessed and were never asked for again: the program has not seen those items.'
  assert.deepEqual(await found(advised), [['warning', sentence]])
})

test('Nothing is lost that is sent again, as single puts or by another process, whatever becomes of it', async (context) => {
  const advised = await open(context, 'BatchWriteItem')
  const { body } = await write(advised.client())
  const left = (body.UnprocessedItems as ReturnType<typeof requestOf>)[TableName] ?? []
  assert.equal(left.length, 3)
  await advised.addFault({ match: { operation: 'PutItem' }, do: { throttle: 'TableWriteMaxOnDemandThroughputExceeded' }, times: 1 })
  for (const { PutRequest } of left) await advised.client('other')('PutItem', { TableName, ...PutRequest })
  advised.pass(60_001)
  assert.deepEqual(await found(advised), [])
})

test('Two that are dropped are not told, and reading an item does not write it', async (context) => {
  const advised = await open(context, 'BatchWriteItem')
  const ask = advised.client()
  const { body } = await write(ask)
  const [first, second] = (body.UnprocessedItems as ReturnType<typeof requestOf>)[TableName] ?? []
  await ask('PutItem', { TableName, ...first?.PutRequest })
  await ask('GetItem', { TableName, Key: second?.PutRequest.Item })
  advised.pass(60_001)
  assert.deepEqual(await found(advised), [])
  await advised.addFault({ match: { operation: 'BatchWriteItem' }, do: { unprocessed: 1 }, times: 1 })
  await write(ask)
  await other(ask)
  advised.pass(60_001)
  assert.equal((await found(advised)).length, 1, 'that is the third')
})

test('Of a program that ended it is information', async (context) => {
  const advised = await open(context, 'BatchWriteItem')
  await write(advised.client())
  await other(advised.client('another'))
  advised.pass(60_001)
  assert.deepEqual(
    (await found(advised)).map(([severity]) => severity),
    ['info'],
  )
})
