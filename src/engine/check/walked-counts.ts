/** What a walk counts, to be held against what the store counted, while writes may go on. */
import { type Amounts, type KeyRange, StoreDamaged, type StoredValue } from '../../storage/store.ts'
import { amountsOf } from '../changes/counts.ts'
import { countsKey, spaceRange } from '../keyspace/keys.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'
import type { CheckContext } from './check-context.ts'
import { type AnyIndex, countsOfEntry } from './held-entry.ts'
import { soundChunk } from './sound-reads.ts'

export class WalkedCounts {
  readonly #sums: [number, number, number] = [0, 0, 0]

  add(index: AnyIndex | undefined, stored: StoredValue): void {
    for (const [at, amount] of amountsOf(countsOfEntry(index, stored)).entries()) this.#sums[at] = (this.#sums[at] ?? 0) + amount
  }

  get amounts(): Amounts {
    return this.#sums
  }
}

/**
 * Holds what a table, or an index, counts against `walk`. While others write, a difference counts when a second walk finds the same and
 * nothing was counted meanwhile: writes move the sum and what is there alike, so that a difference stays the same, whatever they do.
 */
export async function* compareCounts(
  context: CheckContext,
  { table, index }: { readonly table: Table; readonly index?: AnyIndex },
  walk: (counts: WalkedCounts) => AsyncGenerator<void>,
): AsyncGenerator<void> {
  const before = await storedCounts(context, table, index)
  const counts = new WalkedCounts()
  yield* walk(counts)
  const after = await storedCounts(context, table, index)
  const name = index === undefined ? table.name : `the index ${index.name} of ${table.name}`
  const difference = differenceOf(counts.amounts, after)
  if (after !== 'damaged' && isNothing(difference)) return
  if (!context.isAlone && after !== 'damaged') {
    const again = new WalkedCounts()
    const first = await storedCounts(context, table, index)
    yield* countAgain(context, { table, ...(index && { index }) }, again)
    const last = await storedCounts(context, table, index)
    const isSteady = isSame(before, after) && isSame(first, last) && isSame(difference, differenceOf(again.amounts, last))
    if (!isSteady) {
      if (!isNothing(differenceOf(again.amounts, last)))
        context.report.skip(`${name} was written meanwhile, and what it counts was not compared`)
      return
    }
  }
  await tell(context, { table, index, name, stored: after, walked: counts.amounts })
}

async function* countAgain(
  context: CheckContext,
  { table, index }: { readonly table: Table; readonly index?: AnyIndex },
  counts: WalkedCounts,
): AsyncGenerator<void> {
  let rest: KeyRange | undefined = spaceRange(spaceOf(table, index))
  while (rest !== undefined) {
    const range: KeyRange = rest
    const chunk = await context.engine.store.view((view) => soundChunk(view, range))
    for (const { value } of chunk.entries) counts.add(index, value)
    rest = chunk.rest
    yield
  }
}

type StoredCounts = Amounts | 'damaged'

async function storedCounts({ engine }: CheckContext, table: Table, index: AnyIndex | undefined): Promise<StoredCounts> {
  try {
    const [sums = [0, 0, 0] as const] = await engine.store.sums([countsKey(spaceOf(table, index))])
    return sums
  } catch (error) {
    if (error instanceof StoreDamaged) return 'damaged'
    throw error
  }
}

function differenceOf(walked: Amounts, stored: StoredCounts): Amounts {
  if (stored === 'damaged') return walked
  return [walked[0] - stored[0], walked[1] - stored[1], walked[2] - stored[2]]
}

function isNothing(amounts: Amounts): boolean {
  return amounts.every((amount) => amount === 0)
}

function isSame(a: StoredCounts, b: StoredCounts): boolean {
  return a === 'damaged' || b === 'damaged' ? a === b : a.every((amount, at) => amount === b[at])
}

interface Compared {
  readonly table: Table
  readonly index: AnyIndex | undefined
  readonly name: string
  readonly stored: StoredCounts
  readonly walked: Amounts
}

async function tell({ engine, report, fix }: CheckContext, { table, index, name, stored, walked }: Compared): Promise<void> {
  const key = countsKey(spaceOf(table, index))
  const says =
    stored === 'damaged'
      ? `what ${name} counts is damaged`
      : `${name} counts ${stored[0]} items of ${stored[1]} bytes and holds ${walked[0]} of ${walked[1]}`
  const mended = report.add({ kind: 'counts', table: table.name, ...(index && { index: index.name }), says }, key)
  if (!fix) return
  await engine.store.write([], (turn) => {
    if (stored === 'damaged') turn.clear(key)
    turn.add(key, differenceOf(walked, stored))
  })
  mended()
}
