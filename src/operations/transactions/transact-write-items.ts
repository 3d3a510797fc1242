/** TransactWriteItems: up to a hundred actions on distinct items of any tables, all or nothing (operations.md §3). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { madeInSlices, Pace } from '../../base/pace.ts'
import type { Changed } from '../../engine/items/decide-change.ts'
import type { ClientToken } from '../../engine/transactions/client-tokens.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { itemCollectionMetricsByTable } from '../items/item-collection-metrics.ts'
import { type BatchMember, batchPattern } from '../request/access-pattern.ts'
import { compileAction } from './compile-action.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { TransactAction } from './transact-action.ts'
import { transactWrite } from './transact-write.ts'
import { capacityOfWrites } from './transaction-capacity.ts'

type Input = InputOf<'TransactWriteItems'>

export async function transactWriteItems(
  engine: MeteredEngine,
  input: Input,
  usage: RequestUsage,
): Promise<OutputOf<'TransactWriteItems'>> {
  const actions = await madeInSlices(input.TransactItems, compileAction, new Pace())
  usage.pattern = batchPattern(
    engine,
    'TransactWriteItems',
    input.TransactItems.map((element, at) => memberOf(element, actions[at])),
  )
  const transacted = await transactWrite(engine, actions, { usage, token: tokenOf(input) })
  return {
    ...(transacted.kind === 'done' && metrics(input.ReturnItemCollectionMetrics, actions, transacted.changes)),
    ...capacityOfWrites(input.ReturnConsumedCapacity, actions, transacted),
  }
}

/** The element says how it was written, the action what that means. */
function memberOf(element: Input['TransactItems'][number], action: TransactAction | undefined): BatchMember {
  const { ConditionCheck: check, Put: put, Update: update, Delete: remove } = element
  const input = put ?? update ?? remove ?? check ?? {}
  return {
    action: put ? 'Put' : update ? 'Update' : remove ? 'Delete' : 'ConditionCheck',
    tableName: action?.tableName ?? '',
    input,
    clauses: action ?? {},
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
