/**
 * Fills indexes that were added to an existing table, in bounded steps while writes go on (indexes-streams-ttl-transactions.md
 * §1 "Online creation"). From the turn that added the index every write keeps it, so the backfill only has to put the entry of
 * every item that it finds, and it decides that on the item as it is in the turn that puts it. How far it has come stands in the
 * store, and is half of what says what the index counts (changes/backfill-progress.ts).
 */
import { type Entry, isSameValue, type ScanBudget, type StoredValue } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { copied } from '../changes/backfill-progress.ts'
import { amountsOf, type Counts } from '../changes/counts.ts'
import { indexEntry } from '../changes/index-entries.ts'
import { backfillKey, countedMark, countedMarksRange, countsKey, hashOf, hashSpace } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { backfillBudget, sweepBudget } from '../limits.ts'
import { type Schedule, waitUntil } from '../schedule.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { allIndexes, type SecondaryIndex, sameIndex, type Table, type VectorIndex } from '../schema/table.ts'
import { countsOfStored, encodeVectorEntry, vectorEntry } from '../vectors/vector-entries.ts'
import { deleteSome, leftoversIn } from './delete-leftovers.ts'
import { type ItemChunk, nextItems } from './next-items.ts'
import { stepFirst } from './run-due-jobs.ts'

type AnyIndex = SecondaryIndex | VectorIndex

/** What one step copied. */
export interface BackfillStep {
  readonly tableName: string
  readonly indexName: string
  /** The sizes of the entries that it put. */
  readonly entrySizesBytes: readonly number[]
  /** How much of the table has been copied, 0 to 1. */
  readonly share: number
}

/** Does one bounded piece of one backfill at `nowMs` and tells what it did. Resolves with false when there is nothing to do, or not yet. */
export async function stepBackfill(
  engine: CatalogHolder & { readonly schedule: Schedule },
  nowMs: number,
  { budget = backfillBudget, onStep }: { readonly budget?: ScanBudget; readonly onStep?: ((step: BackfillStep) => void) | undefined } = {},
): Promise<boolean> {
  const filling = [...engine.catalog.tables()].flatMap((table) =>
    allIndexes(table).flatMap((index) => (isBackfilling(index) ? [{ table, index }] : [])),
  )
  return stepFirst(filling, async ({ table, index }) => {
    const chunk = await nextChunk(engine, table, index, budget)
    if (chunk === copied) {
      if (await clearMarks(engine, table, index)) return true
      return isDue(engine.schedule, table, index, nowMs) && activate(engine, table, index)
    }
    const step = await copy(engine, table, index, chunk)
    onStep?.(step)
    return true
  })
}

/** The next items to copy, or the word that there are none. */
async function nextChunk({ store }: CatalogHolder, table: Table, index: AnyIndex, budget: ScanBudget): Promise<ItemChunk | typeof copied> {
  const chunk = await nextItems(store, table, { progressKey: backfillKey(spaceOf(table, index)), done: copied, budget })
  return chunk ?? copied
}

/**
 * Puts the entries of the items as they are now, and counts those that no write has counted. What came to be since the chunk was
 * looked at is not in it: its write has put its entry and counted it.
 */
async function copy({ store, catalog }: CatalogHolder, table: Table, index: AnyIndex, chunk: ItemChunk): Promise<BackfillStep> {
  const { keys, isLast } = chunk
  const space = spaceOf(table, index)
  const progressKey = backfillKey(space)
  const last = keys.at(-1)
  const marks = keys.map((key) => countedMark(space, key))
  const entrySizesBytes = await store.write([progressKey, ...keys, ...marks], (turn): readonly number[] => {
    // Another node may have gone on, or the index gone.
    const isElsewhere = !isSameValue(turn.get(progressKey), chunk.progress)
    if (isElsewhere || !isStillBackfilling(catalog.find(table.name), table, index)) return []
    const sizesBytes: number[] = []
    for (const [at, key] of keys.entries()) {
      const stored = turn.get(key)
      const entry = stored === undefined ? undefined : entryOf(table, index, StoredItem.decode(stored))
      if (entry === undefined) continue
      const counts = countsOfEntry(index, entry.value)
      sizesBytes.push(counts.sizeBytes)
      // A write that has counted it has put it, too.
      const mark = marks[at]
      if (mark !== undefined && turn.get(mark) !== undefined) continue
      turn.put(entry.key, entry.value)
      turn.add(countsKey(space), amountsOf(counts))
    }
    turn.put(progressKey, isLast ? copied : (last ?? copied))
    return sizesBytes
  })
  const share = isLast || last === undefined ? 1 : hashOf(last) / hashSpace
  return { tableName: table.name, indexName: index.name, entrySizesBytes, share }
}

/** Deletes marks of an index that is copied and counts everything. Resolves with whether there were any. Nobody makes new ones. */
async function clearMarks({ store, catalog }: CatalogHolder, table: Table, index: AnyIndex): Promise<boolean> {
  const leftovers = [{ range: countedMarksRange(spaceOf(table, index)), isLog: () => false }]
  const found = await leftoversIn(store, leftovers, sweepBudget)
  if (found !== undefined) await deleteSome(store, found, () => isStillBackfilling(catalog.find(table.name), table, index))
  return found !== undefined
}

/** What the store holds of the item for the index. */
function entryOf(table: Table, index: AnyIndex, item: StoredItem): Entry | undefined {
  if ('dimensions' in index) {
    const entry = vectorEntry(table, index, item)
    return entry && { key: entry.key, value: encodeVectorEntry(entry) }
  }
  const entry = indexEntry(table, index, item)
  return entry && { key: entry.key, value: entry.item.encode() }
}

function countsOfEntry(index: AnyIndex, value: StoredValue): Counts {
  if ('dimensions' in index) return countsOfStored(index, value)
  return { itemCount: 1, sizeBytes: StoredItem.decode(value).sizeBytes }
}

async function activate(engine: CatalogHolder, { name, tableId }: Table, index: AnyIndex): Promise<boolean> {
  const { indexId } = index
  await changeTables(engine, [name], (tables) => {
    const table = tables.find(name)
    if (table === undefined || !isStillBackfilling(table, { tableId }, index)) return
    tables.endBackfill(
      {
        ...table,
        indexes: table.indexes.map((other) => (other.indexId === indexId ? activeIndex(other) : other)),
        vectorIndexes: table.vectorIndexes.map((other) => (other.indexId === indexId ? activeIndex(other) : other)),
      },
      indexId,
    )
  })
  return true
}

function activeIndex<Index extends AnyIndex>(index: Index): Index {
  const { backfilling: _, activeFromMs: __, activeSinceMs: ___, ...rest } = index
  return { ...rest, status: 'ACTIVE' } as Index
}

function isStillBackfilling(latest: Table | undefined, table: Pick<Table, 'tableId'>, index: AnyIndex): boolean {
  const now = sameIndex(latest, table, index)
  return now !== undefined && isBackfilling(now)
}

function isBackfilling({ status, backfilling }: AnyIndex): boolean {
  return status === 'CREATING' && backfilling === true
}

function isDue(schedule: Schedule, { tableId }: Table, { indexId, activeFromMs = 0, activeSinceMs }: AnyIndex, nowMs: number): boolean {
  return schedule.isOver(`index ${tableId} ${indexId}`, waitUntil(activeFromMs, activeSinceMs), nowMs)
}
