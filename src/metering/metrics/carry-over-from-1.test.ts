import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { prefixRange } from '../../engine/keyspace/keys.ts'
import type { Entry, KeyBytes } from '../../storage/store.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { MetricPoint } from './metric-point.ts'
import { readPoints } from './read-points.ts'

const allOfIt = { entries: 100, bytes: 10_000 }
const minute = 29_922_360

/** As the last version of format 1 wrote them. */
const stored: readonly Entry[] = [
  { key: keyOf('0d00000001'), value: 'ConsumedReadCapacityUnits  Orders byDate   ' },
  { key: keyOf('0d00000002'), value: 'VectorSearchRequestBytes  Docs    byMeaning' },
  // The same under another number.
  { key: keyOf('0d00000004'), value: 'UserErrors eu-west-3    ' },
  // A folder that is older still says nothing of vector indexes.
  { key: keyOf('0d00000003'), value: 'UserErrors eu-west-3    ' },
  { key: keyOf('0e0000000101c89438'), value: '2 7 3 4' },
  { key: keyOf('0e0000000201c89439'), value: '1 1024 1024 1024' },
  { key: keyOf('0e0000000301c89438'), value: '3 3 1 1' },
  { key: keyOf('0e0000000401c89438'), value: '1 1 1 1' },
]

function keyOf(hex: string): KeyBytes {
  return Buffer.from(hex, 'hex') as Uint8Array as KeyBytes
}

test('what a store of format 1 has of metrics is read under the same names when it is carried over', async () => {
  const store = await openTestStore()
  await store.write([], (turn) => {
    for (const { key, value } of stored) turn.put(key, value)
  })
  const clock = new ManualClock((minute + 60) * minuteMs)
  const engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock })
  assert.deepEqual([...engine.metering.metrics.known()].map(({ name }) => name).sort(), [
    'ConsumedReadCapacityUnits',
    'UserErrors',
    'VectorSearchRequestBytes',
  ])
  const read = (...of: [Parameters<typeof readPoints>[1], Parameters<typeof readPoints>[2]]) =>
    readPoints(engine, ...of, 0, Number.MAX_SAFE_INTEGER)
  const point = (at: number, sampleCount: number, sum: number, minimum: number, maximum: number): MetricPoint =>
    new MetricPoint({ minuteMs: (minute + at) * minuteMs, sampleCount, sum, minimum, maximum })
  const ofIndex = { region: '', TableName: 'Orders', GlobalSecondaryIndexName: 'byDate' }
  assert.deepEqual(await read('ConsumedReadCapacityUnits', ofIndex), [point(0, 2, 7, 3, 4)])
  const ofVectors = { region: '', TableName: 'Docs', IndexName: 'byMeaning' }
  assert.deepEqual(await read('VectorSearchRequestBytes', ofVectors), [point(1, 1, 1024, 1024, 1024)])
  assert.deepEqual(await read('UserErrors', { region: 'eu-west-3' }), [point(0, 4, 4, 1, 1)])
  const left = await store.view((view) => Promise.all([0x0d, 0x0e].map((tag) => view.scan(prefixRange(Uint8Array.of(tag)), allOfIt))))
  assert.deepEqual(
    left.map(({ entries }) => entries),
    [[], []],
  )
  await engine.close()
})
