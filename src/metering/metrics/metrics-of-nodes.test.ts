/** Metrics of several engines over one store: what one has stored the others find, and nobody takes anything from anybody. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { notOnPostgres, openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { type Random, seededRandom } from '../../base/random.ts'
import { openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import type { Store } from '../../storage/store.ts'
import { metricPointAgeMsMax, metricSeriesMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { keepMetricsJobs } from './keep-metrics.ts'
import { allSeriesRange, pointKey, pointsRange, type SeriesId, seriesIdIn, seriesKey } from './metric-keys.ts'
import { Metrics } from './metrics.ts'
import { readPoints } from './read-points.ts'
import type { Series } from './series.ts'
import { storeAllPoints } from './store-points.ts'
import { seriesIdOf } from './stored-series.ts'
import type { TrimBudget } from './trim-metrics.ts'

const manyCommits = 'many thousand commits, one after the other'

const startMs = 1_795_341_600_000
const everMs = Number.MAX_SAFE_INTEGER
const allOfIt = { entries: 1e6, bytes: 1e9 }

const orders = { region: '', TableName: 'Orders' } as const
const ordersText = 'ConsumedReadCapacityUnits  Orders    '

interface CustomStorage {
  readonly kind: 'custom'
  readonly open: () => Store
}

/** Ways into one store, which stays open whoever closes his. */
async function sharedStorage(
  wrapped: (store: Store) => Store = (store) => store,
): Promise<{ readonly store: Store; readonly storage: CustomStorage }> {
  const store = await openTestStore()
  const lasting: Store = {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: (...asked) => store.write(...asked),
    close: async () => {},
  }
  return { store, storage: { kind: 'custom', open: () => wrapped(lasting) } }
}

/** What happens once, while a view is opening or right after it is over. */
interface Meanwhile {
  opening?: (() => Promise<void>) | undefined
  over?: (() => Promise<void>) | undefined
}

function withMeanwhile(storage: CustomStorage): { readonly hooked: CustomStorage; readonly meanwhile: Meanwhile } {
  const meanwhile: Meanwhile = {}
  const take = async (when: keyof Meanwhile): Promise<void> => {
    const act = meanwhile[when]
    meanwhile[when] = undefined
    await act?.()
  }
  const store = storage.open()
  const hooked: Store = {
    ...store,
    view: async (read, guards) => {
      const result = await store.view(async (view) => {
        await take('opening')
        return await read(view)
      }, guards)
      await take('over')
      return result
    },
  }
  return { hooked: { kind: 'custom', open: () => hooked }, meanwhile }
}

/** The same engine with other metrics: a node with a number of its own. */
async function asNode(engine: MeteredEngine, writer: number): Promise<MeteredEngine> {
  const metrics = new Metrics(writer)
  await metrics.load(engine.store)
  return { ...engine, metering: { ...engine.metering, metrics } }
}

function reads({ metering: { metrics } }: MeteredEngine): Series {
  return metrics.series('ConsumedReadCapacityUnits', orders)
}

/** A step of each job that keeps metrics. Resolves with whether more may be left. */
async function stepMetrics(engine: MeteredEngine, nowMs: number, budget?: TrimBudget): Promise<boolean> {
  let isMore = false
  for (const { step } of keepMetricsJobs(engine, budget)) isMore = (await step(nowMs)) || isMore
  return isMore
}

async function keep(engine: MeteredEngine): Promise<void> {
  while (await stepMetrics(engine, engine.clock.now()));
}

/** Minute and sum of every point, minutes counted from `startMs`. */
async function sums(engine: MeteredEngine): Promise<readonly (readonly number[])[]> {
  const points = await readPoints(engine, 'ConsumedReadCapacityUnits', orders, 0, everMs)
  return points.map((point) => [(point.minuteMs - startMs) / minuteMs, point.sum])
}

async function knownNames(engine: MeteredEngine): Promise<readonly string[]> {
  await engine.metering.metrics.refresh(engine.store)
  return [...engine.metering.metrics.known()].map(({ name }) => name).sort()
}

