/**
 * The core of TransactWriteItems and ExecuteTransaction: compiled actions on items of any tables, done together or not at all
 * (indexes-streams-ttl-transactions.md §7.1, phases 3 to 5).
 */

import { invalid, ServiceError } from '../../api/errors.ts'
import { transactionSizeBytesMax } from '../../api/limits.ts'
import type { Changed } from '../../engine/items/decide-change.ts'
import type { ClientToken } from '../../engine/transactions/client-tokens.ts'
import { type TransactionWrite, writeTransaction } from '../../engine/transactions/write-transaction.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { charge } from '../../metering/throughput/admit.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { itemSizeBytes } from '../../values/size.ts'
import { checkDistinctInTransaction } from '../request/distinct-keys.ts'
import { requestTable } from '../request/request-table.ts'
import { checkNoTransaction } from '../request/strong-read.ts'
import { reasonOf, transactionCancelled } from './cancellation.ts'
import { planWrite } from './plan-write.ts'
import type { TransactAction } from './transact-action.ts'

export interface TransactWriteOptions {
  readonly usage: RequestUsage
  readonly token?: ClientToken | undefined
}

/** In the order of the actions. */
export type Transacted =
  | { readonly kind: 'done'; readonly changes: readonly Changed[] }
  /** By its token it had been done before; what it costs now are reads. */
  | { readonly kind: 'repeated'; readonly readUnits: readonly number[] }

/**
 * Resolves when durable. Throws TransactionCanceledException with its reasons, and what is wrong with the whole: a table that is not
 * there, an empty key, a put item above 400 KB, two actions on one item, more than 4 MB, a token of another request or one in use.
 */
export async function transactWrite(
  engine: MeteredEngine,
  actions: readonly TransactAction[],
  { usage, token }: TransactWriteOptions,
): Promise<Transacted> {
  const targets = actions.map((action) => ({ table: requestTable(engine, usage, action.tableName), action }))
  for (const { table } of targets) if (table.replication !== undefined) checkNoTransaction(table)
  const meter = writeMeter(engine, usage, { isTransactional: true })
  const writes = targets.map(({ table, action }) => {
    const write = planWrite(table, action)
    return write instanceof ServiceError ? write : { ...write, meter }
  })
  checkDistinctInTransaction(writes.flatMap((write) => (write instanceof ServiceError ? [] : [write.key])))
  checkRequestSize(actions)
  const firstFault = writes.findIndex((write) => write instanceof ServiceError)
  if (firstFault >= 0) throw cancelledBy(writes, firstFault)

  if (usage.beforeDoing !== undefined) {
    const members = writes.flatMap((write) => (write instanceof ServiceError ? [] : [{ table: write.table, key: write.key }]))
    await usage.beforeDoing({ access: 'write', members })
  }
  const outcome = await writeTransaction(engine, writes, token)
  switch (outcome.kind) {
    case 'done':
      return outcome
    case 'repeated':
      chargeRepetition(engine, usage, writes, outcome.done.readUnits)
      return { kind: 'repeated', readUnits: outcome.done.readUnits }
    case 'cancelled':
      throw transactionCancelled(outcome.refusals.map((refusal, at) => reasonOf(refusal, actions[at]?.returnOnFailure)))
  }
}

/** A key that is none of the table ends it before any condition is looked at. */
function cancelledBy(writes: readonly TransactionWrite[], faultAt: number): ServiceError {
  const refusals = writes.map((write, at) =>
    at === faultAt && write instanceof ServiceError ? ({ kind: 'fault', error: write } as const) : undefined,
  )
  return transactionCancelled(refusals.map((refusal) => reasonOf(refusal, undefined)))
}

/** What the request carries, whatever is stored (data-model.md §8). [I] The words: only a part of them is known. */
function checkRequestSize(actions: readonly TransactAction[]): void {
  const sizeBytes = actions.reduce((sum, action) => sum + carriedBytes(action), 0)
  if (sizeBytes > transactionSizeBytesMax) throw invalid(`Transaction request size cannot exceed ${transactionSizeBytesMax} bytes`)
}

function carriedBytes(action: TransactAction): number {
  if (action.kind === 'put') return itemSizeBytes(action.item)
  return itemSizeBytes(action.key) + (action.kind === 'update' ? action.update.chargeBytes : 0)
}

/** What was done before is read again, not written; nobody is refused for it. */
function chargeRepetition(
  engine: MeteredEngine,
  usage: RequestUsage,
  writes: readonly TransactionWrite[],
  readUnits: readonly number[],
): void {
  for (const [at, write] of writes.entries()) {
    if (write instanceof ServiceError) continue
    const { table, key } = write
    charge(engine, usage, { table, key, units: readUnits[at] ?? 0, isPaid: true })
  }
}
