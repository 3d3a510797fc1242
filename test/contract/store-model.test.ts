/** Random histories of turns, snapshots and scans: every implementation answers as a sorted array does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareBytes } from '../../src/base/bytes.ts'
import type { Chunk, Entry, KeyBytes, KeyRange, ScanBudget, Snapshot, Store, StoredValue, WriteTurn } from '../../src/storage/store.ts'
import { implementations } from './open-stores.ts'

interface Turn {
  readonly changes: readonly { readonly key: KeyBytes; readonly value: StoredValue | undefined }[]
  readonly throws: boolean
}

type Step =
  | { readonly kind: 'commit'; readonly turns: readonly Turn[] }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'release'; readonly which: number }
  | { readonly kind: 'scan'; readonly which: number; readonly range: KeyRange; readonly budget: ScanBudget }
  | { readonly kind: 'get'; readonly which: number; readonly key: KeyBytes }

/** Few bytes and short keys, so that keys meet, nest and touch the ends of the byte range. */
const keys: fc.Arbitrary<KeyBytes> = fc
  .array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes) as KeyBytes)
const values: fc.Arbitrary<StoredValue> = fc
  .oneof(fc.string({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }))
  .map((value) => (typeof value === 'string' ? value.replaceAll('\0', '') : value))
const turns: fc.Arbitrary<Turn> = fc.record({
  changes: fc.array(fc.record({ key: keys, value: fc.option(values, { nil: undefined }) }), { maxLength: 6 }),
  throws: fc.boolean().map((drawn) => drawn),
})
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const), turns: fc.array(turns, { minLength: 1, maxLength: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), which: fc.nat(9), key: keys }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      which: fc.nat(9),
      range: fc.record({ start: keys, end: keys, reverse: fc.boolean() }),
      budget: fc.record({ entries: fc.nat(8), bytes: fc.nat(60) }),
    }),
  },
)

/** The naive store: entries in order. */
type Model = readonly Entry[]

function change(model: Model, key: KeyBytes, value: StoredValue | undefined): Model {
  const others = model.filter((entry) => compareBytes(entry.key, key) !== 0)
  return value === undefined ? others : [...others, { key, value }].sort((a, b) => compareBytes(a.key, b.key))
}

function find(model: Model, key: KeyBytes): StoredValue | undefined {
  return model.find((entry) => compareBytes(entry.key, key) === 0)?.value
}

function scan(model: Model, range: KeyRange, budget: ScanBudget): Chunk {
  const inRange = model.filter(({ key }) => compareBytes(key, range.start) >= 0 && compareBytes(key, range.end) < 0)
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

/** Starts all turns at once, as concurrent requests would, and returns the model after those that did not throw. */
async function commit(store: Store, model: Model, turns: readonly Turn[]): Promise<Model> {
  let expected = model
  const writes = turns.map((turn) => {
    const before = expected
    const reads = turn.changes.map(({ key }) => key)
    if (!turn.throws) for (const { key, value } of turn.changes) expected = change(expected, key, value)
    const decide = (open: WriteTurn): string => {
      for (const { key, value } of turn.changes) {
        if (value === undefined) open.delete(key)
        else open.put(key, value)
      }
      for (const key of reads) assert.deepEqual(plainValue(open.get(key)), plainValue(find(before, key)))
      if (turn.throws) throw new RangeError('refused')
      return 'decided'
    }
    return store.write(reads, decide)
  })
  for (const [index, result] of (await Promise.allSettled(writes)).entries()) {
    if (turns[index]?.throws === true) assert.ok(result.status === 'rejected' && result.reason instanceof RangeError)
    else assert.deepEqual(result, { status: 'fulfilled', value: 'decided' })
  }
  return expected
}

async function replay(store: Store, history: readonly Step[]): Promise<void> {
  let model: Model = []
  const held: { readonly snapshot: Snapshot; readonly model: Model }[] = [{ snapshot: store.snapshot(), model }]
  for (const step of history) {
    if (step.kind === 'commit') model = await commit(store, model, step.turns)
    else if (step.kind === 'snapshot') held.push({ snapshot: store.snapshot(), model })
    else {
      const at = step.which % Math.max(held.length, 1)
      const view = held[at]
      if (view === undefined) continue
      if (step.kind === 'get') assert.deepEqual(plainValue(await view.snapshot.get(step.key)), plainValue(find(view.model, step.key)))
      else if (step.kind === 'scan') {
        assert.deepEqual(plain(await view.snapshot.scan(step.range, step.budget)), plain(scan(view.model, step.range, step.budget)))
      } else held.splice(at, 1)[0]?.snapshot[Symbol.dispose]()
    }
  }
  for (const { snapshot } of held) snapshot[Symbol.dispose]()
}

for (const [name, open] of implementations) {
  test(`${name} store answers a random history as a sorted array does`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 60 }), async (history) => {
        const { store, remove } = open()
        try {
          await replay(store, history)
        } finally {
          await remove()
        }
      }),
      { numRuns: 60, seed: 20260101 },
    )
  })
}
