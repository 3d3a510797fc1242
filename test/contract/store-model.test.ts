/** Random histories of turns, failing commits and views: every store answers as a sorted array and two maps do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareBytes } from '../../src/base/bytes.ts'
import {
  type Amounts,
  type Chunk,
  type Entry,
  type Guard,
  type KeyBytes,
  type KeyRange,
  logEntryKey,
  logRange,
  type ScanBudget,
  type StoredValue,
  StoreUnavailable,
  type View,
  type WriteTurn,
} from '../../src/storage/store.ts'
import { type OpenedStore, scanBothWays, unlimited } from './laws.ts'
import { orderedStores, type StoreKind } from './ordered-stores.ts'

type Verb =
  | { readonly kind: 'put'; readonly key: KeyBytes; readonly value: StoredValue }
  | { readonly kind: 'delete'; readonly key: KeyBytes }
  | { readonly kind: 'add'; readonly key: KeyBytes; readonly amounts: Amounts }
  | { readonly kind: 'append'; readonly key: KeyBytes; readonly value: StoredValue }
  | { readonly kind: 'open'; readonly key: KeyBytes; readonly last: number }
  | { readonly kind: 'clear' | 'close' | 'drop'; readonly key: KeyBytes }

interface Turn {
  readonly verbs: readonly Verb[]
  readonly throws: boolean
  /** Of a value that the key has, or of one that it has not. */
  readonly guard: { readonly key: KeyBytes; readonly holds: boolean } | undefined
}

type Step =
  | { readonly kind: 'commit'; readonly turns: readonly Turn[]; readonly fails: boolean }
  | { readonly kind: 'view' }
  | { readonly kind: 'end'; readonly which: number }
  | { readonly kind: 'scan'; readonly which: number; readonly range: KeyRange; readonly budget: ScanBudget }
  | { readonly kind: 'get'; readonly which: number; readonly keys: readonly KeyBytes[] }

/** Few bytes and short keys, so that keys meet and nest. Counters and logs have keys of their own. */
const entryKeys: fc.Arbitrary<KeyBytes> = fc
  .array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 3 })
  .map((bytes) => keyOf(5, ...bytes))
const counterKeys = [keyOf(7), keyOf(7, 0), keyOf(8)]
const logKeys = [keyOf(10), keyOf(11), keyOf(12, 255)]

const values: fc.Arbitrary<StoredValue> = fc
  .oneof(fc.string({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }))
  .map((value) => (typeof value === 'string' ? value.replaceAll('\0', '') : value))
const counter = fc.constantFrom(...counterKeys)
const log = fc.constantFrom(...logKeys)
const amount = fc.integer({ min: -2, max: 2 })
const verbs: fc.Arbitrary<Verb> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key: entryKeys, value: values }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: entryKeys }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), key: counter, amounts: fc.tuple(amount, amount, amount) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), key: counter }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), key: log, value: values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), key: log, last: fc.constantFrom(0, 3, 254, 255, 65_535) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'drop' as const), key: log }) },
)
const turns: fc.Arbitrary<Turn> = fc.record({
  verbs: fc.array(verbs, { maxLength: 6 }),
  throws: fc.nat(5).map((drawn) => drawn === 0),
  guard: fc.option(fc.record({ key: entryKeys, holds: fc.nat(3).map((drawn) => drawn > 0) }), { nil: undefined }),
})
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      turns: fc.array(turns, { minLength: 1, maxLength: 5 }),
      fails: fc.nat(5).map((drawn) => drawn === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('view' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), which: fc.nat(9), keys: fc.array(entryKeys, { maxLength: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      which: fc.nat(9),
      range: fc.record({ start: entryKeys, end: entryKeys, reverse: fc.boolean() }),
      budget: fc.record({ entries: fc.nat(8), bytes: fc.nat(60) }),
    }),
  },
)

function keyOf(...bytes: readonly number[]): KeyBytes {
  return Uint8Array.from(bytes) as KeyBytes
}

