/**
 * The core of TransactGetItems and of an ExecuteTransaction that reads: items of any tables out of one view
 * (indexes-streams-ttl-transactions.md §7.2).
 */
import { ServiceError } from '../../api/errors.ts'
import { transactionSizeBytesMax } from '../../api/limits.ts'
import { activeTable } from '../../engine/catalog/find-table.ts'
import type { Table } from '../../engine/catalog/table.ts'
import type { Engine } from '../../engine/engine.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { readItems } from '../../engine/items/read-item.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { transactionConflict } from '../../engine/transactions/transaction-faults.ts'
import { transactionTooLarge } from '../../engine/transactions/write-transaction.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkKeyTypes, checkKeyValues } from '../key-parameters.ts'
import { faultOf, reasonOf, transactionCancelled } from './cancellation.ts'
import { checkDistinctItems } from './distinct-items.ts'

export interface TransactGet {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly key: Item
}

/**
 * The items in the order of `gets`. Throws TransactionCanceledException with its reasons, and what is wrong with the whole: a table that
 * is not there, an empty key, two gets of one item, more than 4 MB.
 */
export async function transactGet(engine: Engine, gets: readonly TransactGet[]): Promise<readonly (StoredItem | undefined)[]> {
  const targets = gets.map((get) => ({ table: activeTable(engine.catalog.durable, get.tableName), key: get.key }))
  const keys = targets.map(({ table, key }) => storeKey(table, key))
  const known = keys.filter((key): key is StoreKey => !(key instanceof ServiceError))
  checkDistinctItems(known)
  refuseConflicts(engine, keys)

  const items = await readItems(engine, known, transactionSizeBytesMax)
  if (items.length < known.length) throw transactionTooLarge()
  return items
}

type StoreKey = ReturnType<typeof itemKey>

/** Throws a fault of the whole request; returns one that is the get's alone, when its key is not one of the table. */
function storeKey(table: Table, key: Item): StoreKey | ServiceError {
  const fault = faultOf(() => checkKeyTypes(table, key))
  if (fault !== undefined) return fault
  checkKeyValues(table.key, key)
  return itemKey(table, key)
}

function refuseConflicts({ transactionFaults: faults }: Engine, keys: readonly (StoreKey | ServiceError)[]): void {
  const conflicts = faults.takeConflict()
  const refusals = keys.map((key, at) => {
    if (key instanceof ServiceError) return key
    return conflicts && at === 0 ? transactionConflict() : faultOf(() => faults.checkNotHeld(key))
  })
  if (refusals.every((refusal) => refusal === undefined)) return
  throw transactionCancelled(refusals.map((error) => reasonOf(error && { kind: 'fault', error }, 'NONE')))
}
