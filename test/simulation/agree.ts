/**
 * What must hold when a run has come to rest: every node gives the same answers, they are those of one naive node that did everything
 * one after the other, and nothing is left over of what is gone.
 */
import assert from 'node:assert/strict'
import { partitionMapOf } from '../../src/engine/catalog/catalog.ts'
import { assertWhole } from '../harness/check-partitions.ts'
import type { Ask } from '../harness/stream-consumer.ts'
import { vectorIndexName } from './definitions.ts'
import type { Description } from './keep-tables.ts'
import { entriesIn, type Item, keyText, type TableIndex, type TableLife, totalBytes } from './tables.ts'
import type { World } from './world.ts'
import { askOf } from './world.ts'

/** The tables of the catalog, their items, indexes and counts. */
export async function checkTables(world: World): Promise<void> {
  const { cluster, tables } = world
  const items = new Map<TableLife, readonly Item[]>()
  for (const node of cluster.up) {
    const ask = askOf(cluster, node)
    const kept = ['Race', 'Scaled', ...[...tables.lives.values()].filter(({ isServing }) => isServing).map(({ name }) => name)]
    assert.deepEqual((await ask('ListTables', {})).TableNames, kept.sort(), 'the tables')
    for (const life of tables.serving) {
      const found = await checkItems(life, ask, Math.floor(node.clock.now() / 1000))
      // What may have gone by itself has gone for all, or for none.
      assert.deepEqual(found, items.get(life) ?? found)
      items.set(life, found)
      await checkDescription(life, ask, found)
      for (const index of life.indexes) await checkIndex(life, index, ask, found)
      if (life.hasVectors === 'yes') await checkVectors(life, ask, found)
    }
    for (const table of node.engine.catalog.tables()) {
      for (const index of [undefined, ...table.indexes.filter(({ kind }) => kind === 'global')]) {
        if (index === undefined || index.kind === 'global') assertWhole(partitionMapOf(node.engine.catalog, table, index))
      }
    }
  }
}

/** All there are, in order. */
async function checkItems(life: TableLife, ask: Ask, nowSecond: number): Promise<readonly Item[]> {
  const found = await scan(ask, { TableName: life.name, ConsistentRead: true })
  const [known, expiring] = [found.filter(({ ttl }) => ttl === undefined), found.filter(({ ttl }) => ttl !== undefined)]
  assert.deepEqual(known, inOrder([...life.items.values()]), `the items of ${life.name}`)
  const there = new Map(expiring.map((item) => [keyText(item), item]))
  for (const [key, item] of life.expiring) {
    const second = item['ttl'] !== undefined && 'N' in item['ttl'] ? Number(item['ttl'].N) : 0
    const isDue = second < nowSecond
    if (there.has(key)) assert.deepEqual(there.get(key), item)
    if (isDue && life.timeToLive === 'on') assert.ok(!there.has(key), `${key} of ${life.name} has expired`)
    if (!isDue || life.timeToLive === 'off') assert.ok(there.has(key), `${key} of ${life.name} does not expire`)
  }
  for (const key of there.keys()) assert.ok(life.expiring.has(key), `${key} of ${life.name} was written`)
  for (const key of life.expiring.keys()) if (!there.has(key)) life.expiring.delete(key)
  return found
}

async function checkDescription(life: TableLife, ask: Ask, items: readonly Item[]): Promise<void> {
  const { Table } = await ask('DescribeTable', { TableName: life.name })
  const table = Table as Description
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], VectorIndexes = [] } = table
  assert.equal(table.TableStatus, 'ACTIVE')
  assert.equal(table.StreamSpecification?.StreamEnabled ?? false, life.stream !== undefined, `the stream of ${life.name}`)
  assert.equal(table.ItemCount, items.length, `the count of ${life.name}`)
  assertSize(table.TableSizeBytes, items, life.name)
  const described = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]
  assert.deepEqual(described.map(({ IndexName }) => IndexName).sort(), life.indexes.map(({ keys }) => keys.index).sort())
  for (const { IndexName, ItemCount, IndexSizeBytes } of described) {
    const keys = life.indexes.find((index) => index.keys.index === IndexName)?.keys
    assert.ok(keys !== undefined)
    const entries = entriesIn(keys, items)
    assert.equal(ItemCount, entries.length, `the count of ${IndexName} of ${life.name}`)
    assertSize(IndexSizeBytes, entries, `${IndexName} of ${life.name}`)
  }
  assert.equal(VectorIndexes.length, life.hasVectors === 'yes' ? 1 : 0)
  for (const { ItemCount } of VectorIndexes) assert.equal(ItemCount, withVectors(items).length, `the count of vectors of ${life.name}`)
}

function assertSize(sizeBytes: number, items: readonly Item[], what: string): void {
  const expected = totalBytes(items)
  if (expected !== undefined) assert.equal(sizeBytes, expected, `the size of ${what}`)
}

async function checkIndex(life: TableLife, { keys }: TableIndex, ask: Ask, items: readonly Item[]): Promise<void> {
  const found = await scan(ask, { TableName: life.name, IndexName: keys.index })
  assert.deepEqual(found, inOrder(entriesIn(keys, items)), `${keys.index} of ${life.name}`)
}

async function checkVectors(life: TableLife, ask: Ask, items: readonly Item[]): Promise<void> {
  for (const [writer, own] of Map.groupBy(withVectors(items), (item) => JSON.stringify(item['w']))) {
    const { SearchResults } = await ask('SearchVectors', {
      TableName: life.name,
      IndexName: vectorIndexName,
      SearchVector: [{ N: '2' }, { N: '-1' }, { N: '0' }],
      TopK: 100,
      SearchConditionExpression: 'w = :w',
      ExpressionAttributeValues: { ':w': JSON.parse(writer) },
    })
    const results = SearchResults as readonly { readonly Item: Item; readonly Score: number }[]
    const scores = new Map(own.map((item) => [keyText(item), distance(item)]))
    assert.deepEqual(results.map(({ Item: { pk, sk } }) => keyText({ pk, sk } as Item)).sort(), [...scores.keys()].sort())
    for (const [at, { Item, Score }] of results.entries()) {
      assert.ok(Math.abs(Score - (scores.get(keyText(Item)) ?? Number.NaN)) < 1e-6)
      assert.ok(Score >= (results[at - 1]?.Score ?? 0))
    }
  }
}

function withVectors(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => item['v'] !== undefined && item['w'] !== undefined)
}

function distance(item: Item): number {
  const vector = item['v']
  const numbers = vector !== undefined && 'L' in vector ? vector.L.map(({ N }) => Number(N)) : []
  return Math.hypot((numbers[0] ?? 0) - 2, (numbers[1] ?? 0) + 1, numbers[2] ?? 0)
}

async function scan(ask: Ask, input: object): Promise<readonly Item[]> {
  const items: Item[] = []
  let start: unknown
  do {
    const { Items, LastEvaluatedKey } = await ask('Scan', { ...input, ...(start !== undefined && { ExclusiveStartKey: start }) })
    items.push(...(Items as readonly Item[]))
    start = LastEvaluatedKey
  } while (start !== undefined)
  return inOrder(items)
}

function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((left, right) => (keyText(left) < keyText(right) ? -1 : 1))
}
