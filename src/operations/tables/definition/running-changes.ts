/**
 * What an UpdateTable sets going: some changes make the table UPDATING for a while, others run beside its status and are told of by
 * what they change, and some are done at once (operations.md §5.2).
 *
 * | change                                        | while it runs                                    |
 * | --------------------------------------------- | ------------------------------------------------ |
 * | billing mode, throughput, stream, table class | the table is UPDATING                            |
 * | an index created or deleted                   | the table is UPDATING, the index CREATING or DELETING |
 * | throughput or ceilings of an index            | the index is UPDATING                            |
 * | encryption                                    | SSEDescription is UPDATING                       |
 * | warm throughput                               | its Status is UPDATING                           |
 * | ceilings of the table, deletion protection    | nothing: done at once                            |
 */
import type { RunningChange, Table, TableUpdate } from '../../../engine/schema/table.ts'
import type { UpdateTimes } from './change-indexes.ts'
import { type GlobalIndexChange, makesOrDeletesIndexes, type UpdateTableRequest } from './request.ts'

/** `changed` is what the request makes of `table`: with the status and the changes that run from now on. */
export function withRunningChanges(table: Table, changed: Table, request: UpdateTableRequest, { nowMs, delayMs }: UpdateTimes): Table {
  const started = startedBy(changed, request).map((change) => ({ ...change, sinceMs: nowMs, dueMs: nowMs + delayMs }))
  const isReplaced = (old: RunningChange): boolean => started.some((now) => now.kind === old.kind && now.indexId === old.indexId)
  const running = [...(table.running ?? []).filter((old) => !isReplaced(old)), ...started]
  const update = updateOf(table, changed, request)
  return {
    ...changed,
    ...(running.length === 0 ? {} : { running }),
    ...(update === undefined ? {} : { status: 'UPDATING', update, statusDueMs: nowMs + delayMs, statusSinceMs: nowMs }),
  }
}

/**
 * The status that the answer tells. A billing mode or table class that the table has already does nothing, but is answered with
 * UPDATING; a change of encryption is always answered with ACTIVE.
 */
export function answeredStatus(table: Table, updated: Table, request: UpdateTableRequest): Table['status'] {
  if (request.SSESpecification !== undefined) return 'ACTIVE'
  if (request.BillingMode !== undefined || request.TableClass !== undefined) return 'UPDATING'
  return updateOf(table, updated, request) === undefined ? table.status : 'UPDATING'
}

function updateOf(table: Table, changed: Table, request: UpdateTableRequest): TableUpdate | undefined {
  if (changed.billingMode !== table.billingMode) return 'billingMode'
  if (request.ProvisionedThroughput !== undefined) return 'throughput'
  if (request.StreamSpecification !== undefined) return 'stream'
  if (changed.upcomingTableClass !== undefined && request.TableClass !== undefined) return 'tableClass'
  return makesOrDeletesIndexes(request) ? 'indexes' : undefined
}

type Started = Pick<RunningChange, 'kind' | 'indexId'>

function startedBy(changed: Table, request: UpdateTableRequest): readonly Started[] {
  return [
    ...(request.SSESpecification === undefined ? [] : [{ kind: 'encryption', indexId: 0 } as const]),
    ...(request.WarmThroughput === undefined ? [] : [{ kind: 'warmThroughput', indexId: 0 } as const]),
    ...(request.GlobalSecondaryIndexUpdates ?? []).flatMap(({ Update }) => (Update === undefined ? [] : startedByIndex(changed, Update))),
  ]
}

function startedByIndex({ indexes }: Table, { IndexName, ...change }: GlobalIndexChange): readonly Started[] {
  const index = indexes.find(({ name }) => name === IndexName)
  if (index === undefined) return []
  const { indexId } = index
  const isThroughput = change.ProvisionedThroughput !== undefined || change.OnDemandThroughput !== undefined
  return [
    ...(isThroughput ? [{ kind: 'index', indexId } as const] : []),
    ...(change.WarmThroughput === undefined ? [] : [{ kind: 'warmThroughput', indexId } as const]),
  ]
}
