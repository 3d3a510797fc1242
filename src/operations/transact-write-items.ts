/** TransactWriteItems: up to a hundred actions on distinct items of any tables, all or nothing (operations.md §3). */
import type { InputOf, OutputOf } from '../api/operations.ts'
import type { Engine } from '../engine/engine.ts'
import type { Changed } from '../engine/items/change-item.ts'
import type { ClientToken } from '../engine/transactions/client-tokens.ts'
import { itemCollectionMetricsByTable } from './item-collection-metrics.ts'
import { compileAction } from './transactions/compile-action.ts'
import { fingerprintOf } from './transactions/fingerprint.ts'
import type { TransactAction } from './transactions/transact-action.ts'
import { transactWrite } from './transactions/transact-write.ts'
import { capacityOfWrites } from './transactions/transaction-capacity.ts'

type Input = InputOf<'TransactWriteItems'>

export async function transactWriteItems(engine: Engine, input: Input): Promise<OutputOf<'TransactWriteItems'>> {
  const actions = input.TransactItems.map(compileAction)
  const transacted = await transactWrite(engine, actions, { token: tokenOf(input) })
  return {
    ...(transacted.kind === 'done' && metrics(input.ReturnItemCollectionMetrics, actions, transacted.changes)),
    ...capacityOfWrites(input.ReturnConsumedCapacity, actions, transacted),
  }
}

/** What is to be returned does not make another request of it. */
function tokenOf({ ClientRequestToken: token, TransactItems: items }: Input): ClientToken | undefined {
  return token === undefined ? undefined : { space: 'TransactWriteItems', token, fingerprint: fingerprintOf(items) }
}

type Metrics = ReturnType<typeof itemCollectionMetricsByTable>

function metrics(asked: 'SIZE' | 'NONE' | undefined, actions: readonly TransactAction[], changes: readonly Changed[]): Metrics {
  if (asked !== 'SIZE') return {}
  const byTable = Map.groupBy(changes.entries(), ([at]) => actions[at]?.tableName ?? '')
  const written = [...byTable].map(([tableName, ofTable]) => ({ tableName, changes: ofTable.map(([, changed]) => changed) }))
  return itemCollectionMetricsByTable(asked, written)
}
