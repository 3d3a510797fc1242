/**
 * Searches of vector indexes beside writes, from a seed: eight writers and four searchers go on at the same time, views of the store
 * end early, logs are trimmed, and every answer is what a sorted list of the items says at one moment between the request and its
 * answer. So it goes for one server, and for two on the same store.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { hourMs } from '../../src/base/clock.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { stepVectorLogs } from '../../src/engine/jobs/trim-vector-logs.ts'
import { spaceRange } from '../../src/engine/keyspace/keys.ts'
import { StoredItem } from '../../src/engine/keyspace/stored-item.ts'
import { vectorLogsRange, vectorTrimsRange } from '../../src/engine/keyspace/vector-keys.ts'
import type { Service } from '../../src/server/start.ts'
import { openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { type MemoryStore, openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Chunk, type KeyRange, type Store, type View, ViewEnded } from '../../src/storage/store.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const TableName = 'Vectors'
/** Of the first table of a store. */
const tableId = 1
const dimensions = 3
const writersCount = 8
const searchersCount = 4
const searchesEach = 40

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['id', 'tenant', 'color'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  VectorIndexes: [
    {
      IndexName: 'plain',
      VectorAttribute: { AttributeName: 'e' },
      Dimensions: dimensions,
      DistanceFunction: 'DOT_PRODUCT',
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'tenants',
      VectorAttribute: { AttributeName: 'e' },
      Dimensions: dimensions,
      DistanceFunction: 'EUCLIDEAN',
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n'] },
      SearchSchema: [
        { AttributeName: 'tenant', SearchSchemaElementType: 'HASH' },
        { AttributeName: 'color', SearchSchemaElementType: 'INLINE_FILTER' },
      ],
    },
  ],
}

/** An item as the oracle knows it; `n` is another in every write. */
interface Thing {
  readonly id: string
  readonly tenant: string
  readonly color: string
  readonly n: string
  readonly vector: readonly number[]
}

interface Query {
  readonly IndexName: 'plain' | 'tenants'
  readonly TopK: number
  readonly sought: readonly number[]
  readonly tenant: string
  readonly color: string | undefined
}

type Found = readonly (Thing & { readonly score: number })[]

/** Keeps everything that was ever durable, in order: a copy of a memory store costs nothing. Its views are as slow as those of a far store. */
class History {
  readonly states: MemoryStore[] = []
  readonly #store = openMemoryStore()
  readonly #draw: Draw

  constructor(seed: number) {
    this.#draw = new Draw(seed)
  }

  /** The store to write to. */
  get store(): Store {
    const store = this.#store
    const follower = { durable: () => this.states.push(store.fork()) }
    return {
      get: (...asked) => store.get(...asked),
      sums: (counters) => store.sums(counters),
      view: (read, guards) => store.view((view) => read(this.#slow(view)), guards),
      write: (reads, decide, guards) =>
        store.write(
          reads,
          (turn) => {
            turn.follow(follower)
            return decide(turn)
          },
          guards,
        ),
      close: async () => {},
    }
  }

  #slow(view: View): View {
    const later = async <Result>(read: () => Result): Promise<Awaited<Result>> => {
      await this.#draw.pause()
      return await read()
    }
    return {
      get: (keys) => later(() => view.get(keys)),
      sums: (counters) => later(() => view.sums(counters)),
      lasts: (logs) => later(() => view.lasts(logs)),
      scan: (range, budget) => later(() => view.scan(range, budget)),
      scanValues: (range, budget) => later(() => view.scanValues(range, budget)),
    }
  }
}

/** What is drawn, from one seed. */
class Draw {
  readonly #random: Random
  #count = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  below(count: number): number {
    return (this.#random.bytes(1)[0] ?? 0) % count
  }

  from<T>(...values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }

  /** Small integers: sums of their products are exact. */
  vector(): readonly number[] {
    return Array.from({ length: dimensions }, () => this.below(9) - 4)
  }

  query(): Query {
    const color = this.from('red', undefined)
    return { IndexName: this.from('plain', 'tenants'), TopK: 1 + this.below(6), sought: this.vector(), tenant: this.from('t', 'u'), color }
  }

