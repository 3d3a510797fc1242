/** One table's limits: what its partitions let through beside each other, and what becomes of them at a split and a change. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataKey, hashOf } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import { PartitionMap } from '../../engine/schema/partition-map.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { Series } from '../metrics/series.ts'
import { SpaceTraffic } from '../traffic/space-traffic.ts'
import { type Charge, ThroughputMeter } from './throughput-meter.ts'

const nowMs = 1_795_341_600_000
const space = { tableId: 1, indexId: 0 }
const limits = { readUnitsPerSecondMax: 30, writeUnitsPerSecondMax: 10, sizeBytesMax: 1e9 }
const schema = { hash: [{ name: 'pk', type: 'S' }], range: [] } as const

function tableWith(readUnits: number, writeUnits: number): Table {
  return {
    name: 'Tab',
    attributes: schema.hash,
    key: schema,
    indexes: [],
    vectorIndexes: [],
    billingMode: 'PROVISIONED',
    provisioned: { readUnits, writeUnits },
    warm: { readUnits, writeUnits },
    tableClass: 'STANDARD',
    deletionProtection: false,
    tags: [],
    tableId: space.tableId,
    uuid: '00000000-0000-4000-8000-000000000001',
    status: 'ACTIVE',
    creationMs: nowMs,
  }
}

function meterOf(table: Table, map: PartitionMap): ThroughputMeter {
  const dimensions = { region: '', TableName: 'Tab' }
  const consumed = {
    read: new Series('ConsumedReadCapacityUnits', dimensions),
    write: new Series('ConsumedWriteCapacityUnits', dimensions),
  }
  const traffic = new SpaceTraffic(space, () => true)
  const meter = new ThroughputMeter({ region: '', table, index: undefined, space, traffic, consumed, isShared: false }, nowMs)
  meter.usePartitions(map, limits, nowMs)
  return meter
}

function keyOf(partitionKey: string): KeyBytes {
  return dataKey(space, encodeScalar({ S: partitionKey }), new Uint8Array(0))
}

/** A key in each half of the hash space. */
const names = Array.from({ length: 50 }, (_, at) => `k${at}`)
const low = keyOf(names.find((name) => hashOf(keyOf(name)) < 2 ** 31) ?? '')
const high = keyOf(names.find((name) => hashOf(keyOf(name)) >= 2 ** 31) ?? '')

/** What admitting a request and counting it come to. */
function charge(
  meter: ThroughputMeter,
  access: Access,
  units: number,
  { key = low, nowMs: atMs, isPaid }: Charge & { readonly key?: KeyBytes },
): void {
  if (isPaid) meter.take(access, key, units, atMs)
  meter.note(access, key, units, { nowMs: atMs, isPaid })
}

/** One unit at a time until it is refused: how many passed, and why the next did not. */
function takeAll(meter: ThroughputMeter, access: Access, key: KeyBytes, atMs = nowMs): readonly [number, string] {
  for (let taken = 0; ; taken += 1) {
    const cause = meter.refusal(access, key, atMs)
    if (cause !== undefined) return [taken, cause]
    charge(meter, access, 1, { key, nowMs: atMs, isPaid: true })
  }
}

test('a partition has a limit of its own, whatever the table has, and the others have theirs', () => {
  const meter = meterOf(tableWith(1000, 1000), PartitionMap.even(2, nowMs))
  assert.deepEqual(takeAll(meter, 'write', low), [20, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'write', high), [20, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'read', low), [60, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'write', low, nowMs + 1000), [10, 'KeyRangeThroughputExceeded'])
})

test('a partition may use all that the table has, and then the table refuses for all', () => {
  const meter = meterOf(tableWith(5, 5), PartitionMap.even(2, nowMs))
  assert.deepEqual(takeAll(meter, 'write', low), [5, 'ProvisionedThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'write', high), [0, 'ProvisionedThroughputExceeded'])
})

test('what is not paid takes nothing, and is consumed all the same', () => {
  const meter = meterOf(tableWith(5, 5), PartitionMap.even(1, nowMs))
  charge(meter, 'write', 1000, { nowMs, isPaid: false })
  assert.deepEqual(takeAll(meter, 'write', low), [5, 'ProvisionedThroughputExceeded'])
  assert.equal(meter.partitions[0]?.heat.minute('write', nowMs / 60_000).units, 1005)
})

test('the parts of a split partition have each the limit of a whole one, the others keep what they had', () => {
  const map = PartitionMap.even(2, nowMs)
  const meter = meterOf(tableWith(1000, 1000), map)
  takeAll(meter, 'write', low)
  takeAll(meter, 'write', high)
  const [first] = map.partitions
  assert.ok(first !== undefined)
  meter.usePartitions(map.split(first.id, [{ hash: 2 ** 30 }], { reason: 'heat', nowMs }), limits, nowMs)
  assert.deepEqual(takeAll(meter, 'write', low), [20, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'write', high), [0, 'KeyRangeThroughputExceeded'])
  assert.equal(meter.partitions.length, 3)
})

test('other limits hold at once', () => {
  const meter = meterOf(tableWith(1000, 1000), PartitionMap.even(1, nowMs))
  meter.resizePartitions({ ...limits, writeUnitsPerSecondMax: 2 }, nowMs)
  assert.deepEqual(takeAll(meter, 'write', low), [4, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'write', low, nowMs + 1000), [2, 'KeyRangeThroughputExceeded'])
})

test('another setting of the table holds at once', () => {
  const meter = meterOf(tableWith(5, 5), PartitionMap.even(1, nowMs))
  takeAll(meter, 'write', low)
  meter.use(tableWith(5, 8), undefined, nowMs)
  assert.deepEqual(takeAll(meter, 'write', low, nowMs + 1000), [8, 'ProvisionedThroughputExceeded'])
})

test('a range is paid by the partitions it goes through, in proportion', () => {
  const meter = meterOf(tableWith(1000, 1000), PartitionMap.even(2, nowMs))
  const [from, to] = [0x40, 0xa0].map((byte) => {
    const key = Uint8Array.from(low)
    key.fill(0, 6, 10)
    key[6] = byte
    return key as KeyBytes
  })
  assert.ok(from !== undefined && to !== undefined)
  meter.chargeRange(from, to, 60, { nowMs, isPaid: true })
  // Two thirds of the range lie in the first half.
  assert.deepEqual(takeAll(meter, 'read', low), [20, 'KeyRangeThroughputExceeded'])
  assert.deepEqual(takeAll(meter, 'read', high), [40, 'KeyRangeThroughputExceeded'])
})

test('what matures is what was consumed, reads and writes apart', () => {
  const meter = meterOf(tableWith(1000, 1000), PartitionMap.even(1, nowMs))
  charge(meter, 'write', 600, { nowMs, isPaid: true })
  charge(meter, 'write', 600, { nowMs, isPaid: false })
  const laterMs = nowMs + 31 * 60_000
  assert.deepEqual([meter.maturedUnits('write', laterMs), meter.maturedUnits('read', laterMs)], [10, 0])
})
