import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../test/harness/advised-service.ts'
import type { HeardCall } from './heard-call.ts'
import { touchedItemsMax } from './limits.ts'
import type { Touched, TouchedItem } from './touched.ts'

interface Heard extends AdvisedService {
  /** What the next call touches. */
  touch(operation: string, input: object): Promise<Touched>
  /** What the last call named. */
  asked(): readonly TouchedItem[]
}

async function open(context: TestContext): Promise<Heard> {
  let last: HeardCall | undefined
  const probe = {
    id: 'probe',
    about: 'A probe.',
    document: 'K1',
    open: () => ({ hear: (call: HeardCall) => (last = call), find: () => [] }),
  } as const
  const advised = await openAdvised({}, [probe])
  context.after(() => advised.close())
  const ask = advised.client()
  const byMail = {
    IndexName: 'byMail',
    KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }
  await ask('CreateTable', tableOf('One', { hasSortKey: true, indexes: [byMail], attributes: ['mail'] }))
  await ask('CreateTable', tableOf('Two'))
  for (const sk of ['1', '2', '3']) await ask('PutItem', { TableName: 'One', Item: one(sk) })
  await ask('PutItem', { TableName: 'Two', Item: { pk: { S: 'x' }, n: { N: '1.0' } } })
  return {
    ...advised,
    asked: () => last?.touched.asked() ?? [],
    touch: async (operation, input) => {
      await ask(operation, input)
      assert.ok(last)
      return last.touched
    },
  }
}

const keyOf = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } })
const one = (sk: string) => ({ ...keyOf(sk), mail: { S: 'a@x' }, text: { S: `text ${sk}` } })
const texts = (items: readonly TouchedItem[]) => items.map(({ tableName, keyText, isThere }) => `${tableName} ${keyText} ${isThere}`)

test('Reads hold the items of the answer, and those that are not there', async (context) => {
  const { touch } = await open(context)
  const [got] = (await touch('GetItem', { TableName: 'One', Key: keyOf('1'), ConsistentRead: true })).reads()
  assert.deepEqual(got?.attributes, one('1'))
  assert.deepEqual([got.isConsistent, got.partitionKeyText, got.keyNames], [true, 'a', ['pk', 'sk']])
  assert.deepEqual(texts((await touch('GetItem', { TableName: 'One', Key: keyOf('9') })).reads()), ['One a / 9 false'])
  const Keys = ['1', '9'].map(keyOf)
  const RequestItems = { One: { Keys }, 'arn:aws:dynamodb:us-east-1:123456789012:table/Two': { Keys: [{ pk: { S: 'x' } }] } }
  const batch = (await touch('BatchGetItem', { RequestItems })).reads()
  assert.deepEqual(texts(batch).toSorted(), ['One a / 1 true', 'One a / 9 false', 'Two x true'])
  const TransactItems = ['2', '9'].map((sk) => ({ Get: { TableName: 'One', Key: keyOf(sk) } }))
  assert.deepEqual(texts((await touch('TransactGetItems', { TransactItems })).reads()), ['One a / 2 true', 'One a / 9 false'])
})

test('An item is the same item by whichever way it is met', async (context) => {
  const { touch } = await open(context)
  const ofTable = { KeyConditionExpression: 'pk = :v', ExpressionAttributeValues: { ':v': { S: 'a' } } }
  const ofIndex = { IndexName: 'byMail', KeyConditionExpression: 'mail = :v', ExpressionAttributeValues: { ':v': { S: 'a@x' } } }
  const hashes = async (operation: string, input: object) =>
    (await touch(operation, { TableName: 'One', ...input })).reads().map(({ keyHash }) => keyHash)
  const all = await hashes('Query', ofTable)
  assert.equal(new Set(all).size, 3)
  assert.deepEqual(await hashes('Scan', {}), all)
  assert.deepEqual((await hashes('Query', ofIndex)).toSorted(), all.toSorted())
  assert.deepEqual(await hashes('GetItem', { Key: keyOf('1') }), all.slice(0, 1))
  const [put] = (await touch('PutItem', { TableName: 'One', Item: one('1') })).writes()
  assert.equal(put?.keyHash, all[0])
  assert.deepEqual(await hashes('Query', { ...ofTable, Select: 'COUNT' }), [])
  assert.deepEqual(await hashes('Query', { ...ofTable, ProjectionExpression: 'mail' }), [], 'its key is not told')
})

