/**
 * Searches of vector indexes that go while the search runs: the index is deleted, or another with its name and its number comes, at every
 * read that the search makes. Its answer is what one of the two indexes holds, never of both, and later searches know nothing of the first.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import type { Store, View } from '../../src/storage/store.ts'
import { forwardedStore } from '../harness/forwarded-store.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'
import { openTestStore } from '../harness/test-storage.ts'

const TableName = 'Vectors'
const ids = ['a', 'b', 'c']

/** Where reads of views can be stopped once, before the one that is waited for. */
class StoppedReads {
  #left = Number.POSITIVE_INFINITY
  #stopped = Promise.withResolvers<void>()
  #goesOn = Promise.withResolvers<void>()

  /** Resolves when so many reads were made and the next one is wanted. */
  stopAfter(reads: number): Promise<void> {
    this.#left = reads
    this.#stopped = Promise.withResolvers()
    this.#goesOn = Promise.withResolvers()
    return this.#stopped.promise
  }

  goOn(): void {
    this.#left = Number.POSITIVE_INFINITY
    this.#goesOn.resolve()
  }

  over(store: Store): Store {
    return { ...forwardedStore(store), view: (read) => this.#wait(() => store.view((view) => read(this.#viewOver(view)))) }
  }

  #viewOver(view: View): View {
    return {
      get: (keys) => this.#wait(() => view.get(keys)),
      sums: (counters) => this.#wait(() => view.sums(counters)),
      lasts: (logs) => this.#wait(() => view.lasts(logs)),
      scan: (range, budget) => this.#wait(() => view.scan(range, budget)),
      scanValues: (range, budget) => this.#wait(() => view.scanValues(range, budget)),
    }
  }

  async #wait<T>(read: () => Promise<T> | T): Promise<T> {
    this.#left -= 1
    if (this.#left === -1) {
      this.#stopped.resolve()
      await this.#goesOn.promise
    }
    return read()
  }
}

function vectorIndex(attribute: string): object {
  return {
    IndexName: 'vix',
    VectorAttribute: { AttributeName: attribute },
    Dimensions: 1,
    DistanceFunction: 'EUCLIDEAN',
    Projection: { ProjectionType: 'ALL' },
  }
}

/** By `near` the items lie one after the other, by `far` the other way round and further off. */
async function open(reads: StoppedReads): Promise<Service> {
  const store = await openTestStore()
  const service = await openTestService({ kind: 'custom', open: () => reads.over(store) })
  await succeed(service, 'CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    VectorIndexes: [vectorIndex('near')],
  })
  const vector = (number: number): object => ({ L: [{ N: String(number) }] })
  for (const [at, id] of ids.entries())
    await succeed(service, 'PutItem', { TableName, Item: { id: { S: id }, near: vector(1 + at), far: vector(30 - at) } })
  return service
}

function search(service: Service): Promise<Reply> {
  return call(service, 'SearchVectors', { TableName, IndexName: 'vix', SearchVector: [{ N: '0' }], TopK: 10 })
}

function shown({ status, message, body }: Reply): unknown {
  if (status !== 200) return message
  const { SearchResults } = body as {
    readonly SearchResults: readonly { readonly Item: { readonly id: { readonly S: string } }; readonly Score: number }[]
  }
  return SearchResults.map(({ Item, Score }) => `${Item.id.S} ${Score}`)
}

const ofNear = ['a 1', 'b 2', 'c 3']
const ofFar = ['c 28', 'b 29', 'a 30']
const noSuchIndex = 'The table does not have the specified index: vix'

async function deleteIndex(service: Service): Promise<void> {
  await succeed(service, 'UpdateTable', { TableName, VectorIndexUpdates: [{ Delete: { IndexName: 'vix' } }] })
  await service.control.runJobs()
}

async function rebuildIndex(service: Service): Promise<void> {
  await deleteIndex(service)
  await succeed(service, 'UpdateTable', { TableName, VectorIndexUpdates: [{ Create: vectorIndex('far') }] })
  await service.control.runJobs()
}

/** What a search answers during which `change` was done, and what one answers afterwards, for every read that it makes. */
async function* stoppedAnywhere(change: (service: Service) => Promise<void>, isKnown: boolean) {
  for (let stop = 0; ; stop += 1) {
    const reads = new StoppedReads()
    const service = await open(reads)
    if (isKnown) assert.deepEqual(shown(await search(service)), ofNear)
    const stopped = reads.stopAfter(stop)
    const searching = search(service)
    const isOver = await Promise.race([stopped, searching])
    if (isOver !== undefined) return await service.close()
    await change(service)
    reads.goOn()
    const during = shown(await searching)
    yield { stop, during, after: shown(await search(service)) }
    await service.close()
  }
}

for (const isKnown of [false, true]) {
  const which = isKnown ? 'that was searched before' : 'that nobody has searched'

  test(`A search of an index ${which} ends with the error for none when the index is deleted`, async () => {
    let stops = 0
    for await (const { stop, during, after } of stoppedAnywhere(deleteIndex, isKnown)) {
      assert.deepEqual([during, after], [noSuchIndex, noSuchIndex], `stopped before read ${stop}`)
      stops += 1
    }
    assert.ok(stops > 2)
  })

  test(`A search of an index ${which} finds what the one in its place holds when it is rebuilt`, async () => {
    let stops = 0
    for await (const { stop, during, after } of stoppedAnywhere(rebuildIndex, isKnown)) {
      assert.deepEqual([during, after], [ofFar, ofFar], `stopped before read ${stop}`)
      stops += 1
    }
    assert.ok(stops > 2)
  })
}