interface Head {
  readonly last: number
  readonly closed: boolean
}

/** The naive store: entries in order (those of logs, too), counters and heads of logs by their keys. */
interface Model {
  readonly entries: readonly Entry[]
  readonly sums: ReadonlyMap<KeyBytes, Amounts>
  readonly heads: ReadonlyMap<KeyBytes, Head>
}

const noSum: Amounts = [0, 0, 0]
const noHead: Head = { last: 0, closed: false }

function change(entries: readonly Entry[], key: KeyBytes, value: StoredValue | undefined): readonly Entry[] {
  const others = entries.filter((entry) => compareBytes(entry.key, key) !== 0)
  return value === undefined ? others : [...others, { key, value }].sort((a, b) => compareBytes(a.key, b.key))
}

/** Undefined when the verb appends to a closed log. */
function after(model: Model, verb: Verb): Model | undefined {
  const head = model.heads.get(verb.key) ?? noHead
  const withHead = (next: Head): Model => ({ ...model, heads: new Map([...model.heads, [verb.key, next]]) })
  const withSum = (next: Amounts): Model => ({ ...model, sums: new Map([...model.sums, [verb.key, next]]) })
  switch (verb.kind) {
    case 'put':
      return { ...model, entries: change(model.entries, verb.key, verb.value) }
    case 'delete':
      return { ...model, entries: change(model.entries, verb.key, undefined) }
    case 'add': {
      const [a, b, c] = model.sums.get(verb.key) ?? noSum
      return withSum([a + verb.amounts[0], b + verb.amounts[1], c + verb.amounts[2]])
    }
    case 'clear':
      return withSum(noSum)
    case 'append': {
      if (head.closed) return undefined
      const last = head.last + 1
      return { ...withHead({ ...head, last }), entries: change(model.entries, logEntryKey(verb.key, last), verb.value) }
    }
    case 'open':
      return withHead({ last: verb.last, closed: false })
    case 'close':
      return withHead({ ...head, closed: true })
    case 'drop':
      return withHead(noHead)
  }
}

function find(model: Model, key: KeyBytes): StoredValue | undefined {
  return model.entries.find((entry) => compareBytes(entry.key, key) === 0)?.value
}

function scan(model: Model, range: KeyRange, budget: ScanBudget): Chunk {
  const inRange = model.entries.filter(({ key }) => compareBytes(key, range.start) >= 0 && compareBytes(key, range.end) < 0)
  if (range.reverse === true) inRange.reverse()
  let count = 0
  let sizeBytes = 0
  while (count < inRange.length && (count === 0 || (count < budget.entries && sizeBytes < budget.bytes))) {
    sizeBytes += inRange[count]?.value.length ?? 0
    count += 1
  }
  return { entries: inRange.slice(0, count), exhausted: count === inRange.length }
}

function plain(chunk: Chunk): unknown {
  return { exhausted: chunk.exhausted, entries: chunk.entries.map(({ key, value }) => [plainValue(key), plainValue(value)]) }
}

function plainValue(value: StoredValue | undefined): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value
}

/** What a turn comes to in the model. */
type Expected = { readonly outcome: 'decided'; readonly lasts: readonly number[] } | { readonly outcome: 'refused' | 'changed' | 'failed' }

interface Decided {
  readonly model: Model
  readonly expected: Expected
  readonly isAttempted: boolean
  readonly changesSomething: boolean
}

function decideInModel(model: Model, turn: Turn): Decided {
  const nothing = { model, changesSomething: false }
  if (turn.guard?.holds === false) return { ...nothing, expected: { outcome: 'changed' }, isAttempted: false }
  if (turn.throws) return { ...nothing, expected: { outcome: 'refused' }, isAttempted: true }
  let next = model
  const lasts: number[] = []
  for (const verb of turn.verbs) {
    if (verb.kind === 'close') lasts.push((next.heads.get(verb.key) ?? noHead).last)
    const changed = after(next, verb)
    if (changed === undefined) return { ...nothing, expected: { outcome: 'changed' }, isAttempted: true }
    next = changed
  }
  const changesSomething = turn.verbs.some((verb) => verb.kind !== 'add' || verb.amounts.some((each) => each !== 0))
  return { model: next, changesSomething, expected: { outcome: 'decided', lasts }, isAttempted: true }
}

