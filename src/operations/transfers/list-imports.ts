/** ListImports (backup-export-import.md §6): the last first, those under way among them [I: the order, which is that of exports]. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { importSummary } from './import-description.ts'
import { listTransfers } from './list-page.ts'

export async function listImports(engine: MeteredEngine, input: InputOf<'ListImports'>): Promise<OutputOf<'ListImports'>> {
  const { TableArn, PageSize: limit, NextToken: token } = input
  const tableName = TableArn === undefined ? undefined : tableNameOf(TableArn)
  const { transfers, nextToken } = await listTransfers(engine, 'import', { tableName, limit, token })
  return {
    ImportSummaryList: transfers.map((imported) => importSummary(engine, imported)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  }
}
