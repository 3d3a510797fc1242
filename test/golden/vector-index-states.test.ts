/** A vector index that is added to a table with items, step by step (indexes-streams-ttl-transactions.md §4.2): a walk through time is no conversation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestStator } from '../harness/test-stator.ts'

const TableName = 'Docs'
const vector = (first: number): object => ({ L: [{ N: String(first) }, { N: '0' }] })
const create = (IndexName: string): object => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  VectorIndexUpdates: [
    {
      Create: {
        IndexName,
        VectorAttribute: { AttributeName: 'embedding' },
        Dimensions: 2,
        DistanceFunction: 'EUCLIDEAN',
        Projection: { ProjectionType: 'ALL' },
      },
    },
  ],
})
const remove = (IndexName: string): object => ({ TableName, VectorIndexUpdates: [{ Delete: { IndexName } }] })
const search = (IndexName: string): object => ({ TableName, IndexName, SearchVector: [{ N: '0' }, { N: '0' }], TopK: 100 })

async function openWithItems(): Promise<TestStator> {
  const stator = await TestStator.open()
  const definition = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }
  await stator.createTable(definition)
  for (let at = 0; at < 60; at += 1) {
    // Not every item has a vector that the index can hold.
    const embedding = at % 3 === 0 ? { S: 'none' } : vector(at)
    await stator.succeed('PutItem', { TableName, Item: { id: { S: `i${at}` }, embedding } })
  }
  return stator
}

interface Description {
  readonly TableStatus: string
  readonly TableSizeBytes: number
  readonly VectorIndexes?: readonly [
    { readonly IndexStatus: string; readonly Backfilling?: boolean; readonly ItemCount: number; readonly IndexSizeBytes: number },
  ]
}

async function describe(stator: TestStator): Promise<Description> {
  return (await stator.succeed('DescribeTable', { TableName })).Table as Description
}

async function state(stator: TestStator): Promise<readonly unknown[]> {
  const { TableStatus, VectorIndexes } = await describe(stator)
  return [TableStatus, VectorIndexes?.[0].IndexStatus, VectorIndexes?.[0].Backfilling]
}

async function refusal(stator: TestStator, operation: string, input: object): Promise<string> {
  const { exception, message } = await stator.call(operation, input)
  return `${exception}: ${message}`
}

test('an added index is allocated, then backfilled, then searched; writes in between are in it', async () => {
  const stator = await openWithItems()
  const before = await describe(stator)
  await stator.succeed('UpdateTable', create('added'))
  assert.deepEqual(await state(stator), ['UPDATING', 'CREATING', false])
  assert.equal(
    await refusal(stator, 'SearchVectors', search('added')),
    'ValidationException: The table does not have the specified index: added',
  )
  assert.equal(
    await refusal(stator, 'UpdateTable', remove('added')),
    'ResourceInUseException: Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: Docs Index: added',
  )
  await stator.succeed('PutItem', { TableName, Item: { id: { S: 'early' }, embedding: vector(1000) } })
  assert.equal(
    (await stator.call('PutItem', { TableName, Item: { id: { S: 'bad' }, embedding: { S: 'x' } } })).exception,
    'ValidationException',
  )

  await stator.advance(1000)
  assert.deepEqual(await state(stator), ['ACTIVE', 'CREATING', true])
  assert.equal(
    await refusal(stator, 'SearchVectors', search('added')),
    'ValidationException: Cannot search backfilling vector index: added',
  )
  assert.equal(
    await refusal(stator, 'DeleteTable', { TableName }),
    'ResourceInUseException: Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.',
  )
  await stator.succeed('DeleteItem', { TableName, Key: { id: { S: 'i1' } } })
  await stator.succeed('PutItem', { TableName, Item: { id: { S: 'late' }, embedding: vector(2000) } })

  await stator.advance(3000)
  assert.deepEqual(await state(stator), ['ACTIVE', 'ACTIVE', undefined])
  const { SearchResults } = await stator.succeed('SearchVectors', search('added'))
  const ids = (SearchResults as readonly { readonly Item: { readonly id: { readonly S: string } } }[]).map(({ Item }) => Item.id.S)
  const old = Array.from({ length: 60 }, (_, at) => at).filter((at) => at % 3 !== 0 && at !== 1)
  assert.deepEqual(ids, [...old.map((at) => `i${at}`), 'early', 'late'])

  const { VectorIndexes, TableSizeBytes } = await describe(stator)
  assert.equal(VectorIndexes?.[0].ItemCount, ids.length)
  const idBytes = ids.reduce((sum, id) => sum + 'id'.length + id.length, 0)
  assert.equal(VectorIndexes?.[0].IndexSizeBytes, idBytes + ids.length * ('embedding'.length + 8))
  // From now on a vector counts as floats in the table, too.
  assert.ok(TableSizeBytes > before.TableSizeBytes)
  const others = old.length + 22
  assert.equal((await stator.succeed('Scan', { TableName, Select: 'COUNT' })).Count, others)
  await stator.close()
})

test('giving up the creation, and deleting an index, leave nothing; its name and its place can be used again', async () => {
  const stator = await openWithItems()
  const { TableSizeBytes } = await describe(stator)
  await stator.succeed('UpdateTable', create('given-up'))
  await stator.advance(1000)
  await stator.succeed('UpdateTable', remove('given-up'))
  await stator.advance(1000)
  assert.deepEqual(await state(stator), ['ACTIVE', undefined, undefined])

  for (let round = 0; round < 2; round += 1) {
    await stator.succeed('UpdateTable', create('again'))
    await stator.advance(1000)
    await stator.advance(3000)
    const { SearchResults } = await stator.succeed('SearchVectors', search('again'))
    assert.equal((SearchResults as readonly unknown[]).length, 40 - round)
    await stator.succeed('UpdateTable', remove('again'))
    assert.equal(
      await refusal(stator, 'SearchVectors', search('again')),
      'ValidationException: The table does not have the specified index: again',
    )
    await stator.advance(1000)
    if (round === 0) await stator.succeed('DeleteItem', { TableName, Key: { id: { S: 'i1' } } })
  }
  const deletedBytes = 'idi1embedding'.length + 3 + 2 + 3
  assert.equal((await describe(stator)).TableSizeBytes, TableSizeBytes - deletedBytes)
  await stator.close()
})
