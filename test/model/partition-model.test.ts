/**
 * Random histories of writes, splits of partitions, more throughput, restarts, failed commits and crashes: the partitions always share
 * the whole key space, and in the end every change has one record in the stream, in the shard of its key. A failure prints its seed.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import { partitionMapOf } from '../../src/engine/catalog/catalog.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import type { PartitionMap } from '../../src/engine/schema/partition-map.ts'
import { type PartitionedSpace, partitionedSpaces } from '../../src/engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { assertWhole, readFollowingShards } from '../harness/check-partitions.ts'
import { call, succeed } from '../harness/service.ts'
import { type Ask, type Attributes, replay, StreamConsumer } from '../harness/stream-consumer.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { FaultyService, isUnavailable } from './faulty-service.ts'
import { answersTo, type Step, steps, tableName } from './item-histories.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault }
  /** `place` counts the partitions; one beyond them is all of them. */
  | { readonly kind: 'split'; readonly index?: 'byA'; readonly place: number; readonly during?: Step; readonly fault: Fault }
  | { readonly kind: 'raise' | 'jobs'; readonly fault: Fault }
  /** Many writes of one item collection, so that it has most of the heat, and a split where the keys say. */
  | { readonly kind: 'heat'; readonly pk: string }
  | { readonly kind: 'restart' | 'read' | 'rotate' }

const faults = fc.constantFrom<Fault>('none', 'none', 'none', 'commit-fails', 'crash-before', 'crash-after')
const write: fc.Arbitrary<Event> = fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults })
const split: fc.Arbitrary<Event> = fc.record(
  { kind: fc.constant('split' as const), index: fc.constant('byA' as const), place: fc.nat({ max: 6 }), during: steps, fault: faults },
  { requiredKeys: ['kind', 'place', 'fault'] },
)
const job: fc.Arbitrary<Event> = fc.record({ kind: fc.constantFrom('raise' as const, 'jobs' as const), fault: faults })
const heat: fc.Arbitrary<Event> = fc.record({ kind: fc.constant('heat' as const), pk: fc.constantFrom('p', 'p', 'q') })
const plain: fc.Arbitrary<Event> = fc.record({ kind: fc.constantFrom('restart' as const, 'read' as const, 'rotate' as const) })
const histories = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: write },
    { weight: 5, arbitrary: split },
    { weight: 2, arbitrary: heat },
    { weight: 2, arbitrary: job },
    { weight: 2, arbitrary: plain },
  ),
  { minLength: 1, maxLength: 30, size: 'max' },
)