/** The values of all series, and of all points the ids of their series. */
function contents(store: Store): Promise<{ readonly series: readonly string[]; readonly pointsOf: readonly SeriesId[] }> {
  return store.view(async (view) => {
    const series = await view.scan(allSeriesRange(), allOfIt)
    const start = pointsRange('0'.repeat(16) as SeriesId, 0, 0).start
    const points = await view.scan({ start, end: pointsRange('f'.repeat(16) as SeriesId, 0, everMs).end }, allOfIt)
    // The id stands behind the first byte of both kinds of keys.
    return { series: series.entries.map(({ value }) => String(value)), pointsOf: points.entries.map(({ key }) => seriesIdIn(key)) }
  })
}

test('what one engine stores another finds, which was open before', async () => {
  const { storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const [a, b] = [await openMeteredEngine({ storage, clock }), await openMeteredEngine({ storage, clock })]
  reads(a).add(3, clock.now())
  clock.advance(minuteMs)
  await keep(a)
  assert.deepEqual(await sums(b), [[0, 3]])
  assert.deepEqual(await knownNames(b), ['ConsumedReadCapacityUnits'])
  a.metering.metrics.series('UserErrors', { region: '' }).add(1, clock.now())
  await a.close()
  assert.deepEqual(await knownNames(b), ['ConsumedReadCapacityUnits', 'UserErrors'])
  await b.close()
})

test('engines that store the same minute of the same series join what they measured, in one point for each writer', async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const a = await openMeteredEngine({ storage, clock })
  const nodes = [a, await openMeteredEngine({ storage, clock }), await asNode(a, 7)]
  for (const [at, node] of nodes.entries()) {
    node.metering.metrics.series('ThrottledRequests', { ...orders, Operation: `${at}` }).add(1, clock.now())
    reads(node).add(10 ** at, clock.now())
  }
  clock.advance(minuteMs)
  await Promise.all(nodes.map(keep))
  for (const node of nodes) {
    assert.deepEqual(await sums(node), [[0, 111]])
    const [point] = await readPoints(node, 'ConsumedReadCapacityUnits', orders, 0, everMs)
    assert.deepEqual([point?.sampleCount, point?.minimum, point?.maximum], [3, 1, 100])
    assert.equal((await knownNames(node)).length, 4)
  }
  const { series, pointsOf } = await contents(store)
  assert.equal(series.length, 4)
  assert.equal(pointsOf.filter((id) => id === seriesIdOf(ordersText)).length, 2)
  for (const node of nodes) await node.close()
})

test('a series whose id another one has is not kept, and neither is taken for the other', async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const other = 'ReturnedBytes  Orders  GetRecords 2026 '
  await store.write([], (turn) => {
    turn.put(seriesKey(seriesIdOf(ordersText)), other)
    turn.put(pointKeyOf(seriesIdOf(ordersText)), '5 5 1 1')
  })
  const engine = await openMeteredEngine({ storage, clock })
  for (let minute = 0; minute < 2; minute += 1) {
    reads(engine).add(1, clock.now())
    engine.metering.metrics.series('UserErrors', { region: '' }).add(1, clock.now())
    clock.advance(minuteMs)
    await keep(engine)
  }
  const { series, pointsOf } = await contents(store)
  assert.deepEqual([...series].sort(), [other, 'UserErrors      '])
  assert.deepEqual(pointsOf.toSorted(), [ordersText, 'UserErrors      ', 'UserErrors      '].map(seriesIdOf).sort())
  assert.equal(engine.metering.metrics.dropped, 2)
  assert.deepEqual(await sums(engine), [])
  assert.deepEqual(await knownNames(engine), ['ReturnedBytes', 'UserErrors'])
  await engine.close()
})

test('there are no more series than may be, however many engines have new ones', { skip: notOnPostgres(manyCommits) }, async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const nodes = [await openMeteredEngine({ storage, clock }), await openMeteredEngine({ storage, clock })]
  for (const [at, { metering }] of nodes.entries()) {
    for (let table = 0; table < 0.6 * metricSeriesMax; table += 1) {
      metering.metrics.series('SystemErrors', { region: '', TableName: `Table-${at}-${table}` }).add(1, clock.now())
    }
  }
  clock.advance(minuteMs)
  await Promise.all(nodes.map((node) => storeAllPoints(node)))
  assert.equal((await contents(store)).series.length, metricSeriesMax)
  assert.equal(
    nodes.reduce((sum, { metering }) => sum + metering.metrics.dropped, 0),
    0.2 * metricSeriesMax,
  )
  for (const node of nodes) await node.close()
})

