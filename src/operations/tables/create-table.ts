/** CreateTable (operations.md §5.1): a checked definition becomes a table, CREATING in the answer and ACTIVE when its time has come. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { tableChangesAtOnceMax, tableChangesWithIndexesAtOnceMax, tablesMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { isArn, tableArn, tableNameOf } from '../../api/table-name.ts'
import { uuid } from '../../base/random.ts'
import { changeTables, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { settledTable } from '../../engine/schema/settle-table.ts'
import type { Table, TableDefinition } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkAccountMaxima, checkMaxima } from './definition/check-maxima.ts'
import { checkResourcePolicy } from './definition/check-resource-policy.ts'
import { defineTable } from './definition/define-table.ts'
import { streamLabelAt } from './stream-label.ts'
import { tableInUse } from './table-in-use.ts'

export async function createTable(engine: MeteredEngine, input: InputOf<'CreateTable'>): Promise<OutputOf<'CreateTable'>> {
  const { ResourcePolicy: policyText } = input
  const definition = defineTable(newTableName(input.TableName), input)
  if (policyText !== undefined) {
    checkResourcePolicy({ kind: 'table', arn: tableArn({ ...engine, tableName: definition.name }) }, policyText)
  }
  const creating = await changeTables(engine, [definition.name], (tables) => {
    checkRoom(tables, definition)
    checkMaxima(engine.region, input)
    checkAccountMaxima(engine.region, tables.all(), definition)
    const created = tables.create(newTable(engine, definition, policyText))
    if (engine.settings.tableStateDelayMs === 0) tables.replace(settledTable(created))
    return created
  })
  const { WarmThroughput: warm, ...description } = tableDescription(engine, creating, allEmpty)
  const isWarmAsked = Object.keys(input.WarmThroughput ?? {}).length > 0
  return { TableDescription: { ...description, ...(isWarmAsked && { WarmThroughput: { ...warm, Status: 'UPDATING' } }) } }
}

/** An ARN of something else is no name; the words are those of tags (operations.md §5.5) [I]. */
function newTableName(nameOrArn: string): string {
  const name = tableNameOf(nameOrArn)
  if (isArn(name)) throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${nameOrArn}`)
  return name
}

/** Point 17 of errors.md §5 "CreateTable", then the quotas of data-model.md §8, whose words are inferred [I]. */
function checkRoom(tables: TableTurn, { name, indexes }: TableDefinition): void {
  const existing = tables.find(name)
  if (existing?.status === 'CREATING') throw tableInUse(existing)
  if (existing !== undefined) throw new ServiceError('ResourceInUseException', `Table already exists: ${name}`)
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

function newTable(
  { catalog, clock, random, settings }: MeteredEngine,
  definition: TableDefinition,
  policyText: string | undefined,
): Omit<Table, 'tableId'> {
  const nowMs = clock.now()
  return {
    ...definition,
    uuid: uuid(random),
    status: 'CREATING',
    statusDueMs: nowMs + settings.tableStateDelayMs,
    statusSinceMs: nowMs,
    creationMs: nowMs,
    ...(policyText !== undefined && { policy: { text: policyText, revisionId: String(nowMs) } }),
    ...(definition.billingMode === 'PAY_PER_REQUEST' ? { onDemandSinceMs: nowMs } : {}),
    ...(definition.stream === undefined
      ? {}
      : { streamLabel: streamLabelAt(nowMs, catalog.streams.lastLabel(catalog.region, definition.name)) }),
  }
}