const key = (name: string, range?: string): object => [
  { AttributeName: name, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
]
/** Without local indexes, so that item collections are divided, too. */
const definition = {
  TableName: tableName,
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1000 },
  AttributeDefinitions: ['pk', 'sk', 'a'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: key('pk', 'sk'),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byA',
      KeySchema: key('a'),
      Projection: { ProjectionType: 'KEYS_ONLY' },
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

class PartitionedHistory {
  readonly #clock: ManualClock
  readonly #faulty: FaultyService
  #writeUnits = 1000

  private constructor(clock: ManualClock, faulty: FaultyService) {
    this.#clock = clock
    this.#faulty = faulty
  }

  static async open(): Promise<PartitionedHistory> {
    const clock = new ManualClock(1_795_341_600_000)
    const history = new PartitionedHistory(clock, await FaultyService.open({ clock }))
    await history.#sampleAll()
    await history.ask('CreateTable', definition)
    return history
  }

  readonly ask: Ask = (operation, input) => succeed(this.#faulty.service, operation, input)

  get engine(): MeteredEngine {
    return this.#faulty.service.controlContext.engine
  }

  get spaces(): readonly PartitionedSpace[] {
    const table = this.engine.catalog.find(tableName)
    assert.ok(table !== undefined)
    return partitionedSpaces(table)
  }

  mapOf({ table, index }: PartitionedSpace): PartitionMap {
    return partitionMapOf(this.engine.catalog, table, index)
  }

  async play(event: Exclude<Event, { readonly kind: 'read' }>): Promise<void> {
    if ('fault' in event) this.#faulty.nextFault = event.fault
    if (event.kind === 'write') await answersTo(this.#faulty.service, event.step)
    if (event.kind === 'heat') {
      await answersTo(this.#faulty.service, { how: 'in turn', writes: heatOf(event.pk) })
      await this.#split({ kind: 'split', place: this.#placeOf(event.pk), fault: 'none' })
    }
    if (event.kind === 'split') await this.#split(event)
    if (event.kind === 'raise') await this.#raise()
    if (event.kind === 'rotate') await this.#faulty.service.control.rotateShards({ table: tableName })
    if (event.kind === 'jobs') await orUnavailable(this.runJobs())
    this.#faulty.nextFault = 'none'
    if (event.kind === 'restart' || this.#faulty.isCrashed) await this.restart()
  }

  async runJobs(): Promise<void> {
    this.#clock.advance(10_000)
    await this.#faulty.service.control.runJobs()
  }

  async restart(): Promise<void> {
    await this.#faulty.restart()
    await this.#sampleAll()
  }

  close(): Promise<void> {
    return this.#faulty.service.close()
  }

  /** Limits so small that a handful of writes says where to divide, and nothing is hot. */
  async #sampleAll(): Promise<void> {
    await this.#faulty.service.control.changeSettings({ partitionWriteUnitsPerSecondMax: 1 })
  }

  /** Of the partition with the first item of the collection. */
  #placeOf(pk: string): number {
    const [space] = this.spaces
    assert.ok(space !== undefined)
    return this.mapOf(space).indexOf(itemKey(space.table, { pk: { S: pk }, sk: { S: '0' } }))
  }

  async #split({ index, place, during }: Event & { readonly kind: 'split' }): Promise<void> {
    const { service } = this.#faulty
    const space = this.spaces.find((each) => each.index?.name === index)
    assert.ok(space !== undefined)
    const partition = this.mapOf(space).partitions[place]?.id
    const address = { table: tableName, ...(index !== undefined && { index }), ...(partition !== undefined && { partition }) }
    const splitting = service.control.splitPartitions(address).catch((error: unknown) => {
      // A single item is not divided.
      if (!(error instanceof Error && /cannot be divided/.test(error.message))) throw error
    })
    await Promise.all([orUnavailable(splitting), during && answersTo(service, during)])
  }

  async #raise(): Promise<void> {
    const WriteCapacityUnits = this.#writeUnits + 1000
    const input = { TableName: tableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits } }
    const { status } = await call(this.#faulty.service, 'UpdateTable', input)
    if (status === 200) this.#writeUnits = WriteCapacityUnits
  }
}

/** To sort keys in no order. */
function heatOf(pk: string): Step['writes'] {
  return Array.from({ length: 24 }, (_, at) => {
    return { kind: 'put', item: { pk: { S: pk }, sk: { S: String((at * 5) % 12) }, v: { N: String(at) } }, onlyNew: false }
  })
}

/** A store that fails may make what is asked for fail, and nothing else may. */
async function orUnavailable(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    assert.ok(isUnavailable(error), String(error))
  }
}

async function holdHistory(events: readonly Event[], seen: { inside: number; divided: number }): Promise<void> {
  const history = await PartitionedHistory.open()
  try {
    const { ask } = history
    const { Streams } = await ask('ListStreams', { TableName: tableName })
    const [{ StreamArn = '' } = {}] = Streams as readonly { readonly StreamArn: string }[]
    const along = new StreamConsumer(StreamArn, { recordsMax: 3 })
    for (const event of events) {
      if (event.kind === 'read') await along.poll(ask)
      else await history.play(event)
      for (const space of history.spaces) assertWhole(history.mapOf(space))
    }
    await history.runJobs()
    const texts = (): readonly string[] => history.spaces.map((space) => history.mapOf(space).encode())
    const before = texts()
    await history.restart()
    assert.deepEqual(texts(), before, 'what is shown is what is kept')
    await along.poll(ask)
    const [{ table } = assert.fail()] = history.spaces
    const records = await readFollowingShards({ engine: history.engine, table, ask, streamArn: StreamArn })
    const items = (await ask('Scan', { TableName: tableName })).Items as readonly Attributes[]
    assert.deepEqual(replay(records), new Map(items.map((item) => [JSON.stringify({ pk: item.pk, sk: item.sk }), item])))
    const numbers = along.records.map(({ dynamodb }) => dynamodb.SequenceNumber).sort()
    assert.deepEqual(
      numbers,
      records.map(({ dynamodb }) => dynamodb.SequenceNumber),
    )
    const partitions = history.spaces.flatMap((space) => history.mapOf(space).partitions)
    if (partitions.some(({ start }) => start.rest !== undefined)) seen.inside += 1
    if (partitions.length > 4) seen.divided += 1
  } finally {
    await history.close()
  }
}

test('partitions cover the key space and every record is once in the shard of its key, over splits, restarts, failed commits and crashes', async () => {
  const seen = { inside: 0, divided: 0 }
  const property = fc.asyncProperty(histories, (events) => holdHistory(events, seen))
  await fc.assert(property, { numRuns: propertyRuns(100), seed: 20261122 })
  // The histories are worth something.
  assert.ok(seen.divided > propertyRuns(20), `${seen.divided} histories divided partitions`)
  assert.ok(seen.inside > propertyRuns(3) - 1, `${seen.inside} divided an item collection`)
})
