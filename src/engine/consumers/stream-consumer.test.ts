/** Consumers over random histories of writes, splits, rotations, restarts, failed commits and crashes, and under leases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestService, succeed } from '../../../test/harness/service.ts'
import { propertyRuns } from '../../../test/harness/test-storage.ts'
import { FaultyService, isUnavailable } from '../../../test/model/faulty-service.ts'
import { answersTo, definition, type Step, steps, tableName } from '../../../test/model/item-histories.ts'
import { dayMs, hourMs, ManualClock } from '../../base/clock.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Service } from '../../server/start.ts'
import type { Fault } from '../../storage/faulty/open-faulty-store.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { LeaseLost } from '../nodes/under-lease.ts'
import type { Stream } from '../schema/stream.ts'
import type { StartingPosition } from './consumer-record.ts'
import { forgetConsumer, startConsumer, startReads } from './start-consumer.ts'
import { LeasedConsumer, stepConsumer } from './step-consumer.ts'
import { ConsumerMoved, type ShardPage, StreamConsumer } from './stream-consumer.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault }
  | { readonly kind: 'split' | 'rotate' | 'restart' }
  | { readonly kind: 'read'; readonly recordsMax: number; readonly fault: Fault }
  | { readonly kind: 'pass'; readonly hours: number }

const startMs = 1_795_341_600_000
const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
const id = 'test 1'
const handledKey = Uint8Array.of(0xee) as KeyBytes
const withoutFault = fc.constant<Fault>('none')
const someFaults = fc.constantFrom<Fault>('none', 'none', 'commit-fails', 'crash-before', 'crash-after')

function histories(faults: fc.Arbitrary<Fault>): fc.Arbitrary<readonly Event[]> {
  const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), recordsMax: fc.constantFrom(1, 2, 1000), fault: faults }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('split' as const, 'rotate' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 3) }) },
  )
  return fc.array(event, { minLength: 1, maxLength: 16 }).filter((all) => all.filter(({ kind }) => kind === 'pass').length < 7)
}

function engineOf(service: Service): MeteredEngine {
  return service.controlContext.engine
}

function streamOf(engine: MeteredEngine): Stream {
  const [stream] = engine.catalog.streams.all()
  assert.ok(stream !== undefined)
  return stream
}

function start(engine: MeteredEngine, position: StartingPosition): Promise<void> {
  return engine.store.writeReading(
    () => startReads({ stream: streamOf(engine) }),
    (turn) => startConsumer(turn, { id, stream: streamOf(engine), position }, engine.clock.now()),
  )
}

/** What a consumer keeps that writes in its own turn: the numbers of all that it was given, in the order in which it was. */
async function handledIn(engine: MeteredEngine): Promise<readonly string[]> {
  const [value] = await engine.store.get([handledKey])
  return value === undefined ? [] : (JSON.parse(String(value)) as readonly string[])
}

function keeping(page: ShardPage, consumer: StreamConsumer): Promise<void> {
  const moves = [{ shardNumber: page.shard.number, to: page.next }]
  return consumer.move(moves, {
    reads: [handledKey],
    put: (turn) => {
      const value = turn.get(handledKey)
      const before = value === undefined ? [] : (JSON.parse(String(value)) as readonly string[])
      turn.put(handledKey, JSON.stringify([...before, ...page.records.map(({ images }) => images)]))
    },
  })
}

async function readOn(faulty: FaultyService, recordsMax: number): Promise<void> {
  const engine = engineOf(faulty.service)
  const leased = new LeasedConsumer(engine, id)
  await stepConsumer(leased, undefined, { recordsMax, handle: keeping })
}

async function play(faulty: FaultyService, clock: ManualClock, event: Event): Promise<void> {
  const { control } = faulty.service
  if (event.kind === 'split') await control.splitShards({ table: tableName })
  else if (event.kind === 'rotate') await control.rotateShards({ table: tableName })
  else if (event.kind === 'restart') await faulty.restart()
  else if (event.kind === 'pass') {
    clock.advance(event.hours * hourMs)
    await control.runJobs()
  } else if (event.kind === 'write' || event.kind === 'read') {
    faulty.nextFault = event.fault
    if (event.kind === 'write') await answersTo(faulty.service, event.step)
    else await readOn(faulty, event.recordsMax).catch((error: unknown) => assert.ok(isUnavailable(error), String(error)))
    faulty.nextFault = 'none'
    if (faulty.isCrashed) await faulty.restart()
  }
}

interface Image {
  readonly Keys: object
  readonly NewImage?: object
  readonly OldImage?: object
}

/** The items that the records make, each of which must say truly what was there before it. */
function replayed(handled: readonly string[]): Map<string, object> {
  const items = new Map<string, object>()
  for (const images of handled) {
    const { Keys, NewImage, OldImage } = JSON.parse(`{${images}}`) as Image
    const name = JSON.stringify(Keys)
    assert.deepEqual(OldImage, items.get(name))
    if (NewImage === undefined) items.delete(name)
    else items.set(name, NewImage)
  }
  return items
}

async function holdHistory(history: readonly Event[]): Promise<void> {
  const clock = new ManualClock(startMs)
  const faulty = await FaultyService.open({ clock })
  try {
    await succeed(faulty.service, 'CreateTable', { ...definition(), StreamSpecification })
    await start(engineOf(faulty.service), 'TRIM_HORIZON')
    for (const event of history) await play(faulty, clock, event)
    const leased = new LeasedConsumer(engineOf(faulty.service), id)
    while (await stepConsumer(leased, undefined, { recordsMax: 3, handle: keeping }));
    const { Items } = await succeed(faulty.service, 'Scan', { TableName: tableName })
    const items = new Map(
      (Items as readonly { pk: object; sk: object }[]).map((item) => [JSON.stringify({ pk: item.pk, sk: item.sk }), item] as const),
    )
    assert.deepEqual(replayed(await handledIn(engineOf(faulty.service))), items)
    const consumer = await leased.at(undefined)
    assert.deepEqual(await consumer?.lag(), { recordsMax: 0, ageMs: 0 })
  } finally {
    await faulty.service.close()
  }
}

