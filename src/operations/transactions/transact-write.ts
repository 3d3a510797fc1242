/**
 * The core of TransactWriteItems and ExecuteTransaction: compiled actions on items of any tables, done together or not at all
 * (indexes-streams-ttl-transactions.md §7.1, phases 3 to 5).
 */
import { ServiceError } from '../../api/errors.ts'
import type { Changed } from '../../engine/items/change-item.ts'
import type { ClientToken } from '../../engine/transactions/client-tokens.ts'
import { type TransactionWrite, writeTransaction } from '../../engine/transactions/write-transaction.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { charge } from '../../metering/throughput/admit.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { checkDistinctInTransaction } from '../request/distinct-keys.ts'
import { requestTable } from '../request/request-table.ts'
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
  const meter = writeMeter(engine, usage, { isTransactional: true })
  const writes = targets.map(({ table, action }) => {
    const write = planWrite(table, action)
    return write instanceof ServiceError ? write : { ...write, meter }
  })
  checkDistinctInTransaction(writes.flatMap((write) => (write instanceof ServiceError ? [] : [write.key])))

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