function perform(turn: WriteTurn, verb: Verb, lasts: number[]): void {
  if (verb.kind === 'put') turn.put(verb.key, verb.value)
  else if (verb.kind === 'add') turn.add(verb.key, verb.amounts)
  else if (verb.kind === 'append') turn.append(verb.key, verb.value)
  else if (verb.kind === 'open') turn.open(verb.key, verb.last)
  // Another object than the key that was named, with the same bytes.
  else if (verb.kind === 'close') lasts.push(turn.close(Uint8Array.from(verb.key) as KeyBytes))
  else turn[verb.kind](verb.key)
}

const words = { decided: 'durable', refused: 'refused', changed: 'dropped', failed: 'dropped' } as const

/** What one attempt at a turn heard. */
interface Heard {
  readonly turn: number
  readonly attempt: number
  readonly word: string
}

/** Starts all turns at once, as concurrent requests would, and returns the model after those that were kept. */
async function commit(opened: OpenedStore, kind: StoreKind, before: Model, step: Step & { kind: 'commit' }): Promise<Model> {
  const { store, commits, waitUntilHealthy } = opened
  let model = before
  let isOpen = false
  const heard: Heard[] = []
  const attempts = step.turns.map(() => 0)
  const expected: Expected[] = []
  const isAttempted: boolean[] = []
  commits.isFailing = step.fails
  const writes = step.turns.map((turn, index) => {
    const seen = model
    const decided = decideInModel(model, turn)
    model = decided.model
    isOpen ||= decided.changesSomething
    expected.push(step.fails && isOpen ? { outcome: 'failed' } : decided.expected)
    isAttempted.push(decided.isAttempted)
    const keys = turn.verbs.map(({ key }) => key)
    const decide = (open: WriteTurn): readonly number[] => {
      const attempt = (attempts[index] ?? 0) + 1
      attempts[index] = attempt
      const tell = (word: string) => (): void => void heard.push({ turn: index, attempt, word })
      open.follow({ durable: tell('durable'), refused: tell('refused'), dropped: tell('dropped') })
      const lasts: number[] = []
      for (const verb of turn.verbs) perform(open, verb, lasts)
      for (const { kind, key } of turn.verbs) {
        if (kind === 'put' || kind === 'delete') assert.deepEqual(plainValue(open.get(key)), plainValue(find(seen, key)))
      }
      if (turn.throws) throw new RangeError('refused')
      return lasts
    }
    return store.write(keys, decide, guardsOf(seen, turn))
  })
  const results = await Promise.allSettled(writes)
  commits.isFailing = false
  waitUntilHealthy()
  for (const [index, result] of results.entries()) {
    // A commit that fails takes all of its turns with it where they are decided together.
    if (kind.decidesTogether && step.fails && isUnavailable(result)) expected[index] = { outcome: 'failed' }
    checkResult(result, expected[index])
  }
  checkHeard(
    heard,
    attempts,
    kind,
    expected.map(({ outcome }, index) => (isAttempted[index] ? words[outcome] : undefined)),
  )
  return step.fails ? before : model
}

function isUnavailable(result: PromiseSettledResult<unknown>): boolean {
  return result.status === 'rejected' && result.reason instanceof StoreUnavailable
}

