/**
 * The only way to change items: `decideChange` while everything can still be refused, `applyChange` when nothing can be any
 * more (laws 1, 2 and 4).
 */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import { isServing, resourceNotFound } from '../catalog/find-table.ts'
import type { Table } from '../catalog/table.ts'
import { type IndexChange, indexChanges, indexSpace, isSameKey } from '../changes/index-entries.ts'
import type { ItemChange } from '../changes/item-change.ts'
import type { Engine } from '../engine.ts'
import type { DataSpace } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { tableSpace } from './item-key.ts'

/** What is to become of an item, given what it is: a change, or a condition that did not hold. */
export type Decision = { readonly kind: 'become'; readonly newItem: StoredItem | undefined } | { readonly kind: 'conditionFailed' }

export interface Changed {
  readonly kind: 'changed'
  readonly change: ItemChange
  readonly indexChanges: readonly IndexChange[]
}

export type Outcome = Changed | { readonly kind: 'conditionFailed'; readonly oldItem: StoredItem | undefined }

/** A write to one item of a table. `decide` may throw a ServiceError; then nothing is written. */
export interface ItemWrite {
  readonly table: Table
  readonly key: KeyBytes
  readonly decide: (oldItem: StoredItem | undefined) => Decision
}

/** One item decided and written in a turn of its own. Resolves when durable. */
export function changeItem(engine: Engine, write: ItemWrite): Promise<Outcome> {
  return engine.store.write([write.key], (turn) => {
    const outcome = decideChange(turn, { ...write, table: currentTable(engine, write.table) })
    if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
    return outcome
  })
}

/** The table as this turn must see it. ResourceNotFoundException when it was deleted since the request looked it up. */
export function currentTable({ catalog }: Engine, table: Table): Table {
  const latest = catalog.latest.find(table.name)
  if (latest === table) return table
  if (latest === undefined || latest.tableId !== table.tableId || !isServing(latest)) throw resourceNotFound()
  return latest
}

/** Reads the item in the turn (its key must be among the turn's reads) and asks the write what is to become of it. */
export function decideChange(turn: WriteTurn, { table, key, decide }: ItemWrite): Outcome {
  const stored = turn.get(key)
  const oldItem = stored === undefined ? undefined : StoredItem.decode(stored)
  const decision = decide(oldItem)
  if (decision.kind === 'conditionFailed') return { kind: 'conditionFailed', oldItem }
  const change = { table, key, oldItem, newItem: decision.newItem }
  return { kind: 'changed', change, indexChanges: indexChanges(change) }
}

/** Writes a decided change and everything that follows from it. Must not throw. An item that stays as it is leaves no trace. */
export function applyChange(engine: Engine, turn: WriteTurn, { change, indexChanges: changedEntries }: Changed): void {
  const { table, key, oldItem, newItem } = change
  if (oldItem?.text === newItem?.text) return
  replace(engine, turn, tableSpace(table), { oldKey: oldItem && key, oldItem, newKey: newItem && key, newItem })
  for (const { index, oldEntry, newEntry } of changedEntries) {
    const entries = { oldKey: oldEntry?.key, oldItem: oldEntry?.item, newKey: newEntry?.key, newItem: newEntry?.item }
    replace(engine, turn, indexSpace(table, index), entries)
  }
}

interface Replacement {
  readonly oldKey: KeyBytes | undefined
  readonly oldItem: StoredItem | undefined
  readonly newKey: KeyBytes | undefined
  readonly newItem: StoredItem | undefined
}

function replace(engine: Engine, turn: WriteTurn, space: DataSpace, { oldKey, oldItem, newKey, newItem }: Replacement): void {
  if (oldKey !== undefined && (newKey === undefined || !isSameKey(oldKey, newKey))) turn.delete(oldKey)
  if (newKey !== undefined && newItem !== undefined) turn.put(newKey, newItem.encode())
  engine.pendingCounts.add(space, {
    itemCount: (newItem === undefined ? 0 : 1) - (oldItem === undefined ? 0 : 1),
    sizeBytes: (newItem?.sizeBytes ?? 0) - (oldItem?.sizeBytes ?? 0),
  })
}
