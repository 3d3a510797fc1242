/**
 * The only way to change items: `decideChange` while everything can still be refused, `applyChange` when nothing can be any
 * more (laws 1, 2 and 5).
 */

import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { isServing, resourceNotFound } from '../catalog/find-table.ts'
import { backfillsOf, countWhileFilling } from '../changes/backfill-progress.ts'
import { applyEntryChange, countsOfPlaced, entryChange } from '../changes/entry-change.ts'
import { type IndexChange, indexChanges } from '../changes/index-entries.ts'
import { encodeQueued } from '../changes/index-queue.ts'
import type { ChangeCause, ItemChange } from '../changes/item-change.ts'
import { CollectionSizes, changedCollection, type ItemCollection } from '../changes/item-collections.ts'
import { changeExpiry } from '../expiry/expiry-order.ts'
import type { HistoryClock } from '../history/history-clock.ts'
import { changeTime, historyReadOf, keepHistory } from '../history/keep-history.ts'
import { queueLog } from '../keyspace/queue-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { appendToOutboxes } from '../outboxes/append-to-outboxes.ts'
import type { RecentChanges } from '../recent/recent-changes.ts'
import { keepOrder, keepOrderAlone, orderOfChange, tombstoneReadOf } from '../replicas/keep-order.ts'
import { toldReplicas } from '../replicas/link-log.ts'
import { checkStrongWrite, isStrong, type StrongReach, strongReach } from '../replicas/strong-reach.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Replica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import type { WriteOrder } from '../schema/write-order.ts'
import { type EngineSettings, indexLagMs } from '../settings.ts'
import { appendRecord } from '../streams/append-record.ts'
import { applyVectorChanges } from '../vectors/apply-vector-changes.ts'
import { type VectorChange, vectorChanges } from '../vectors/vector-entries.ts'
import type { ItemPlace } from './item-key.ts'
import { noteMissed, placesIn, strongReadsOf } from './strong-writes.ts'
import type { WriteMeter } from './write-meter.ts'
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
  /** Of a table with strong consistency: what becomes of the other replicas. */
  readonly strong?: StrongChanges
  /** What it costs outside of a transaction. */
  readonly units: WriteUnits
}

/** A write as it is made in all regions at once. */
export interface StrongChanges {
  readonly others: readonly { readonly engine: ItemWriter; readonly changed: Changed }[]
  /** The replicas that will hear of it later. */
  readonly missed: readonly Replica[]
}

export interface ConditionFailed {
  readonly kind: 'conditionFailed'
  readonly oldItem: StoredItem | undefined
  /** What it costs all the same, outside of a transaction. */
  readonly tableUnits: number
}

export type Outcome = Changed | ConditionFailed

/** The part of an engine that changes items. */
export interface ItemWriter extends CatalogHolder {
  /** Stands in what is written. */
  readonly region: string
  readonly settings: EngineSettings
  readonly historyClock: HistoryClock
  readonly recentChanges: RecentChanges
  /** Throws for an item that a transaction holds. */
  readonly transactionFaults: { checkNotHeld(key: KeyBytes): void }
}

/**
 * A write to one item of a table. `decide` may throw a ServiceError; then nothing is written. It gets the table as it is in the turn:
 * with another index than `table` has, for one.
 */
export interface ItemWrite extends ItemPlace {
  readonly table: Table
  readonly decide: (oldItem: StoredItem | undefined, table: Table) => Decision
  /** See ItemChange. */
  readonly cause?: ChangeCause
  /** Of a write that was made at another replica. */
  readonly order?: WriteOrder
  /** What meters it, when a client asked for it. What the database does by itself is not metered. */
  readonly meter?: WriteMeter
}

/** The keys that a turn must read to decide a write, as the catalog is now. */
export function readsOf(catalog: Catalog, write: ItemPlace & Pick<ItemWrite, 'table'>): readonly KeyBytes[] {
  const latest = catalog.find(write.table.name) ?? write.table
  const own = ownReadsOf(latest, write)
  return latest.replication === undefined ? own : [...own, ...strongReadsOf(catalog, latest, write, ownReadsOf)]
}

