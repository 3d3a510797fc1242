/** A new table of this definition, and whether there is room for it: for everything that makes tables. */
import { ServiceError } from '../../api/errors.ts'
import { tableChangesAtOnceMax, tableChangesWithIndexesAtOnceMax, tablesMax } from '../../api/limits.ts'
import { uuid } from '../../base/random.ts'
import type { TableTurn } from '../../engine/catalog/change-tables.ts'
import type { AttachedPolicy, Table, TableDefinition } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { streamLabelAt } from './stream-label.ts'
import { tableInUse } from './table-in-use.ts'

/** Point 17 of errors.md §5 "CreateTable", then the quotas. */
export function checkRoom(tables: TableTurn, definition: TableDefinition): void {
  const { name } = definition
  const existing = tables.find(name)
  if (existing?.status === 'CREATING') throw tableInUse(existing)
  if (existing !== undefined) throw new ServiceError('ResourceInUseException', `Table already exists: ${name}`)
  checkTableQuotas(tables, definition)
}

/** The quotas of data-model.md §8, whose words are inferred [I]. */
export function checkTableQuotas(tables: TableTurn, { indexes }: TableDefinition): void {
  let count = 0
  let changing = 0
  let creatingWithIndexes = 0
  for (const table of tables.all()) {
    count += 1
    if (table.status !== 'ACTIVE') changing += 1
    if (table.status === 'CREATING' && table.indexes.length > 0) creatingWithIndexes += 1
  }
  if (count >= tablesMax) {
    throw new ServiceError('LimitExceededException', `Subscriber limit exceeded: There is a limit of ${tablesMax} tables per subscriber`)
  }
  if (changing >= tableChangesAtOnceMax) {
    throw new ServiceError(
      'LimitExceededException',
      `Subscriber limit exceeded: Only ${tableChangesAtOnceMax} tables can be created, updated, or deleted simultaneously`,
    )
  }
  if (indexes.length > 0 && creatingWithIndexes >= tableChangesWithIndexesAtOnceMax) {
    throw new ServiceError(
      'LimitExceededException',
      `Subscriber limit exceeded: Only ${tableChangesWithIndexesAtOnceMax} tables with secondary indexes can be created simultaneously`,
    )
  }
}

/** CREATING, for as long as tables are. */
export function newTable(
  { catalog, clock, random, settings }: MeteredEngine,
  definition: TableDefinition,
  policy?: Omit<AttachedPolicy, 'revisionId'>,
): Omit<Table, 'tableId'> {
  const nowMs = clock.now()
  return {
    ...definition,
    uuid: uuid(random),
    status: 'CREATING',
    statusDueMs: nowMs + settings.tableStateDelayMs,
    statusSinceMs: nowMs,
    creationMs: nowMs,
    ...(policy !== undefined && { policy: { ...policy, revisionId: String(nowMs) } }),
    ...(definition.billingMode === 'PAY_PER_REQUEST' ? { onDemandSinceMs: nowMs } : {}),
    ...(definition.stream === undefined
      ? {}
      : { streamLabel: streamLabelAt(nowMs, catalog.streams.lastLabel(catalog.region, definition.name)) }),
  }
}
