/** Large bodies: what is refused before it is parsed, that nothing sound is, and that others have their turns meanwhile. No times. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { Pace } from '../../src/base/pace.ts'
import { BodyScan, type Excess } from '../../src/protocols/body-scan.ts'
import { scanMarksPerStep } from '../../src/protocols/limits.ts'
import { parseLargeBody } from '../../src/protocols/parse-body.ts'
import { bodyBounds } from '../../src/server/body-bounds.ts'
import type { Service } from '../../src/server/start.ts'
import { items } from '../../src/values/arbitrary-values.test.ts'
import { itemSizeBytes } from '../../src/values/size.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const TableName = 'Large'
const tooLarge = { name: 'ValidationException', message: 'Item size has exceeded the maximum allowed size' }
const tooMany = { name: 'ValidationException', message: 'The request holds more values than its limits allow' }
const notJson = { name: 'SerializationException', message: '' }

function excessOf(text: string, sizeBytesMax: number, valuesMax = 100, countMax = 1): Excess | undefined {
  const scan = new BodyScan(Buffer.from(text), { depthMax: 100, valuesMax, own: { member: 'Item', sizeBytesMax, countMax } })
  while (scan.step());
  return scan.excess
}

async function openWithTable(t: TestContext): Promise<Service> {
  const service = await openTestService('any')
  t.after(() => service.close())
  await succeed(service, 'CreateTable', onDemandTable(TableName, { pk: 'S', sk: 'S' }))
  return service
}

function escaped(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

test('No item counts for more than it has bytes, however it is written', () => {
  fc.assert(
    fc.property(items, (item) => {
      const sizeBytes = itemSizeBytes(item)
      for (const json of [JSON.stringify({ Item: item }), JSON.stringify({ Item: item }, undefined, 2)]) {
        assert.equal(excessOf(json, sizeBytes), undefined)
        assert.equal(excessOf(escaped(json), sizeBytes), undefined)
      }
    }),
  )
})

test('Each attribute, element and member of a set counts, and names count for their length', () => {
  const cases = [
    ['{"Item":{"a":{"S":""},"b":{"S":""},"c":{"S":""}}}', 3],
    ['{"Item":{"abc":{"S":""}}}', 3],
    ['{"Item" : {"a":{"L":[{"S":""},{"S":""},{"S":""}]}}}', 4],
    ['{"Item":{"a":{"SS":["1","2","3","4"]}}}', 3],
    ['{"Item":{"a":{"M":{"b":{"M":{}}}}}}', 4],
    ['{"\\u0049tem":{"a":{"S":"{,\\",{"},"b":{"S":"\\\\"}}}', 2],
  ] as const
  for (const [text, count] of cases) {
    assert.equal(excessOf(text, count - 1), 'own', text)
    assert.equal(excessOf(text, count), undefined, text)
  }
})

test('What is no item counts together, and so do items that are more than there can be', () => {
  assert.equal(excessOf('{"Items":{"a":{},"b":{},"c":{}}}', 0, 4), 'values')
  assert.equal(excessOf('{"Items":{"a":{},"b":{},"c":{}}}', 0, 5), undefined)
  assert.equal(excessOf('{"Item":{"a":{}},"Item":{"b":{},"c":{}}}', 1, 3), 'values')
  assert.equal(excessOf('{"Item":{"a":{}},"Item":{"b":{},"c":{}}}', 2, 3, 2), undefined)
})

test('A body is looked through in steps, and others have their turn whenever one has taken its time', async () => {
  const elements = 100_000
  const body = Buffer.from(`{"Item":{"a":{"L":[${Array(elements).fill('{"NULL":true}').join(',')}]}}}`)
  let nowMs = 0
  // Each look at the time finds that a slice is over.
  const pace = new Pace(() => (nowMs += 10))
  let turns = 0
  let isDone = false
  const takeTurns = (): void => {
    turns += 1
    if (!isDone) setImmediate(takeTurns)
  }
  setImmediate(takeTurns)
  const parsed = await parseLargeBody(body, bodyBounds('PutItem'), pace)
  isDone = true
  assert.deepEqual(parsed, JSON.parse(body.toString()))
  // An element is a bracket, a text, a colon, a literal of four letters, a bracket and a comma: nine marks or ten.
  assert(turns > (5 * elements) / scanMarksPerStep, `${turns} turns`)
})

test('What a step looks at is bounded, also within a text of nothing but quotation marks', () => {
  const marks = 50_000
  const scan = new BodyScan(Buffer.from(`["${'\\"'.repeat(64 * marks)}"]`), { depthMax: 10, valuesMax: 10 })
  let steps = 1
  while (scan.step()) steps += 1
  assert(steps > marks / scanMarksPerStep, `${steps} steps`)
})

test('Too many values are refused before the body is parsed, which need not be JSON to its end', async () => {
  const values = '{"NULL":true},'.repeat(500_000)
  await assert.rejects(parseLargeBody(Buffer.from(`{"Item":{"a":{"L":[${values}`), bodyBounds('PutItem')), tooLarge)
  await assert.rejects(parseLargeBody(Buffer.from(`{"Key":{"a":{"L":[${values}`), bodyBounds('GetItem')), tooMany)
  await assert.rejects(parseLargeBody(Buffer.from(`{"Key":{"a":{"L":[${values}`), bodyBounds(undefined)), tooMany)
  await assert.rejects(parseLargeBody(Buffer.from('['.repeat(500_000)), bodyBounds('Query')), notJson)
  await assert.rejects(parseLargeBody(Buffer.from(`{"a":"${'x'.repeat(500_000)}`), bodyBounds('Query')), notJson)
})

test('Items of too many values are refused in puts, batches and transactions, and nothing of these is written', async (t) => {
  const service = await openWithTable(t)
  const key = { pk: { S: 'a' }, sk: { S: 'b' } }
  const attributes = Object.fromEntries(Array.from({ length: 200_000 }, (_, number) => [`a${number}`, { N: '1' }]))
  for (const large of [attributes, { set: { NS: Array.from({ length: 500_000 }, (_, number) => String(number)) } }]) {
    const Item = { ...key, ...large }
    const put = { PutRequest: { Item } }
    const refused = [
      await call(service, 'PutItem', { TableName, Item }),
      await call(service, 'BatchWriteItem', { RequestItems: { [TableName]: [put] } }),
      await call(service, 'TransactWriteItems', { TransactItems: [{ Put: { TableName, Item } }] }),
    ]
    for (const { status, body } of refused) {
      assert.equal(status, 400)
      assert.equal((body as { readonly message?: string }).message, tooLarge.message)
    }
  }
  assert.equal((await succeed(service, 'Scan', { TableName })).Count, 0)
})

test('Bodies as large as they may be are answered when they are sound', async (t) => {
  const service = await openWithTable(t)
  const text = 'x'.repeat(409_000)
  const items = Array.from({ length: 25 }, (_, number) => ({ pk: { S: 'a' }, sk: { S: String(number) }, text: { S: text } }))
  await succeed(service, 'BatchWriteItem', { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } })
  const many = { pk: { S: 'b' }, sk: { S: '1' }, many: { L: Array(150_000).fill({ NULL: true }) } }
  await succeed(service, 'PutItem', { TableName, Item: many })
  const values = { ':many': { L: Array(300_000).fill({ S: '' }) } }
  const { Count } = await succeed(service, 'Query', {
    TableName,
    KeyConditionExpression: 'pk = :a',
    FilterExpression: 'many <> :many',
    ExpressionAttributeValues: { ':a': { S: 'b' }, ...values },
  })
  assert.equal(Count, 1)
})