/** The last attempts at all turns hear in order what became of them; those before it, that they were dropped. */
function checkHeard(
  heard: readonly Heard[],
  attempts: readonly number[],
  kind: StoreKind,
  expected: readonly (string | undefined)[],
): void {
  const isLast = ({ turn, attempt }: Heard): boolean => attempt === attempts[turn]
  assert.deepEqual(
    heard.filter(isLast).map(({ turn, word }) => `${turn} ${word}`),
    expected.flatMap((word, turn) => (word === undefined || attempts[turn] === 0 ? [] : [`${turn} ${word}`])),
  )
  const before = heard.filter((each) => !isLast(each))
  assert.deepEqual(new Set(before.map(({ word }) => word)), new Set(before.length > 0 ? ['dropped'] : []))
  assert.equal(
    heard.length,
    attempts.reduce((sum, each) => sum + each, 0),
  )
  if (kind.attempts === undefined) return
  assert.deepEqual(
    attempts,
    expected.map((word) => (word === undefined ? 0 : kind.attempts)),
  )
}

function guardsOf(model: Model, { guard }: Turn): readonly Guard[] {
  if (guard === undefined) return []
  const key = Uint8Array.from(guard.key) as KeyBytes
  return [{ key, value: guard.holds ? find(model, key) : 'a value that nobody puts' }]
}

const reasons = { refused: 'RangeError', changed: 'GuardChanged', failed: 'StoreUnavailable' } as const

function checkResult(result: PromiseSettledResult<readonly number[]>, expected: Expected | undefined): void {
  if (expected?.outcome === 'decided') assert.deepEqual(result, { status: 'fulfilled', value: expected.lasts })
  else assert.equal(result.status === 'rejected' && result.reason.name, expected && reasons[expected.outcome])
}

interface HeldView {
  readonly view: View
  readonly model: Model
  end(): Promise<void>
}

/** Opens a view that stays until it is ended. */
async function hold({ store }: OpenedStore, model: Model): Promise<HeldView> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const { promise: opened, resolve: open } = Promise.withResolvers<View>()
  const reading = store.view(async (view) => {
    open(view)
    await over
  })
  const view = await opened
  return {
    view,
    model,
    end: () => {
      end()
      return reading
    },
  }
}

async function checkAll({ store }: OpenedStore, model: Model): Promise<void> {
  assert.deepEqual(
    await store.sums(counterKeys),
    counterKeys.map((key) => model.sums.get(key) ?? noSum),
  )
  await store.view(async (view) => {
    for (const range of [{ start: keyOf(5), end: keyOf(6) }, ...logKeys.map((key) => logRange(key))]) {
      assert.deepEqual(plain(await scanBothWays(view, range, unlimited)), plain(scan(model, range, unlimited)))
    }
  })
}

async function replay(opened: OpenedStore, kind: StoreKind, history: readonly Step[]): Promise<void> {
  let model: Model = { entries: [], sums: new Map(), heads: new Map() }
  const held: HeldView[] = [await hold(opened, model)]
  for (const step of history) {
    if (step.kind === 'commit') model = await commit(opened, kind, model, step)
    else if (step.kind === 'view') held.push(await hold(opened, model))
    else {
      const at = step.which % Math.max(held.length, 1)
      const one = held[at]
      if (one === undefined) continue
      if (step.kind === 'end') await held.splice(at, 1)[0]?.end()
      else if (step.kind === 'get') {
        const found = await one.view.get(step.keys)
        assert.deepEqual(
          found.map(plainValue),
          step.keys.map((key) => plainValue(find(one.model, key))),
        )
        assert.deepEqual((await one.view.sums(counterKeys))[0], one.model.sums.get(counterKeys[0] as KeyBytes) ?? noSum)
      } else assert.deepEqual(plain(await scanBothWays(one.view, step.range, step.budget)), plain(scan(one.model, step.range, step.budget)))
    }
  }
  await checkAll(opened, model)
  for (const { end } of held) await end()
}

for (const kind of orderedStores) {
  const { name, open, runs = 400, skip = false } = kind
  test(`${name} store answers a random history as a sorted array and two maps do`, { skip }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 60 }), async (history) => {
        const opened = await open()
        try {
          await replay(opened, kind, history)
        } finally {
          await opened.remove()
        }
      }),
      { numRuns: runs, seed: 20260101 },
    )
  })
}
