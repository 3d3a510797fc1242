/** Lanes against a naive model of what must come of each record, over random functions that fail, refuse and report, on a clock that is moved. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultSettings, type MappingSettings } from '../records/mapping.ts'
import {
  afterGivingUp,
  afterInvocation,
  decideLane,
  idleLane,
  type Lane,
  type LaneDecision,
  type LaneRecord,
  type Outcome,
} from './lane.ts'

const startMs = 1_795_341_600_000

function record(number: number, creationMs = startMs, sizeBytes = 100): LaneRecord {
  return { number, creationMs, readMs: creationMs, event: '{}', sizeBytes }
}

function records(count: number): readonly LaneRecord[] {
  return Array.from({ length: count }, (_, at) => record(at + 1))
}

interface Played {
  /** The numbers of the records of each invocation. */
  readonly invocations: readonly (readonly number[])[]
  readonly givenUp: readonly { readonly numbers: readonly number[]; readonly condition: string; readonly invocations: number }[]
  readonly lane: Lane
  readonly rest: readonly LaneRecord[]
  readonly nowMs: number
}

/** Does what is decided until nothing is left to do; waits are over at once. */
function play(
  all: readonly LaneRecord[],
  settings: Partial<MappingSettings>,
  answer: (batch: readonly LaneRecord[], invocation: number) => Outcome,
  { stepsMax = 10_000, isEnd = true }: { readonly stepsMax?: number; readonly isEnd?: boolean } = {},
): Played {
  const whole = { ...defaultSettings, ...settings }
  const invocations: number[][] = []
  const givenUp: Played['givenUp'][number][] = []
  let [lane, rest, nowMs] = [idleLane, all, startMs]
  for (let step = 0; step < stepsMax; step += 1) {
    const next: { lane: Lane; decision: LaneDecision } = decideLane(lane, { records: rest, isEnd, nowMs }, whole)
    lane = next.lane
    const { decision } = next
    if (decision.kind === 'nothing') break
    if (decision.kind === 'wait') {
      assert.ok(decision.untilMs > nowMs)
      nowMs = decision.untilMs
      continue
    }
    const batch = rest.slice(0, decision.count)
    let doneCount = 0
    if (decision.kind === 'give up') {
      const { condition, invocations: count } = decision.givenUp
      givenUp.push({ numbers: batch.map(({ number }) => number), condition, invocations: count })
      ;({ lane, doneCount } = afterGivingUp(lane))
    } else {
      invocations.push(batch.map(({ number }) => number))
      const after = afterInvocation(lane, answer(batch, invocations.length), whole, { nowMs, chance: 0.5, window: decision.window })
      ;({ lane, doneCount } = after)
    }
    rest = rest.slice(doneCount)
  }
  return { invocations, givenUp, lane, rest, nowMs }
}

const failed: Outcome = { kind: 'failed', from: 0, functionError: 'Unhandled' }

test('batches have as many records as was set, and no more than 6 MB', () => {
  assert.deepEqual(play(records(5), { batchSize: 2 }, () => ({ kind: 'done' })).invocations, [[1, 2], [3, 4], [5]])
  const large = [1, 2, 3, 4].map((number) => record(number, startMs, 2 << 20))
  assert.deepEqual(play(large, {}, () => ({ kind: 'done' })).invocations, [
    [1, 2],
    [3, 4],
  ])
  const tooLarge = [record(1), record(2, startMs, 7 << 20), record(3)]
  assert.deepEqual(play(tooLarge, {}, () => ({ kind: 'done' })).invocations, [[1], [2], [3]])
})

test('a batch that is not full waits for its window, which begins with its first record or the end of the last invocation', () => {
  const settings = { ...defaultSettings, batchSize: 3, windowSeconds: 10 }
  const view = (count: number, nowMs: number) => ({ records: records(count), isEnd: false, nowMs })
  assert.deepEqual(decideLane(idleLane, view(2, startMs), settings).decision, { kind: 'wait', untilMs: startMs + 10_000 })
  assert.deepEqual(decideLane(idleLane, view(3, startMs), settings).decision, { kind: 'invoke', count: 3 })
  assert.deepEqual(decideLane(idleLane, view(2, startMs + 10_000), settings).decision, { kind: 'invoke', count: 2 })
  const late = { ...idleLane, lastEndMs: startMs + 5000 }
  assert.deepEqual(decideLane(late, view(2, startMs + 10_000), settings).decision, { kind: 'wait', untilMs: startMs + 15_000 })
  assert.deepEqual(decideLane(late, { ...view(2, startMs), isEnd: true }, settings).decision, { kind: 'invoke', count: 2 })
  // A clock that was set back keeps nobody waiting for longer than the window.
  assert.deepEqual(decideLane(late, view(2, startMs - 100_000), settings).decision, { kind: 'wait', untilMs: startMs - 90_000 })
})

