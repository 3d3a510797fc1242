/**
 * Random histories of a branch: written to and read while it is filled in small steps, its parent written to and deleted meanwhile, the process
 * killed, commits failing. At every moment it is what its parent was in the second that it is of, with what was done to it since; in the
 * end it has all its indexes and counts, and depends on nothing. A failure prints the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock, secondMs } from '../../src/base/clock.ts'
import { stepRestores } from '../../src/engine/jobs/fill-restored-tables.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { type Body, call, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { checkEverything, checkTable, type Draw, drawing } from './check-indexes.ts'
import { FaultyService } from './faulty-service.ts'
import {
  answersTo,
  apply,
  definition,
  keyOf,
  keyText,
  type Model,
  requestOf,
  type Step,
  steps,
  tableName,
  transactItem,
} from './item-histories.ts'
import type { Item } from './naive-table.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault; readonly isTransaction: boolean }
  | { readonly kind: 'write to the parent'; readonly step: Step }
  | { readonly kind: 'fill'; readonly pieces: number; readonly fault: Fault }
  | { readonly kind: 'split' | 'restart' | 'delete the parent' | 'sweep' }

const parent = 'Parent'
const startMs = 1_795_341_600_000

const faults = fc.oneof(
  { weight: 8, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('commit-fails', 'crash-before', 'crash-after') },
)
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults, isTransaction: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write to the parent' as const), step: steps }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fill' as const), pieces: fc.integer({ min: 1, max: 3 }), fault: faults }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Event>({ kind: 'split' }, { kind: 'restart' }, { kind: 'delete the parent' }, { kind: 'sweep' }),
  },
)

interface Beginnings {
  /** Before the second that the branch is of, and in it. */
  readonly before: readonly Step[]
  /** Behind it, and before the branch is made. */
  readonly behind: readonly Step[]
}

const beginnings: fc.Arbitrary<Beginnings> = fc.record({
  before: fc.array(steps, { minLength: 1, maxLength: 6 }),
  behind: fc.array(steps, { maxLength: 4 }),
})

class Player {
  readonly #faulty: FaultyService
  readonly #clock: ManualClock
  readonly #draw: Draw
  readonly #model: Model = new Map()

  private constructor(faulty: FaultyService, clock: ManualClock, draw: Draw) {
    this.#faulty = faulty
    this.#clock = clock
    this.#draw = draw
  }

  static async open({ before, behind }: Beginnings, seed: number): Promise<Player> {
    const clock = new ManualClock(startMs)
    const player = new Player(await FaultyService.open({ clock }), clock, drawing(seed))
    await player.#ask('CreateTable', { ...definition(), TableName: parent })
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
    await player.#ask('UpdateContinuousBackups', { TableName: parent, PointInTimeRecoverySpecification })
    for (const step of before) await player.#writeToParent(step)
    const { Items } = await player.#ask('Scan', { TableName: parent })
    for (const item of Items as readonly Item[]) player.#model.set(keyText(item), item)
    clock.advance(secondMs)
    for (const step of behind) await player.#writeToParent(step)
    await player.#faulty.service.control.branch({ table: parent, as: tableName, at: startMs })
    await player.#look()
    return player
  }

