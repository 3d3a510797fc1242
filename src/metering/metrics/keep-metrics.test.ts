import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { keptOpen } from '../../../test/harness/forwarded-store.ts'
import { notOnPostgres, openTestStore, propertyRuns, testStorage } from '../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { TableDefinition } from '../../engine/schema/table.ts'
import { type Fault, openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { KeyRange, Store } from '../../storage/store.ts'
import { metricPointAgeMsMax, metricSeriesMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { keepMetricsJobs } from './keep-metrics.ts'
import { allSeriesRange, pointKey, pointsRange, type SeriesId, seriesKey } from './metric-keys.ts'
import type { MetricName } from './metric-names.ts'
import { readPoints } from './read-points.ts'
import type { Series } from './series.ts'
import { seriesIdOf } from './stored-series.ts'
import type { TrimBudget } from './trim-metrics.ts'

const manyCommits = 'many thousand commits, one after the other'

const startMs = 1_795_341_600_000
const everMs = Number.MAX_SAFE_INTEGER

const orders = { region: '', TableName: 'Orders' } as const

/** A step of each job that keeps metrics. Resolves with whether more may be left. */
async function stepMetrics(engine: MeteredEngine, nowMs: number, budget?: TrimBudget): Promise<boolean> {
  let isMore = false
  for (const { step } of keepMetricsJobs(engine, budget)) isMore = (await step(nowMs)) || isMore
  return isMore
}

async function keep(engine: MeteredEngine): Promise<number> {
  let steps = 1
  while (await stepMetrics(engine, engine.clock.now())) steps += 1
  return steps
}

/** Minute and sum of every point, minutes counted from `startMs`. */
async function sums(engine: MeteredEngine, name: MetricName = 'ConsumedReadCapacityUnits'): Promise<readonly (readonly number[])[]> {
  const points = await readPoints(engine, name, orders, 0, everMs)
  return points.map((point) => [(point.minuteMs - startMs) / minuteMs, point.sum])
}

function reads(engine: MeteredEngine): Series {
  return engine.metering.metrics.series('ConsumedReadCapacityUnits', orders)
}

const allPointsRange: KeyRange = {
  start: pointsRange('0'.repeat(16) as SeriesId, 0, 0).start,
  end: pointsRange('f'.repeat(16) as SeriesId, 0, everMs).end,
}

async function storedCount(engine: MeteredEngine): Promise<{ readonly series: number; readonly points: number }> {
  const budget = { entries: 1e6, bytes: 1e9 }
  return await engine.store.view(async (view) => {
    const { entries } = await view.scan(allSeriesRange(), budget)
    const points = await view.scan(allPointsRange, budget)
    return { series: entries.length, points: points.entries.length }
  })
}

/** A store that outlives the engines over it. */
async function lastingStore(): Promise<{ readonly kind: 'custom'; readonly open: () => Store }> {
  const store = await openTestStore()
  return { kind: 'custom', open: () => keptOpen(store) }
}

test('what was measured is read before and after it is stored', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  reads(engine).add(3, clock.now())
  assert.deepEqual(await sums(engine), [[0, 3]])
  clock.advance(minuteMs)
  reads(engine).add(4, clock.now())
  const both = [
    [0, 3],
    [1, 4],
  ]
  assert.deepEqual(await sums(engine), both)
  await keep(engine)
  assert.deepEqual(await storedCount(engine), { series: 1, points: 1 })
  assert.deepEqual(await sums(engine), both)
  assert.deepEqual(
    [...engine.metering.metrics.known()].map(({ name, dimensions }) => [name, dimensions]),
    [['ConsumedReadCapacityUnits', orders]],
  )
  const later = await readPoints(engine, 'ConsumedReadCapacityUnits', orders, startMs + 1, startMs + minuteMs)
  assert.deepEqual(later, [])
  await engine.close()
})

test('a restart within a minute loses nothing and divides nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-metrics-'))
  const clock = new ManualClock(startMs)
  const latency = { ...orders, Operation: 'GetItem' }
  for (let life = 1; life <= 3; life += 1) {
    const engine = await openMeteredEngine({ storage: { kind: 'disk', folder }, clock })
    assert.deepEqual(await sums(engine), life === 1 ? [] : [[0, life - 1]])
    reads(engine).add(1, clock.now())
    engine.metering.metrics.series('SuccessfulRequestLatency', latency).add(life, clock.now())
    await engine.close()
  }
  const engine = await openMeteredEngine({ storage: { kind: 'disk', folder }, clock })
  const [point] = await readPoints(engine, 'SuccessfulRequestLatency', latency, startMs, everMs)
  assert.equal(point?.sampleCount, 3)
  assert.deepEqual([point?.minimum, point?.maximum, point?.sum], [1, 3, 6])
  assert.ok(Math.abs((point?.percentile(50) ?? 0) - 2) < 0.1)
  assert.deepEqual(await storedCount(engine), { series: 2, points: 2 })
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('whatever happens to time and process, each minute has what was measured in it', async () => {
  const move = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), value: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), byMs: fc.integer({ min: -150_000, max: 200_000 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('keep' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const storage = await lastingStore()
      const clock = new ManualClock(startMs)
      let engine = await openMeteredEngine({ storage, clock })
      const expected = new Map<number, number>()
      for (const each of moves) {
        if (each.kind === 'add') {
          const minute = Math.floor((clock.now() - startMs) / minuteMs)
          expected.set(minute, (expected.get(minute) ?? 0) + each.value)
          reads(engine).add(each.value, clock.now())
        } else if (each.kind === 'advance') clock.advance(each.byMs)
        else if (each.kind === 'keep') await keep(engine)
        else {
          await engine.close()
          engine = await openMeteredEngine({ storage, clock })
        }
        assert.deepEqual(
          await sums(engine),
          [...expected].sort(([a], [b]) => a - b),
        )
      }
      await engine.close()
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('what could not be stored is stored later', async () => {
  const clock = new ManualClock(startMs)
  let fault: Fault = 'none'
  const engine = await openMeteredEngine({
    storage: {
      kind: 'custom',
      open: () => openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault: () => fault }),
    },
    clock,
  })
  reads(engine).add(1, clock.now())
  clock.advance(minuteMs)
  fault = 'commit-fails'
  await assert.rejects(keep(engine), { name: 'StoreUnavailable' })
  assert.deepEqual(await sums(engine), [[0, 1]])
  reads(engine).add(2, clock.now())
  clock.advance(minuteMs)
  await assert.rejects(keep(engine), { name: 'StoreUnavailable' })
  fault = 'none'
  await keep(engine)
  const both = [
    [0, 1],
    [1, 2],
  ]
  assert.deepEqual(await sums(engine), both)
  assert.deepEqual(await storedCount(engine), { series: 1, points: 2 })
  await engine.close()
})

test('points are kept for fifteen days, a series without points is forgotten and comes back when it is measured', async () => {
  const storage = await lastingStore()
  const clock = new ManualClock(startMs)
  let engine = await openMeteredEngine({ storage, clock })
  const held = reads(engine)
  for (let minute = 0; minute < 10; minute += 1) {
    held.add(1, clock.now())
    clock.advance(minuteMs)
    await keep(engine)
  }
  clock.advance(metricPointAgeMsMax - 5 * minuteMs)
  await keep(engine)
  assert.deepEqual(
    await sums(engine),
    [5, 6, 7, 8, 9].map((minute) => [minute, 1]),
  )
  clock.advance(60 * minuteMs)
  while (await stepMetrics(engine, clock.now(), { series: 1, points: 2 }));
  assert.deepEqual(await storedCount(engine), { series: 0, points: 0 })
  assert.deepEqual([...engine.metering.metrics.known()], [])
  held.add(5, clock.now())
  await engine.close()
  engine = await openMeteredEngine({ storage, clock })
  assert.deepEqual(
    (await sums(engine)).map(([, sum]) => sum),
    [5],
  )
  await engine.close()
})

test('series of metrics that this version does not know are left alone until their points are too old', async () => {
  const storage = await lastingStore()
  const clock = new ManualClock(startMs)
  const strange = seriesIdOf('NotYetInvented  Orders   ')
  await storage.open().write([], (turn) => {
    turn.put(seriesKey(strange), 'NotYetInvented  Orders   ')
    turn.put(pointKey(strange, startMs / minuteMs, 0), '1 1 1 1')
  })
  const engine = await openMeteredEngine({ storage, clock })
  reads(engine).add(1, clock.now())
  clock.advance(minuteMs)
  await keep(engine)
  assert.deepEqual(await storedCount(engine), { series: 2, points: 2 })
  assert.equal(reads(engine).id, seriesIdOf('ConsumedReadCapacityUnits  Orders    '))
  clock.advance(metricPointAgeMsMax + minuteMs)
  await keep(engine)
  assert.deepEqual(await storedCount(engine), { series: 0, points: 0 })
  await engine.close()
})

test('there are so many series and no more', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  for (let at = 0; at < metricSeriesMax + 10; at += 1) {
    engine.metering.metrics.series('ThrottledRequests', { region: '', TableName: `Table-${at}`, Operation: 'PutItem' }).add(1, clock.now())
  }
  assert.equal(engine.metering.metrics.dropped, 10)
  assert.equal([...engine.metering.metrics.known()].length, metricSeriesMax)
  clock.advance(minuteMs)
  const steps = await keep(engine)
  assert.ok(steps >= metricSeriesMax / 1000 && steps < metricSeriesMax / 500, `${steps} steps`)
  assert.deepEqual(await storedCount(engine), { series: metricSeriesMax, points: metricSeriesMax })
  await engine.close()
})