test('a batch that fails is tried as often as was set, after longer and longer waits, and given up', () => {
  const { invocations, givenUp, nowMs } = play(records(2), { retriesMax: 2 }, ([first]) =>
    first?.number === 1 ? failed : { kind: 'done' },
  )
  assert.deepEqual(invocations, [
    [1, 2],
    [1, 2],
    [1, 2],
  ])
  assert.deepEqual(givenUp, [{ numbers: [1, 2], condition: 'RetryAttemptsExhausted', invocations: 3 }])
  assert.equal(nowMs - startMs, Math.ceil(1000 * (1 - 0.5 / 4)) + Math.ceil(2000 * (1 - 0.5 / 4)))
})

test('a batch that is refused is tried for as long as its records are in the stream, and that counts for nothing', () => {
  const settings = { retriesMax: 0 }
  const { invocations, givenUp, nowMs } = play(records(1), settings, (_, at) => (at < 100 ? { kind: 'refused' } : { kind: 'done' }))
  assert.equal(invocations.length, 100)
  assert.deepEqual(givenUp, [])
  assert.ok(nowMs - startMs > 60_000 * 50)
  const forever = play(records(1), settings, () => ({ kind: 'refused' }))
  assert.deepEqual(forever.givenUp, [{ numbers: [1], condition: 'RecordAgeExceeded', invocations: 0 }])
  assert.ok(forever.nowMs - startMs > 86_400_000)
})

test('records that are older than was set are given up before they are tried, and those behind them are not', () => {
  const old = [record(1, startMs - 61_000), record(2, startMs - 61_000), record(3)]
  const { invocations, givenUp } = play(old, { recordAgeSecondsMax: 60 }, () => ({ kind: 'done' }))
  assert.deepEqual(givenUp, [{ numbers: [1, 2], condition: 'RecordAgeExceeded', invocations: 0 }])
  assert.deepEqual(invocations, [[3]])
})

test('bisecting finds the poisoned record, and gives up nothing else', () => {
  const { invocations, givenUp } = play(records(8), { bisects: true, retriesMax: 1 }, (batch) =>
    batch.some(({ number }) => number === 6) ? failed : { kind: 'done' },
  )
  assert.deepEqual(givenUp, [{ numbers: [6], condition: 'RetryAttemptsExhausted', invocations: 2 }])
  assert.deepEqual(invocations, [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6], [5], [6], [6], [7, 8]])
})

test('what a function reports as failed is tried again from there, with retries of its own', () => {
  const report = (batch: readonly LaneRecord[]): Outcome => {
    const from = batch.findIndex(({ number }) => number === 3)
    return from < 0 ? { kind: 'done' } : { kind: 'failed', from, functionError: null }
  }
  const { invocations, givenUp } = play(records(4), { retriesMax: 1, reportsItemFailures: true }, report)
  assert.deepEqual(invocations, [
    [1, 2, 3, 4],
    [3, 4],
  ])
  assert.deepEqual(givenUp, [{ numbers: [3, 4], condition: 'RetryAttemptsExhausted', invocations: 2 }])
  const bisected = play(records(4), { retriesMax: 0, reportsItemFailures: true, bisects: true }, report)
  assert.deepEqual(bisected.givenUp, [{ numbers: [3], condition: 'RetryAttemptsExhausted', invocations: 1 }])
  assert.deepEqual(bisected.invocations, [[1, 2, 3, 4], [3, 4], [3], [4]])
})

const minute = 60_000
const windowed = { tumblingSeconds: 60 }
const state = (count: number): Outcome => ({ kind: 'done', state: JSON.stringify({ count }) })

test('a tumbling window hands its state on from batch to batch, and ends with a call of its own', () => {
  const start = Math.floor(startMs / minute) * minute
  const all = [record(1, start), record(2, start + 1), record(3, start + minute), record(4, start + minute)]
  const settings = { ...defaultSettings, ...windowed, batchSize: 1 }
  let lane = idleLane
  const calls: unknown[] = []
  const step = (rest: readonly LaneRecord[], nowMs: number, outcome: Outcome): LaneDecision => {
    const { lane: decided, decision } = decideLane(lane, { records: rest, isEnd: false, nowMs }, settings)
    lane = decided
    if (decision.kind === 'invoke') {
      calls.push([decision.count, decision.window?.startMs === start, decision.window?.state, decision.window?.isFinal])
      lane = afterInvocation(lane, outcome, settings, { nowMs, chance: 0, window: decision.window }).lane
    }
    return decision
  }
  step(all, start, state(1))
  step(all.slice(1), start, state(2))
  step(all.slice(2), start + minute, { kind: 'done' })
  step(all.slice(2), start + minute, state(7))
  assert.deepEqual(calls, [
    [1, true, '{}', false],
    [1, true, '{"count":1}', false],
    [0, true, '{"count":2}', true],
    [1, false, '{}', false],
  ])
  // With nothing behind it the window ends when its time is over.
  assert.deepEqual(step([], start + minute, state(0)), { kind: 'wait', untilMs: start + 2 * minute })
  assert.equal(step([], start + 2 * minute, { kind: 'done' }).kind, 'invoke')
  assert.deepEqual(calls.at(-1), [0, false, '{"count":7}', true])
  assert.deepEqual(step([], start + 3 * minute, { kind: 'done' }), { kind: 'nothing' })
})

