/** Exports that are under way. As on AWS nothing cancels them. */
import { enginesWithTables } from '../../engine/regions.ts'
import type { TableExport } from '../../engine/schema/transfer.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import { readTransfer, runningTransfers } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { shareOf, type Work, type WorkSource } from './work.ts'

export const transferWorks: WorkSource = {
  list: async (engine) => (await Promise.all(enginesWithTables(engine).map(runningIn))).flat(),
}

async function runningIn(engine: MeteredEngine): Promise<readonly Work[]> {
  const { store, catalog } = engine
  const names = await runningTransfers(store, catalog.region)
  const found = await Promise.all(names.map((name) => readTransfer(store, name)))
  return found.flatMap((transfer) => (transfer === undefined ? [] : [exportWork(engine, transfer)]))
}

/** Partitions have about as much each. */
function exportWork(engine: MeteredEngine, exported: TableExport): Work {
  const { id, tableName, startMs, partitions, progress } = exported
  return {
    id: `export-${id}`,
    kind: 'export',
    region: engine.region,
    table: tableName,
    makes: transferArn(engine, exported),
    state: 'running',
    startedMs: startMs,
    share: shareOf(progress.partition, partitions.length),
    itemsDone: progress.itemCount,
    bytesDone: progress.sizeBytes,
    canBeCancelled: false,
  }
}
