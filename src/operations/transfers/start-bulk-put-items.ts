/** StartBulkPutItems (backup-export-import.md §8): engine/transfers/run-bulk-puts.ts does it. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { bulkOperationsAtOnceMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { resourceNotFound } from '../../engine/catalog/find-table.ts'
import { hasIndexInCreation, type Table } from '../../engine/schema/table.ts'
import { timedId } from '../../engine/schema/timed-id.ts'
import { nothingLoaded } from '../../engine/schema/transfer.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { beginTransfer } from './begin-transfer.ts'
import { bulkDescription } from './bulk-description.ts'
import { checkEncryption } from './check-encryption.ts'

type Request = InputOf<'StartBulkPutItems'>

export async function startBulkPutItems(engine: MeteredEngine, input: Request): Promise<OutputOf<'StartBulkPutItems'>> {
  const tableName = tableNameOf(input.TableName)
  checkOutput(input)
  const bulk = await beginTransfer(engine, {
    kind: 'bulk',
    tableName,
    input,
    // [I] The words are those of transactions.
    conflict: () => new ServiceError('IdempotentParameterMismatchException', 'Client token has been used with different parameters'),
    begin: (tables, running) => {
      const table = tableToLoad(tables.find(tableName))
      if (running >= bulkOperationsAtOnceMax) {
        throw new ServiceError(
          'LimitExceededException',
          `Subscriber limit exceeded: Only ${bulkOperationsAtOnceMax} bulk operations can run simultaneously`,
        )
      }
      const nowMs = engine.clock.now()
      return {
        kind: 'bulk',
        id: timedId(nowMs, tables.takeId()),
        tableName,
        tableId: table.tableId,
        tableUuid: table.uuid,
        status: 'IN_PROGRESS',
        startMs: nowMs,
        request: input,
        progress: { ...nothingLoaded, unmetCount: 0, usage: { table: 0, indexes: {}, vectors: {} } },
      }
    },
  })
  return { BulkOperationDescription: bulkDescription(engine, bulk) }
}

/** Documented as required. [I] The words. */
function checkOutput({ OutputS3Configuration: output }: Request): void {
  if (output.S3Bucket === undefined) {
    throw invalid('One or more parameter values were invalid: OutputS3Configuration must have an S3Bucket')
  }
  checkEncryption(output)
}

/** ACTIVE, or UPDATING for something that does not conflict: an index that is being made does. [I] The words. */
function tableToLoad(table: Table | undefined): Table {
  if (table === undefined) throw resourceNotFound()
  if ((table.status === 'ACTIVE' || table.status === 'UPDATING') && !hasIndexInCreation(table)) return table
  throw new ServiceError('ResourceInUseException', `Attempt to change a resource which is still in use: Table is in use: ${table.name}`)
}