test('when there are nearly too many series, those measured longest ago make room in bounded steps', {
  skip: notOnPostgres(manyCommits),
}, async () => {
  const clock = new ManualClock(startMs)
  const storage = await lastingStore()
  let engine = await openMeteredEngine({ storage, clock })
  const count = 0.95 * metricSeriesMax
  const series = (at: number): Series =>
    engine.metering.metrics.series('SystemErrors', { region: '', TableName: `Table-${at}`, Operation: 'PutItem' })
  for (let at = 0; at < count; at += 1) series(at).add(1, clock.now())
  clock.advance(minuteMs)
  await keep(engine)
  for (let at = 0; at < 10; at += 1) series(at).add(1, clock.now())
  for (let at = 0; at < 0.05 * metricSeriesMax; at += 1) engine.metering.metrics.series('UserErrors', { region: `never-measured-${at}` })
  clock.advance(minuteMs)
  const steps = await keep(engine)
  const left = 0.8 * metricSeriesMax
  assert.ok(steps > (0.15 * metricSeriesMax) / 100 && steps < (0.3 * metricSeriesMax) / 100, `${steps} steps`)
  assert.deepEqual(await storedCount(engine), { series: left, points: left + 10 })
  await engine.close()
  engine = await openMeteredEngine({ storage, clock })
  const known = new Set([...engine.metering.metrics.known()].map(({ dimensions }) => dimensions.TableName))
  assert.equal(known.size, left)
  for (const at of [0, 9, count - 1]) assert.ok(known.has(`Table-${at}`), `Table-${at}`)
  assert.ok(!known.has('Table-10'))
  await engine.close()
})