test('a consumer that writes in the turn in which it moves does everything once, in the order of each item, over splits and restarts', async () => {
  await fc.assert(fc.asyncProperty(histories(withoutFault), holdHistory), { numRuns: propertyRuns(60), seed: 20261122 })
})

test('a consumer loses and repeats nothing over failed commits and crashes', async () => {
  await fc.assert(fc.asyncProperty(histories(someFaults), holdHistory), { numRuns: propertyRuns(60), seed: 20261122 })
})

async function openStreaming(clock = new ManualClock(startMs)): Promise<{ service: Service; engine: MeteredEngine; clock: ManualClock }> {
  const service = await openTestService('any', { clock })
  await succeed(service, 'CreateTable', { ...definition(), StreamSpecification })
  return { service, engine: engineOf(service), clock }
}

function put(service: Service, n: number): Promise<unknown> {
  return succeed(service, 'PutItem', { TableName: tableName, Item: { pk: { S: 'a' }, sk: { S: String(n) } } })
}

test('a consumer that starts at LATEST has what comes after its start, and children of the shards from their beginning', async () => {
  const { service, engine } = await openStreaming()
  await put(service, 1)
  await service.control.rotateShards({ table: tableName })
  await put(service, 2)
  await start(engine, 'LATEST')
  const leased = new LeasedConsumer(engine, id)
  assert.equal(await stepConsumer(leased, undefined, { handle: keeping }), false)
  await put(service, 3)
  await service.control.rotateShards({ table: tableName })
  await put(service, 4)
  while (await stepConsumer(leased, undefined, { handle: keeping }));
  assert.deepEqual(
    (await handledIn(engine)).map((images) => (JSON.parse(`{${images}}`) as { Keys: { sk: { S: string } } }).Keys.sk.S),
    ['3', '4'],
  )
  await service.close()
})

test('a consumer says how far it is behind, what it has missed, and when nothing follows', async () => {
  const { service, engine, clock } = await openStreaming()
  await put(service, 1)
  await put(service, 2)
  await start(engine, 'TRIM_HORIZON')
  const consumer = await StreamConsumer.open(engine, id)
  assert.ok(consumer !== undefined)
  const [shard] = await consumer.shardsWithMore()
  assert.ok(shard !== undefined)
  const page = await consumer.read(shard, { recordsMax: 1 })
  await consumer.move([{ shardNumber: shard.number, to: page.next }])
  clock.advance(5000)
  assert.deepEqual(await consumer.lag(), { recordsMax: 1, ageMs: 5000 })
  clock.advance(dayMs + hourMs)
  await service.control.runJobs()
  assert.equal((await consumer.read(shard)).missedCount, 1)
  assert.equal(consumer.isAtEnd, false)
  await succeed(service, 'UpdateTable', { TableName: tableName, StreamSpecification: { StreamEnabled: false } })
  const leased = new LeasedConsumer(engine, id)
  while (await stepConsumer(leased, undefined, { handle: keeping }));
  const after = await leased.at(undefined)
  assert.equal(after?.isAtEnd, true)
  clock.advance(dayMs + hourMs)
  await service.control.runJobs()
  assert.equal(after?.stream, undefined)
  assert.equal(await stepConsumer(leased, undefined, { handle: keeping }), false)
  while (await forgetConsumer(engine.store, id));
  assert.equal(await StreamConsumer.open(engine, id), undefined)
  await service.close()
})

test('a consumer that another moved meanwhile does nothing, and goes on from where that one is', async () => {
  const { service, engine } = await openStreaming()
  await put(service, 1)
  await put(service, 2)
  await start(engine, 'TRIM_HORIZON')
  const [one, other] = [new LeasedConsumer(engine, id), new LeasedConsumer(engine, id)]
  await one.at(undefined)
  await other.at(undefined)
  await stepConsumer(one, undefined, { recordsMax: 1, handle: keeping })
  await assert.rejects(stepConsumer(other, undefined, { recordsMax: 1, handle: keeping }), ConsumerMoved)
  while (await stepConsumer(other, undefined, { recordsMax: 1, handle: keeping }));
  assert.equal((await handledIn(engine)).length, 2)
  await service.close()
})

test('what a consumer does under a lease comes to nothing once another has the lease', async () => {
  const { service, engine } = await openStreaming()
  await put(service, 1)
  await start(engine, 'TRIM_HORIZON')
  const leaseKey = Uint8Array.of(0xef) as KeyBytes
  await engine.store.write([], (turn) => turn.put(leaseKey, 'mine'))
  const lease = { key: leaseKey, value: 'mine' }
  const leased = new LeasedConsumer(engine, id)
  await leased.at(lease)
  await engine.store.write([], (turn) => turn.put(leaseKey, 'yours'))
  await assert.rejects(stepConsumer(leased, lease, { handle: keeping }), LeaseLost)
  assert.deepEqual(await handledIn(engine), [])
  while (await stepConsumer(leased, { key: leaseKey, value: 'yours' }, { handle: keeping }));
  assert.equal((await handledIn(engine)).length, 1)
  await service.close()
})
