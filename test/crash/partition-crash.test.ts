/**
 * Killed while partitions split, for throughput and for heat, under writes to a table with a stream: the next process has partitions
 * that share the key space, shards that follow them, and every write that was answered once in table and stream.
 */
import assert from 'node:assert/strict'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import { partitionMapOf } from '../../src/engine/catalog/catalog.ts'
import { assertWhole, readFollowingShards } from '../harness/check-partitions.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { type Ask, type Attributes, replay } from '../harness/stream-consumer.ts'
import { crashTest, KilledServer } from './killed-server.ts'

const TableName = 'Crash'
const writers = 8
const answersPerMinute = 24
const startMs = Date.UTC(2026, 10, 22, 10)

/** Writes as fast as they are answered; half of them to one item collection, whose sort keys come in no order. */
class Writing {
  readonly answered: Set<number>
  readonly #server: KilledServer
  #nextId: number
  #next: { readonly count: number; readonly resolve: () => void } | undefined
  readonly #done: Promise<unknown>

  constructor(server: KilledServer, answered: Set<number>, firstId: number) {
    this.#server = server
    this.answered = answered
    this.#nextId = firstId
    this.#done = Promise.all(Array.from({ length: writers }, () => this.#write()))
  }

  /** Resolves when so many more are answered. */
  more(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#next = { count: this.answered.size + count, resolve }
    if (count === 0) resolve()
    return promise
  }

  async kill(): Promise<void> {
    await this.#server.kill()
    await this.#done
  }

  async #write(): Promise<void> {
    for (;;) {
      const id = this.#nextId
      this.#nextId += 1
      try {
        await this.#server.call('PutItem', { TableName, Item: item(id) })
      } catch (error) {
        if (!this.#server.isKilled) throw error
        return
      }
      this.answered.add(id)
      if (this.answered.size >= (this.#next?.count ?? Number.POSITIVE_INFINITY)) this.#next?.resolve()
    }
  }
}

function item(id: number): Attributes {
  return { pk: { S: id % 2 === 0 ? 'hot' : `k${id % 50}` }, sk: { S: `${(id * 7919) % 100_003}/${id}` }, id: { N: String(id) } }
}

function advance(server: KilledServer, byMs: number): Promise<unknown> {
  return server.control('POST', 'clock/advance', { byMs })
}

/** What comes to be split when the time of the last step has passed. */
type Cause = (server: KilledServer, writing: Writing, round: number) => Promise<void>

const moreThroughput: Cause = async (server, writing, round) => {
  await writing.more(answersPerMinute)
  const ProvisionedThroughput = { ReadCapacityUnits: 10, WriteCapacityUnits: 2000 * (round + 1) }
  await server.call('UpdateTable', { TableName, ProvisionedThroughput })
}

/** Whoever has the hot collection is at its limit in each of these minutes. */
const heat: Cause = async (server, writing) => {
  for (let minute = 0; minute < 5; minute += 1) {
    await advance(server, 60_000)
    await writing.more(answersPerMinute)
  }
}

/** Splits once in peace and is killed in the second split, so many answers after it was due. */
async function splitUntilKilled(server: KilledServer, cause: Cause, round: number, answered: Set<number>): Promise<void> {
  await server.control('PUT', 'settings', { partitionWriteUnitsPerSecondMax: cause === heat ? 2 : 1000 })
  const writing = new Writing(server, answered, round * 100_000)
  await cause(server, writing, 2 * round)
  await advance(server, 60_000)
  await cause(server, writing, 2 * round + 1)
  const splitting = advance(server, 60_000).catch((error: unknown) => assert.ok(server.isKilled, String(error)))
  await writing.more(round * 3)
  await writing.kill()
  await splitting
}

crashTest(
  'a server killed while partitions split loses no write, and its shards follow what the partitions have become',
  async (t, folder) => {
    const answered = new Set<number>()
    for (const [round, cause] of [moreThroughput, heat, moreThroughput, heat].entries()) {
      const server = await KilledServer.start(t, folder, ['--clock', new Date(startMs + round * hourMs).toISOString()])
      // Buckets fill with the clock: how slow the machine is must not matter.
      await server.control('PUT', 'clock', { frozen: true })
      if (round === 0) await server.call('CreateTable', definition)
      await splitUntilKilled(server, cause, round, answered)
    }
    const clock = new ManualClock(startMs + 5 * hourMs)
    const service = await openTestService({ kind: 'disk', folder }, { clock })
    try {
      const { engine } = service.controlContext
      const table = engine.catalog.find(TableName)
      assert.ok(table?.streamLabel !== undefined)
      const map = partitionMapOf(engine.catalog, table, undefined)
      assertWhole(map)
      assert.ok((map.splits.counts.throughput ?? 0) > 0 && (map.splits.counts.heat ?? 0) > 0, JSON.stringify(map.splits.counts))
      await service.control.runJobs()
      const ask: Ask = (operation, input) => succeed(service, operation, input)
      const { Streams } = await ask('ListStreams', { TableName })
      const [{ StreamArn: streamArn } = assert.fail()] = Streams as readonly { readonly StreamArn: string }[]
      const items = replay(await readFollowingShards({ engine, table, ask, streamArn }))
      const { Items } = await ask('Scan', { TableName })
      assert.deepEqual(items, new Map((Items as readonly Attributes[]).map((each) => [JSON.stringify({ pk: each.pk, sk: each.sk }), each])))
      const stored = new Set([...items.values()].map(({ id }) => Number(id?.N)))
      assert.deepEqual([...answered.difference(stored)], [], 'answered and lost')
    } finally {
      await service.close()
    }
  },
)

const definition = {
  TableName,
  ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 1000 },
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}
