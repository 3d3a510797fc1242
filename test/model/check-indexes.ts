/** Holds everything that can be read of a table and its indexes against the naive model: order, pages, conditions, segments, counts. */
import assert from 'node:assert/strict'
import type { Service } from '../../src/server/start.ts'
import { type Body, call, succeed } from '../harness/service.ts'
import { tableName } from './item-histories.ts'
import { compare, cursorNames, entriesOf, type Item, indexes, type KeySet, partitions, pick, sizeBytes, tableKeys } from './naive-table.ts'

/** Draws a whole number from 0 to `below` - 1: what the checks leave to chance. */
export type Draw = (below: number) => number

/** Whole numbers from a generator of its own (mulberry32), so that a seed replays what the checks leave to chance, too. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export async function checkEverything(service: Service, items: readonly Item[], draw: Draw): Promise<void> {
  for (const keys of [tableKeys, ...indexes]) {
    for (const entries of partitions(keys, items).values()) await checkPartition(service, keys, entries, draw)
    await checkScans(service, keys, items, draw)
  }
  await checkCounts(service, items)
}

/** The same of the table alone, whose indexes cannot be read yet. */
export async function checkTable(service: Service, items: readonly Item[], draw: Draw): Promise<void> {
  for (const entries of partitions(tableKeys, items).values()) await checkPartition(service, tableKeys, entries, draw)
  await checkScans(service, tableKeys, items, draw)
}

async function checkPartition(service: Service, keys: KeySet, entries: readonly Item[], draw: Draw): Promise<void> {
  const [first] = entries
  assert.ok(first !== undefined)
  const names = Object.fromEntries(keys.hash.map((name, at) => [`:h${at}`, first[name]]))
  const base = {
    ...source(keys, draw),
    KeyConditionExpression: keys.hash.map((name, at) => `${name} = :h${at}`).join(' AND '),
    ExpressionAttributeValues: names,
  }
  const backwards = { ...base, ScanIndexForward: false }
  assert.deepEqual(await walk(service, 'Query', base, keys), entries)
  assert.deepEqual(await walk(service, 'Query', { ...base, Limit: 1 + draw(3) }, keys), entries)
  assert.deepEqual(await walk(service, 'Query', { ...backwards, Limit: 1 + draw(3) }, keys), entries.toReversed())
  await checkRange(service, base, { keys, entries, draw })
}

const operators: { readonly [operator: string]: (order: number) => boolean } = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

interface Partition {
  readonly keys: KeySet
  readonly entries: readonly Item[]
  readonly draw: Draw
}

/** A random condition: equality with one entry in the first sort key attributes, then a comparison with another entry. */
async function checkRange(service: Service, base: Body, { keys, entries, draw }: Partition): Promise<void> {
  const equal = keys.range.slice(0, draw(keys.range.length))
  const last = keys.range[equal.length]
  const model = entries[draw(entries.length)]
  const bound = entries[draw(entries.length)]?.[last ?? '']
  const operator = Object.keys(operators)[draw(5)] ?? '='
  if (last === undefined || model === undefined || bound === undefined) return
  const clauses = [...equal.map((name) => `${name} = :${name}`), `${last} ${operator} :last`]
  const values = Object.fromEntries(equal.map((name) => [`:${name}`, model[name]]))
  // A Query for one item of the table can't be restarted (errors.md §5).
  const isOneItem = keys.index === undefined && operator === '='
  const input = {
    ...base,
    KeyConditionExpression: `${base.KeyConditionExpression} AND ${clauses.join(' AND ')}`,
    ExpressionAttributeValues: { ...(base.ExpressionAttributeValues as object), ...values, ':last': bound },
    ScanIndexForward: draw(2) === 0,
    ...(!isOneItem && { Limit: 1 + draw(4) }),
  }
  const wanted = entries.filter(
    (entry) => equal.every((name) => compare(entry[name], model[name]) === 0) && operators[operator]?.(compare(entry[last], bound)),
  )
  assert.deepEqual(await walk(service, 'Query', input, keys), input.ScanIndexForward ? wanted : wanted.toReversed())
}

