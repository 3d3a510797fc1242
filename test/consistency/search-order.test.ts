/** The search is held against one that tries every order, over small histories of every kind, and against histories known for what is wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Call, History } from './history.ts'
import { type Model, searchOrder } from './search-order.ts'

type Operation =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'add' }
  | { readonly kind: 'swap'; readonly from: number; readonly to: number }

type Answer = number | boolean | 'done'

const register: Model<number, Operation, Answer> = {
  initial: 0,
  apply: (state, operation) => {
    switch (operation.kind) {
      case 'read':
        return { state, answer: state }
      case 'write':
        return { state: operation.value, answer: 'done' }
      case 'add':
        return { state: state + 1, answer: state + 1 }
      case 'swap':
        return state === operation.from ? { state: operation.to, answer: true } : { state, answer: false }
    }
  },
  isWithoutEffect: ({ kind }, answer) => kind === 'read' || (kind === 'swap' && answer === false),
}

/** Whether some order of the calls, each where time allows it, gives their answers. Those of unknown outcome may be left out. */
function hasOrder(state: number, left: History<Operation, Answer>): boolean {
  if (left.every(({ outcome }) => outcome === undefined)) return true
  return left.some((call) => {
    const isFirst = left.every(({ outcome }) => outcome === undefined || outcome.doneAt > call.calledAt)
    if (!isFirst) return false
    const applied = register.apply(state, call.operation)
    const fits = call.outcome === undefined || call.outcome.answer === applied.answer
    return (
      fits &&
      hasOrder(
        applied.state,
        left.filter((other) => other !== call),
      )
    )
  })
}

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.constant<Operation>({ kind: 'read' }),
  fc.constant<Operation>({ kind: 'add' }),
  fc.record({ kind: fc.constant('write' as const), value: fc.nat(2) }),
  fc.record({ kind: fc.constant('swap' as const), from: fc.nat(2), to: fc.nat(2) }),
)

/** What a call may be answered with, right or wrong. */
function answersTo({ kind }: Operation): fc.Arbitrary<Answer> {
  if (kind === 'swap') return fc.boolean()
  return kind === 'write' ? fc.constant('done') : fc.nat(3)
}

const drawnCalls = fc.array(
  operations.chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      answer: answersTo(operation),
      isKnown: fc.nat(9).map((number) => number > 0),
      // Fractions, so that no two moments are the same.
      calledAt: fc.double({ min: 0, max: 10, noNaN: true }),
      durationMax: fc.double({ min: 0.1, max: 8, noNaN: true }),
    }),
  ),
  { minLength: 1, maxLength: 6 },
)

const histories: fc.Arbitrary<History<Operation, Answer>> = drawnCalls.map((drawn) =>
  drawn.map(({ operation, answer, isKnown, calledAt, durationMax }, number) => ({
    number,
    client: `client ${number}`,
    operation,
    calledAt: calledAt + number / 1e6,
    ...(isKnown && { outcome: { answer, doneAt: calledAt + durationMax + number / 1e6 } }),
  })),
)

test('searchOrder finds an order if and only if trying every order finds one', () => {
  const verdicts = { true: 0, false: 0 }
  fc.assert(
    fc.property(histories, (history) => {
      const expected = hasOrder(0, history)
      verdicts[`${expected}`] += 1
      assert.equal(searchOrder(register, history) === undefined, expected)
    }),
    { numRuns: 5000 },
  )
  assert.ok(Math.min(verdicts.true, verdicts.false) > 500, JSON.stringify(verdicts))
})

