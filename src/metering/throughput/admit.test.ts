/** The two steps of a metered request, in every mode: what they refuse, what they count and what they take. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ServiceError } from '../../api/errors.ts'
import { ManualClock } from '../../base/clock.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import type { GlobalIndex, LocalIndex, Table } from '../../engine/schema/table.ts'
import type { ThroughputMode } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { RequestUsage } from '../traffic/request-usage.ts'
import { admit, admitEntries, charge, chargeRange } from './admit.ts'

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
  engine = await openMeteredEngine({ storage: { kind: 'memory' }, clock, throughput })
  usage = new RequestUsage()
}

async function reopenWith(throughput: ThroughputMode): Promise<void> {
  await engine.close()
  await openWith(throughput)
}

function keyOf(partitionKey: string): KeyBytes {
  return dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: partitionKey }), new Uint8Array(0))
}

/** Writes a unit; whether it was admitted. */
function write(index?: GlobalIndex | LocalIndex): boolean {
  const isPaid = admit(engine, usage, { table, index }, 'write', key)
  charge(engine, usage, { table, index, access: 'write', key, units: 1, isPaid })
  return isPaid
}

function reasonsOf(refused: () => unknown): unknown {
  try {
    refused()
  } catch (error) {
    assert.ok(error instanceof ServiceError)
    return error.members.ThrottlingReasons
  }
  return assert.fail('it was admitted')
}

function events(name: Parameters<MeteredEngine['metrics']['series']>[0], index?: string): number {
  const { region } = engine.catalog
  const dimensions = { region, TableName: 'Tab', ...(index !== undefined && { GlobalSecondaryIndexName: index }) }
  return engine.metering.metrics.series(name, dimensions).sumOfAll
}

test('a table without units refuses with its reason and its ARN, and what was refused costs nothing', () => {
  assert.deepEqual([write(), write()], [true, true])
  const reason = { reason: 'TableWriteProvisionedThroughputExceeded', resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/Tab' }
  for (let at = 0; at < 5; at += 1) assert.deepEqual(reasonsOf(write), [reason])
  assert.equal(usage.writeUnits, 2)
  assert.equal(usage.refusedMembers, 5)
  clock.advance(500)
  assert.equal(write(), true)
})

test('reads, writes, the table and its global index draw on buckets of their own, a local index on that of the table', () => {
  write()
  assert.equal(write(localIndex), true)
  assert.throws(() => write(localIndex), ServiceError)
  assert.deepEqual([write(globalIndex), write(globalIndex)], [true, true])
  const resource = 'arn:aws:dynamodb:us-east-1:123456789012:table/Tab/index/g'
  assert.deepEqual(
    reasonsOf(() => write(globalIndex)),
    [{ reason: 'IndexWriteProvisionedThroughputExceeded', resource }],
  )
  assert.equal(admit(engine, usage, { table }, 'read', key), true)
  assert.equal(admit(engine, usage, { table, index: globalIndex }, 'read', key), true)
})

test('entries of local indexes are never refused, those of global ones are told together', () => {
  write()
  write()
  assert.equal(admitEntries(engine, usage, table, [{ index: localIndex, key }]), true)
  assert.equal(admitEntries(engine, usage, table, [{ index: globalIndex, key }]), true)
  write(globalIndex)
  write(globalIndex)
  const entries = [
    { index: globalIndex, key },
    { index: globalIndex, key: keyOf('b') },
  ]
  assert.equal((reasonsOf(() => admitEntries(engine, usage, table, entries)) as readonly unknown[]).length, 2)
})

test('in observe what is too much is counted, answered, and leaves the others what they have', async () => {
  await reopenWith('observe')
  assert.deepEqual(
    Array.from({ length: 6 }, () => write()),
    [true, true, false, false, false, false],
  )
  assert.equal(usage.writeUnits, 6, 'what was consumed is told in full')
  assert.deepEqual(
    engine.metering.throttleCounts.list().map(({ reason, refused, observed }) => ({ reason, refused, observed })),
    [{ reason: 'TableWriteProvisionedThroughputExceeded', refused: 0, observed: 4 }],
  )
  clock.advance(1000)
  assert.deepEqual([write(), write(), write()], [true, true, false])
})

test('off meters nothing', async () => {
  await reopenWith('off')
  for (let at = 0; at < 10; at += 1) assert.equal(write(), false)
  chargeRange(engine, usage, { table, from: key, to: keyOf('b'), units: 5, isPaid: true })
  assert.deepEqual([usage.readUnits, usage.writeUnits], [0, 0])
  assert.deepEqual([...engine.metering.meters.all()], [])
  assert.deepEqual(engine.metering.throttleCounts.list(), [])
})

test('a table may have a mode of its own', () => {
  engine.settings.tableThroughput.set(table.tableId, 'off')
  for (let at = 0; at < 10; at += 1) write()
  engine.settings.tableThroughput.set(table.tableId, 'observe')
  assert.deepEqual([write(), write(), write()], [true, true, false])
  engine.settings.tableThroughput.delete(table.tableId)
  assert.throws(write, ServiceError)
})

test('a range that was read takes from each partition as much as it is wide', async () => {
  const wide: Table = { ...table, provisioned: { readUnits: 9000, writeUnits: 1000 }, warm: { readUnits: 9000, writeUnits: 1000 } }
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
      try {
        write()
      } catch (error) {
        assert.ok(error instanceof ServiceError)
      }
    }
    assert.deepEqual([usage.admittedMembers, usage.refusedMembers], [2, 3])
    charge(engine, usage, { table, index: globalIndex, access: 'write', key, units: 1, isPaid: true })
    assert.equal(usage.admittedMembers, 2, 'an entry is no member of its own')
    chargeRange(engine, usage, { table, from: key, to: keyOf('b'), units: 1, isPaid: true })
    assert.equal(usage.admittedMembers, 3)
  }
})

test('throttle events are measured under the table or the index, in all and by cause', () => {
  write()
  write()
  assert.throws(write, ServiceError)
  write(globalIndex)
  write(globalIndex)
  assert.throws(() => write(globalIndex), ServiceError)
  assert.throws(() => write(globalIndex), ServiceError)
  assert.deepEqual([events('WriteThrottleEvents'), events('WriteThrottleEvents', 'g')], [1, 2])
  assert.deepEqual([events('WriteProvisionedThroughputThrottleEvents'), events('WriteProvisionedThroughputThrottleEvents', 'g')], [1, 2])
  assert.deepEqual([events('ReadThrottleEvents'), events('WriteKeyRangeThroughputThrottleEvents')], [0, 0])
  assert.deepEqual([events('ConsumedWriteCapacityUnits'), events('ConsumedWriteCapacityUnits', 'g')], [2, 2])
})
