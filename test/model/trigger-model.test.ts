/**
 * Random histories of writes, splits, rotations, restarts, failed commits and crashes, and a function that fails by chance: every change arrives
 * at least once, those of a key for the first time in their order, whatever the mapping is set to.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { functionsOf, succeedLambda } from '../harness/lambda-service.ts'
import { succeed } from '../harness/service.ts'
import { replay, type StreamRecord } from '../harness/stream-consumer.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { FaultyService, isUnavailable } from './faulty-service.ts'
import { answersTo, definition, type Step, steps, tableName } from './item-histories.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault }
  | { readonly kind: 'split' | 'rotate' | 'restart' }
  | { readonly kind: 'pass'; readonly seconds: number; readonly fault: Fault }

const startMs = 1_795_341_600_000
const faults = fc.constantFrom<Fault>('none', 'none', 'none', 'commit-fails', 'crash-before', 'crash-after')

const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(0, 1, 5, 60), fault: faults }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('split' as const, 'rotate' as const, 'restart' as const) }) },
  ),
  { minLength: 1, maxLength: 14 },
)

const settings = fc.record({
  BatchSize: fc.constantFrom(1, 2, 100),
  MaximumBatchingWindowInSeconds: fc.constantFrom(0, 3),
  ParallelizationFactor: fc.constantFrom(1, 4),
  BisectBatchOnFunctionError: fc.boolean(),
})

interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

/** What came, each record where it came first; and what `replay` needs of it. */
function firstOf(records: readonly StreamRecord[]): readonly StreamRecord[] {
  const known = new Set<string>()
  return records.filter(({ eventID }) => {
    if (known.has(eventID)) return false
    known.add(eventID)
    return true
  })
}

async function holdHistory(history: readonly Event[], mapping: object, failures: readonly boolean[]): Promise<void> {
  const clock = new ManualClock(startMs)
  const came: StreamRecord[] = []
  let invocations = 0
  let isWell = false
  const f = ({ Records }: StreamEvent): void => {
    invocations += 1
    const isFailing = !isWell && failures[invocations % failures.length] === true
    // What it did before it failed, it did.
    came.push(...(isFailing ? Records.slice(0, Records.length / 2) : Records))
    if (isFailing) throw new Error('by chance')
  }
  const faulty = await FaultyService.open({ clock, ...functionsOf({ f }) })
  try {
    await succeed(faulty.service, 'CreateTable', {
      ...definition(),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
    const { Streams } = await succeed(faulty.service, 'ListStreams', { TableName: tableName })
    const [stream] = Streams as readonly { readonly StreamArn: string }[]
    await succeedLambda(faulty.service, 'CreateEventSourceMapping', {
      EventSourceArn: stream?.StreamArn,
      FunctionName: 'f',
      StartingPosition: 'TRIM_HORIZON',
      ...mapping,
    })
    for (const event of history) await play(faulty, clock, event)
    isWell = true
    // Longer than any wait between tries.
    for (let round = 0; round < 3; round += 1) {
      clock.advance(61_000)
      await faulty.service.control.runJobs()
    }
    const { Items } = await succeed(faulty.service, 'Scan', { TableName: tableName })
    const items = Items as readonly { readonly pk: object; readonly sk: object }[]
    assert.deepEqual(replay(firstOf(came)), new Map(items.map((item) => [JSON.stringify({ pk: item.pk, sk: item.sk }), item])))
  } finally {
    await faulty.service.close()
  }
}

async function play(faulty: FaultyService, clock: ManualClock, event: Event): Promise<void> {
  const { control } = faulty.service
  if (event.kind === 'split') await control.splitShards({ table: tableName })
  else if (event.kind === 'rotate') await control.rotateShards({ table: tableName })
  else if (event.kind === 'restart') await faulty.restart()
  else if (event.kind === 'write' || event.kind === 'pass') {
    faulty.nextFault = event.fault
    if (event.kind === 'write') await answersTo(faulty.service, event.step)
    else {
      clock.advance(event.seconds * 1000)
      await control.runJobs().catch((error: unknown) => assert.ok(isUnavailable(error), String(error)))
    }
    faulty.nextFault = 'none'
    if (faulty.isCrashed) await faulty.restart()
  }
}

test('every change arrives, and in the order of its key, over failures of functions, commits and processes', async () => {
  const failures = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 })
  await fc.assert(fc.asyncProperty(events, settings, failures, holdHistory), { numRuns: propertyRuns(60), seed: 20261201 })
})