test('who makes room leaves alone what others measured lately', { skip: notOnPostgres(manyCommits) }, async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const [a, b] = [await openMeteredEngine({ storage, clock }), await openMeteredEngine({ storage, clock })]
  const count = 0.95 * metricSeriesMax
  const series = (at: number): Series => b.metering.metrics.series('SystemErrors', { region: '', TableName: `Table-${at}` })
  for (let at = 0; at < count; at += 1) series(at).add(1, clock.now())
  clock.advance(minuteMs)
  await storeAllPoints(b)
  // The first thousand are measured on, by one of the two. What the other knows of them it learns in the store.
  const lately = 1000
  for (let minute = 0; minute < 12; minute += 1) {
    for (let at = 0; at < lately; at += 1) series(at).add(1, clock.now())
    clock.advance(minuteMs)
    await storeAllPoints(b)
    await a.metering.metrics.refresh(a.store)
    await keep(a)
  }
  const left = await contents(store)
  assert.ok(left.series.length < 0.9 * metricSeriesMax, `${left.series.length}`)
  const points = Map.groupBy(left.pointsOf, (id) => id)
  for (let at = 0; at < lately; at += 1) assert.equal(points.get(series(at).id)?.length, 13, `Table-${at}`)
  for (const node of [a, b]) await node.close()
})

test('a series that is measured while another engine is dropping it stays, and comes back when it is gone', async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const [a, b] = [await openMeteredEngine({ storage, clock }), await openMeteredEngine({ storage, clock })]
  reads(b).add(1, clock.now())
  await storeAllPoints(b)
  await a.metering.metrics.refresh(a.store)
  clock.advance(metricPointAgeMsMax + minuteMs)
  assert.equal(await stepMetrics(a, clock.now()), true)
  assert.deepEqual(await contents(store), { series: [` ${ordersText}`], pointsOf: [] })
  assert.deepEqual(await knownNames(a), [])
  const minute = (clock.now() - startMs) / minuteMs
  reads(b).add(2, clock.now())
  await storeAllPoints(b)
  await keep(a)
  assert.deepEqual((await contents(store)).series, [ordersText])
  assert.deepEqual(await sums(a), [[minute, 2]])

  clock.advance(metricPointAgeMsMax + minuteMs)
  await keep(a)
  assert.deepEqual(await contents(store), { series: [], pointsOf: [] })
  // This one believes that the store still has the series.
  reads(b).add(3, clock.now())
  await storeAllPoints(b)
  assert.deepEqual((await contents(store)).series, [ordersText])
  assert.deepEqual(await sums(a), [[(clock.now() - startMs) / minuteMs, 3]])
  for (const node of [a, b]) await node.close()
})

test('a series that is measured between the last look at it and its end stays', async () => {
  const { store, storage } = await sharedStorage()
  const { hooked, meanwhile } = withMeanwhile(storage)
  const clock = new ManualClock(startMs)
  const [a, b] = [await openMeteredEngine({ storage: hooked, clock }), await openMeteredEngine({ storage, clock })]
  reads(b).add(1, clock.now())
  await storeAllPoints(b)
  await a.metering.metrics.refresh(a.store)
  clock.advance(metricPointAgeMsMax + minuteMs)
  assert.equal(await stepMetrics(a, clock.now()), true)
  await b.metering.metrics.refresh(b.store)
  meanwhile.over = async () => {
    reads(b).add(2, clock.now())
    await storeAllPoints(b)
  }
  await keep(a)
  assert.equal(meanwhile.over, undefined)
  assert.deepEqual(await contents(store), { series: [ordersText], pointsOf: [seriesIdOf(ordersText)] })
  for (const node of [a, b]) await node.close()
})

test('what comes into the store while a view of it is opening is read once', async () => {
  const { hooked, meanwhile } = withMeanwhile((await sharedStorage()).storage)
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: hooked, clock })
  reads(engine).add(2, clock.now())
  meanwhile.opening = () => storeAllPoints(engine)
  assert.deepEqual(await sums(engine), [[0, 2]])
  assert.equal(meanwhile.opening, undefined)
  await engine.close()
})