function ownReadsOf(table: Table, { key, collectionKey }: ItemPlace): readonly KeyBytes[] {
  const progress = backfillsOf(table, key)
  const past = historyReadOf(table, key)
  const tombstone = tombstoneReadOf(table, key)
  if (progress.length === 0 && past === undefined && tombstone === undefined)
    return collectionKey === undefined ? [key] : [key, collectionKey]
  return [key, collectionKey, ...progress, past, tombstone].filter((read) => read !== undefined)
}

/** The table as it is now, or as the turn sees it. ResourceNotFoundException when it was deleted since the request looked it up. */
export function currentTable(catalog: Catalog, table: Table): Table {
  const latest = catalog.find(table.name)
  if (latest === table) return table
  if (latest === undefined || latest.tableId !== table.tableId || !isServing(latest)) throw resourceNotFound()
  return latest
}

/** The same for the table that a restore or an import fills. */
function tableToFill(catalog: Catalog, table: Table): Table {
  const latest = catalog.find(table.name)
  const isFilled = latest?.restore?.source !== undefined || latest?.importId !== undefined
  if (latest?.tableId !== table.tableId || !isFilled) throw resourceNotFound()
  return latest
}

/** The same for a replica: also for one that serves nobody yet, and for one that is to be deleted, of which the writer has to know. */
function tableToFollow(catalog: Catalog, table: Table): Table {
  const latest = catalog.find(table.name)
  if (latest?.tableId !== table.tableId) throw resourceNotFound()
  return latest
}

function tableOf({ catalog }: ItemWriter, { table, cause }: ItemWrite): Table {
  if (cause === 'restore') return tableToFill(catalog, table)
  return cause === 'replication' ? tableToFollow(catalog, table) : currentTable(catalog, table)
}

/**
 * Reads the item in the turn (`readsOf` must be among the turn's reads) and asks the write what is to become of it. `sizes` knows what
 * earlier writes of the same turn make of item collections.
 */
export function decideChange(engine: ItemWriter, turn: WriteTurn, write: ItemWrite, sizes?: CollectionSizes): Outcome {
  const { keyAttributes, key, collectionKey, decide, cause, meter } = write
  const table = tableOf(engine, write)
  // What the database does by itself waits for nobody.
  if (cause === undefined) engine.transactionFaults.checkNotHeld(key)
  const admitted = meter?.admit(turn, table, key)
  const stored = turn.get(key)
  const oldItem = stored === undefined ? undefined : StoredItem.decode(stored)
  const reach = cause === undefined && isStrong(table) ? reachToWrite(engine, turn, table, { key, oldItem }) : undefined
  const decision = decide(oldItem, table)
  if (decision.kind === 'conditionFailed') {
    const tableUnits = tableWriteUnits(table, oldItem, decision.attempted)
    admitted?.conditionFailed(tableUnits)
    return { kind: 'conditionFailed', oldItem, tableUnits }
  }
  const time = changeTime(engine.historyClock, turn, table, { key, oldItem })
  const order = table.replication && orderOfChange(engine, turn, table, { ...write, oldItem })
  const newItem = decision.newItem?.stamped({
    version: (oldItem?.version ?? 0) + 1,
    writtenUs: time?.us ?? order?.us ?? Math.round(engine.clock.now() * 1000),
    region: order?.region ?? engine.region,
    ...(time && { epoch: time.epoch }),
    ...(order && { orderedUs: order.us }),
  })
  const change = { table, keyAttributes, key, oldItem, newItem, ...(cause && { cause }), ...(time && { time }), ...(order && { order }) }
  const changes = indexChanges(change)
  const collection =
    collectionKey &&
    collectionAfter(engine, { sizeBytes: (sizes ?? new CollectionSizes(turn)).of(collectionKey), collectionKey, change, changes })
  const units = { tableUnits: tableWriteUnits(table, oldItem, newItem), indexUnits: writtenEntries(changes) }
  const changedVectors = vectorChanges(change)
  admitted?.changed(units, changedVectors)
  const changed = { kind: 'changed' as const, change, indexChanges: changes, vectorChanges: changedVectors, collection, units }
  return reach === undefined ? changed : { ...changed, strong: strongChanges(engine, turn, changed, reach) }
}

/** Throws what refuses the write in this region, whatever it would be. */
function reachToWrite(engine: ItemWriter, turn: WriteTurn, table: Table, item: Pick<ItemChange, 'key' | 'oldItem'>): StrongReach {
  const reach = strongReach(engine.settings, engine.region, table)
  checkStrongWrite(engine, turn, table, item)
  return reach
}

