/** How reads and writes meet their limits, in every mode: what is refused, what is counted and what is taken. */

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import { ServiceError } from '../../api/errors.ts'
import { ManualClock } from '../../base/clock.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import type { GlobalIndex, LocalIndex, Table } from '../../engine/schema/table.ts'
import type { ThroughputMode } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { RequestUsage } from '../traffic/request-usage.ts'
import { admit, charge, chargeRange } from './admit.ts'
import { writeMeter } from './write-meter.ts'

const startMs = 1_795_341_600_000
const units = { readUnits: 4, writeUnits: 2 }
const schema = { hash: [{ name: 'pk', type: 'S' }], range: [] } as const
const projection = { type: 'ALL', nonKeyAttributes: [] } as const
const globalIndex: GlobalIndex = {
  kind: 'global',
  name: 'g',
  indexId: 1,
  key: schema,
  projection,
  status: 'ACTIVE',
  provisioned: units,
  warm: units,
}
const localIndex: LocalIndex = { kind: 'local', name: 'l', indexId: 2, key: schema, projection, status: 'ACTIVE' }
const table: Table = {
  name: 'Tab',
  attributes: [{ name: 'pk', type: 'S' }],
  key: schema,
  indexes: [globalIndex, localIndex],
  vectorIndexes: [],
  billingMode: 'PROVISIONED',
  provisioned: units,
  warm: units,
  tableClass: 'STANDARD',
  deletionProtection: false,
  tags: [],
  tableId: 1,
  uuid: '00000000-0000-4000-8000-000000000001',
  status: 'ACTIVE',
  creationMs: startMs,
}
const key = keyOf('a')

let engine: MeteredEngine
let clock: ManualClock
let usage: RequestUsage

beforeEach(() => openWith('enforce'))
afterEach(() => engine.close())

async function openWith(throughput: ThroughputMode): Promise<void> {
  clock = new ManualClock(startMs)
  engine = await openMeteredEngine({ storage: testStorage(), clock, throughput })
  usage = new RequestUsage()
}

async function reopenWith(throughput: ThroughputMode): Promise<void> {
  await engine.close()
  await openWith(throughput)
}

function keyOf(partitionKey: string): KeyBytes {
  return dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: partitionKey }), new Uint8Array(0))
}

/** A table that has so much more than its indexes that it refuses nothing. */
const plenty = { readUnits: 1000, writeUnits: 1000 }
const roomy: Table = { ...table, tableId: 2, provisioned: plenty, warm: plenty }

/** Decides, in a turn of its own, a write of one unit that changes entries of these indexes by as much. Resolves with whether it was admitted. */
async function write(entries: readonly (GlobalIndex | LocalIndex)[] = [], on = table): Promise<boolean> {
  const before = usage.admittedMembers
  await engine.store.write([], (turn) => {
    const admitted = writeMeter(engine, usage).admit(turn, on, key)
    admitted.changed({ tableUnits: 1, indexUnits: entries.map((index) => ({ index, key, units: 1 })) }, [])
  })
  return usage.admittedMembers > before
}

async function writes(count: number): Promise<boolean[]> {
  const admitted: boolean[] = []
  for (let at = 0; at < count; at += 1) admitted.push(await write())
  return admitted
}

async function reasonsOf(refused: Promise<unknown>): Promise<unknown> {
  try {
    await refused
  } catch (error) {
    assert.ok(error instanceof ServiceError)
    return error.members.ThrottlingReasons
  }
  return assert.fail('it was admitted')
}

function events(name: Parameters<MeteredEngine['metering']['metrics']['series']>[0], index?: string): number {
  const { region } = engine.catalog
  const dimensions = { region, TableName: 'Tab', ...(index !== undefined && { GlobalSecondaryIndexName: index }) }
  return engine.metering.metrics.series(name, dimensions).sumOfAll
}

