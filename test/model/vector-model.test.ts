/**
 * Random histories of writes to a table with vector indexes, with searches under way all the time: after every step each search
 * finds what a sorted list of the items finds, also when commits fail and the process crashes. A failure prints the seed that
 * replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Service } from '../../src/server/start.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { call, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { FaultyService } from './faulty-service.ts'

const TableName = 'Vectors'

type Value = { readonly S: string } | { readonly L: readonly { readonly N: string }[] }
type Item = { readonly [name: string]: Value }

interface Write {
  readonly id: string
  /** Undefined: the item is deleted. An update sets what is there and removes the rest. */
  readonly attributes: Item | undefined
  readonly how: 'put' | 'update'
}

interface Query {
  readonly sought: readonly string[]
  readonly TopK: number
  readonly tenant: string
  readonly color: string | undefined
}

interface Step {
  readonly fault: Fault
  readonly writes: readonly Write[]
  readonly query: Query
}

const component = fc.constantFrom('-2', '-1', '0', '1', '2', '0.1', '-0.7', '3.25', '1024')
const vector = fc.tuple(component, component, component, component, component)
const attributes: { readonly [name: string]: fc.Arbitrary<Value> } = {
  embedding: vector.map((numbers) => ({ L: numbers.map((N) => ({ N })) })),
  tenant: fc.constantFrom({ S: 't' }, { S: 'u' }),
  color: fc.constantFrom({ S: 'red' }, { S: 'blue' }),
  title: fc.constantFrom({ S: 'one' }, { S: 'two' }),
}
const item: fc.Arbitrary<Item> = fc
  .tuple(fc.record(attributes), fc.subarray(Object.keys(attributes)))
  .map(([all, kept]) => Object.fromEntries(Object.entries(all).filter(([name]) => kept.includes(name))))
const write: fc.Arbitrary<Write> = fc.record({
  id: fc.constantFrom(...'abcdefgh'),
  attributes: fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.constant(undefined) }),
  how: fc.constantFrom('put' as const, 'update' as const),
})
const query: fc.Arbitrary<Query> = fc.record({
  sought: vector,
  TopK: fc.integer({ min: 1, max: 9 }),
  tenant: fc.constantFrom('t', 'u', 'nobody'),
  color: fc.constantFrom('red', undefined),
})
const steps = fc.array(
  fc.record({
    fault: fc.constantFrom<Fault[]>('none', 'none', 'none', 'commit-fails', 'crash-before', 'crash-after'),
    writes: fc.uniqueArray(write, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
    query,
  }),
  { minLength: 1, maxLength: 12 },
)

const projections = {
  plain: { ProjectionType: 'ALL' },
  tenants: { ProjectionType: 'KEYS_ONLY' },
  products: { ProjectionType: 'KEYS_ONLY' },
}
const distances = { plain: 'COSINE', tenants: 'EUCLIDEAN', products: 'DOT_PRODUCT' } as const
type IndexName = keyof typeof distances
const indexNames = Object.keys(distances) as readonly IndexName[]

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['id', 'tenant', 'color'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  VectorIndexes: indexNames.map((IndexName) => ({
    IndexName,
    VectorAttribute: { AttributeName: 'embedding' },
    Dimensions: 5,
    DistanceFunction: distances[IndexName],
    Projection: projections[IndexName],
    ...(IndexName === 'tenants' && {
      SearchSchema: [
        { AttributeName: 'tenant', SearchSchemaElementType: 'HASH' },
        { AttributeName: 'color', SearchSchemaElementType: 'INLINE_FILTER' },
      ],
    }),
  })),
}

function requestOf({ id, attributes: wanted, how }: Write): readonly [string, object] {
  const Key = { id: { S: id } }
  if (wanted === undefined) return ['DeleteItem', { TableName, Key }]
  // An update that only removes makes no item.
  if (how === 'put' || Object.keys(wanted).length === 0) return ['PutItem', { TableName, Item: { ...Key, ...wanted } }]
  const set = Object.keys(wanted).map((name) => `${name} = :${name}`)
  const removed = Object.keys(attributes).filter((name) => wanted[name] === undefined)
  const clauses = [...(set.length > 0 ? [`SET ${set}`] : []), ...(removed.length > 0 ? [`REMOVE ${removed}`] : [])]
  const values = Object.fromEntries(Object.entries(wanted).map(([name, value]) => [`:${name}`, value]))
  const used = set.length > 0 && { ExpressionAttributeValues: values }
  return ['UpdateItem', { TableName, Key, UpdateExpression: clauses.join(' '), ...used }]
}

function searchOf(IndexName: IndexName, { sought, TopK, tenant, color }: Query): object {
  const base = { TableName, IndexName, SearchVector: sought.map((N) => ({ N })), TopK }
  if (IndexName !== 'tenants') return base
  return {
    ...base,
    SearchConditionExpression: color === undefined ? 'tenant = :t' : 'tenant = :t AND color = :c',
    ExpressionAttributeValues: { ':t': { S: tenant }, ...(color !== undefined && { ':c': { S: color } }) },
  }
}

/** As the definitions say it, in doubles over floats. */
function scoreOf(IndexName: IndexName, stored: Item, sought: readonly string[]): number {
  const a = (stored.embedding as { readonly L: readonly { readonly N: string }[] }).L.map(({ N }) => Math.fround(Number(N)))
  const b = sought.map((N) => Math.fround(Number(N)))
  const product = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0)
  if (IndexName === 'products') return product(a, b)
  if (IndexName === 'tenants') return Math.hypot(...a.map((value, at) => value - (b[at] ?? 0)))
  const lengths = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b))
  return lengths === 0 ? 1 : 1 - product(a, b) / lengths
}

