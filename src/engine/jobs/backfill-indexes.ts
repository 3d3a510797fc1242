/**
 * Fills indexes that were added to an existing table, in bounded steps while writes go on (indexes-streams-ttl-transactions.md
 * §1 "Online creation"). From the turn that added the index every write keeps it, so the backfill only has to put the entry of
 * every item that it finds, and it decides that on the item as it is in the turn that puts it.
 *
 * Writes count what they change in the index as if it had been whole from the start. An entry that is copied is counted when it was
 * not there before, as it is then; so the counts are right when all is copied.
 *
 * | record (keyspace 0x05) | means                                            |
 * | ---------------------- | ------------------------------------------------ |
 * | none                   | nothing is copied                                |
 * | bytes                  | all items up to this store key are copied        |
 * | text `copied`          | all items are copied; the index waits for its time |
 */
import { assert } from '../../base/assert.ts'
import { recordBackfill } from '../../metering/metrics/record-backfill.ts'
import type { Entry, KeyBytes, KeyRange, ScanBudget, StoredValue } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Counts, decodeCounts, negated, sumOf } from '../changes/counts.ts'
import { indexEntry } from '../changes/index-entries.ts'
import type { Engine } from '../engine.ts'
import { tableSpace } from '../items/item-key.ts'
import { backfillKey, countsKey, type DataSpace, hashOf, hashSpace, keyAfter, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { writeUnits } from '../partitions/capacity-units.ts'
import { allIndexes, type SecondaryIndex, type Table, type VectorIndex } from '../schema/table.ts'
import { countsOfStored, encodeVectorEntry, vectorEntry } from '../vectors/vector-entries.ts'

/** How much one step copies. Fewer hold requests up less; below twenty-five or so commits are most of the work. */
const copyBudget: ScanBudget = { entries: 25, bytes: 128 << 10 }
/** How many entries are counted without a break. */
const countBudget: ScanBudget = { entries: 500, bytes: 1 << 20 }

const copied = 'copied'

type AnyIndex = SecondaryIndex | VectorIndex

/** Does one bounded piece of one backfill at `nowMs`. Resolves with false when there is nothing to do, or not yet. */
export async function stepBackfill(engine: Engine, nowMs: number, budget: ScanBudget = copyBudget): Promise<boolean> {
  for (const table of engine.catalog.durable.tables()) {
    for (const index of allIndexes(table)) {
      if (isBackfilling(index) && (await step(engine, table, index, nowMs, budget))) return true
    }
  }
  return false
}

async function step(engine: Engine, table: Table, index: AnyIndex, nowMs: number, budget: ScanBudget): Promise<boolean> {
  const chunk = await nextChunk(engine, table, index, budget)
  if (chunk !== copied) return copy(engine, table, index, chunk)
  if (!isDue(index, nowMs)) return false
  return activate(engine, table, index, await missingCounts(engine, table, index))
}

interface ItemChunk {
  readonly keys: readonly KeyBytes[]
  readonly isLast: boolean
}

/** The next items to copy, or the word that there are none. */
async function nextChunk(engine: Engine, table: Table, index: AnyIndex, budget: ScanBudget): Promise<ItemChunk | typeof copied> {
  using snapshot = engine.store.snapshot()
  const progress = await snapshot.get(backfillKey(spaceOf(table, index)))
  if (progress === copied) return copied
  const { entries, exhausted } = await snapshot.scan(restOf(spaceRange(tableSpace(table)), progress), budget)
  return { keys: entries.map((entry) => entry.key), isLast: exhausted }
}

function restOf(items: KeyRange, progress: StoredValue | undefined): KeyRange {
  if (progress === undefined) return items
  assert(typeof progress !== 'string', 'the progress of a backfill is a key')
  return { ...items, start: keyAfter(progress as KeyBytes) }
}

/** Puts the entries of the items as they are now. What was written since the chunk was looked at has its entry already. */
async function copy(engine: Engine, table: Table, index: AnyIndex, { keys, isLast }: ItemChunk): Promise<boolean> {
  const last = isLast ? undefined : keys.at(-1)
  let unitsPut = 0
  await engine.store.write(keys, (turn) => {
    if (!isStillBackfilling(engine.catalog.latest.find(table.name), table, index)) return
    for (const key of keys) {
      const stored = turn.get(key)
      const entry = stored === undefined ? undefined : entryOf(table, index, StoredItem.decode(stored))
      if (entry === undefined) continue
      turn.put(entry.key, entry.value)
      unitsPut += writeUnits(countsOfEntry(index, entry.value).sizeBytes)
    }
    turn.put(backfillKey(spaceOf(table, index)), last ?? copied)
  })
  const share = last === undefined ? 1 : hashOf(last) / hashSpace
  recordBackfill(engine, { tableName: table.name, indexName: index.name, writeUnits: unitsPut, share })
  return true
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

/** What the index holds beyond what its counts say. All out of one view, for the index does not stand still. */
async function missingCounts(engine: Engine, table: Table, index: AnyIndex): Promise<Counts> {
  const space = spaceOf(table, index)
  using snapshot = engine.store.snapshot()
  let missing = negated(decodeCounts(await snapshot.get(countsKey(space))))
  let rest = spaceRange(space)
  for (;;) {
    const { entries, exhausted } = await snapshot.scan(rest, countBudget)
    for (const { value } of entries) missing = sumOf(missing, countsOfEntry(index, value))
    const last = entries.at(-1)
    if (exhausted || last === undefined) return missing
    rest = { ...rest, start: keyAfter(last.key) }
    await setImmediate()
  }
}

async function activate(engine: Engine, { name, tableId }: Table, index: AnyIndex, missing: Counts): Promise<boolean> {
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
    engine.pendingCounts.add({ tableId, indexId }, missing)
  })
  return true
}

function activeIndex<Index extends AnyIndex>(index: Index): Index {
  const { backfilling: _, activeFromMs: __, ...rest } = index
  return { ...rest, status: 'ACTIVE' } as Index
}

/** Ids are not used again before an index is swept, so the id tells whether it is the same index. */
function isStillBackfilling(latest: Table | undefined, { tableId }: Pick<Table, 'tableId'>, { indexId }: AnyIndex): boolean {
  if (latest?.tableId !== tableId) return false
  const index = [...latest.indexes, ...latest.vectorIndexes].find((other) => other.indexId === indexId)
  return index !== undefined && isBackfilling(index)
}

function isBackfilling({ status, backfilling }: AnyIndex): boolean {
  return status === 'CREATING' && backfilling === true
}

function isDue({ activeFromMs = 0 }: SecondaryIndex | VectorIndex, nowMs: number): boolean {
  return activeFromMs <= nowMs
}

function spaceOf({ tableId }: Table, { indexId }: AnyIndex): DataSpace {
  return { tableId, indexId }
}
