/**
 * The core of TransactGetItems and of an ExecuteTransaction that reads: items of any tables out of one view
 * (indexes-streams-ttl-transactions.md §7.2).
 */

import { ServiceError } from '../../api/errors.ts'
import { transactionSizeBytesMax } from '../../api/limits.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { readItems } from '../../engine/items/read-item.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { Table } from '../../engine/schema/table.ts'
import { transactionConflict } from '../../engine/transactions/transaction-faults.ts'
import { transactionTooLarge } from '../../engine/transactions/write-transaction.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { admit, charge } from '../../metering/throughput/admit.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkKeyTypes, checkKeyValues } from '../items/key-parameters.ts'
import { checkDistinctInTransaction } from '../request/distinct-keys.ts'
import { requestTable } from '../request/request-table.ts'
import { checkNoTransaction } from '../request/strong-read.ts'
import { faultOf, reasonOf, transactionCancelled } from './cancellation.ts'
import { transactionalReadUnits } from './transaction-capacity.ts'

export interface TransactGet {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly key: Item
}

/**
 * The items in the order of `gets`. Throws TransactionCanceledException with its reasons, and what is wrong with the whole: a table that
 * is not there, an empty key, two gets of one item, more than 4 MB.
 */
export async function transactGet(
  engine: MeteredEngine,
  usage: RequestUsage,
  gets: readonly TransactGet[],
): Promise<readonly (StoredItem | undefined)[]> {
  const targets = gets.map((get) => ({ table: requestTable(engine, usage, get.tableName), key: get.key }))
  for (const { table } of targets) if (table.replication !== undefined) checkNoTransaction(table)
  const keys = targets.map(({ table, key }) => storeKey(table, key))
  const known = targets.flatMap(({ table }, at) => {
    const key = keys[at]
    return key === undefined || key instanceof ServiceError ? [] : [{ table, key }]
  })
  checkDistinctInTransaction(known.map(({ key }) => key))
  if (usage.beforeDoing !== undefined && known.length === targets.length) await usage.beforeDoing({ access: 'read', members: known })
  const refusals = faultsOf(engine, keys)

  const items = await readItems(engine, known, transactionSizeBytesMax, usage.pace)
  if (items.length < known.length) throw transactionTooLarge()
  let next = 0
  for (const [at, { table }] of targets.entries()) {
    const key = keys[at]
    if (key === undefined || key instanceof ServiceError) continue
    const item = items[next]
    next += 1
    refusals[at] ??= faultOf(() => pay(engine, usage, { table, key, item }))
  }
  if (refusals.every((refusal) => refusal === undefined)) return items
  throw transactionCancelled(refusals.map((error) => reasonOf(error && { kind: 'fault', error }, 'NONE')))
}

type StoreKey = ReturnType<typeof itemKey>

/** Throws a fault of the whole request; returns one that is the get's alone, when its key is not one of the table. */
function storeKey(table: Table, key: Item): StoreKey | ServiceError {
  const fault = faultOf(() => checkKeyTypes(table, key))
  if (fault !== undefined) return fault
  checkKeyValues(table.key, key)
  return itemKey(table, key)
}

/** What is wrong with each of the gets before anything is read: its key, or that a transaction holds its item. */
function faultsOf({ transactionFaults: faults }: MeteredEngine, keys: readonly (StoreKey | ServiceError)[]): (ServiceError | undefined)[] {
  const conflicts = faults.takeConflict()
  return keys.map((key, at) => {
    if (key instanceof ServiceError) return key
    return conflicts && at === 0 ? transactionConflict() : faultOf(() => faults.checkNotHeld(key))
  })
}

interface ReadItem {
  readonly table: Table
  readonly key: StoreKey
  readonly item: StoredItem | undefined
}

/** Each get has paid before the next is admitted, and has when the transaction is cancelled for another. */
function pay(engine: MeteredEngine, usage: RequestUsage, { table, key, item }: ReadItem): void {
  const isPaid = admit(engine, usage, { table }, key)
  charge(engine, usage, { table, key, units: transactionalReadUnits(item), isPaid })
}