test('searchOrder explains what a register answered in some order, wherever in its call each took effect', () => {
  const shuffled = fc.array(fc.tuple(operations, fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(shuffled, (steps) => {
      let state = 0
      const history = steps.map(([operation, early, late], number): Call<Operation, Answer> => {
        const applied = register.apply(state, operation)
        state = applied.state
        const outcome = { answer: applied.answer, doneAt: number + 0.5 + late }
        return { number, client: '', operation, calledAt: number + 0.5 - early - number / 1e6, outcome }
      })
      assert.equal(searchOrder(register, history), undefined)
    }),
  )
})

const read: Operation = { kind: 'read' }
const write = (value: number): Operation => ({ kind: 'write', value })

/** Each line: when it was called, when answered (nothing: nobody knows), what, and the answer. */
function historyOf(...lines: readonly (readonly [number, number | undefined, Operation, Answer])[]): History<Operation, Answer> {
  return lines.map(([calledAt, doneAt, operation, answer], number) => ({
    number,
    client: `client ${number}`,
    operation,
    calledAt,
    ...(doneAt !== undefined && { outcome: { answer, doneAt } }),
  }))
}

const explained: { readonly [name: string]: History<Operation, Answer> } = {
  'nothing at all': [],
  'a read beside a write that saw it': historyOf([1, 4, write(1), 'done'], [2, 3, read, 1]),
  'a read beside a write that did not': historyOf([1, 4, write(1), 'done'], [2, 3, read, 0]),
  'two writes at once, read in the order of their answers or the other': historyOf(
    [1, 5, write(1), 'done'],
    [2, 4, write(2), 'done'],
    [6, 7, read, 1],
  ),
  'an unknown write that was never seen': historyOf([1, undefined, write(1), 'done'], [2, 3, read, 0], [4, 5, read, 0]),
  'an unknown write that was seen late': historyOf([1, undefined, write(1), 'done'], [2, 3, read, 0], [4, 5, read, 1]),
}

const broken: { readonly [name: string]: readonly [number, History<Operation, Answer>] } = {
  'a stale read': [1, historyOf([1, 2, write(1), 'done'], [3, 4, read, 0])],
  'a value that nobody wrote': [0, historyOf([1, 2, read, 7])],
  'a lost update': [1, historyOf([1, 4, { kind: 'add' }, 1], [2, 5, { kind: 'add' }, 1])],
  'a lost update that only the end shows': [2, historyOf([1, 4, write(1), 'done'], [5, 6, { kind: 'add' }, 2], [7, 8, read, 1])],
  'two winners of one swap': [1, historyOf([1, 4, { kind: 'swap', from: 0, to: 1 }, true], [2, 5, { kind: 'swap', from: 0, to: 2 }, true])],
  'a refusal without a reason': [0, historyOf([1, 4, { kind: 'swap', from: 0, to: 1 }, false])],
  'the new value, then the old one, beside the write': [2, historyOf([1, 10, write(1), 'done'], [2, 3, read, 1], [4, 5, read, 0])],
  'two readers that saw two writes in different orders': [
    4,
    historyOf([1, 2, write(1), 'done'], [3, 20, write(2), 'done'], [4, 8, read, 2], [5, 9, read, 2], [10, 12, read, 1]),
  ],
  'a read of what was written after its answer': [0, historyOf([1, 2, read, 1], [3, 4, write(1), 'done'])],
  'an unknown write that came, went and came back': [
    4,
    historyOf([1, undefined, write(1), 'done'], [2, 3, read, 1], [4, 5, write(2), 'done'], [6, 7, read, 2], [8, 9, read, 1]),
  ],
}

for (const [name, history] of Object.entries(explained)) {
  test(`searchOrder explains ${name}`, () => assert.equal(searchOrder(register, history), undefined))
}

for (const [name, [number, history]] of Object.entries(broken)) {
  test(`searchOrder refuses ${name}`, () => assert.equal(searchOrder(register, history)?.call.number, number))
}

test('searchOrder names the last certain state and the calls since', () => {
  const before = historyOf([1, 2, write(1), 'done'], [3, 4, read, 1], [5, 8, write(2), 'done'], [6, 7, read, 0])
  const told = searchOrder(register, before)
  assert.deepEqual(told?.since, { state: 1, happened: [] })
  assert.deepEqual(
    told?.window.map(({ number }) => number),
    [2, 3],
  )
})

test('searchOrder does not drown in calls of unknown outcome', () => {
  const unknown = Array.from({ length: 60 }, (_, number) => [number, undefined, write(number), 'done'] as const)
  const reads = Array.from({ length: 60 }, (_, number) => [100 + 2 * number, 101 + 2 * number, read, number] as const)
  assert.equal(searchOrder(register, historyOf(...unknown, ...reads)), undefined)
  const again = historyOf(...unknown, ...reads, [300, 301, read, 1])
  assert.equal(searchOrder(register, again)?.call.number, again.length - 1)
})
