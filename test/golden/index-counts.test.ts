/** The most indexes and projected attributes that a table may have, and one more (data-model.md §8). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TestStator } from '../harness/test-stator.ts'

let stator: TestStator

before(async () => {
  stator = await TestStator.open()
})

after(() => stator.close())

interface Definition {
  readonly TableName: string
  readonly [member: string]: unknown
}

interface Counts {
  readonly globals?: number
  readonly locals?: number
  /** Names in the projection of every index. */
  readonly included?: number
}

const key = (...names: readonly string[]): readonly object[] =>
  names.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }))

function definition(TableName: string, { globals = 0, locals = 0, included = 0 }: Counts): Definition {
  const projection = (index: string): object =>
    included === 0
      ? { ProjectionType: 'KEYS_ONLY' }
      : { ProjectionType: 'INCLUDE', NonKeyAttributes: Array.from({ length: included }, (_, at) => `${index}.${at}`) }
  const list = (count: number, prefix: string, keys: readonly string[]): readonly object[] =>
    Array.from({ length: count }, (_, at) => {
      const name = `${prefix}${at}`
      return { IndexName: name, KeySchema: key(...keys), Projection: projection(name) }
    })
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'x'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: key('pk', 'sk'),
    ...(globals > 0 && { GlobalSecondaryIndexes: list(globals, 'global-', ['x']) }),
    ...(locals > 0 && { LocalSecondaryIndexes: list(locals, 'local-', ['pk', 'x']) }),
  }
}

async function refusal(input: Definition): Promise<readonly unknown[]> {
  const { exception, message } = await stator.call('CreateTable', input)
  return [exception, message]
}

test('20 global and 5 local indexes are created, written and paid for', async () => {
  await stator.createTable(definition('Most', { globals: 20, locals: 5 }))
  const { ConsumedCapacity: consumed } = await stator.succeed('PutItem', {
    TableName: 'Most',
    Item: { pk: { S: 'p' }, sk: { S: 's' }, x: { S: 'x' } },
    ReturnConsumedCapacity: 'TOTAL',
  })
  assert.deepEqual(consumed, { TableName: 'Most', CapacityUnits: 26 })
  for (const index of ['global-0', 'global-19', 'local-0', 'local-4']) {
    const { Items } = await stator.succeed('Scan', { TableName: 'Most', IndexName: index })
    assert.deepEqual(Items, [{ pk: { S: 'p' }, sk: { S: 's' }, x: { S: 'x' } }])
  }
})

test('21 global indexes are refused', async () => {
  const message = 'One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of 20'
  assert.deepEqual(await refusal(definition('Refused', { globals: 21 })), ['ValidationException', message])
})

test('6 local indexes are refused', async () => {
  const message = 'One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of 5'
  assert.deepEqual(await refusal(definition('Refused', { locals: 6 })), ['ValidationException', message])
})

test('100 projected attributes over all indexes are accepted, 101 refused', async () => {
  await stator.createTable(definition('Wide', { globals: 5, included: 20 }))
  await stator.createTable(definition('Mixed', { globals: 3, locals: 2, included: 20 }))
  const [exception] = await refusal(definition('Refused', { globals: 6, included: 17 }))
  assert.equal(exception, 'ValidationException')
})
