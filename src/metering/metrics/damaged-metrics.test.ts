/** A damaged row of metrics is named, and keeps no other metric from being kept or dropped. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeWithDamagedRows } from '../../../test/harness/damaged-rows.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { compareBytes } from '../../base/bytes.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { type KeyBytes, StoreDamaged } from '../../storage/store.ts'
import { metricPointAgeMsMax } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { keepMetricsJobs } from './keep-metrics.ts'
import { pointKey, seriesKey } from './metric-keys.ts'
import { readPoints } from './read-points.ts'
import type { Series } from './series.ts'
import { storeAllPoints } from './store-points.ts'

const startMs = 1_795_341_600_000

interface Opened {
  readonly engine: MeteredEngine
  readonly clock: ManualClock
  damage(key: KeyBytes): void
}

async function open(): Promise<Opened> {
  const damaged: KeyBytes[] = []
  const store = storeWithDamagedRows((key) => damaged.some((each) => compareBytes(each, key) === 0))
  const clock = new ManualClock(startMs)
  return {
    engine: await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock }),
    clock,
    damage: (key) => damaged.push(key),
  }
}

function readsOf({ metering: { metrics } }: MeteredEngine, TableName: string): Series {
  return metrics.series('ConsumedReadCapacityUnits', { region: '', TableName })
}

/** Until nothing is due; the keys of all damaged rows that were told of, in hexadecimal. */
async function keep({ engine, clock }: Opened): Promise<readonly string[]> {
  const told: string[] = []
  for (let isMore = true; isMore; ) {
    isMore = false
    for (const { step } of keepMetricsJobs(engine, { series: 2, points: 2 })) {
      try {
        if (await step(clock.now())) isMore = true
      } catch (error) {
        assert.ok(error instanceof StoreDamaged)
        told.push(error.keyHex)
        isMore = true
      }
    }
  }
  return told
}

/** The sum of each stored minute, by the minutes since the start. */
async function sumsOf({ engine }: Opened, TableName: string): Promise<readonly (readonly number[])[]> {
  const points = await readPoints(engine, 'ConsumedReadCapacityUnits', { region: '', TableName }, 0, Number.MAX_SAFE_INTEGER)
  return points.map(({ minuteMs: atMs, sum }) => [(atMs - startMs) / minuteMs, sum])
}

function hex(key: KeyBytes): string {
  return Buffer.from(key).toString('hex')
}

test('a series whose definition is damaged is told of once, and the others are stored', async () => {
  const opened = await open()
  const { engine, clock } = opened
  const key = seriesKey(readsOf(engine, 'B').id)
  opened.damage(key)
  for (const name of ['A', 'B', 'C']) readsOf(engine, name).add(1, clock.now())
  clock.advance(minuteMs)
  assert.deepEqual(await keep(opened), [hex(key)])
  for (const name of ['A', 'B', 'C']) readsOf(engine, name).add(2, clock.now())
  clock.advance(minuteMs)
  assert.deepEqual(await keep(opened), [])
  for (const name of ['A', 'C'])
    assert.deepEqual(await sumsOf(opened, name), [
      [0, 1],
      [1, 2],
    ])
  assert.equal(engine.metering.metrics.dropped, 2)
  await engine.close()
})

test('of a series with a damaged minute that minute is lost, and the next ones are stored', async () => {
  const opened = await open()
  const { engine, clock } = opened
  const reads = readsOf(engine, 'A')
  reads.add(1, clock.now())
  await storeAllPoints(engine)
  const key = pointKey(reads.id, startMs / minuteMs, 0)
  opened.damage(key)
  reads.add(1, clock.now())
  clock.advance(minuteMs)
  assert.deepEqual(await keep(opened), [hex(key)])
  reads.add(5, clock.now())
  await storeAllPoints(engine)
  const { name, dimensions } = reads
  const [point, ...others] = await readPoints(engine, name, dimensions, startMs + minuteMs, Number.MAX_SAFE_INTEGER)
  assert.deepEqual([point?.sum, others], [5, []])
  await engine.close()
})

test('of settings of tables, what is damaged is told of every five minutes, and all others are noted', async () => {
  const opened = await open()
  const { engine, clock } = opened
  const { metrics } = engine.metering
  await changeTables(engine, ['music'], (tables) => tables.create(musicTable))
  const damaged = metrics.series('AccountMaxReads', { region: '' })
  opened.damage(seriesKey(damaged.id))
  assert.deepEqual(await keep(opened), [hex(seriesKey(damaged.id))])
  clock.advance(minuteMs)
  assert.deepEqual(await keep(opened), [])
  assert.equal((await readPoints(engine, 'AccountMaxWrites', { region: '' }, 0, Number.MAX_SAFE_INTEGER)).length, 1)
  await engine.close()
})

test('old minutes go, damaged or not, and keep no other series from being trimmed', async () => {
  const opened = await open()
  const { engine, clock } = opened
  for (const name of ['A', 'B', 'C']) readsOf(engine, name).add(1, clock.now())
  await storeAllPoints(engine)
  opened.damage(pointKey(readsOf(engine, 'B').id, startMs / minuteMs, 0))
  clock.advance(metricPointAgeMsMax + minuteMs)
  assert.deepEqual(await keep(opened), [])
  assert.equal(engine.metering.metrics.storedCount, 0)
  await engine.close()
})