  async play(event: Event): Promise<void> {
    switch (event.kind) {
      case 'write':
        await this.#write(event)
        break
      case 'write to the parent':
        await this.#writeToParent(event.step)
        break
      case 'fill':
        await this.#fill(event.pieces, event.fault)
        break
      case 'split':
        await this.#faulty.service.control.splitPartitions({ table: tableName })
        break
      case 'restart':
        await this.#faulty.restart()
        break
      case 'delete the parent':
        await call(this.#faulty.service, 'DeleteTable', { TableName: parent })
        break
      default:
        // A day later, and all that is due is done.
        this.#clock.advance(secondMs)
        await this.#faulty.service.control.runJobs()
    }
    await this.#look()
  }

  /** It is filled to the end, and its parent goes with all that it kept. */
  async end(): Promise<void> {
    await this.#faulty.service.control.runJobs()
    await call(this.#faulty.service, 'DeleteTable', { TableName: parent })
    await this.#faulty.service.control.runJobs()
    await checkEverything(this.#faulty.service, [...this.#model.values()], this.#draw)
    assert.deepEqual((await this.#faulty.service.control.jobs()).jobs, [])
    assert.equal((await this.#checked()).found, 0)
  }

  close(): Promise<void> {
    return this.#faulty.service.close()
  }

  async #write({ step, fault, isTransaction }: Extract<Event, { kind: 'write' }>): Promise<void> {
    const { service } = this.#faulty
    this.#faulty.nextFault = fault
    if (isTransaction) await call(service, 'TransactWriteItems', { TransactItems: step.writes.map(transactItem) })
    else await answersTo(service, step)
    this.#faulty.nextFault = 'none'
    if (this.#faulty.isCrashed) await this.#faulty.restart()
    // What came of it only the branch says after a fault: one item at a time is what it was or what it became.
    for (const write of step.writes) {
      const key = keyText(keyOf(write))
      const item = await this.#item(keyOf(write))
      const become = new Map(this.#model)
      apply(become, write)
      const found = JSON.stringify(canonical(item))
      const isDone = found === JSON.stringify(canonical(become.get(key)))
      assert.ok(isDone || found === JSON.stringify(canonical(this.#model.get(key))), `${key}: ${found}`)
      if (fault === 'none' && !isTransaction) assert.ok(isDone, key)
      if (item === undefined) this.#model.delete(key)
      else this.#model.set(key, item)
    }
  }

  async #writeToParent(step: Step): Promise<void> {
    for (const write of step.writes) {
      const [operation, input] = requestOf(write)
      await call(this.#faulty.service, operation, { ...input, TableName: parent })
    }
  }

  async #fill(pieces: number, fault: Fault): Promise<void> {
    const { engine } = this.#faulty.service.controlContext
    const budget = { entries: 2, bytes: 1 << 20 }
    this.#faulty.nextFault = fault
    for (let piece = 0; piece < pieces; piece += 1) {
      await stepRestores(engine, engine.clock.now(), { piecesMax: 1, budgets: { budget, historyBudget: budget } }).catch(() => {})
    }
    this.#faulty.nextFault = 'none'
    if (this.#faulty.isCrashed) await this.#faulty.restart()
  }

  async #look(): Promise<void> {
    const items = [...this.#model.values()]
    await checkTable(this.#faulty.service, items, this.#draw)
    const keys = ['p', 'q', 'é'].flatMap((pk) => ['1', '10', '2', 'A'].map((sk) => ({ pk: { S: pk }, sk: { S: sk } })))
    const { Responses } = await this.#ask('BatchGetItem', { RequestItems: { [tableName]: { Keys: keys } } })
    const got = (Responses as { readonly [name: string]: readonly Item[] })[tableName] ?? []
    assert.deepEqual(got.map(keyText).sort(), items.map(keyText).sort())
    const all = await this.#ask('TransactGetItems', { TransactItems: keys.map((Key) => ({ Get: { TableName: tableName, Key } })) })
    for (const [at, { Item: item }] of (all.Responses as readonly { readonly Item?: Item }[]).entries())
      assert.deepEqual(item, this.#model.get(keyText(keys[at] ?? {})))
  }

  async #item(key: Item): Promise<Item | undefined> {
    return (await this.#ask('GetItem', { TableName: tableName, Key: key })).Item as Item | undefined
  }

  async #checked(): Promise<{ readonly found: number }> {
    let answer = await this.#faulty.service.control.startCheck()
    while (answer.isRunning) {
      await new Promise((resolve) => setImmediate(resolve))
      answer = await this.#faulty.service.control.check()
    }
    return answer
  }

  #ask(operation: string, input: unknown): Promise<Body> {
    return succeed(this.#faulty.service, operation, input)
  }
}

/** Members in one order. */
function canonical(item: Item | undefined): Item | undefined {
  return item && Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
}

test('a branch is what its parent was, and what was done to it since, while it is filled and ever after', async () => {
  await fc.assert(
    fc.asyncProperty(beginnings, fc.array(events, { maxLength: 16 }), fc.nat(), async (beginning, history, seed) => {
      const player = await Player.open(beginning, seed)
      try {
        for (const event of history) await player.play(event)
        await player.end()
      } finally {
        await player.close()
      }
    }),
    { numRuns: propertyRuns(40) },
  )
})
