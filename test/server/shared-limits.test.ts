/** The limits of a table are those of all nodes of a shared store together, but for what each lets through in a second. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { call, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const unitsPerSecond = 10
const stepMs = 100

/** Nodes over one store, with a table of ten units a second. */
class Bench {
  readonly clock: ManualClock = new ManualClock(startMs)
  /** Of the next commit. */
  isToFail = false
  readonly store = openMemoryStore({
    failCommit: () => {
      if (!this.isToFail) return
      this.isToFail = false
      throw new Error('no disk')
    },
  })
  readonly nodes: Node[] = []

  async join(): Promise<Node> {
    const node = await nodeOn(this.store, this.clock, this.nodes.length + 1, { throughput: 'enforce' })
    this.nodes.push(node)
    return node
  }

  async createTable(): Promise<void> {
    await succeed(this.#first.service, 'CreateTable', {
      TableName: 'Music',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: unitsPerSecond, WriteCapacityUnits: unitsPerSecond },
    })
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    for (const { steady, service } of this.nodes) {
      steady.advance(ms)
      await service.beat()
    }
  }

  /** How many writes of a unit were let through in so many seconds, when these nodes are asked for so many each in every tenth of one. */
  async written(nodes: readonly Node[], seconds: number, inEachStep: number): Promise<number> {
    let count = 0
    for (let ms = 0; ms < seconds * 1000; ms += stepMs) {
      await this.pass(stepMs)
      for (const { service } of nodes) {
        for (let at = 0; at < inEachStep; at += 1) {
          const { status } = await call(service, 'PutItem', { TableName: 'Music', Item: { pk: { S: `${ms} ${at}` } } })
          if (status === 200) count += 1
        }
      }
    }
    return count
  }

  async close(): Promise<void> {
    for (const { service } of this.nodes) await service.close()
    await this.store.close()
  }

  get #first(): Node {
    const [first] = this.nodes
    assert.ok(first !== undefined)
    return first
  }
}

test('several nodes let through together what one would, but for a second of each', async () => {
  const bench = new Bench()
  const nodes = [await bench.join(), await bench.join(), await bench.join()]
  await bench.createTable()
  const seconds = 20
  const written = await bench.written(nodes, seconds, 3)
  const limit = unitsPerSecond * (seconds + 1)
  assert.ok(written >= limit * 0.9, `${written} of ${limit} were let through`)
  assert.ok(written <= limit + nodes.length * unitsPerSecond, `${written} of ${limit} were let through`)
  await bench.close()
})

test('a node that is asked alone lets through all that the table may do', async () => {
  const bench = new Bench()
  const [, other] = [await bench.join(), await bench.join()]
  await bench.createTable()
  const written = await bench.written([other], 10, 3)
  assert.ok(written >= 10 * unitsPerSecond, `${written} were let through`)
  await bench.close()
})

test('a node that comes later brings nothing along that others have used up', async () => {
  const bench = new Bench()
  const one = await bench.join()
  await bench.createTable()
  await bench.pass(100_000)
  const first = await bench.written([one], 10, 150)
  assert.ok(first >= 100 * unitsPerSecond, `${first} were saved up and let through`)
  const later = await bench.join()
  await bench.written([one], 2, 1)
  const written = await bench.written([later], 10, 5)
  assert.ok(written <= 12 * unitsPerSecond, `${written} were let through`)
  await bench.close()
})

test('nodes that let nothing through write nothing of it, and one that leaves takes its record along', async () => {
  const bench = new Bench()
  const [one, other] = [await bench.join(), await bench.join()]
  await bench.createTable()
  await bench.pass(5000)
  const usage = { start: Uint8Array.of(0x1b), end: Uint8Array.of(0x1c) } as never
  const records = async (): Promise<number> =>
    bench.store.view(async (view) => (await view.scan(usage, { entries: 10, bytes: 1e6 })).entries.length)
  assert.equal(await records(), 0)
  await bench.written([one, other], 2, 1)
  assert.equal(await records(), 2)
  await one.service.close()
  assert.equal(await records(), 1)
  await bench.close()
})

test('what could not be told is told the next time, also when there is nothing new', async () => {
  const bench = new Bench()
  const one = await bench.join()
  await bench.createTable()
  await bench.pass(100_000)
  await succeed(one.service, 'PutItem', { TableName: 'Music', Item: { pk: { S: 'a' } } })
  one.steady.advance(1000)
  bench.isToFail = true
  await assert.rejects(one.service.beat(), { name: 'StoreUnavailable' })
  const usage = { start: Uint8Array.of(0x1b), end: Uint8Array.of(0x1c) } as never
  const records = async (): Promise<number> =>
    bench.store.view(async (view) => (await view.scan(usage, { entries: 10, bytes: 1e6 })).entries.length)
  assert.equal(await records(), 0)
  one.steady.advance(1000)
  await one.service.beat()
  assert.equal(await records(), 1)
  await bench.close()
})
