/** ImportTable (backup-export-import.md §6): one turn makes the table, engine/transfers/run-imports.ts fills it. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { importsAtOnceMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { withoutUnset } from '../../base/without-unset.ts'
import { timedId } from '../../engine/schema/timed-id.ts'
import { nothingLoaded } from '../../engine/schema/transfer.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkAccountMaxima, checkMaxima } from '../tables/definition/check-maxima.ts'
import { defineTable } from '../tables/definition/define-table.ts'
import { checkRoom, newTable } from '../tables/new-table.ts'
import { beginTransfer } from './begin-transfer.ts'
import { importDescription } from './import-description.ts'

type Request = InputOf<'ImportTable'>

/** What an import can say of its table. Members that only CreateTable knows are ones that nobody knows here, and nobody has checked. */
function knownTo({
  TableName,
  AttributeDefinitions,
  KeySchema,
  BillingMode,
  ProvisionedThroughput,
  OnDemandThroughput,
  SSESpecification,
  GlobalSecondaryIndexes,
  VectorIndexes,
}: Request['TableCreationParameters']): Request['TableCreationParameters'] {
  const named = { TableName, AttributeDefinitions, KeySchema }
  return {
    ...named,
    ...withoutUnset({ BillingMode, ProvisionedThroughput, OnDemandThroughput, SSESpecification, GlobalSecondaryIndexes, VectorIndexes }),
  }
}

export async function importTable(engine: MeteredEngine, given: Request): Promise<OutputOf<'ImportTable'>> {
  const parameters = knownTo(given.TableCreationParameters)
  const input = { ...given, TableCreationParameters: parameters }
  checkOptions(input)
  const tableName = parameters.TableName
  const definition = defineTable(tableName, parameters)
  const imported = await beginTransfer(engine, {
    kind: 'import',
    tableName,
    input,
    conflict: (token) => new ServiceError('ImportConflictException', `Import with client token ${token} exists with other parameters`),
    begin: (tables, running) => {
      checkRoom(tables, definition)
      checkMaxima(engine.region, parameters)
      checkAccountMaxima(engine.region, tables.all(), definition)
      if (running >= importsAtOnceMax) {
        throw new ServiceError(
          'LimitExceededException',
          `Subscriber limit exceeded: Only ${importsAtOnceMax} tables can be imported simultaneously`,
        )
      }
      const nowMs = engine.clock.now()
      const id = timedId(nowMs, tables.takeId())
      const table = tables.create({ ...newTable(engine, definition), importId: id })
      return {
        kind: 'import',
        id,
        tableName,
        tableId: table.tableId,
        tableUuid: table.uuid,
        status: 'IN_PROGRESS',
        startMs: nowMs,
        request: input,
        progress: nothingLoaded,
      }
    },
  })
  return { ImportTableDescription: importDescription(engine, imported) }
}

/** [I] The words. */
function checkOptions({ InputFormat, InputFormatOptions }: Request): void {
  if (InputFormatOptions?.Csv === undefined || InputFormat === 'CSV') return
  throw invalid('One or more parameter values were invalid: Csv options can only be specified when InputFormat is CSV')
}