async function checkScans(service: Service, keys: KeySet, items: readonly Item[], draw: Draw): Promise<void> {
  const whole = await walk(service, 'Scan', source(keys, draw), keys)
  const inModel = entriesOf(keys, items)
  assert.deepEqual(whole.map(canonical).sort(), inModel.map(canonical).sort())
  // Item collections lie together and in order.
  const collected = [...Map.groupBy(whole, (entry) => JSON.stringify(keys.hash.map((name) => entry[name])))]
  assert.deepEqual(
    collected.flatMap(([, entries]) => entries),
    whole,
  )
  for (const [name, entries] of collected) assert.deepEqual(entries, partitions(keys, items).get(name))

  assert.deepEqual(await walk(service, 'Scan', { ...source(keys, draw), Limit: 1 + draw(4) }, keys), whole)
  const total = 1 + draw(5)
  const segments: Item[] = []
  for (let segment = 0; segment < total; segment += 1) {
    const input = { ...source(keys, draw), Segment: segment, TotalSegments: total, Limit: 1 + draw(5) }
    const entries = await walk(service, 'Scan', input, keys)
    segments.push(...entries)
    if (entries[0] !== undefined)
      await checkForeignSegment(service, { ...input, Segment: (segment + 1) % total }, pick(entries[0], cursorNames(keys)))
  }
  assert.deepEqual(segments, whole)
}

/** The start key of one segment is refused in another. */
async function checkForeignSegment(service: Service, input: Body, startKey: Item): Promise<void> {
  const { Segment: segment, TotalSegments: total } = input
  if (total === 1) return
  const { message } = await call(service, 'Scan', { ...input, ExclusiveStartKey: startKey })
  assert.equal(
    message,
    `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
  )
}

async function checkCounts(service: Service, items: readonly Item[]): Promise<void> {
  const { Table: table } = await succeed(service, 'DescribeTable', { TableName: tableName })
  const { ItemCount, TableSizeBytes, GlobalSecondaryIndexes, LocalSecondaryIndexes } = table as Description
  const described = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map((index) => [
    index.IndexName,
    index.ItemCount,
    index.IndexSizeBytes,
  ])
  const expected = indexes.map((keys) => {
    const entries = entriesOf(keys, items)
    return [keys.index, entries.length, totalBytes(entries)]
  })
  assert.deepEqual([['table', ItemCount, TableSizeBytes], ...described], [['table', items.length, totalBytes(items)], ...expected])
}

interface Description {
  readonly ItemCount: number
  readonly TableSizeBytes: number
  readonly GlobalSecondaryIndexes: readonly IndexDescription[]
  readonly LocalSecondaryIndexes: readonly IndexDescription[]
}

interface IndexDescription {
  readonly IndexName: string
  readonly ItemCount: number
  readonly IndexSizeBytes: number
}

function totalBytes(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + sizeBytes(item), 0)
}

function source({ index, kind }: KeySet, draw: Draw): Body {
  const strong = kind !== 'global' && draw(2) === 0
  return { TableName: tableName, ...(index !== undefined && { IndexName: index }), ...(strong && { ConsistentRead: true }) }
}

/** Everything page by page; every page is held to what Query and Scan say of pages (operations.md §2.6). */
async function walk(service: Service, operation: 'Query' | 'Scan', input: Body, keys: KeySet): Promise<Item[]> {
  const found: Item[] = []
  const limit = (input.Limit as number | undefined) ?? Number.POSITIVE_INFINITY
  let start: Item | undefined
  do {
    const page = await succeed(service, operation, { ...input, ...(start && { ExclusiveStartKey: start }) })
    const items = page.Items as readonly Item[]
    assert.ok(items.length <= limit)
    assert.deepEqual([page.Count, page.ScannedCount], [items.length, items.length])
    found.push(...items)
    start = page.LastEvaluatedKey as Item | undefined
    const last = items.at(-1)
    assert.deepEqual(start, items.length === limit && last !== undefined ? pick(last, cursorNames(keys)) : undefined)
  } while (start !== undefined)
  return found
}

function canonical(item: Item): string {
  return JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
}