test('a table without units refuses with its reason and its ARN, and what was refused costs nothing', async () => {
  assert.deepEqual(await writes(2), [true, true])
  const reason = { reason: 'TableWriteProvisionedThroughputExceeded', resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/Tab' }
  for (let at = 0; at < 5; at += 1) assert.deepEqual(await reasonsOf(write()), [reason])
  assert.equal(usage.writeUnits, 2)
  assert.equal(usage.refusedMembers, 5)
  clock.advance(500)
  assert.equal(await write(), true)
})

test('reads, writes, the table and its global index draw on buckets of their own, a local index on that of the table', async () => {
  assert.equal(await write([localIndex]), true)
  await assert.rejects(write(), ServiceError)
  assert.deepEqual([await write([globalIndex], roomy), await write([globalIndex], roomy)], [true, true])
  const resource = 'arn:aws:dynamodb:us-east-1:123456789012:table/Tab/index/g'
  assert.deepEqual(await reasonsOf(write([globalIndex], roomy)), [{ reason: 'IndexWriteProvisionedThroughputExceeded', resource }])
  assert.equal(await write([], roomy), true)
  assert.equal(admit(engine, usage, { table }, key), true)
  assert.equal(admit(engine, usage, { table, index: globalIndex }, key), true)
})

test('a read is refused when nothing is left, with its reason, on the table and on a global index', async () => {
  const read = (index?: GlobalIndex): void => {
    const isPaid = admit(engine, usage, { table, index }, key)
    charge(engine, usage, { table, index, key, units: 2, isPaid })
  }
  for (const [index, reason] of [
    [undefined, 'TableReadProvisionedThroughputExceeded'],
    [globalIndex, 'IndexReadProvisionedThroughputExceeded'],
  ] as const) {
    read(index)
    read(index)
    const reasons = await reasonsOf(Promise.try(() => read(index)))
    assert.deepEqual(
      (reasons as readonly { readonly reason: string }[]).map((each) => each.reason),
      [reason],
    )
  }
  assert.deepEqual([usage.readUnits, usage.admittedMembers, usage.refusedMembers], [8, 4, 2])
})

test('entries of local indexes are never refused, those of global ones are told together', async () => {
  assert.equal(await write([localIndex, localIndex, localIndex, localIndex]), true)
  assert.equal(await write([globalIndex, globalIndex], roomy), true)
  const moved = await reasonsOf(write([globalIndex, localIndex, globalIndex], roomy))
  assert.equal((moved as readonly unknown[]).length, 2)
})

test('in observe what is too much is counted, answered, and leaves the others what they have', async () => {
  await reopenWith('observe')
  assert.deepEqual(await writes(6), [true, true, false, false, false, false])
  assert.equal(usage.writeUnits, 6, 'what was consumed is told in full')
  assert.deepEqual(
    engine.metering.throttleCounts.list().map(({ reason, refused, observed }) => ({ reason, refused, observed })),
    [{ reason: 'TableWriteProvisionedThroughputExceeded', refused: 0, observed: 4 }],
  )
  clock.advance(1000)
  assert.deepEqual(await writes(3), [true, true, false])
})

test('off meters nothing', async () => {
  await reopenWith('off')
  for (let at = 0; at < 10; at += 1) assert.equal(await write([globalIndex]), false)
  assert.equal(admit(engine, usage, { table }, key), false)
  chargeRange(engine, usage, { table, from: key, to: keyOf('b'), units: 5, isPaid: true })
  assert.deepEqual([usage.readUnits, usage.writeUnits], [0, 0])
  assert.deepEqual([...engine.metering.meters.all()], [])
  assert.deepEqual(engine.metering.throttleCounts.list(), [])
})

test('a table may have a mode of its own', async () => {
  engine.settings.tableThroughput.set(table.tableId, 'off')
  await writes(10)
  engine.settings.tableThroughput.set(table.tableId, 'observe')
  assert.deepEqual(await writes(3), [true, true, false])
  engine.settings.tableThroughput.delete(table.tableId)
  await assert.rejects(write(), ServiceError)
})

test('a range that was read takes from each partition as much as it is wide', async () => {
  const { tableId: _, ...described } = table
  const nine = { readUnits: 9000, writeUnits: 1000 }
  const wide = await changeTables(engine, ['Tab'], (tables) => tables.create({ ...described, provisioned: nine, warm: nine }))
  const from = dataKey({ tableId: 1, indexId: 0 }, new Uint8Array(0), new Uint8Array(0))
  const first = Uint8Array.from(from)
  const last = Uint8Array.from(from)
  first.fill(0, 6, 10)
  last.fill(0xff, 6, 10)
  chargeRange(engine, usage, { table: wide, from: first as KeyBytes, to: last as KeyBytes, units: 9000, isPaid: true })
  const meter = engine.metering.meters.of(engine.catalog.region, wide, undefined)
  const minute = Math.floor(startMs / 60_000)
  const heats = meter.partitions.map(({ heat }) => Math.round(heat.minute('read', minute).units))
  assert.deepEqual(heats, [2250, 2250, 2250, 2250])
  assert.equal(usage.readUnits, 9000)
})

test('members within the limits and beyond them are counted apart, in observe as in enforce', async () => {
  for (const mode of ['enforce', 'observe'] as const) {
    await reopenWith(mode)
    for (let at = 0; at < 5; at += 1) {
      await write().catch((error: unknown) => assert.ok(error instanceof ServiceError))
    }
    assert.deepEqual([usage.admittedMembers, usage.refusedMembers], [2, 3])
    await write([globalIndex], roomy)
    assert.equal(usage.admittedMembers, 3, 'an entry is no member of its own')
    chargeRange(engine, usage, { table, from: key, to: keyOf('b'), units: 1, isPaid: true })
    assert.equal(usage.admittedMembers, 4)
  }
})

test('throttle events are measured under the table or the index, in all and by cause', async () => {
  await writes(2)
  await assert.rejects(write(), ServiceError)
  await write([globalIndex], roomy)
  await write([globalIndex], roomy)
  await assert.rejects(write([globalIndex], roomy), ServiceError)
  await assert.rejects(write([globalIndex], roomy), ServiceError)
  assert.deepEqual([events('WriteThrottleEvents'), events('WriteThrottleEvents', 'g')], [1, 2])
  assert.deepEqual([events('WriteProvisionedThroughputThrottleEvents'), events('WriteProvisionedThroughputThrottleEvents', 'g')], [1, 2])
  assert.deepEqual([events('ReadThrottleEvents'), events('WriteKeyRangeThroughputThrottleEvents')], [0, 0])
  assert.deepEqual([events('ConsumedWriteCapacityUnits'), events('ConsumedWriteCapacityUnits', 'g')], [4, 2])
})
