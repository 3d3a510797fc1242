/** The limits of legacy parameters, too long to read as text (data-model.md §5, §8). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { TestStator } from '../harness/test-stator.ts'

const itemBytesMax = 409_600
let stator: TestStator

before(async () => {
  stator = await TestStator.open()
  await stator.createTable(onDemandTable('Hash', { pk: 'S' }))
})

after(() => stator.close())

async function assertAnswer(operation: string, input: unknown, message: string | undefined): Promise<void> {
  assert.equal((await stator.call(operation, input)).message, message)
}

function update(key: string, attributeUpdates: object): object {
  return { TableName: 'Hash', Key: { pk: { S: key } }, AttributeUpdates: attributeUpdates }
}

const tooLarge = 'Item size to update has exceeded the maximum allowed size'

test('AttributeUpdates are held to the size of the finished item and charged nothing themselves', async () => {
  const text = 'x'.repeat(itemBytesMax - 'pk'.length - 'k'.length - 'b'.length)
  await assertAnswer('UpdateItem', update('k', { b: { Value: { S: text } } }), undefined)
  await assertAnswer('UpdateItem', update('k', { b: { Value: { S: `${text}x` } } }), tooLarge)
  await assertAnswer('UpdateItem', update('k', { c: { Value: { N: '1' } } }), tooLarge)
  // Two values that are too much together, one of which takes the place of the other.
  await assertAnswer('UpdateItem', update('k', { b: { Action: 'DELETE' }, c: { Value: { S: text } } }), undefined)
})

test('a finished item that is too large comes after a condition that does not hold', async () => {
  const input = { ...update('k', { d: { Value: { S: 'x'.repeat(itemBytesMax) } } }), Expected: { pk: { Exists: false } } }
  await assertAnswer('UpdateItem', input, 'The conditional request failed')
})

test('IN takes a hundred arguments', async () => {
  const filter = (count: number) => ({
    a: { ComparisonOperator: 'IN', AttributeValueList: Array.from({ length: count }, (_, at) => ({ N: String(at) })) },
  })
  await assertAnswer('Scan', { TableName: 'Hash', ScanFilter: filter(100) }, undefined)
  const message = 'One or more parameter values were invalid: Invalid number of argument(s) for the IN ComparisonOperator'
  await assertAnswer('Scan', { TableName: 'Hash', ScanFilter: filter(101) }, message)
})

test('a filter has three hundred operators, Expected and AttributeUpdates as many as fit', async () => {
  const entries = (count: number, entry: object) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, entry]))
  const absent = { ComparisonOperator: 'NULL' }
  await assertAnswer('Scan', { TableName: 'Hash', ScanFilter: entries(300, absent) }, undefined)
  const message = 'Invalid FilterExpression: The expression contains too many operators; operator count: 301'
  await assertAnswer('Scan', { TableName: 'Hash', ScanFilter: entries(301, absent) }, message)
  await assertAnswer('PutItem', { TableName: 'Hash', Item: { pk: { S: 'p' } }, Expected: entries(1000, absent) }, undefined)
  await assertAnswer('UpdateItem', update('p', entries(1000, { Value: { N: '1' } })), undefined)
})

test('values of legacy parameters have 31 levels around a scalar', async () => {
  const nested = (levels: number): object => (levels === 0 ? { S: 'x' } : { M: { k: nested(levels - 1) } })
  const message = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
  for (const [levels, fault] of [
    [31, undefined],
    [32, message],
    [40, message],
    [100, message],
  ] as const) {
    const enveloped = fault === undefined ? fault : `1 validation error detected: ${fault}`
    await assertAnswer('UpdateItem', update('deep', { a: { Value: nested(levels) } }), enveloped)
    const condition = { a: { ComparisonOperator: 'EQ', AttributeValueList: [nested(levels)] } }
    await assertAnswer('DeleteItem', { TableName: 'Hash', Key: { pk: { S: 'deep' } }, Expected: condition }, enveloped)
    await assertAnswer('Scan', { TableName: 'Hash', ScanFilter: condition }, fault)
    await assertAnswer('UpdateItem', update('deep', { a: { Value: nested(31) } }), undefined)
  }
})