test('Writes say what they do and on which condition', async (context) => {
  const { touch } = await open(context)
  const put = { TableName: 'One', Item: one('5') }
  const remove = { TableName: 'One', Key: keyOf('5') }
  const update = { ...remove, UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'x' } } }
  const condition = { ConditionExpression: 'attribute_exists(pk)' }
  const facts = async (operation: string, input: object) =>
    (await touch(operation, input)).writes().map(({ kind, isConditional, attributes }) => [kind, isConditional, attributes])
  assert.deepEqual(await facts('PutItem', put), [['put', false, one('5')]])
  assert.deepEqual(await facts('UpdateItem', { ...update, ...condition }), [['update', true, { a: { S: 'x' } }]])
  assert.deepEqual(await facts('DeleteItem', remove), [['delete', false, undefined]])
  assert.deepEqual(await facts('DeleteItem', { ...remove, ...condition }), [], 'its condition failed')
  const RequestItems = { One: [{ PutRequest: { Item: one('5') } }, { DeleteRequest: { Key: keyOf('6') } }] }
  assert.deepEqual(
    (await facts('BatchWriteItem', { RequestItems })).map(([kind]) => kind),
    ['put', 'delete'],
  )
  const check = { ConditionCheck: { TableName: 'Two', Key: { pk: { S: 'x' } }, ...condition } }
  const transaction = await touch('TransactWriteItems', { TransactItems: [check, { Put: put }] })
  assert.deepEqual(texts(transaction.writes()), ['One a / 5 true'])
  assert.equal(transaction.writes()[0]?.isConditional, true)
  assert.deepEqual(
    transaction.asked().map(({ tableName }) => tableName),
    ['Two', 'One'],
  )
})

test('What comes back unprocessed was not written, and what fails or is lost was not read', async (context) => {
  const { touch, addFault } = await open(context)
  await addFault({ match: { operation: 'BatchWriteItem' }, do: { unprocessed: 1 }, times: 1 })
  const RequestItems = { One: ['5', '6'].map((sk) => ({ PutRequest: { Item: one(sk) } })) }
  const batch = await touch('BatchWriteItem', { RequestItems })
  assert.deepEqual([batch.writes().length, batch.unprocessed().length, batch.asked().length], [1, 1, 2])
  await addFault({ match: { operation: 'BatchGetItem' }, do: { unprocessed: 1 }, times: 1 })
  const reads = await touch('BatchGetItem', { RequestItems: { One: { Keys: ['1', '2'].map(keyOf) } } })
  assert.deepEqual([reads.reads().length, reads.unprocessed().length, reads.asked().length], [1, 1, 2])
  await addFault({ match: { operation: 'GetItem' }, do: { lose: 'answer' }, times: 1 })
  assert.deepEqual((await touch('GetItem', { TableName: 'One', Key: keyOf('1') })).reads(), [])
})

test('What is refused may name anything', async (context) => {
  const { asked, client } = await open(context)
  const ask = client()
  for (const Key of [{ pk: { N: '1' }, sk: { S: 'x' } }, { pk: {} }, { pk: { S: '' }, sk: { S: '1' } }, { other: { S: 'x' } }, {}]) {
    for (const [operation, input] of [
      ['GetItem', { TableName: 'One', Key }],
      ['DeleteItem', { TableName: 'One', Key }],
      ['TransactWriteItems', { TransactItems: [{ Put: { TableName: 'One', Item: Key } }] }],
      ['BatchWriteItem', { RequestItems: { One: [{ PutRequest: { Item: Key } }, {}] } }],
      ['BatchGetItem', { RequestItems: { One: { Keys: [Key] } } }],
    ] as const) {
      await ask(operation, input).catch(() => {})
      assert.ok(asked().length <= 1)
    }
  }
})

test('Of what is long or much only a part is looked at', async (context) => {
  const { touch } = await open(context)
  const long = { ...one('7'), text: { S: 'x'.repeat(20_000) } }
  const [put] = (await touch('PutItem', { TableName: 'One', Item: long })).writes()
  assert.deepEqual([put?.keyText, put?.attributes], ['a / 7', undefined])
  const [got] = (await touch('GetItem', { TableName: 'One', Key: keyOf('7') })).reads()
  assert.deepEqual([got?.isThere, got?.attributes], [true, undefined])
  assert.deepEqual((await touch('Scan', { TableName: 'One' })).reads(), [])
  const Keys = Array.from({ length: 50 }, (_, at) => keyOf(String(at + 100)))
  for (const Key of Keys) await touch('PutItem', { TableName: 'One', Item: Key })
  const batch = await touch('BatchGetItem', { RequestItems: { One: { Keys } } })
  assert.deepEqual([batch.reads().length, batch.asked().length], [touchedItemsMax, 50])
})
