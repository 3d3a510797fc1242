/** ListBulkOperations (backup-export-import.md §8): those of all tables, the newest first. */
import { invalid } from '../../api/errors.ts'
import { bulkOperationsListedDefault, bulkOperationsListedMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { listTransfers } from './list-page.ts'

export async function listBulkOperations(
  engine: MeteredEngine,
  input: InputOf<'ListBulkOperations'>,
): Promise<OutputOf<'ListBulkOperations'>> {
  const { MaxResults: limit = bulkOperationsListedDefault, NextToken: token } = input
  // [I] The bounds and the words.
  if (limit < 1 || limit > bulkOperationsListedMax) {
    throw invalid(`One or more parameter values were invalid: MaxResults must be between 1 and ${bulkOperationsListedMax}`)
  }
  const { transfers, nextToken } = await listTransfers(engine, 'bulk', { tableName: undefined, limit, token })
  return {
    BulkOperationsSummaryList: transfers.map((bulk) => ({
      BulkOperationArn: transferArn(engine, bulk),
      BulkOperationStatus: bulk.status,
      StartTime: bulk.startMs / 1000,
      ...(bulk.endMs !== undefined && { EndTime: bulk.endMs / 1000 }),
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  }
}
