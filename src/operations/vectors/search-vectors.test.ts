import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { turnsDuring } from '../../../test/harness/turns-during.ts'
import { ManualClock } from '../../base/clock.ts'
import { writeJson } from '../../base/json-text.ts'
import { seededRandom } from '../../base/random.ts'
import { stepBackfill } from '../../engine/jobs/backfill-indexes.ts'
import { stepIndexSweep } from '../../engine/jobs/sweep-deleted-indexes.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { Store } from '../../storage/store.ts'
import { deleteItem } from '../items/delete-item.ts'
import { putItem } from '../items/put-item.ts'
import { createTable } from '../tables/create-table.ts'
import { updateTable } from '../tables/update-table.ts'
import { searchVectors } from './search-vectors.ts'

const TableName = 'Vectors'

function vectorIndex(Dimensions: number) {
  return {
    IndexName: 'v',
    VectorAttribute: { AttributeName: `e${Dimensions}` },
    Dimensions,
    DistanceFunction: 'EUCLIDEAN' as const,
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  }
}

/** Two servers of one store. The second knows the table, and no more than it has to. */
async function openBoth(opened?: Store): Promise<readonly [MeteredEngine, MeteredEngine]> {
  const store = opened ?? (await openTestStore())
  const open = (): Promise<MeteredEngine> =>
    openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock: new ManualClock(0), random: seededRandom(1) })
  const one = await open()
  await createTable(one, {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    VectorIndexes: [vectorIndex(1)],
  })
  return [one, await open()]
}

function vectorOf(...numbers: readonly number[]) {
  return { L: numbers.map((number) => ({ N: String(number) })) }
}

async function put(engine: MeteredEngine, id: string, at: number): Promise<void> {
  await putItem(engine, { TableName, Item: { id: { S: id }, e1: vectorOf(at), e2: vectorOf(0, -at) } }, new RequestUsage())
}

async function found(engine: MeteredEngine, ...sought: readonly number[]): Promise<readonly (readonly [string, number])[]> {
  const input = { TableName, IndexName: 'v', SearchVector: vectorOf(...sought).L, TopK: 10 }
  const { SearchResults } = await searchVectors(engine, input, new RequestUsage())
  const results: readonly { readonly Item: { readonly id: { readonly S: string } }; readonly Score: number }[] = JSON.parse(
    writeJson(SearchResults),
  )
  return results.map(({ Item, Score }) => [Item.id.S, Score])
}

test('Two servers of one store see the vectors that the other wrote', async () => {
  const [one, other] = await openBoth()
  await put(one, 'a', 1)
  await put(other, 'b', 2)
  for (const engine of [one, other]) {
    assert.deepEqual(await found(engine, 0), [
      ['a', 1],
      ['b', 2],
    ])
  }
  await put(other, 'a', 5)
  await put(one, 'c', 3)
  await deleteItem(one, { TableName, Key: { id: { S: 'b' } } }, new RequestUsage())
  for (const engine of [other, one]) {
    assert.deepEqual(await found(engine, 0), [
      ['c', 3],
      ['a', 5],
    ])
  }
  await one.close()
})

test('An index that another server has deleted is not searched any more, nor taken for one that has its name and its id', async () => {
  const [one, other] = await openBoth()
  await put(one, 'a', 1)
  assert.deepEqual(await found(other, 0), [['a', 1]])
  const noSuchIndex = { name: 'ValidationException', message: 'The table does not have the specified index: v' }
  await updateTable(one, { TableName, VectorIndexUpdates: [{ Delete: { IndexName: 'v' } }] })
  await assert.rejects(found(other, 0), noSuchIndex)

  while (await stepIndexSweep(one)) {}
  await updateTable(one, { TableName, VectorIndexUpdates: [{ Create: vectorIndex(2) }] })
  while (await stepBackfill(one, 0)) {}
  await put(one, 'b', 3)
  assert.deepEqual(await found(one, 0, 0), [
    ['a', 1],
    ['b', 3],
  ])
  await assert.rejects(found(other, 0, 0), noSuchIndex, 'it has not heard of the new one')
  await put(other, 'c', 2)
  assert.deepEqual(await found(other, 0, 0), [
    ['a', 1],
    ['c', 2],
    ['b', 3],
  ])
  await one.close()
})

test('An answer that prints vectors lets others in after each of them', async () => {
  // Where reads take no turns, turns can be counted.
  const [one] = await openBoth(openMemoryStore())
  for (let n = 0; n < 10; n += 1) await put(one, String(n), n)
  const turnsOf = async (ProjectionExpression: string): Promise<number> => {
    const search = { TableName, IndexName: 'v', SearchVector: vectorOf(0).L, TopK: 10, ProjectionExpression }
    return (await turnsDuring(() => searchVectors(one, search, new RequestUsage()))).turns
  }
  const without = await turnsOf('id')
  assert.ok((await turnsOf('id, e1')) >= without + 10)
  await one.close()
})
