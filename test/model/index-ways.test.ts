/**
 * However an index came to be, it is the same: one random history of writes on three tables, whose global indexes were there from
 * the start, were added and backfilled between the writes, or lagged behind them, with failed commits, crashes and restarts of the
 * two that have work under way. Afterwards all three are the naive model and each other; and while an index lags, no item in it ever
 * goes back. A failure prints the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import { stepBackfill } from '../../src/engine/jobs/backfill-indexes.ts'
import { runDueJobs } from '../../src/engine/jobs/run-due-jobs.ts'
import { meteredJobs } from '../../src/metering/open-metered-engine.ts'
import type { Service } from '../../src/server/start.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { checkEverything, drawing } from './check-indexes.ts'
import { FaultyService, isUnavailable } from './faulty-service.ts'
import { addition, answersTo, apply, definition, keyText, type Model, type Step, steps, tableName } from './item-histories.ts'
import { entryOf, type Item, indexes, type KeySet } from './naive-table.ts'

const globals = indexes.filter(({ kind }) => kind === 'global')
const locals = indexes.filter(({ kind }) => kind === 'local')

/** What happens to all three tables. The background work and what disturbs it concern two of them. */
type Move =
  | { readonly kind: 'write'; readonly step: Step }
  | { readonly kind: 'work'; readonly pieces: number; readonly fault: Fault }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'lag'; readonly index: KeySet | undefined; readonly ms: number }
  | { readonly kind: 'add' }
  | { readonly kind: 'restart' }

const write: fc.Arbitrary<Move> = steps.map((step) => ({ kind: 'write', step }))
const work: fc.Arbitrary<Move> = fc.record({
  kind: fc.constant('work' as const),
  pieces: fc.integer({ min: 1, max: 4 }),
  fault: fc.constantFrom<Fault[]>('none', 'none', 'commit-fails', 'crash-before', 'crash-after'),
})
const moves: fc.Arbitrary<Move> = fc.oneof(
  { arbitrary: write, weight: 7 },
  { arbitrary: work, weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }), weight: 3 },
  {
    arbitrary: fc.record({
      kind: fc.constant('lag' as const),
      index: fc.constantFrom(undefined, undefined, ...globals),
      ms: fc.constantFrom(0, 10, 50, 100),
    }),
    weight: 3,
  },
  { arbitrary: fc.constant<Move>({ kind: 'add' }), weight: 2 },
  { arbitrary: fc.constant<Move>({ kind: 'restart' }), weight: 1 },
)

/** Runs background work that may fail as its store does, and starts anew after a crash. */
async function disturbed(faulty: FaultyService, fault: Fault, act: (service: Service) => Promise<unknown>): Promise<void> {
  faulty.nextFault = fault
  try {
    await act(faulty.service)
  } catch (error) {
    if (!isUnavailable(error)) throw error
  }
  faulty.nextFault = 'none'
  if (faulty.isCrashed) await faulty.restart()
}

/** A table whose global indexes are added one after the other, each when the one before is filled, an item or two at a time. */
class AddedLater {
  readonly faulty: FaultyService
  readonly #toAdd = [...globals]

  private constructor(faulty: FaultyService) {
    this.faulty = faulty
  }

  static async open(): Promise<AddedLater> {
    const faulty = await FaultyService.open()
    await succeed(faulty.service, 'CreateTable', definition(locals))
    return new AddedLater(faulty)
  }

  async play(move: Move): Promise<void> {
    if (move.kind === 'write') await answersTo(this.faulty.service, move.step)
    else if (move.kind === 'restart') await this.faulty.restart()
    else if (move.kind === 'add') await this.#add()
    else if (move.kind === 'work') {
      await disturbed(this.faulty, move.fault, async ({ controlContext: { engine } }) => {
        const budget = { entries: move.pieces, bytes: 1 << 20 }
        for (let piece = 0; piece < move.pieces; piece += 1) await stepBackfill(engine, engine.clock.now(), { budget })
      })
    }
  }

  async finish(): Promise<void> {
    do await this.faulty.service.control.runJobs()
    while (await this.#add())
  }

  /** False when there is nothing left to add, or the last one is still being filled. */
  async #add(): Promise<boolean> {
    const [next] = this.#toAdd
    if (next === undefined || (await statuses(this.faulty.service)).includes('CREATING')) return false
    this.#toAdd.shift()
    await succeed(this.faulty.service, 'UpdateTable', addition(next))
    return true
  }
}

async function statuses(service: Service): Promise<readonly string[]> {
  const { Table } = await succeed(service, 'DescribeTable', { TableName: tableName })
  const { GlobalSecondaryIndexes: described = [] } = Table as { GlobalSecondaryIndexes?: readonly { readonly IndexStatus: string }[] }
  return described.map(({ IndexStatus }) => IndexStatus)
}

/** A table whose global indexes lag, each as long as it is told at the time of a write. What they show is watched. */
class Lagging {
  readonly faulty: FaultyService
  readonly #clock: ManualClock
  readonly #watch = new Watch()

  private constructor(faulty: FaultyService, clock: ManualClock) {
    this.faulty = faulty
    this.#clock = clock
  }

  static async open(): Promise<Lagging> {
    const clock = new ManualClock(1_795_341_600_000)
    const faulty = await FaultyService.open({ clock })
    await succeed(faulty.service, 'CreateTable', definition())
    return new Lagging(faulty, clock)
  }

