/** What a node writes of its traffic, and when: in one turn a minute, again when it failed, and all of it again when it was thought dead. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { Store } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import type { AccessPattern } from '../traffic/access-pattern.ts'
import { toldKey } from './report-keys.ts'
import { patternsOfOthers } from './reports-of-others.ts'
import { SharedTraffic } from './shared-traffic.ts'
import { heatOfAll, hotKeysOfAll } from './traffic-of-all.ts'

const startMs = 1_795_341_600_000

let clock: ManualClock
let store: Store
let engine: MeteredEngine
let shared: SharedTraffic
let commits: number
let isToFail: boolean

beforeEach(async () => {
  commits = 0
  isToFail = false
  clock = new ManualClock(startMs)
  store = openMemoryStore({
    failCommit: () => {
      if (isToFail) throw new Error('no disk')
      commits += 1
    },
  })
  engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock })
  const { traffic, meters, throttleCounts } = engine.metering
  shared = new SharedTraffic({ store, nodeId: 'one', clock, traffic, meters, throttleCounts })
  commits = 0
})

afterEach(() => engine.close())

function ask(times: number, table = 'T'): void {
  const { patterns } = engine.metering.traffic
  const name = { operation: 'Query', region: '', table, tableIds: [], index: undefined, clauses: { filter: table }, isOther: false }
  const pattern = patterns.settle(patterns.root().step(table), name)
  const usage = { readUnits: 0.5, writeUnits: 0, evaluatedItems: 2, returnedItems: 1, continues: false, hasMore: true, refusedMembers: 0 }
  for (let time = 0; time < times; time += 1) pattern.count({ usage, latencyMs: time, error: undefined }, clock.now())
}

async function told(): Promise<readonly AccessPattern[]> {
  const { traffic, meters, throttleCounts } = engine.metering
  const other = new SharedTraffic({ store, nodeId: 'other', clock, traffic, meters, throttleCounts })
  return patternsOfOthers(other, 0)
}

test('what there is to tell is told in one turn when the minute is over, and nothing else is written', async () => {
  await shared.exchange()
  ask(3)
  ask(2, 'U')
  await shared.exchange()
  assert.equal(commits, 0)
  clock.advance(minuteMs)
  await shared.exchange()
  assert.equal(commits, 1)
  const [first, second] = await told()
  const counted = [first, second].map((each) => [
    each?.name.table,
    each?.requests,
    each?.readUnits,
    each?.latency.count,
    each?.latency.maximum,
  ])
  assert.deepEqual(counted, [
    ['T', 3, 1.5, 3, 2],
    ['U', 2, 1, 2, 1],
  ])
  for (let minute = 0; minute < 3; minute += 1) {
    clock.advance(minuteMs)
    await shared.exchange()
  }
  assert.equal(commits, 1)
})

test('what could not be told is told the next time', async () => {
  ask(3)
  clock.advance(minuteMs)
  isToFail = true
  await assert.rejects(shared.exchange(), { name: 'StoreUnavailable' })
  isToFail = false
  assert.deepEqual(await told(), [])
  clock.advance(2000)
  await shared.exchange()
  assert.equal((await told())[0]?.requests, 3)
})

test('a node that was thought dead tells everything anew', async () => {
  ask(3)
  clock.advance(minuteMs)
  await shared.exchange()
  const keys = (
    await store.view(async (view) =>
      view.scan({ start: toldKey('').subarray(0, 1), end: Uint8Array.of(0x1d) } as never, { entries: 100, bytes: 1e6 }),
    )
  ).entries
  await store.write([], (turn) => {
    for (const { key } of keys) turn.delete(key)
  })
  ask(1, 'U')
  clock.advance(minuteMs)
  await shared.exchange()
  assert.deepEqual(
    (await told()).map(({ name, requests }) => [name.table, requests]),
    [
      ['T', 3],
      ['U', 1],
    ],
  )
})

test('patterns that were forgotten are told no more', async () => {
  ask(3)
  clock.advance(minuteMs)
  await shared.exchange()
  engine.metering.traffic.forget()
  clock.advance(minuteMs)
  await shared.exchange()
  assert.deepEqual(await told(), [])
  await shared.leave()
  const left = await store.view(async (view) =>
    view.scan({ start: Uint8Array.of(0x1c), end: Uint8Array.of(0x1d) } as never, { entries: 100, bytes: 1e6 }),
  )
  assert.deepEqual(left.entries, [])
})

test('what came up while the others were read is in the answer, and stays', async () => {
  const { traffic, meters, throttleCounts } = engine.metering
  const space = { tableId: 1, indexId: 0 }
  const key = dataKey(space, encodeScalar({ S: 'a' }), new Uint8Array(0))
  const meanwhile: Store = {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: async (read) => {
      clock.advance(minuteMs)
      traffic.space(space).note('write', key, 5, clock.now())
      return store.view(read)
    },
    write: (...asked) => store.write(...asked),
    close: () => store.close(),
  }
  const sharedTraffic = new SharedTraffic({ store: meanwhile, nodeId: 'one', clock, traffic, meters, throttleCounts })
  const all = { ...engine, metering: { ...engine.metering, sharedTraffic } }
  traffic.space(space).note('write', key, 2, clock.now())
  const written = async (): Promise<number> => (await heatOfAll(all, space, 10)).writes.flat().reduce((sum, units) => sum + units, 0)
  assert.equal(await written(), 7)
  assert.equal(await written(), 12)
  assert.equal((await hotKeysOfAll(all, space)).write.units, 17)
})