async function checkSearches(service: Service, model: ReadonlyMap<string, Item>, asked: Query): Promise<void> {
  for (const IndexName of indexNames) {
    const { SearchResults } = await succeed(service, 'SearchVectors', searchOf(IndexName, asked))
    const results = SearchResults as readonly { readonly Item: Item; readonly Score: number }[]
    const isPlace = (stored: Item, name: string, value: string | undefined): boolean =>
      value === undefined || isDeepStrictEqual(stored[name], { S: value })
    const scores = [...model.values()]
      .filter((stored) => stored.embedding !== undefined)
      .filter((stored) => IndexName !== 'tenants' || (isPlace(stored, 'tenant', asked.tenant) && isPlace(stored, 'color', asked.color)))
      .map((stored) => scoreOf(IndexName, stored, asked.sought))
      .sort((a, b) => (IndexName === 'products' ? b - a : a - b))
      .slice(0, asked.TopK)
    assert.equal(results.length, scores.length)
    assert.equal(new Set(results.map((result) => JSON.stringify(result.Item.id))).size, results.length)
    for (const [at, { Item: found, Score }] of results.entries()) {
      assert.ok(isNear(Score, scores[at]), `${Score} is not ${scores[at]}`)
      const stored = model.get((found.id as { readonly S: string }).S)
      assert.ok(stored !== undefined)
      assert.ok(isNear(Score, scoreOf(IndexName, stored, asked.sought)))
      if (IndexName !== 'plain') continue
      const { embedding: _, ...shown } = stored
      assert.deepEqual(found, shown)
    }
  }
}

function isNear(a: number, b: number | undefined): boolean {
  return b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
}

async function play(faulty: FaultyService, model: Map<string, Item>, { fault, writes, query: asked }: Step): Promise<void> {
  faulty.nextFault = fault
  const searches = indexNames.map((IndexName) => call(faulty.service, 'SearchVectors', searchOf(IndexName, asked)))
  const answers = await Promise.all(writes.map(async (one) => [one, await call(faulty.service, ...requestOf(one))] as const))
  const found = await Promise.all(searches)
  faulty.nextFault = 'none'
  const crashed = faulty.isCrashed
  if (crashed) await faulty.restart()
  else assert.deepEqual([...new Set(found.map(({ status }) => status))], [200], 'searches go on while commits fail')
  for (const [{ id, attributes: wanted }, { status }] of answers) {
    const after = wanted && { id: { S: id }, ...wanted }
    const stored = await succeed(faulty.service, 'GetItem', { TableName, Key: { id: { S: id } } })
    if (status === 200 || (crashed && isDeepStrictEqual(stored.Item, after))) {
      if (after === undefined) model.delete(id)
      else model.set(id, after)
    } else {
      assert.notEqual(fault, 'none')
      assert.deepEqual(stored.Item, model.get(id), 'a failed commit changes nothing')
    }
  }
}

async function checkCounts(service: Service, model: ReadonlyMap<string, Item>): Promise<void> {
  const described = async (): Promise<readonly (number | undefined)[]> => {
    const { Table } = await succeed(service, 'DescribeTable', { TableName })
    const { TableSizeBytes, VectorIndexes } = Table as {
      readonly TableSizeBytes: number
      readonly VectorIndexes: readonly { readonly ItemCount: number; readonly IndexSizeBytes: number }[]
    }
    return [...VectorIndexes.map((index) => index.ItemCount), TableSizeBytes, ...VectorIndexes.map((index) => index.IndexSizeBytes)]
  }
  const withVector = [...model.values()].filter((stored) => stored.embedding !== undefined)
  const counts = [withVector.length, withVector.filter((stored) => stored.tenant !== undefined).length, withVector.length]
  assert.deepEqual((await described()).slice(0, 3), counts)
  for (const id of model.keys()) await succeed(service, 'DeleteItem', { TableName, Key: { id: { S: id } } })
  assert.deepEqual(await described(), [0, 0, 0, 0, 0, 0, 0])
}

test('searches after a random history find what a sorted list finds, whatever failed and whatever was restarted', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const faulty = await FaultyService.open()
      try {
        await succeed(faulty.service, 'CreateTable', definition)
        const model = new Map<string, Item>()
        for (const step of history) {
          await play(faulty, model, step)
          await checkSearches(faulty.service, model, step.query)
        }
        await checkCounts(faulty.service, model)
      } finally {
        await faulty.service.close()
      }
    }),
    { numRuns: propertyRuns(60), seed: 20261122 },
  )
})
