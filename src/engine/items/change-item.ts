/**
 * The only way to change items: `decideChange` while everything can still be refused, `applyChange` when nothing can be any
 * more (laws 1, 2 and 4).
 */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import { isServing, resourceNotFound } from '../catalog/find-table.ts'
import type { SecondaryIndex, Table } from '../catalog/table.ts'
import { applyEntryChange, type EntryChange, entryChange } from '../changes/entry-change.ts'
import { type IndexChange, indexChanges, indexSpace } from '../changes/index-entries.ts'
import { encodeQueued } from '../changes/index-queue.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { changedCollection, decodeCollectionSize, type ItemCollection } from '../changes/item-collections.ts'
import type { Engine } from '../engine.ts'
import { changeExpiry } from '../expiry/expiry-order.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { indexLagMs } from '../settings.ts'
import { appendRecord } from '../streams/append-record.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'
import { applyVectorChanges } from '../vectors/apply-vector-changes.ts'
import { type VectorChange, vectorChanges } from '../vectors/vector-entries.ts'
import { type ItemPlace, tableSpace } from './item-key.ts'
import { admitWrite, chargeChange, chargeTable, noteVectorWrites } from './meter-write.ts'
import { tableWriteUnits, type WriteUnits, writtenEntries } from './write-units.ts'

/** What is to become of an item, given what it is: a change, or a condition that did not hold. */
export type Decision =
  | { readonly kind: 'become'; readonly newItem: StoredItem | undefined }
  /** What a put would have been is paid for, too. */
  | { readonly kind: 'conditionFailed'; readonly attempted?: StoredItem }

export interface Changed {
  readonly kind: 'changed'
  readonly change: ItemChange
  readonly indexChanges: readonly IndexChange[]
  readonly vectorChanges: readonly VectorChange[]
  /** The item's collection, if its size is kept. */
  readonly collection: ItemCollection | undefined
  /** What it costs outside of a transaction. */
  readonly units: WriteUnits
}

export interface ConditionFailed {
  readonly kind: 'conditionFailed'
  readonly oldItem: StoredItem | undefined
  /** What it costs all the same, outside of a transaction. */
  readonly tableUnits: number
}

export type Outcome = Changed | ConditionFailed

/** A write to one item of a table. `decide` may throw a ServiceError; then nothing is written. */
export interface ItemWrite extends ItemPlace {
  readonly table: Table
  readonly decide: (oldItem: StoredItem | undefined) => Decision
  /** See ItemChange. */
  readonly cause?: 'ttl'
  /** Where it is noted what the write consumes. What the database does by itself consumes nothing. */
  readonly usage?: RequestUsage
  /** Whether it is part of a transaction. */
  readonly isTransactional?: boolean
}

/** One item decided and written in a turn of its own. Resolves when durable. */
export function changeItem(engine: Engine, write: ItemWrite): Promise<Outcome> {
  return engine.store.write(readsOf(write), (turn) => {
    const outcome = decideChange(engine, turn, { ...write, table: currentTable(engine, write.table) })
    if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
    return outcome
  })
}

/** The keys that a turn must read to decide a write. */
export function readsOf({ key, collectionKey }: ItemPlace): readonly KeyBytes[] {
  return collectionKey === undefined ? [key] : [key, collectionKey]
}

/** The table as this turn must see it. ResourceNotFoundException when it was deleted since the request looked it up. */
export function currentTable({ catalog }: Engine, table: Table): Table {
  const latest = catalog.latest.find(table.name)
  if (latest === table) return table
  if (latest === undefined || latest.tableId !== table.tableId || !isServing(latest)) throw resourceNotFound()
  return latest
}

/** Reads the item in the turn (its keys must be among the turn's reads) and asks the write what is to become of it. */
export function decideChange(engine: Engine, turn: Pick<WriteTurn, 'get'>, write: ItemWrite): Outcome {
  const { table, keyAttributes, key, collectionKey, decide, cause, usage, isTransactional = false } = write
  // What the database does by itself waits for nobody.
  if (cause === undefined) engine.transactionFaults.checkNotHeld(key)
  const metered = usage && { table, key, usage, isTransactional }
  const isAdmitted = metered !== undefined && admitWrite(engine, metered)
  const stored = turn.get(key)
  const oldItem = stored === undefined ? undefined : StoredItem.decode(stored)
  const decision = decide(oldItem)
  if (decision.kind === 'conditionFailed') {
    const tableUnits = tableWriteUnits(table, oldItem, decision.attempted)
    if (metered !== undefined) chargeTable(engine, metered, tableUnits, isAdmitted)
    return { kind: 'conditionFailed', oldItem, tableUnits }
  }
  const change = { table, keyAttributes, key, oldItem, newItem: decision.newItem, ...(cause && { cause }) }
  const changes = indexChanges(change)
  const collection = collectionKey && collectionAfter(engine, turn, { collectionKey, change, changes })
  const units = { tableUnits: tableWriteUnits(table, oldItem, decision.newItem), indexUnits: writtenEntries(changes) }
  if (metered !== undefined) chargeChange(engine, metered, units, isAdmitted)
  const changedVectors = vectorChanges(change)
  if (metered !== undefined && changedVectors.length > 0) noteVectorWrites(engine, table, changedVectors)
  return { kind: 'changed', change, indexChanges: changes, vectorChanges: changedVectors, collection, units }
}

interface CollectionChange {
  readonly collectionKey: KeyBytes
  readonly change: ItemChange
  readonly changes: readonly IndexChange[]
}

/** Refuses what would make it too large. */
function collectionAfter(
  { settings }: Engine,
  turn: Pick<WriteTurn, 'get'>,
  { collectionKey, change, changes }: CollectionChange,
): ItemCollection {
  const before = { key: collectionKey, sizeBytes: decodeCollectionSize(turn.get(collectionKey)) }
  return changedCollection(before, change, changes, settings.itemCollectionSizeBytesMax)
}

/** Writes a decided change and everything that follows from it. Must not throw. An item that stays as it is leaves no trace. */
export function applyChange(engine: Engine, turn: WriteTurn, changed: Changed): void {
  const { change, indexChanges: changes, collection } = changed
  const { table, key, oldItem, newItem } = change
  if (oldItem?.text === newItem?.text) return
  const counts = engine.pendingCounts
  applyEntryChange(turn, counts, tableSpace(table), entryChange(oldItem && { key, item: oldItem }, newItem && { key, item: newItem }))
  for (const { index, oldEntry, newEntry } of changes) changeEntry(engine, turn, table, index, entryChange(oldEntry, newEntry))
  applyVectorChanges(engine, turn, table, changed.vectorChanges)
  changeExpiry(turn, change)
  appendRecord(engine.streams, turn, change)
  if (collection === undefined) return
  if (collection.sizeBytes === 0) turn.delete(collection.key)
  else turn.put(collection.key, String(collection.sizeBytes))
}

/** At once, or later when the index lags or earlier changes still wait for it. */
function changeEntry(engine: Engine, turn: WriteTurn, table: Table, index: SecondaryIndex, change: EntryChange): void {
  const space = indexSpace(table, index)
  const lagMs = index.kind === 'global' && index.status === 'ACTIVE' ? indexLagMs(engine.settings, space) : 0
  if (lagMs === 0 && !engine.indexQueues.isWaiting(space)) applyEntryChange(turn, engine.pendingCounts, space, change)
  else turn.put(engine.indexQueues.nextKey(space), encodeQueued({ ...change, dueMs: engine.clock.now() + lagMs }))
}
