/** Nodes of a shared store judge by what all of them let through: partitions that are hot only together split, tables on demand grow by the sum. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import type { ThroughputMeter } from '../../src/metering/throughput/throughput-meter.ts'
import type { ServiceOptions } from '../../src/server/start.ts'
import type { KeyBytes } from '../../src/storage/store.ts'
import type { Node } from '../harness/nodes.ts'
import { succeed } from '../harness/service.ts'
import { TableName, TrafficNodes } from '../harness/traffic-nodes.ts'

/** What a partition of these tests can do: one that has four fifths of it in each of five minutes is hot. */
const partitionLimits = { writeUnitsPerSecondMax: 100 }

function tableMeter({ service }: Node): ThroughputMeter {
  const { engine } = service.controlContext
  const table = engine.catalog.find(TableName)
  assert.ok(table !== undefined)
  return engine.metering.meters.of(engine.catalog.region, table, undefined)
}

/** Keys of the first partition, as the table is made. */
function keysOfFirst(node: Node): readonly KeyBytes[] {
  const { map, table } = tableMeter(node)
  const keys = Array.from({ length: 40 }, (_, at) => itemKey(table, { pk: { S: `order ${at}` } }))
  return keys.filter((key) => map?.indexOf(key) === 0)
}

/** So many units are written to one of the keys, as the meters of the node see it. */
function write(node: Node, nowMs: number, units: number, key: KeyBytes): void {
  const meter = tableMeter(node)
  meter.take('write', key, units, nowMs)
  meter.note('write', key, units, { nowMs, isPaid: true })
}

async function opened(options: Partial<ServiceOptions>): Promise<TrafficNodes> {
  const cluster = new TrafficNodes(options)
  for (let count = 0; count < 3; count += 1) await cluster.join()
  await cluster.createTable()
  await cluster.runJobs()
  return cluster
}

/** Three nodes that write so much each in every second. */
async function heated(unitsPerSecond: number): Promise<TrafficNodes> {
  const cluster = await opened({ partitionLimits })
  const keys = keysOfFirst(cluster.any)
  for (let second = 0; second < 8 * 60; second += 1) {
    for (const [at, node] of cluster.nodes.entries()) {
      write(node, cluster.clock.now(), unitsPerSecond, keys[(second * 7 + at) % keys.length] as KeyBytes)
    }
    await cluster.pass(1000)
    if (second % 15 === 0) await cluster.runJobs()
  }
  return cluster
}

async function heatSplits({ any }: TrafficNodes): Promise<readonly string[]> {
  const { splits } = await any.service.control.partitions({ table: TableName })
  return splits.filter(({ index, reason }) => index === undefined && reason === 'heat').map(({ at }) => at)
}

test('a partition that is hot only when nodes are added together is split, once', async () => {
  const cluster = await heated(30)
  assert.equal((await heatSplits(cluster)).length, 1)
  for (const { service } of cluster.nodes) {
    const { partitions } = await service.control.partitions({ table: TableName })
    const units = partitions.reduce((sum, { write: { unitsPerSecond } }) => sum + unitsPerSecond, 0)
    assert.ok(Math.abs(units - 90) < 1e-9, `${units}`)
    const most = Math.max(...partitions.map(({ write: { unitsPerSecond } }) => unitsPerSecond))
    assert.ok(most <= 0.7 * units, `the parts are as even as keys let them be: ${most}`)
  }
  await cluster.close()
})

test('a partition that is not hot even together stays whole', async () => {
  const cluster = await heated(25)
  assert.deepEqual(await heatSplits(cluster), [])
  await cluster.close()
})

test('a table on demand grows by the peak of all nodes', async () => {
  const cluster = await opened({ throughput: 'enforce' })
  const [key] = keysOfFirst(cluster.any)
  assert.ok(key !== undefined)
  for (let second = 0; second < 60; second += 1) {
    for (const node of cluster.nodes) write(node, cluster.clock.now(), 1000, key)
    await cluster.pass(1000)
  }
  for (let minute = 0; minute < 32; minute += 1) {
    await cluster.pass(minuteMs)
    await cluster.runJobs()
  }
  const { Table } = await succeed(cluster.any.service, 'DescribeTable', { TableName })
  const { WriteUnitsPerSecond } = (Table as { readonly WarmThroughput: { readonly WriteUnitsPerSecond: number } }).WarmThroughput
  // What was let through in the last second of the minute may be told in the next one.
  assert.ok(WriteUnitsPerSecond >= 5900 && WriteUnitsPerSecond <= 6000, `${WriteUnitsPerSecond}`)
  await cluster.close()
})