function strongChanges(engine: ItemWriter, turn: WriteTurn, { change }: Changed, { reached, missed }: StrongReach): StrongChanges {
  const { table, order, newItem, oldItem } = change
  if (order === undefined || oldItem?.text === newItem?.text) return { others: [], missed: [] }
  const others = placesIn(engine.catalog, table, reached, change).flatMap((place) => {
    const there = { ...engine, catalog: place.catalog, region: place.region }
    const changed = decideChange(there, turn, { ...place, cause: 'replication', order, decide: () => ({ kind: 'become', newItem }) })
    return changed.kind === 'changed' ? [{ engine: there, changed }] : []
  })
  return { others, missed }
}

interface CollectionChange {
  readonly sizeBytes: number
  readonly collectionKey: KeyBytes
  readonly change: ItemChange
  readonly changes: readonly IndexChange[]
}

/** Refuses what would make it too large; but what is restored was there. */
function collectionAfter({ settings }: ItemWriter, { sizeBytes, collectionKey, change, changes }: CollectionChange): ItemCollection {
  const sizeBytesMax = change.cause === 'restore' ? Number.POSITIVE_INFINITY : settings.itemCollectionSizeBytesMax
  return changedCollection({ key: collectionKey, sizeBytes }, change, changes, sizeBytesMax)
}

/** All that the turn writes is this change and what follows from it. Must not throw. */
export function applyAlone(engine: ItemWriter, turn: WriteTurn, changed: Changed): void {
  if (isDeletion(changed)) turn.makesRoom()
  applyChange(engine, turn, changed)
}

/** Whether it makes room in the end: also of a stream's record of it, which goes after a day. */
export function isDeletion({ change: { oldItem, newItem } }: Changed): boolean {
  return oldItem !== undefined && newItem === undefined
}

/** Writes a decided change and everything that follows from it. Must not throw. An item that stays as it is leaves no trace. */
export function applyChange(engine: ItemWriter, turn: WriteTurn, changed: Changed): void {
  const { catalog, clock, settings, recentChanges } = engine
  const { change, indexChanges: changes, collection } = changed
  const { table, key, oldItem, newItem } = change
  const { order } = change
  if (oldItem?.text === newItem?.text) {
    if (order !== undefined && change.cause === 'replication') keepOrderAlone(turn, change, order)
    return
  }
  const nowMs = clock.now()
  if (recentChanges.isKept) recentChanges.note(turn, changed, nowMs)
  applyEntryChange(turn, spaceOf(table), entryChange(oldItem && { key, item: oldItem }, newItem && { key, item: newItem }))
  for (const { index, oldEntry, newEntry } of changes) {
    const space = spaceOf(table, index)
    const entry = entryChange(oldEntry, newEntry)
    if (index.kind === 'global' && index.isQueued)
      turn.append(queueLog(space), encodeQueued({ ...entry, sinceMs: nowMs, lagMs: indexLagMs(settings, space) }))
    else if (index.backfilling === undefined) applyEntryChange(turn, space, entry)
    else {
      const counted = countWhileFilling(turn, space, key, { added: entry.added, held: countsOfPlaced(newEntry) })
      applyEntryChange(turn, space, entry, counted)
    }
  }
  applyVectorChanges(turn, table, key, changed.vectorChanges)
  changeExpiry(turn, change)
  keepHistory(turn, change)
  if (order !== undefined) keepOrder(turn, change, order, { nowMs, byLink: changed.strong?.missed ?? toldReplicas(table) })
  if (changed.strong !== undefined) applyStrong(turn, changed.strong)
  appendRecord(catalog.streams, turn, change, nowMs)
  if (table.outboxes !== undefined) appendToOutboxes(turn, change, { nowMs, region: engine.region })
  if (collection === undefined) return
  if (collection.sizeBytes === 0) turn.delete(collection.key)
  else turn.put(collection.key, String(collection.sizeBytes))
}

function applyStrong(turn: WriteTurn, { others, missed }: StrongChanges): void {
  for (const { engine, changed } of others) applyChange(engine, turn, changed)
  noteMissed(turn, missed)
}