test('a series for which there was no room is kept as soon as there is some, whoever holds on to it', {
  skip: notOnPostgres(manyCommits),
}, async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  const series = (at: number): Series => engine.metering.metrics.series('SystemErrors', { region: '', TableName: `Table-${at}` })
  const held = Array.from({ length: metricSeriesMax + 2000 }, (_, at) => series(at))
  for (const each of held.slice(0, metricSeriesMax)) each.add(1, clock.now())
  clock.advance(minuteMs)
  const late = held.slice(metricSeriesMax)
  for (const each of late) each.add(1, clock.now())
  assert.equal(engine.metering.metrics.dropped, late.length)
  for (let minute = 0; minute < 2; minute += 1) {
    await keep(engine)
    clock.advance(minuteMs)
  }
  for (const each of late) each.add(7, clock.now())
  assert.equal(engine.metering.metrics.dropped, late.length)
  const points = await readPoints(engine, 'SystemErrors', { region: '', TableName: `Table-${metricSeriesMax}` }, 0, everMs)
  assert.deepEqual(
    points.map(({ sum }) => sum),
    [7],
  )
  await engine.close()
})

test('series that were forgotten and come back do not become more than there may be', { skip: notOnPostgres(manyCommits) }, async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  const held: Series[] = []
  const limit = (): number => [...engine.metering.metrics.all()].length
  for (let round = 0; round < 4; round += 1) {
    for (let at = 0; at < metricSeriesMax; at += 1) {
      held.push(engine.metering.metrics.series('SystemErrors', { region: '', TableName: `Table-${round}-${at}` }))
    }
    for (const each of held) each.add(1, clock.now())
    assert.ok(limit() <= metricSeriesMax, `${limit()}`)
    clock.advance(minuteMs)
    await keep(engine)
    clock.advance(minuteMs)
    await keep(engine)
  }
  assert.ok((await storedCount(engine)).series <= metricSeriesMax)
  await engine.close()
})

