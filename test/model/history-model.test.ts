/**
 * Random histories of writes, transactions, splits, restarts, failed commits, crashes and a clock that is set forth and back: restored to any
 * second, a table is what it was the last time the clock showed that second, whatever is written while it is restored. A failure
 * prints the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { type Body, call, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { FaultyService } from './faulty-service.ts'
import { answersTo, definition, keyText, type Step, steps, tableName, transactItem } from './item-histories.ts'
import type { Item } from './naive-table.ts'

type Event =
  | { readonly kind: 'write'; readonly step: Step; readonly fault: Fault; readonly isTransaction: boolean }
  | { readonly kind: 'split' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'set back'; readonly seconds: number }
  /** To a part of what can be restored. */
  | { readonly kind: 'restore'; readonly share: number }

const startMs = 1_795_341_600_000

const faults = fc.oneof(
  { weight: 8, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('commit-fails', 'crash-before', 'crash-after') },
)
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), step: steps, fault: faults, isTransaction: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 1000, 2500, 60_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('set back' as const), seconds: fc.constantFrom(2, 3, 70, 3600) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'split' as const }, { kind: 'restart' as const }) },
)

/** What the table was when the clock showed a second, in the order in which it was so. */
interface Shown {
  readonly second: number
  readonly items: readonly Item[]
}

class Player {
  readonly #clock = new ManualClock(startMs)
  readonly #shown: Shown[] = []
  readonly #restores = new Map<string, readonly Item[]>()
  readonly #faulty: FaultyService

  private constructor(faulty: FaultyService, clock: ManualClock) {
    this.#faulty = faulty
    this.#clock = clock
  }

  static async open(): Promise<Player> {
    const clock = new ManualClock(startMs)
    const player = new Player(await FaultyService.open({ clock, pitrLagMs: 0 }), clock)
    await player.#ask('CreateTable', definition())
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
    await player.#ask('UpdateContinuousBackups', { TableName: tableName, PointInTimeRecoverySpecification })
    await player.#look()
    return player
  }

  async play(event: Event): Promise<void> {
    const { control } = this.#faulty.service
    if (event.kind === 'split') await control.splitPartitions({ table: tableName })
    else if (event.kind === 'restart') await this.#faulty.restart()
    else if (event.kind === 'pass') this.#clock.advance(event.ms)
    else if (event.kind === 'set back') this.#clock.advance(-1000 * event.seconds)
    else if (event.kind === 'restore') await this.#restore(event.share)
    else await this.#write(event)
    // A restore is filled behind what is written next.
    if (event.kind === 'pass' || event.kind === 'set back') await this.#faulty.service.control.runJobs()
    await this.#look()
  }

  /** Every second that can be restored and that something was changed around, and those that were asked for before. */
  async holdAll(): Promise<void> {
    const { earliest, latest } = await this.#window()
    const seconds = new Set(this.#shown.flatMap(({ second }) => [second - 1, second, second + 1]))
    for (const second of seconds) if (second >= earliest && second <= latest) await this.#restoreTo(second)
    await this.#faulty.service.control.runJobs()
    for (const [name, expected] of this.#restores) {
      assert.deepEqual(sorted(await this.#items(name)), sorted(expected), name)
      const { Table } = await this.#ask('DescribeTable', { TableName: name })
      const { ItemCount, RestoreSummary } = Table as { readonly ItemCount: number; readonly RestoreSummary: Body }
      assert.deepEqual([ItemCount, RestoreSummary.RestoreInProgress], [expected.length, false])
    }
  }

  close(): Promise<void> {
    return this.#faulty.service.close()
  }

  async #write({ step, fault, isTransaction }: Extract<Event, { kind: 'write' }>): Promise<void> {
    this.#faulty.nextFault = fault
    if (isTransaction) await call(this.#faulty.service, 'TransactWriteItems', { TransactItems: step.writes.map(transactItem) })
    else await answersTo(this.#faulty.service, step)
    this.#faulty.nextFault = 'none'
    if (this.#faulty.isCrashed) await this.#faulty.restart()
  }

  async #restore(share: number): Promise<void> {
    const { earliest, latest } = await this.#window()
    await this.#restoreTo(earliest + Math.floor(share * (latest - earliest)))
  }

  async #restoreTo(second: number): Promise<void> {
    const name = `Restored${this.#restores.size}`
    await this.#ask('RestoreTableToPointInTime', { SourceTableName: tableName, TargetTableName: name, RestoreDateTime: second })
    this.#restores.set(name, this.#shown.findLast((shown) => shown.second <= second)?.items ?? [])
  }

  async #window(): Promise<{ readonly earliest: number; readonly latest: number }> {
    const { ContinuousBackupsDescription } = await this.#ask('DescribeContinuousBackups', { TableName: tableName })
    const { PointInTimeRecoveryDescription: told } = ContinuousBackupsDescription as Body
    const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = told as { readonly [name: string]: number }
    assert.ok(earliest !== undefined && latest !== undefined)
    return { earliest, latest }
  }

  async #look(): Promise<void> {
    this.#shown.push({ second: Math.floor(this.#clock.now() / 1000), items: await this.#items(tableName) })
  }

  async #items(name: string): Promise<readonly Item[]> {
    return (await this.#ask('Scan', { TableName: name })).Items as readonly Item[]
  }

  #ask(operation: string, input: unknown): Promise<Body> {
    return succeed(this.#faulty.service, operation, input)
  }
}

function sorted(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1))
}

test('a table restored to any second is what it was the last time the clock showed it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 24 }), async (history) => {
      const player = await Player.open()
      try {
        for (const event of history) await player.play(event)
        await player.holdAll()
      } finally {
        await player.close()
      }
    }),
    { numRuns: propertyRuns(40) },
  )
})