test('a window whose state is too large ends early, and the rest of its time has a state of its own', () => {
  const settings = { ...defaultSettings, ...windowed, batchSize: 1 }
  const large: Outcome = { kind: 'done', state: JSON.stringify({ x: 'x'.repeat(1 << 20) }) }
  const first = decideLane(idleLane, { records: records(2), isEnd: false, nowMs: startMs }, settings)
  const call = first.decision.kind === 'invoke' ? first.decision.window : undefined
  const { lane } = afterInvocation(first.lane, large, settings, { nowMs: startMs, chance: 0, window: call })
  const last = decideLane(lane, { records: records(1), isEnd: false, nowMs: startMs }, settings)
  assert.ok(last.decision.kind === 'invoke' && last.decision.window?.isEarly && last.decision.window.isFinal)
  const { lane: next } = afterInvocation(last.lane, { kind: 'done' }, settings, { nowMs: startMs, chance: 0, window: last.decision.window })
  const again = decideLane(next, { records: records(1), isEnd: false, nowMs: startMs }, settings)
  assert.equal(again.decision.kind === 'invoke' && again.decision.window?.state, '{}')
})

test('the last call of a window is tried until it succeeds, or given up like a batch', () => {
  const start = Math.floor(startMs / minute) * minute
  const lane: Lane = { attempts: [], window: { startMs: start, state: '{"a":1}' } }
  const settings = { ...defaultSettings, ...windowed, retriesMax: 1 }
  const view = { records: [], isEnd: true, nowMs: startMs }
  const first = decideLane(lane, view, settings)
  const call = first.decision.kind === 'invoke' ? first.decision.window : undefined
  const after = afterInvocation(first.lane, failed, settings, { nowMs: startMs, chance: 0, window: call })
  const second = decideLane(after.lane, { ...view, nowMs: startMs + 1000 }, settings)
  assert.deepEqual(second.decision.kind === 'invoke' && second.decision.window, call)
  const exhausted = afterInvocation(second.lane, failed, settings, { nowMs: startMs + 1000, chance: 0, window: call })
  const third = decideLane(exhausted.lane, { ...view, nowMs: startMs + 1000 }, settings)
  assert.equal(third.decision.kind, 'give up')
  assert.deepEqual(afterGivingUp(third.lane), { lane: { attempts: [], lastEndMs: startMs + 1000 }, doneCount: 0 })
})

/** What happens to each invocation, drawn in advance. */
const answers = fc.infiniteStream(
  fc.record({ how: fc.constantFrom('done', 'failed', 'refused', 'reported'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
)
const mappings = fc.record({
  batchSize: fc.integer({ min: 1, max: 7 }),
  bisects: fc.boolean(),
  reportsItemFailures: fc.constant(true),
  retriesMax: fc.integer({ min: 0, max: 3 }),
  windowSeconds: fc.constantFrom(0, 5),
  tumblingSeconds: fc.constantFrom(0, 0, 60),
})

test('whatever a function does, every record is done or given up, in order, and never before those in front of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), mappings, answers, (count, settings, stream) => {
      const isPoisoned = (number: number): boolean => number % 5 === 0
      const { invocations, givenUp, rest, lane } = play(records(count), settings, (batch, at) => {
        assert.deepEqual(
          batch.map(({ number }) => number),
          batch.map((_, place) => (batch[0]?.number ?? 0) + place),
        )
        assert.ok(batch.length <= settings.batchSize)
        const { done: _, value } = stream.next()
        const { how, share } = value as { how: string; share: number }
        if (how === 'refused' && at % 3 === 0) return { kind: 'refused' }
        const from = Math.floor(share * batch.length)
        if (how === 'reported' && batch.length > 0) return { kind: 'failed', from, functionError: null, state: '{}' }
        if (batch.some(({ number }) => isPoisoned(number)) || how === 'failed') return failed
        return { kind: 'done', state: '{}' }
      })
      assert.deepEqual(rest, [])
      assert.deepEqual(lane.attempts, [])
      assert.equal(lane.window, undefined)
      // The first record of an invocation never jumps over one that was neither done nor given up, and goes back never behind one that was.
      let first = 0
      for (const batch of invocations) {
        if (batch[0] === undefined) continue
        assert.ok(batch[0] >= first)
        first = batch[0]
      }
      const lost = givenUp.flatMap(({ numbers }) => numbers)
      assert.deepEqual(
        lost,
        [...lost].sort((a, b) => a - b),
      )
      assert.equal(new Set(lost).size, lost.length)
      for (const { numbers, invocations: tried } of givenUp) {
        assert.equal(tried, settings.retriesMax + 1)
        if (settings.bisects) assert.ok(numbers.length <= 1)
      }
    }),
    { numRuns: 500 },
  )
})
