/** Exports, imports and bulk operations that are under way. As on AWS only bulk operations can be cancelled. */
import { transferKey } from '../../engine/keyspace/transfer-keys.ts'
import { engineOf, engineOfCatalog } from '../../engine/regions.ts'
import { type BulkPut, decodeTransfer, type TableExport, type TableImport, type Transfer } from '../../engine/schema/transfer.ts'
import { transferArn } from '../../engine/transfers/transfer-arn.ts'
import { runningTransfers } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { cancelBulkOperation } from '../transfers/cancel-bulk-operation.ts'
import { shareOf, type Work, type WorkSource } from './work.ts'

export const transferWorks: WorkSource = {
  list: transfersUnderWay,
  cancel: async (engine, { region, makes = '' }) => {
    await cancelBulkOperation(engineOf(engine, region), { BulkOperationArn: makes })
  },
}

/** Of all regions: one whose last table is gone may have some. */
async function transfersUnderWay(engine: MeteredEngine): Promise<readonly Work[]> {
  const names = await runningTransfers(engine.store)
  const records = await engine.store.get(names.map(transferKey))
  return names.flatMap(({ region }, at) => {
    const record = records[at]
    return record === undefined ? [] : [workOf(engineOfCatalog(engine, region), decodeTransfer(record))]
  })
}

function workOf(engine: MeteredEngine, transfer: Transfer): Work {
  return transfer.kind === 'export' ? exportWork(engine, transfer) : loadWork(engine, transfer)
}

/** Objects are about as large as each other, as far as is known before they are read. */
function loadWork(engine: MeteredEngine, load: TableImport | BulkPut): Work {
  const { kind, id, tableName, startMs, status, progress } = load
  return {
    id: `${kind === 'bulk' ? 'bulk-put' : 'import'}-${id}`,
    kind: kind === 'bulk' ? 'bulk put' : 'import',
    region: engine.region,
    table: tableName,
    makes: transferArn(engine, load),
    state: status === 'CANCELLING' ? 'cancelling' : 'running',
    startedMs: startMs,
    share: progress.objects === undefined ? 0 : shareOf(progress.objectsDone, progress.objects),
    itemsDone: progress.itemCount,
    bytesDone: progress.doneBytes + progress.bytes,
    canBeCancelled: kind === 'bulk',
  }
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