const key = { hash: [{ name: 'id', type: 'S' }], range: [] } as const

function definition(provisioned: { readonly readUnits: number; readonly writeUnits: number } | undefined): TableDefinition {
  const warm = { readUnits: 12_000, writeUnits: 4000 }
  return {
    name: 'Orders',
    attributes: key.hash,
    key,
    indexes: [],
    vectorIndexes: [],
    billingMode: provisioned === undefined ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...(provisioned !== undefined && { provisioned }),
    ...(provisioned === undefined && { onDemandMaxima: { readUnitsMax: 700 } }),
    warm,
    tableClass: 'STANDARD',
    deletionProtection: false,
    tags: [],
  }
}

async function putTable(engine: MeteredEngine, of: TableDefinition): Promise<void> {
  await changeTables(engine, [of.name], (tables) => {
    const before = tables.find(of.name)
    if (before === undefined) tables.create({ ...of, uuid: 'u', status: 'ACTIVE', creationMs: startMs })
    else tables.replace({ ...of, tableId: before.tableId, uuid: 'u', status: 'ACTIVE', creationMs: startMs })
  })
}

test('the settings of tables and of the account are noted every five minutes', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  await keep(engine)
  assert.deepEqual([...engine.metering.metrics.known()], [])
  await putTable(engine, definition({ readUnits: 40, writeUnits: 20 }))
  for (let minute = 1; minute <= 11; minute += 1) {
    clock.advance(minuteMs)
    await keep(engine)
    await keep(engine)
  }
  assert.deepEqual(
    await sums(engine, 'ProvisionedReadCapacityUnits'),
    [5, 10].map((minute) => [minute, 40]),
  )
  const utilization = await readPoints(engine, 'AccountProvisionedReadCapacityUtilization', { region: '' }, 0, everMs)
  assert.deepEqual(
    utilization.map((point) => [(point.minuteMs - startMs) / minuteMs, point.maximum]),
    [5, 10].map((minute) => [minute, 0.05]),
  )
  await putTable(engine, definition(undefined))
  clock.advance(4 * minuteMs)
  await keep(engine)
  assert.equal((await sums(engine, 'ProvisionedReadCapacityUnits')).length, 2)
  assert.deepEqual(await sums(engine, 'OnDemandMaxReadRequestUnits'), [[15, 700]])
  assert.deepEqual(await sums(engine, 'OnDemandMaxWriteRequestUnits'), [])
  await engine.close()
})

test('after a leap of the clock the settings of the last hour are made up for, after one back those of now', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({ storage: testStorage(), clock })
  await putTable(engine, definition({ readUnits: 40, writeUnits: 20 }))
  clock.advance(7 * 24 * 60 * minuteMs)
  await keep(engine)
  clock.advance(3 * 60 * minuteMs)
  await keep(engine)
  const week = 7 * 24 * 60
  assert.deepEqual(
    (await sums(engine, 'ProvisionedWriteCapacityUnits')).map(([minute = 0]) => minute - week),
    [0, ...Array.from({ length: 12 }, (_, at) => 125 + 5 * at)],
  )
  clock.advance(-(7 * 24 + 3) * 60 * minuteMs)
  await keep(engine)
  assert.deepEqual((await sums(engine, 'ProvisionedWriteCapacityUnits'))[0], [0, 20])
  await engine.close()
})

test('within a minute nothing is read and nothing written', async () => {
  const clock = new ManualClock(startMs)
  let work = 0
  const store = await openTestStore()
  const counted: Store = {
    get: (...asked) => {
      work += 1
      return store.get(...asked)
    },
    sums: (counters) => {
      work += 1
      return store.sums(counters)
    },
    view: (...asked) => {
      work += 1
      return store.view(...asked)
    },
    write: (...asked) => {
      work += 1
      return store.write(...asked)
    },
    close: () => store.close(),
  }
  const engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => counted }, clock })
  reads(engine).add(1, clock.now())
  await keep(engine)
  work = 0
  for (let second = 0; second < 59; second += 1) {
    reads(engine).add(1, clock.now())
    assert.equal(await stepMetrics(engine, clock.now()), false)
    clock.advance(1000)
  }
  assert.equal(work, 0)
  clock.advance(1000)
  await keep(engine)
  assert.equal(work, 1)
  await engine.close()
})
