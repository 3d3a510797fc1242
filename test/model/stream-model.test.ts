/**
 * Random histories of writes, splits, rotations, restarts, failed commits and crashes: replaying the stream from TRIM_HORIZON
 * rebuilds the table exactly, and a consumer that reads along misses and repeats nothing. A failure prints the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { succeed } from '../harness/service.ts'
import { type Ask, type Attributes, readStream, replay, StreamConsumer, type StreamRecord } from '../harness/stream-consumer.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { FaultyService } from './faulty-service.ts'
import { answersTo, definition, type Step, steps, tableName } from './item-histories.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault }
  | { readonly kind: 'split' | 'rotate' | 'restart' | 'read' }
  | { readonly kind: 'pass'; readonly hours: number }

const startMs = 1_795_341_600_000

function histories(faults: fc.Arbitrary<Fault>): fc.Arbitrary<readonly Event[]> {
  const write: fc.Arbitrary<Event> = fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults })
  const other: fc.Arbitrary<Event> = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'split' as const }, { kind: 'restart' as const }) },
    { weight: 2, arbitrary: fc.constantFrom({ kind: 'rotate' as const }, { kind: 'read' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 3, 5) }) },
  )
  return fc.array(fc.oneof({ weight: 3, arbitrary: write }, { weight: 2, arbitrary: other }), { minLength: 1, maxLength: 14 })
}

/** A table with a stream, over a store that fails and crashes when told to. */
async function openStreaming(): Promise<{ faulty: FaultyService; clock: ManualClock; ask: Ask; streamArn: string }> {
  const clock = new ManualClock(startMs)
  const faulty = await FaultyService.open({ clock })
  const ask: Ask = (operation, input) => succeed(faulty.service, operation, input)
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
  await ask('CreateTable', { ...definition(), StreamSpecification })
  const { Streams } = await ask('ListStreams', { TableName: tableName })
  const [stream] = Streams as readonly { readonly StreamArn: string }[]
  return { faulty, clock, ask, streamArn: stream?.StreamArn ?? '' }
}

async function play(faulty: FaultyService, clock: ManualClock, event: Event): Promise<void> {
  const { control } = faulty.service
  if (event.kind === 'split') await control.splitShards({ table: tableName })
  else if (event.kind === 'rotate') await control.rotateShards({ table: tableName })
  else if (event.kind === 'restart') await faulty.restart()
  else if (event.kind === 'pass') {
    clock.advance(event.hours * hourMs)
    await control.runJobs()
  } else if (event.kind === 'write') {
    faulty.nextFault = event.fault
    await answersTo(faulty.service, event.step)
    faulty.nextFault = 'none'
    if (faulty.isCrashed) await faulty.restart()
  }
}

async function tableItems(ask: Ask): Promise<readonly Attributes[]> {
  return (await ask('Scan', { TableName: tableName })).Items as readonly Attributes[]
}

/** In an order of their own: by their numbers, in which children come after their parents. Shards that are not kin may share some. */
function byNumber(records: readonly StreamRecord[]): readonly StreamRecord[] {
  const place = ({ dynamodb, eventID }: StreamRecord): string => `${dynamodb.SequenceNumber} ${eventID}`
  return [...records].sort((a, b) => (place(a) < place(b) ? -1 : 1))
}

async function holdHistory(history: readonly Event[], recordsMax: number): Promise<void> {
  const { faulty, clock, ask, streamArn } = await openStreaming()
  try {
    const along = new StreamConsumer(streamArn, { recordsMax })
    for (const event of history) {
      if (event.kind === 'read') await along.poll(ask)
      else await play(faulty, clock, event)
    }
    const items = await tableItems(ask)
    const key = ({ pk, sk }: Attributes): string => JSON.stringify({ pk, sk })
    await along.poll(ask)
    assert.deepEqual(replay(along.records), new Map(items.map((item) => [key(item), item])))
    const all = await readStream(ask, streamArn)
    assert.deepEqual(byNumber(all), byNumber(along.records))
    replay(byNumber(all))
  } finally {
    await faulty.service.close()
  }
}

/** Hours that pass stay below the day after which records go. */
function isWithinADay(history: readonly Event[]): boolean {
  return history.reduce((hours, event) => hours + (event.kind === 'pass' ? event.hours : 0), 0) < 24
}

test('a stream read from TRIM_HORIZON over splits, rotations and restarts rebuilds the table', async () => {
  const history = histories(fc.constant('none' as const)).filter(isWithinADay)
  await fc.assert(fc.asyncProperty(history, fc.constantFrom(1, 3, 1000), holdHistory), { numRuns: propertyRuns(60), seed: 20261122 })
})

test('a stream has no gap and no repeat over failed commits and crashes', async () => {
  const faults = fc.constantFrom<Fault>('none', 'none', 'commit-fails', 'crash-before', 'crash-after')
  const history = histories(faults).filter(isWithinADay)
  await fc.assert(fc.asyncProperty(history, fc.constantFrom(1, 3, 1000), holdHistory), { numRuns: propertyRuns(60), seed: 20261122 })
})