test('a series that was leaving when the engine went is found and deleted by the next one, or stays if it has a point', async () => {
  const { store, storage } = await sharedStorage()
  const clock = new ManualClock(startMs)
  const texts = ['SystemErrors  Gone    ', 'SystemErrors  Stays    ']
  let engine = await openMeteredEngine({ storage, clock })
  for (const TableName of ['Gone', 'Stays']) engine.metering.metrics.series('SystemErrors', { region: '', TableName }).add(1, clock.now())
  await engine.close()
  await store.write([], (turn) => {
    for (const text of texts) turn.put(seriesKey(seriesIdOf(text)), ` ${text}`)
    turn.delete(pointKeyOf(seriesIdOf(texts[0] ?? '')))
  })
  engine = await openMeteredEngine({ storage, clock })
  assert.deepEqual(await knownNames(engine), [])
  await keep(engine)
  assert.deepEqual(await contents(store), { series: [texts[1]], pointsOf: [seriesIdOf(texts[1] ?? '')] })
  assert.deepEqual(await knownNames(engine), ['SystemErrors'])
  await engine.close()
})

function pointKeyOf(id: SeriesId) {
  return pointKey(id, startMs / minuteMs, 0)
}

test('whatever engines do at the same time, every minute has what all measured in it, and every point its series', async () => {
  const node = fc.integer({ min: 0, max: 2 })
  const move = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), node, value: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), byMs: fc.integer({ min: -150_000, max: 200_000 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leap' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('step' as const), nodes: fc.uniqueArray(node, { minLength: 1 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('keep' as const), nodes: fc.uniqueArray(node, { minLength: 1 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), node }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), fc.integer(), async (moves, seed) => {
      const drawn = seededRandom(seed)
      let isCalm = true
      // Opening is left alone: it is others' to stand this.
      const random: Random = { ...drawn, bytes: (length) => (isCalm ? Buffer.alloc(length, 255) : drawn.bytes(length)) }
      const disturbances = { random, repeatedAtOnce: 40, repeatedLater: 40, guardsChanged: 40, viewsEnded: 20 }
      const { store, storage } = await sharedStorage((inner) =>
        openFaultyStore({ open: () => inner, nextFault: () => 'none', disturbances }),
      )
      const clock = new ManualClock(startMs)
      const open = async (at: number): Promise<MeteredEngine> => {
        isCalm = true
        const engine = await openMeteredEngine({ storage, clock })
        isCalm = false
        return at === 2 ? await asNode(engine, 1) : engine
      }
      const nodes = [await open(0), await open(1), await open(2)]
      const some = (numbers: readonly number[]): readonly MeteredEngine[] => nodes.filter((_, at) => numbers.includes(at))
      const expected = new Map<number, number>()
      for (const each of moves) {
        if (each.kind === 'add') {
          const minute = Math.floor((clock.now() - startMs) / minuteMs)
          expected.set(minute, (expected.get(minute) ?? 0) + each.value)
          for (const engine of some([each.node])) reads(engine).add(each.value, clock.now())
        } else if (each.kind === 'advance') clock.advance(each.byMs)
        else if (each.kind === 'leap') {
          await Promise.all(nodes.map(storeAllPoints))
          clock.advance(metricPointAgeMsMax + 60 * minuteMs)
          expected.clear()
        } else if (each.kind === 'step') await Promise.all(some(each.nodes).map((engine) => stepMetrics(engine, clock.now())))
        else if (each.kind === 'keep') await Promise.all(some(each.nodes).map(keep))
        else {
          for (const engine of some([each.node])) await storeAllPoints(engine)
          nodes[each.node] = await open(each.node)
        }
      }
      await Promise.all(nodes.map(storeAllPoints))
      await Promise.all(nodes.map(keep))
      const kept = [...expected].sort(([a], [b]) => a - b)
      for (const engine of nodes) {
        const young = (await sums(engine)).filter(([minute = 0]) => minute * minuteMs > clock.now() - startMs - metricPointAgeMsMax / 2)
        assert.deepEqual(young, kept)
      }
      const { series, pointsOf } = await contents(store)
      assert.ok(pointsOf.length === 0 || series.includes(ordersText))
      for (let hour = 0; hour < 2; hour += 1) {
        clock.advance(metricPointAgeMsMax + 60 * minuteMs)
        for (const engine of nodes) await keep(engine)
      }
      assert.deepEqual(await contents(store), { series: [], pointsOf: [] })
    }),
    { numRuns: propertyRuns(300) },
  )
})