  write(): readonly [string, object] {
    this.#count += 1
    const id = { S: this.from(...'abcdefghijkl') }
    const attributes = { tenant: { S: this.from('t', 'u') }, color: { S: this.from('red', 'blue') }, n: { N: String(this.#count) } }
    const kind = this.below(10)
    if (kind < 2) return ['DeleteItem', { TableName, Key: { id } }]
    if (kind < 3) return ['PutItem', { TableName, Item: { id, ...attributes } }]
    const e = { L: this.vector().map((number) => ({ N: String(number) })) }
    return ['PutItem', { TableName, Item: { id, ...attributes, e } }]
  }

  /** Lets others go on, some more and some less. */
  async pause(): Promise<void> {
    for (let turns = this.below(4); turns > 0; turns -= 1) await setImmediate()
  }
}

async function search(service: Service, query: Query): Promise<Found> {
  const { IndexName, TopK, sought, tenant, color } = query
  const filter = color === undefined ? 'tenant = :t' : 'tenant = :t AND color = :c'
  const condition = {
    SearchConditionExpression: filter,
    ExpressionAttributeValues: { ':t': { S: tenant }, ...(color !== undefined && { ':c': { S: color } }) },
  }
  const { SearchResults } = await succeed(service, 'SearchVectors', {
    TableName,
    IndexName,
    TopK,
    SearchVector: sought.map((number) => ({ N: String(number) })),
    ProjectionExpression: 'id, tenant, color, n, e',
    ...(IndexName === 'tenants' && condition),
  })
  return (SearchResults as readonly { readonly Item: object; readonly Score: number }[]).map(({ Item, Score }) => ({
    ...thingOf(Item),
    score: Score,
  }))
}

function thingOf(item: object): Thing {
  const { id, tenant, color, n, e } = item as { readonly [name: string]: { readonly S: string; readonly N: string } } & {
    readonly e?: { readonly L: readonly { readonly N: string }[] }
  }
  return {
    id: id?.S ?? '',
    tenant: tenant?.S ?? '',
    color: color?.S ?? '',
    n: n?.N ?? '',
    vector: (e?.L ?? []).map(({ N }) => Number(N)),
  }
}

function all(store: Store, range: KeyRange): Promise<Chunk['entries']> {
  return store.view(async (view) => {
    const { entries, exhausted } = await view.scan(range, { entries: 10_000, bytes: 1e9 })
    assert.ok(exhausted)
    return entries
  })
}

/** What a sorted list of the items of this state says. */
async function expected(state: Store, { IndexName, TopK, sought, tenant, color }: Query): Promise<Found> {
  const items = await all(state, spaceRange({ tableId, indexId: 0 }))
  return items
    .map(({ value }) => thingOf(StoredItem.decode(value).attributes))
    .filter((thing) => thing.vector.length > 0)
    .filter((thing) => IndexName === 'plain' || (thing.tenant === tenant && (color === undefined || thing.color === color)))
    .map((thing) => ({ ...thing, score: scoreOf(IndexName, thing.vector, sought) }))
    .sort((a, b) => (IndexName === 'plain' ? b.score - a.score : a.score - b.score) || (a.id < b.id ? -1 : 1))
    .slice(0, TopK)
}

/** Exact, or rounded once: equal scores are equal here, too. */
function scoreOf(index: Query['IndexName'], vector: readonly number[], sought: readonly number[]): number {
  const sum = (term: (number: number, other: number) => number): number =>
    vector.reduce((before, number, at) => before + term(number, sought[at] ?? 0), 0)
  return index === 'tenants' ? Math.sqrt(sum((a, b) => (a - b) ** 2)) : sum((a, b) => a * b)
}

async function checkedSearch(service: Service, history: History, query: Query): Promise<void> {
  const from = history.states.length - 1
  const found = await search(service, query)
  for (const { vector, score } of found) assert.equal(score, scoreOf(query.IndexName, vector, query.sought))
  const states = history.states.slice(from)
  for (const state of states) if (isDeepStrictEqual(found, await expected(state, query))) return
  assert.fail(`${JSON.stringify(query)} found ${JSON.stringify(found)}, which none of ${states.length} states says`)
}

/** Servers on one store whose views end early, one read of fifty. */
async function openServices(count: number, seed: number): Promise<{ readonly history: History; readonly services: readonly Service[] }> {
  const history = new History(seed)
  const disturbances = { random: seededRandom(seed), viewsEnded: 0 }
  const store = openFaultyStore({ open: () => history.store, nextFault: () => 'none', disturbances })
  const services: Service[] = []
  for (let at = 0; at < count; at += 1) {
    services.push(await openTestService({ kind: 'custom', open: () => store }))
    if (at === 0) await succeed(services[0] as Service, 'CreateTable', definition)
  }
  disturbances.viewsEnded = 5
  return { history, services }
}

/** One look at the logs. It leaves little of them, so that rows in memory are often behind what is left. */
async function trimLogs({ controlContext: { engine } }: Service, nowMs: number): Promise<void> {
  try {
    while (await stepVectorLogs(engine, nowMs, { entriesMax: 4, budget: { entries: 3, bytes: 1e6 } })) {}
  } catch (error) {
    if (!(error instanceof ViewEnded)) throw error
  }
}

let runsTrimmed = 0

for (const servers of [1, 2]) {
  for (const seed of [1, 2]) {
    test(`every answer is of one moment between request and answer (${servers} of one store, seed ${seed})`, async () => {
      const { history, services } = await openServices(servers, seed)
      const draw = new Draw(seed)
      const any = (): Service => draw.from(...services)
      let searching = searchersCount
      const searcher = async (): Promise<void> => {
        try {
          for (let at = 0; at < searchesEach; at += 1) {
            await draw.pause()
            await checkedSearch(any(), history, draw.query())
          }
        } finally {
          searching -= 1
        }
      }
      let writes = 0
      const writer = async (): Promise<void> => {
        for (; searching > 0; writes += 1) {
          await draw.pause()
          const [operation, input] = draw.write()
          assert.equal((await call(any(), operation, input)).status, 200)
        }
      }
      const trimmer = async (): Promise<void> => {
        for (let looks = 0; searching > 0; looks += 1) {
          await draw.pause()
          await trimLogs(any(), looks * hourMs)
        }
      }
      await Promise.all([...Array.from({ length: writersCount }, writer), ...Array.from({ length: searchersCount }, searcher), trimmer()])
      for (const service of services) await checkedSearch(service, history, draw.query())
      const last = history.states.at(-1)
      const [head] = (last && (await all(last, vectorLogsRange({ tableId, indexId: 1 })))) ?? []
      assert.ok(Number(head?.value) > writes / 2, 'most writes are told of in the log')
      const [trim] = (last && (await all(last, vectorTrimsRange({ tableId, indexId: 1 })))) ?? []
      if (Number.parseInt(String(trim?.value), 10) > 0) runsTrimmed += 1
      for (const service of services) await service.close()
    })
  }
}

test('and in most of them, some of the log was trimmed meanwhile', () => {
  assert.ok(runsTrimmed > 2, `in ${runsTrimmed}`)
})