  async play(move: Move, model: Model): Promise<void> {
    if (move.kind === 'write') {
      await answersTo(this.faulty.service, move.step)
      this.#watch.wrote(model)
    } else if (move.kind === 'restart') await this.faulty.restart()
    else if (move.kind === 'wait') this.#clock.advance(move.ms)
    else if (move.kind === 'lag') await this.#lag(move.index, move.ms)
    else if (move.kind === 'work')
      await disturbed(this.faulty, move.fault, ({ controlContext: { engine } }) => runDueJobs(meteredJobs(engine), engine.clock))
    await this.#watch.look(this.faulty.service)
  }

  async finish(): Promise<void> {
    this.#clock.advance(100)
    await this.faulty.service.control.runJobs()
    await this.#watch.look(this.faulty.service)
  }

  async #lag(index: KeySet | undefined, indexLagMs: number): Promise<void> {
    const { control } = this.faulty.service
    if (index?.index === undefined) await control.changeSettings({ indexLagMs })
    else await control.setIndexLag({ table: tableName, index: index.index, indexLagMs })
  }
}

/** Knows every state that every item has had, and how far each index has come with it. */
class Watch {
  readonly #states = new Map<string, (Item | undefined)[]>()
  /** Under index name and item key: the earliest state that can be the one last seen. */
  readonly #seen = new Map<string, number>()

  wrote(model: Model): void {
    for (const key of new Set([...this.#states.keys(), ...model.keys()])) {
      const states = this.#states.get(key) ?? [undefined]
      if (states.at(-1) !== model.get(key)) states.push(model.get(key))
      this.#states.set(key, states)
    }
  }

  async look(service: Service): Promise<void> {
    for (const keys of globals) {
      const entries = new Map((await scan(service, keys)).map((entry) => [keyText(entry), entry]))
      for (const [key, states] of this.#states) {
        const name = `${keys.index} ${key}`
        const before = this.#seen.get(name) ?? 0
        const shown = entries.get(key)
        const now = states.findIndex((state, at) => at >= before && isDeepStrictEqual(state && entryOf(keys, state), shown))
        assert.ok(now >= 0, `${name} went back, or shows what never was: ${JSON.stringify(shown)}`)
        this.#seen.set(name, now)
        entries.delete(key)
      }
      assert.deepEqual([...entries.keys()], [], 'items that nobody wrote')
    }
  }
}

/** A whole index, or the table, which is one page. */
async function scan(service: Service, { index }: KeySet): Promise<readonly Item[]> {
  const page = await succeed(service, 'Scan', { TableName: tableName, ...(index !== undefined && { IndexName: index }) })
  assert.equal(page.LastEvaluatedKey, undefined)
  return page.Items as readonly Item[]
}

test('indexes from the start, added later and lagging are the same after the same history, and those of a naive model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 4, maxLength: 40 }), fc.nat(), async (history, seed) => {
      const fromTheStart = await FaultyService.open()
      const addedLater = await AddedLater.open()
      const lagging = await Lagging.open()
      try {
        await succeed(fromTheStart.service, 'CreateTable', definition())
        const model: Model = new Map()
        for (const move of history) {
          if (move.kind === 'write') {
            await answersTo(fromTheStart.service, move.step)
            for (const one of move.step.writes) apply(model, one)
          }
          await addedLater.play(move)
          await lagging.play(move, model)
        }
        await addedLater.finish()
        await lagging.finish()
        for (const { service } of [addedLater.faulty, lagging.faulty]) {
          for (const keys of indexes) assert.deepEqual(await scan(service, keys), await scan(fromTheStart.service, keys))
          await checkEverything(service, [...model.values()], drawing(seed))
        }
      } finally {
        for (const { service } of [fromTheStart, addedLater.faulty, lagging.faulty]) await service.close()
      }
    }),
    { numRuns: propertyRuns(70), seed: 20261122 },
  )
})

test('changes whose application failed to commit still wait, and later ones wait behind them', async () => {
  const lagging = await Lagging.open()
  const { faulty } = lagging
  const model: Model = new Map()
  const key = { pk: { S: 'p' }, sk: { S: '1' } }
  const put = async (v: string): Promise<void> => {
    const writes = [{ kind: 'put' as const, item: { ...key, a: { S: 'm' }, v: { S: v } }, onlyNew: false }]
    for (const one of writes) apply(model, one)
    await lagging.play({ kind: 'write', step: { how: 'in turn', writes } }, model)
  }
  const shown = async (): Promise<unknown> => (await scan(faulty.service, globals[0] ?? assert.fail())).map(({ v }) => v)
  try {
    await lagging.play({ kind: 'lag', index: undefined, ms: 50 }, model)
    await put('first')
    await lagging.play({ kind: 'wait', ms: 50 }, model)
    await lagging.play({ kind: 'work', pieces: 1, fault: 'commit-fails' }, model)
    await lagging.play({ kind: 'lag', index: undefined, ms: 0 }, model)
    await put('second')
    assert.deepEqual(await shown(), [])
    await lagging.finish()
    assert.deepEqual(await shown(), [{ S: 'second' }])
  } finally {
    await faulty.service.close()
  }
})
