/**
 * What everybody learns in production, as numbers (capacity.md §7): skewed loads over hours of the clock, and what partitions, tables,
 * bursts, splits and growth make of them.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../src/base/clock.ts'
import { type Ask, type LoadedTable, seededChance, VirtualLoad, zipf } from './virtual-load.ts'

/** One partition to begin with, so that its limit is far below what the table has. */
const smallPartitions = { partitionLimits: { readUnitsPerSecondMax: 300, writeUnitsPerSecondMax: 100 } }

async function withLoad(
  table: LoadedTable,
  settings: Parameters<typeof VirtualLoad.open>[1],
  use: (load: VirtualLoad) => Promise<void>,
): Promise<void> {
  const load = await VirtualLoad.open(table, settings)
  try {
    await use(load)
  } finally {
    await load.close()
  }
}

function writesOf(load: VirtualLoad, names: readonly string[], units = 1): readonly Ask[] {
  return names.map((name) => ({ access: 'write', key: load.key(name), units }))
}

function names(count: number, prefix = 'k'): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`)
}

/** One of them by chance, all alike. */
function anyOf(asks: readonly Ask[], chance: () => number): () => Ask {
  return () => {
    const ask = asks[Math.floor(chance() * asks.length)]
    assert.ok(ask !== undefined)
    return ask
  }
}

function assertAbout(actual: number, expected: number, share = 0.02): void {
  assert.ok(Math.abs(actual - expected) <= share * expected, `${actual} is not about ${expected}`)
}

const tenThousand: LoadedTable = { pk: 'S', provisioned: { readUnits: 10, writeUnits: 10_000 } }

test('under a skewed load the hot partition throttles and the others do not', async () => {
  await withLoad(tenThousand, {}, async (load) => {
    assert.equal(load.partitionCount, 11, '10,000 / 1,000 + 10 / 3,000')
    const writes = writesOf(load, names(1000), 5)
    const rank = zipf(1000, 1.2, seededChance(1))
    const seconds = 200
    const { asked, refused } = await load.run(seconds, { perSecond: 1200, next: () => writes[rank()] ?? assert.fail() })
    const hot = load.partitionOf(load.key('k0'))
    assert.deepEqual([...load.refusedByPartition.keys()], [hot])
    // Its limit, and the two seconds' worth that a partition saves up.
    assertAbout(load.passedByPartition.get(hot) ?? 0, 1000 * seconds + 2000, 0.005)
    assert.ok(asked < 10_000 * seconds, 'the table itself has capacity to spare')
    const wanted = (load.passedByPartition.get(hot) ?? 0) + refused
    assert.ok(wanted > 1100 * seconds, 'the hot key alone wants more than a partition can do')
    const reasons = load.engine.metering.throttleCounts.list('Load').map(({ reason }) => reason)
    assert.deepEqual(reasons, ['TableWriteKeyRangeThroughputExceeded'])
  })
})

test('more table capacity does not cure a single hot key, write sharding does', async () => {
  await withLoad(tenThousand, {}, async (load) => {
    const [hot] = writesOf(load, ['hot'], 5)
    assert.ok(hot !== undefined)
    const before = await load.run(60, { perSecond: 600, next: () => hot })
    assertAbout(before.passed, 1000 * 60 + 2000, 0.005)

    await load.provision(40_000)
    await load.pause(60)
    assert.ok(load.partitionCount >= 40)
    const after = await load.run(60, { perSecond: 600, next: () => hot })
    assertAbout(after.passed, 1000 * 60 + 2000, 0.005)

    const sharded = anyOf(writesOf(load, names(20, 'hot.'), 5), seededChance(2))
    const cured = await load.run(120, { perSecond: 600, next: sharded })
    assert.equal(cured.refused, 0)
    assert.equal(cured.passed, 3000 * 120)
  })
})

test('reads of a hot key end at 3,000 units a second, and writes beside them go on', async () => {
  await withLoad({ pk: 'S', provisioned: { readUnits: 20_000, writeUnits: 5000 } }, {}, async (load) => {
    const key = load.key('hot')
    const reads = await load.run(30, { perSecond: 1000, next: () => ({ access: 'read', key, units: 5 }) })
    assertAbout(reads.passed, 3000 * 30 + 6000, 0.005)
    const writes = await load.run(30, { perSecond: 900, next: () => ({ access: 'write', key, units: 1 }) })
    assert.equal(writes.refused, 0)
  })
})

test('what was left over pays for exactly 300 seconds of double rate', async () => {
  await withLoad({ pk: 'S', provisioned: { readUnits: 100, writeUnits: 100 } }, {}, async (load) => {
    load.clock.advance(hourMs)
    const next = anyOf(writesOf(load, names(50)), seededChance(3))
    const burst = await load.run(300, { perSecond: 200, next, ticks: 200 })
    assert.equal(burst.refused, 0)
    const after = await load.run(600, { perSecond: 200, next, ticks: 200 })
    assertAbout(after.passed, 100 * 600, 0.001)
    // Five idle minutes, and it is all there again; five seconds, and as much as they bring.
    load.clock.advance(300_000)
    assert.equal((await load.run(300, { perSecond: 200, next, ticks: 200 })).refused, 0)
    load.clock.advance(5000)
    assertAbout((await load.run(5, { perSecond: 1000, next, ticks: 200 })).passed, 1000, 0.01)
    assert.deepEqual(
      load.engine.metering.throttleCounts.list('Load').map(({ reason }) => reason),
      ['TableWriteProvisionedThroughputExceeded'],
    )
  })
})

test('a hot partition may use all that its table has free', async () => {
  await withLoad({ pk: 'S', provisioned: { readUnits: 10, writeUnits: 3000 } }, {}, async (load) => {
    assert.equal(load.partitionCount, 4)
    // A quarter of the capacity for each partition would be 750.
    const [hot] = writesOf(load, ['hot'])
    assert.ok(hot !== undefined)
    assert.equal((await load.run(60, { perSecond: 1000, next: () => hot })).refused, 0)
  })
})

const thousand: LoadedTable = { pk: 'S', provisioned: { readUnits: 10, writeUnits: 900 } }

test('a split for heat raises what a hot range of many keys can do', async () => {
  await withLoad(thousand, smallPartitions, async (load) => {
    const next = anyOf(writesOf(load, names(1000)), seededChance(4))
    assert.equal(load.partitionCount, 1)
    const perMinute: number[] = []
    for (let minute = 0; minute < 30; minute += 1) perMinute.push((await load.run(60, { perSecond: 400, next })).passed / 60)
    // Sustained for five minutes, then two partitions; they are hot in turn, then there is room for all.
    assertAbout(perMinute[3] ?? 0, 100)
    assertAbout(perMinute[8] ?? 0, 200)
    assert.equal(perMinute.at(-1), 400)
    assert.ok(load.partitionCount >= 4)
    const raised = perMinute.filter((units, at) => units > 1.2 * (perMinute[at - 1] ?? units))
    assert.ok(raised.length >= 2, `it rises in steps: ${perMinute.join(' ')}`)
  })
})

test('no split raises what a single item can do', async () => {
  await withLoad(thousand, smallPartitions, async (load) => {
    const [hot] = writesOf(load, ['hot'])
    const cold = writesOf(load, names(20))
    assert.ok(hot !== undefined)
    let count = 0
    const next = (): Ask => {
      count += 1
      return count % 10 === 0 ? (cold[count % cold.length] ?? hot) : hot
    }
    for (let hour = 0; hour < 2; hour += 1) await load.run(3600, { perSecond: 200, next })
    const partition = load.partitionOf(hot.key)
    const { passed } = await load.run(600, { perSecond: 200, next: () => hot })
    assertAbout(passed, 100 * 600, 0.01)
    // It is alone by now: its neighbours no longer suffer.
    assert.ok(cold.every(({ key }) => load.partitionOf(key) !== partition))
    const { refused } = await load.run(60, { perSecond: 60, next: anyOf(cold, seededChance(5)) })
    assert.equal(refused, 0)
  })
})

const collection = { pk: 'S', sk: 'S', provisioned: { readUnits: 10, writeUnits: 900 } } as const

function collectionWrites(load: VirtualLoad): readonly Ask[] {
  return names(500).map((name) => ({ access: 'write', key: load.key('hot', name), units: 1 }))
}

test('a hot collection of many sort keys is divided between them', async () => {
  await withLoad(collection, smallPartitions, async (load) => {
    const next = anyOf(collectionWrites(load), seededChance(6))
    assertAbout((await load.run(240, { perSecond: 350, next })).passed, 100 * 240)
    await load.run(2400, { perSecond: 350, next })
    assert.equal((await load.run(60, { perSecond: 350, next })).refused, 0)
  })
})

test('a hot collection of a table with a local index is never divided', async () => {
  await withLoad({ ...collection, hasLocalIndex: true }, smallPartitions, async (load) => {
    const next = anyOf(collectionWrites(load), seededChance(7))
    await load.run(3600, { perSecond: 350, next })
    assertAbout((await load.run(600, { perSecond: 350, next })).passed, 100 * 600)
    assert.equal(new Set(collectionWrites(load).map(({ key }) => load.partitionOf(key))).size, 1)
  })
})

test('a hot collection that only ever grows at its end is not divided between sort keys', async () => {
  await withLoad(collection, smallPartitions, async (load) => {
    let number = 0
    const next = (): Ask => {
      number += 1
      return { access: 'write', key: load.key('hot', String(number).padStart(9, '0')), units: 1 }
    }
    await load.run(1800, { perSecond: 350, next })
    assertAbout((await load.run(600, { perSecond: 350, next })).passed, 100 * 600)
    const ids = [1, number >> 1, number].map((at) => load.partitionOf(load.key('hot', String(at).padStart(9, '0'))))
    assert.equal(new Set(ids).size, 1)
  })
})

test('a table on demand doubles its peak every thirty minutes, up to the quota', async () => {
  await withLoad({ pk: 'S' }, {}, async (load) => {
    const units = 100
    const keys = names(2000)
    const chance = seededChance(8)
    const next = anyOf(writesOf(load, keys, units), chance)
    const warmByMinute: number[] = [load.table.warm.writeUnits]
    // The second's worth that a new table has is gone when the first whole minute begins.
    load.clock.advance(59_000)
    await load.run(1, { perSecond: 80, next, ticks: 4 })
    for (let minute = 1; minute <= 130; minute += 1) {
      const known = warmByMinute.at(-1) ?? 0
      const { passed } = await load.run(60, { perSecond: (1.2 * known) / units, next, ticks: 4 })
      assert.ok(passed <= 61 * known + units, `minute ${minute}: ${passed} at ${known} a second`)
      warmByMinute.push(load.table.warm.writeUnits)
    }
    // A minute counts when it is thirty minutes old; what was left of a second makes one or the other a little higher.
    const reached = (units: number): number => warmByMinute.findIndex((warm) => warm >= 0.99 * units)
    assert.deepEqual([8000, 16_000, 32_000, 40_000].map(reached), [31, 62, 93, 124])
    assert.deepEqual(warmByMinute.slice(0, 31), Array(31).fill(4000))
    for (const [minute, warm] of [
      [61, 8000],
      [92, 16_000],
      [123, 32_000],
    ] as const) {
      assertAbout(warmByMinute[minute] ?? 0, warm, 0.01)
    }
    assert.equal(warmByMinute.at(-1), 40_000)
    assert.equal(load.table.warm.readUnits, 12_000, 'nothing was read')
  })
})
