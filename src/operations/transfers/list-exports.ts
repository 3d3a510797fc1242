/** ListExports (backup-export-import.md §5.1): the last first, those under way among them. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { listTransfers } from './list-page.ts'

export async function listExports(engine: MeteredEngine, input: InputOf<'ListExports'>): Promise<OutputOf<'ListExports'>> {
  const { TableArn, MaxResults: limit, NextToken: token } = input
  const tableName = TableArn === undefined ? undefined : tableNameOf(TableArn)
  const { transfers, nextToken } = await listTransfers(engine, 'export', { tableName, limit, token })
  return {
    ExportSummaries: transfers.map((exported) => ({
      ExportArn: transferArn(engine, exported),
      ExportStatus: exported.status,
      ExportType: exported.request.ExportType ?? 'FULL_EXPORT',
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  }
}
